// The keyboard of the counter: a key clicks the element that shows it; Enter goes to the next field.
//
// data-raccourci="F6", "Ctrl+K", "Alt+3", "Alt+Maj+1" on a button or link. The browser's own
// meaning of a key the page shows is prevented. Escape is left alone: it closes a dialog, no more.

const CHAMPS = "input:not([type=hidden]), select, textarea";

/** The name of a key press as data-raccourci spells it. Digits by place: AZERTY shifts them. */
export function nom(touche) {
  const chiffre = /^(?:Digit|Numpad)(\d)$/.exec(touche.code)?.[1];
  const base = chiffre ?? (touche.key.length === 1 ? touche.key.toUpperCase() : touche.key);
  const avec = [
    touche.ctrlKey || touche.metaKey ? "Ctrl" : "",
    touche.altKey ? "Alt" : "",
    touche.shiftKey ? "Maj" : "",
  ];
  return [...avec.filter(Boolean), base].join("+");
}

const visible = (element) => element.checkVisibility?.() ?? element.getClientRects().length > 0;

/** Where keys count now: the open dialog, else the page. */
const portee = () => document.querySelector("dialog[open]") ?? document;

function cliquer(touche) {
  const voulu = nom(touche);
  if (!/^(F\d+|(Ctrl|Alt)\+.+)$/.test(voulu)) return false;
  const connus = [...document.querySelectorAll(`[data-raccourci="${CSS.escape(voulu)}"]`)];
  if (!connus.length) return false;
  touche.preventDefault();
  if (touche.repeat) return true;
  const cible = connus.find((e) => portee().contains(e) && visible(e) && praticable(e));
  cible?.focus({ preventScroll: true });
  cible?.click();
  return true;
}

const praticable = (element) => !element.disabled && element.ariaDisabled !== "true";

/** The fields of a form in their order; of a radio group the checked one alone, or the first. */
function arrets(formulaire) {
  return [...formulaire.querySelectorAll(CHAMPS)].filter((champ) => {
    if (champ.disabled || !visible(champ)) return false;
    if (champ.type !== "radio") return true;
    const groupe = [...formulaire.querySelectorAll("input[type=radio]")].filter(
      (autre) => autre.name === champ.name,
    );
    return champ === (groupe.find((autre) => autre.checked) ?? groupe[0]);
  });
}

function avancer(touche) {
  const champ = touche.target;
  const formulaire = champ.form;
  if (!formulaire || champ.matches("textarea, button, [type=submit], [type=button]")) return;
  touche.preventDefault();
  const suite = arrets(formulaire);
  const ici = suite.findIndex((e) => e === champ || (champ.type === "radio" && e.name === champ.name));
  const suivant = suite[ici + 1];
  if (!suivant) return finir(formulaire);
  suivant.focus();
  if (suivant.matches("input[type=text], input:not([type])")) suivant.select();
}

/** After the last field: the form's own button where it has one, else the next thing to do. */
function finir(formulaire) {
  if (formulaire.querySelector("[type=submit]")) formulaire.requestSubmit();
  else portee().querySelector("[data-principal]")?.focus();
}

document.addEventListener("keydown", (touche) => {
  if (touche.defaultPrevented || touche.isComposing) return;
  if (cliquer(touche)) return;
  if (touche.key === "Enter" && !touche.ctrlKey && !touche.altKey && !touche.shiftKey) avancer(touche);
});
