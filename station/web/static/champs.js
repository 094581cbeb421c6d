// The fields of the page: what they hold, and what the station says of them put beside them.
const tous = (nom) => document.querySelectorAll(`[data-champ="${CSS.escape(nom)}"]`);
const pres = (attribut, nom) => document.querySelector(`[${attribut}="${CSS.escape(nom)}"]`);

/** The text of a field as the station keeps it. */
export function valeur(element) {
  if (element.type === "checkbox") return element.checked ? "oui" : "";
  if (element.type === "radio") {
    return document.querySelector(`input[name="${CSS.escape(element.name)}"]:checked`)?.value ?? "";
  }
  return element.value;
}

/** Put `texte` into a field; `affiche` are the words shown where the field is a code. */
export function poser(nom, texte, affiche) {
  for (const element of tous(nom)) {
    if (element.type === "radio") element.checked = element.value === texte;
    else if (element.type === "checkbox") element.checked = texte === "oui";
    else placer(element, texte);
    if (affiche !== undefined && element.type === "hidden") {
      const mots = element.closest("[data-combobox]").querySelector("[role=combobox]");
      if (mots !== document.activeElement) mots.value = affiche;
    }
  }
}

/** A text that comes in under the hands is selected: what is typed next takes its place. */
function placer(element, texte) {
  element.value = texte;
  if (element === document.activeElement && element.matches("input[type=text]")) element.select();
}

/** What is wrong with a field, and where its text comes from, as HTML of the station. */
export function montrer({ nom, faute, origine = "" }) {
  const badge = pres("data-origine-de", nom);
  if (badge && badge.innerHTML.trim() !== origine.trim()) badge.innerHTML = origine;
  const message = pres("data-erreur-de", nom);
  if (!message) return;
  if (message.textContent !== faute) message.textContent = faute;
  message.closest(".champ")?.classList.toggle("en-erreur", Boolean(faute));
  for (const element of tous(nom)) {
    if (faute) element.setAttribute("aria-invalid", "true");
    else element.removeAttribute("aria-invalid");
  }
}
