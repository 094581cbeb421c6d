// A new session without leaving the page, where it holds text that the station has not got yet.
import { MUETTE } from "./api.js";
import { ouvrir } from "./dialogue.js";
import { effacer, redemander } from "./pin.js";
import { demander } from "./session.js";

const $ = (id) => document.getElementById(id);
const dire = (texte) => { $("reconnexion-dit").textContent = texte; }; // #annonces lies behind the dialog
let suite = async () => {};

/** Ask for the PIN; then `garder` writes what the page holds, and the page is loaded anew. */
export function rouvrir(garder) {
  suite = garder;
  if (!$("reconnexion")) {
    document.body.append($("reconnexion-modele").content.cloneNode(true));
    $("reconnexion").querySelector("form").addEventListener("submit", connecter);
  }
  ouvrir("reconnexion");
}

async function connecter(evenement) {
  evenement.preventDefault();
  const formulaire = evenement.target;
  try {
    const reponse = await demander(formulaire, location.pathname);
    if (!reponse.ok) return refuser(formulaire, await reponse.json());
    await prendreJeton();
    await suite();
    location.reload();
  } catch {
    dire(MUETTE.phrase);
  } finally {
    effacer(formulaire);
  }
}

function refuser(formulaire, { code, message, remede }) {
  dire(`${code} – ${remede || message}`);
  redemander(formulaire, code);
}

/** The token of the new session, out of the page as the station gives it now. */
async function prendreJeton() {
  const page = await (await fetch(location.pathname)).text();
  const [, jeton] = /name="jeton" content="([^"]*)"/.exec(page);
  document.querySelector('meta[name="jeton"]').content = jeton;
}
