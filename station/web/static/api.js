// Every call to the station: token, JSON in and out, one form of error.
import { annoncer } from "./annonces.js";

const jeton = () => document.querySelector('meta[name="jeton"]')?.content ?? "";
const CONNEXION = "/connexion";
let retenue = () => false;

/** What the station refuses: a stable code, the fact, and what to do. `etat` 0: no answer.
 *  `champ` is the field as it stands where another window was quicker. */
export class Refus extends Error {
  constructor(etat, { code = "", message = "", remede = "", champ = null } = {}) {
    super(message);
    Object.assign(this, { name: "Refus", etat, code, remede, champ });
  }

  get phrase() {
    return [this.code, this.message, this.remede].filter(Boolean).join(" – ");
  }
}

/** What is said of a station that does not answer. */
export const MUETTE = new Refus(0, {
  message: "La station ne répond pas",
  remede: "Attendre quelques secondes puis recommencer ; rien de ce qui est enregistré n’est perdu.",
});

/**
 * Call the station; `corps` is JSON, or a file as it is. `options.silencieux`: the caller says the error itself.
 * Answers the JSON, or null where there is none; throws `Refus`, or AbortError for `options.signal`.
 */
export async function appel(methode, chemin, corps, options = {}) {
  try {
    return await demander(methode, chemin, corps, options.signal);
  } catch (erreur) {
    if (erreur instanceof Refus && !options.silencieux) annoncer(erreur.phrase, "erreur");
    throw erreur;
  }
}

export const lire = (chemin, options) => appel("GET", chemin, undefined, options);
export const envoyer = (chemin, corps, options) => appel("POST", chemin, corps, options);
export const ecrire = (chemin, corps, options) => appel("PUT", chemin, corps, options);
export const supprimer = (chemin, options) => appel("DELETE", chemin, undefined, options);

// What fills a field outlives the page: it was typed.
async function demander(methode, chemin, corps, signal) {
  const entetes = { "X-Station-Token": jeton(), Accept: "application/json" };
  const demande = { method: methode, headers: entetes, signal, keepalive: methode === "PUT" };
  if (corps instanceof Blob) {
    entetes["Content-Type"] = "application/octet-stream";
    demande.body = corps;
  } else if (corps !== undefined) {
    entetes["Content-Type"] = "application/json";
    demande.body = JSON.stringify(corps);
  }
  const [reponse, contenu] = await echanger(chemin, demande);
  if (reponse.ok) return contenu;
  if ((reponse.status === 401 || reponse.status === 423) && !retenue()) reconnecter();
  throw new Refus(reponse.status, contenu ?? MUETTE);
}

// An answer that is cut is none: whoever wrote writes again.
async function echanger(chemin, demande) {
  try {
    const reponse = await fetch(chemin, demande);
    return [reponse, await lu(reponse)];
  } catch (erreur) {
    if (erreur.name === "AbortError") throw erreur;
    throw MUETTE;
  }
}

async function lu(reponse) {
  const json = reponse.headers.get("Content-Type")?.startsWith("application/json");
  return json && reponse.status !== 204 ? reponse.json() : null;
}

/** `retenir` is asked before a refused call leaves the page: true while it holds what is nowhere else. */
export const retenir = (question) => { retenue = question; };

/** To the login, and back here afterwards; the draft is on the station's disk already. */
export function reconnecter() {
  if (location.pathname.startsWith(CONNEXION)) return;
  const retour = encodeURIComponent(location.pathname + location.search);
  location.assign(`${CONNEXION}?retour=${retour}`);
}
