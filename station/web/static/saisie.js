// Every field goes to the station as it is typed: on its disk, encrypted, within a second.
import { annoncer } from "./annonces.js";
import { ecrire, lire, Refus, retenir } from "./api.js";
import { montrer, poser, valeur } from "./champs.js";
import { comparer } from "./conflit.js";
import { remplacer } from "./fragments.js";
import { rouvrir } from "./reconnexion.js";

const REPOS = 400; // ms without a key before a text is sent; a choice goes at once
const LONG = 1000; // characters; the station keeps no more of a field
const { dossier: numero, ecran } = document.body.dataset;
const sus = new Map(); // what the station holds, by field
const attentes = new Map(); // running delays, by field
const partis = new Set(); // fields that are sent and not yet answered
let suite = Promise.resolve(); // one after the other, in the order of typing

for (const element of document.querySelectorAll("[data-champ]")) {
  sus.set(element.dataset.champ, valeur(element));
}

function differer(element) {
  const nom = element.dataset.champ;
  clearTimeout(attentes.get(nom));
  attentes.set(nom, setTimeout(() => enregistrer(nom, valeur(element)), REPOS));
}

/** Keep `texte` as the field `nom`; resolves when all that was typed so far is on the disk. */
export function enregistrer(nom, texte) {
  clearTimeout(attentes.get(nom));
  attentes.delete(nom);
  if (sus.get(nom) === texte) return suite;
  if (texte.length > LONG) return tropLong(nom, texte);
  const avant = sus.get(nom) ?? "";
  sus.set(nom, texte);
  document.body.dataset.enregistrement = "en-cours";
  suite = suite.then(() => envoyer(nom, texte, avant));
  return suite;
}

/** Send what still waits for a pause, and wait until it is there. */
export function tout() {
  for (const nom of [...attentes.keys()]) {
    enregistrer(nom, valeur(document.querySelector(`[data-champ="${CSS.escape(nom)}"]`)));
  }
  return suite;
}

function tropLong(nom, texte) {
  const faute = `Ce texte a ${texte.length} caractères : il n’est enregistré que sous ${LONG}. Le raccourcir.`;
  montrer({ nom, faute });
  return suite;
}

async function envoyer(nom, texte, avant) {
  const chemin = `/api/dossiers/${numero}/champs/${nom}`;
  partis.add(nom);
  try {
    prendre(await ecrire(chemin, { valeur: texte, avant }, { silencieux: true }), nom);
    document.body.dataset.enregistrement = "fait";
  } catch (erreur) {
    if (sus.get(nom) === texte) sus.set(nom, avant);
    if (!(erreur instanceof Refus)) throw erreur;
    document.body.dataset.enregistrement = "echec";
    if (erreur.champ) return departager(nom, texte, erreur.champ);
    if (erreur.etat === 422) montrer({ nom, faute: `Ce texte n’est pas enregistré. ${erreur.remede}` });
    else annoncer(erreur.phrase, "erreur");
    if (erreur.etat === 0) setTimeout(() => enregistrer(nom, texte), 2000); // the station comes back
  } finally {
    partis.delete(nom);
  }
}

/** Another window was quicker: both values side by side, and the agent chooses. */
function departager(nom, ici, la) {
  sus.set(nom, la.valeur);
  comparer(nom, ici, la, (texte) => {
    poser(nom, texte, texte === la.valeur ? la.affiche : undefined);
    enregistrer(nom, texte);
  });
}

/** What the station answers: fields that followed, the parts of the page that changed. */
function prendre({ champ, autres = [], champs = [], fragments }, tape) {
  if (champ && sus.get(tape) === champ.valeur) montrer(champ);
  for (const un of [...autres, ...champs]) {
    if (attentes.has(un.nom)) continue; // being typed
    if (sus.get(un.nom) !== un.valeur || un.affiche !== undefined) poser(un.nom, un.valeur, un.affiche);
    sus.set(un.nom, un.valeur);
    montrer(un);
  }
  remplacer(fragments);
}

/** The screen as the station has it, where something else than this page has changed it. */
export async function resynchroniser(reponse) {
  await tout();
  prendre(reponse ?? (await lire(`/api/dossiers/${numero}/ecrans/${ecran}`, { silencieux: true })));
}

/** What another window has put into a field; not over what is being typed. */
async function recevoir({ dossier, nom, texte }) {
  if (dossier !== numero) return;
  await suite; // what this page has sent answers first
  if (!sus.has(nom) || sus.get(nom) === texte || attentes.has(nom)) return;
  if (document.querySelector(`[data-champ="${CSS.escape(nom)}"][type=hidden]`)) return resynchroniser();
  poser(nom, texte);
  sus.set(nom, texte);
}

document.addEventListener("input", ({ target }) => {
  if (target.matches?.("[data-champ]:not([type=radio]):not([type=checkbox])")) differer(target);
});
document.addEventListener("change", ({ target }) => {
  if (target.matches?.("[data-champ]")) enregistrer(target.dataset.champ, valeur(target));
});
document.addEventListener("station:champ", ({ detail }) => recevoir(detail));
document.addEventListener("station:recharger", () => resynchroniser().catch(() => {}));
document.addEventListener("station:dossier", ({ detail }) => {
  if (detail.dossier === numero) resynchroniser().catch(() => {});
});

// A station that was started again knows no session: what is typed here waits for the PIN.
retenir(() => {
  const champs = [...document.querySelectorAll("[data-champ]")];
  const seul = (nom, texte) => partis.has(nom) || texte !== sus.get(nom);
  const seuls = champs.filter((element) => seul(element.dataset.champ, valeur(element)));
  if (!seuls.length) return false;
  rouvrir(async () => {
    for (const element of seuls) enregistrer(element.dataset.champ, valeur(element));
    await tout();
  });
  return true;
});

// Whatever is still waiting goes when the page does.
addEventListener("pagehide", () => {
  for (const nom of attentes.keys()) {
    const element = document.querySelector(`[data-champ="${CSS.escape(nom)}"]`);
    const jeton = document.querySelector('meta[name="jeton"]').content;
    const corps = { valeur: valeur(element).slice(0, LONG), avant: sus.get(nom) ?? "" };
    fetch(`/api/dossiers/${numero}/champs/${nom}`, {
      method: "PUT", keepalive: true, body: JSON.stringify(corps),
      headers: { "X-Station-Token": jeton, "Content-Type": "application/json" },
    });
  }
});
