// What a button, a form or a field asks of the station, and the parts of the page it answers with.
//
//   data-geste="DELETE /api/…"   the call; a form sends its fields, by their names, as JSON, a box
//                                { name: true or false }, a line of text { nom, valeur }, and a
//                                field for files the file
//   data-corps='{"motif":"…"}'   the body of a button
//   data-choisir="POST /api/…"   around radio buttons: the call when another one is chosen; {valeur}
//                                in the address is its value
//
//   data-fichier="id"            a button that opens the choice of a file of that field
//
// An answer that names a task has it followed live (tache.js). While a call of an element is on
// its way, the element does nothing; of choices made meanwhile the last one is sent afterwards.
import { annoncer, murmurer } from "./annonces.js";
import { appel, Refus } from "./api.js";
import { attendre } from "./attente.js";
import { remplacer } from "./fragments.js";
import { suivre } from "./tache.js";

function corps(element) {
  if (element.matches("form")) return Object.fromEntries(new FormData(element));
  if (element.matches("input[type=checkbox]")) return { [element.name]: element.checked };
  if (element.matches("input[type=file]")) return element.files[0];
  if (element.matches("input")) return { nom: element.name, valeur: element.value };
  return element.dataset.corps ? JSON.parse(element.dataset.corps) : undefined;
}

/** Put the answer of the station on the page. */
export function montrer({ fragments, annonce, aller } = {}) {
  remplacer(fragments);
  if (annonce) annoncer(annonce);
  if (aller) location.assign(aller);
}

/** The same of a task: where it is seen live, its end is written there already. */
function montrerFin(dit) {
  if (!document.querySelector("[data-direct]")) return montrer(dit);
  montrer({ ...dit, annonce: "" });
  murmurer(dit.annonce ?? "");
}

const ensuite = new WeakMap(); // the choice made while another one was on its way

async function faire(element, geste, envoi) {
  if (element.dataset.occupe) {
    if (element.dataset.choisir) ensuite.set(element, geste);
    return;
  }
  element.dataset.occupe = "oui";
  const [methode, chemin] = geste.split(" ");
  try {
    const reponse = await attendre(appel(methode, chemin, envoi));
    if (reponse?.tache) await attendre(suivre(reponse.tache, montrerFin));
    else if (!ensuite.has(element)) montrer(reponse ?? {}); // else it is old already
  } catch (erreur) {
    if (!(erreur instanceof Refus)) throw erreur;
  } finally {
    delete element.dataset.occupe;
  }
  const suite = ensuite.get(element);
  ensuite.delete(element);
  if (suite) await faire(element, suite);
}

document.addEventListener("click", ({ target }) => {
  const choix = target.closest?.("[data-fichier]");
  if (choix) document.getElementById(choix.dataset.fichier)?.click();
  const bouton = target.closest?.("button[data-geste]");
  if (bouton) faire(bouton, bouton.dataset.geste, corps(bouton));
});
document.addEventListener("submit", (evenement) => {
  const formulaire = evenement.target.closest?.("form[data-geste]");
  if (!formulaire) return;
  evenement.preventDefault();
  faire(formulaire, formulaire.dataset.geste, corps(formulaire));
});
document.addEventListener("change", ({ target }) => {
  if (target.matches?.("input[data-geste]:not([type=text])")) {
    faire(target, target.dataset.geste, corps(target));
    if (target.type === "file") target.value = ""; // the same file may be brought again
  }
  if (target.matches?.("select[data-geste]") && target.value) {
    faire(target, target.dataset.geste.replace("{valeur}", target.value));
  }
  const groupe = target.matches?.("input[type=radio]") && target.closest("[data-choisir]");
  if (groupe) faire(groupe, groupe.dataset.choisir.replace("{valeur}", target.value));
});
// A line of text goes when it is left, whatever was put in its place while it was typed.
document.addEventListener("focusout", ({ target }) => {
  if (!target.matches?.("input[type=text][data-geste]") || target.value === target.defaultValue) return;
  faire(target, target.dataset.geste, corps(target));
});
