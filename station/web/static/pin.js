// The PIN that is typed into a form: it goes to the card and nowhere else, and does not stay here.
// A last try is asked for, never spent unasked.

const DERNIER_ESSAI = "CRT-013";
const champ = (formulaire) => formulaire.querySelector("[data-pin]");
const dernier = (formulaire) => formulaire.querySelector("[data-dernier-essai]");

/** What a request says of it; the PIN is empty where it is typed on the reader. */
export const saisi = (formulaire) => ({
  pin: champ(formulaire).value || null,
  dernier_essai: dernier(formulaire).querySelector("input").checked,
});

/** The station refused with `code`: ask for it again, and about the last try if it is that. */
export function redemander(formulaire, code) {
  dernier(formulaire).hidden = code !== DERNIER_ESSAI;
  champ(formulaire).focus();
}

/** Nothing of it stays in the page. */
export function effacer(formulaire) {
  champ(formulaire).value = "";
}
