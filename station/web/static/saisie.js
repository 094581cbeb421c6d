// Every field goes to the station as it is typed: on its disk, encrypted, within a second.
import { annoncer } from "./annonces.js";
import { ecrire, Refus } from "./api.js";
import { remplacer } from "./fragments.js";

const REPOS = 400; // ms without a key before a text is sent; a choice goes at once
const numero = document.body.dataset.dossier;
const sus = new Map(); // what the station holds, by field
const attentes = new Map(); // running delays, by field
let suite = Promise.resolve(); // one after the other, in the order of typing

function valeur(element) {
  if (element.type === "checkbox") return element.checked ? "oui" : "";
  if (element.type === "radio") {
    return document.querySelector(`input[name="${CSS.escape(element.name)}"]:checked`)?.value ?? "";
  }
  return element.value;
}

for (const element of document.querySelectorAll("[data-champ]")) {
  sus.set(element.dataset.champ, valeur(element));
}

function differer(element) {
  const nom = element.dataset.champ;
  clearTimeout(attentes.get(nom));
  attentes.set(nom, setTimeout(() => enregistrer(nom, valeur(element)), REPOS));
}

export function enregistrer(nom, texte) {
  clearTimeout(attentes.get(nom));
  attentes.delete(nom);
  if (sus.get(nom) === texte) return suite;
  const avant = sus.get(nom) ?? "";
  sus.set(nom, texte);
  document.body.dataset.enregistrement = "en-cours";
  suite = suite.then(() => envoyer(nom, texte, avant));
  return suite;
}

async function envoyer(nom, texte, avant) {
  try {
    const chemin = `/api/dossiers/${numero}/champs/${nom}`;
    const { champ, fragments } = await ecrire(chemin, { valeur: texte, avant }, { silencieux: true });
    montrer(champ);
    remplacer(fragments);
    document.body.dataset.enregistrement = "fait";
  } catch (erreur) {
    sus.set(nom, avant);
    if (!(erreur instanceof Refus)) throw erreur;
    annoncer(erreur.phrase, "erreur");
    document.body.dataset.enregistrement = "echec";
    if (erreur.etat === 0) setTimeout(() => enregistrer(nom, texte), 2000); // the station comes back
  }
}

/** What is wrong with a field, beside it; its origin is the agent's from now on. */
function montrer({ nom, faute }) {
  const message = document.querySelector(`[data-erreur-de="${CSS.escape(nom)}"]`);
  if (!message) return;
  message.textContent = faute;
  message.closest(".champ")?.classList.toggle("en-erreur", Boolean(faute));
  document.querySelector(`[data-origine-de="${CSS.escape(nom)}"]`)?.replaceChildren();
  for (const element of document.querySelectorAll(`[data-champ="${CSS.escape(nom)}"]`)) {
    if (faute) element.setAttribute("aria-invalid", "true");
    else element.removeAttribute("aria-invalid");
  }
}

/** What another window, a code or a title has put into a field; not over what is being typed. */
function recevoir({ dossier, nom, texte }) {
  if (dossier !== numero || sus.get(nom) === texte || attentes.has(nom)) return;
  for (const element of document.querySelectorAll(`[data-champ="${CSS.escape(nom)}"]`)) {
    if (element.type === "radio") element.checked = element.value === texte;
    else if (element.type === "checkbox") element.checked = texte === "oui";
    else element.value = texte;
  }
  sus.set(nom, texte);
}

document.addEventListener("input", ({ target }) => {
  if (target.matches?.("[data-champ]:not([type=radio]):not([type=checkbox])")) differer(target);
});
document.addEventListener("change", ({ target }) => {
  if (target.matches?.("[data-champ]")) enregistrer(target.dataset.champ, valeur(target));
});
document.addEventListener("click", ({ target }) => {
  const reprendre = target.closest?.("[data-reprendre]");
  if (reprendre) recevoirEtGarder(reprendre.dataset.reprendre, reprendre.dataset.valeur);
});
document.addEventListener("station:champ", ({ detail }) => recevoir(detail));

function recevoirEtGarder(nom, texte) {
  for (const element of document.querySelectorAll(`[data-champ="${CSS.escape(nom)}"]`)) {
    element.value = texte;
  }
  enregistrer(nom, texte);
}

// Whatever is still waiting goes when the page does.
addEventListener("pagehide", () => {
  for (const nom of attentes.keys()) {
    const element = document.querySelector(`[data-champ="${CSS.escape(nom)}"]`);
    const jeton = document.querySelector('meta[name="jeton"]').content;
    fetch(`/api/dossiers/${numero}/champs/${nom}`, {
      method: "PUT", keepalive: true, body: JSON.stringify({ valeur: valeur(element) }),
      headers: { "X-Station-Token": jeton, "Content-Type": "application/json" },
    });
  }
});
