// A new session without leaving the page, where it holds text that the station has not got yet.
import { ouvrir } from "./dialogue.js";
import { jetonDuPoste } from "./poste.js";

const dialogue = document.getElementById("reconnexion");
const code = document.getElementById("reconnexion-pin");
const dit = document.getElementById("reconnexion-dit"); // the line that speaks lies behind the dialog
let suite = async () => {};

/** Ask for the PIN; then `garder` writes what the page holds, and the page is loaded anew. */
export function rouvrir(garder) {
  suite = garder;
  ouvrir("reconnexion");
}

async function connecter(evenement) {
  evenement.preventDefault();
  try {
    const reponse = await fetch("/api/session", {
      method: "POST",
      headers: { "X-Station-Token": jetonDuPoste(), "Content-Type": "application/json" },
      body: JSON.stringify({ pin: code.value || null, retour: location.pathname }),
    });
    if (!reponse.ok) return refuser(await reponse.json());
    await prendreJeton();
    await suite();
    location.reload();
  } catch {
    dit.textContent = "La station ne répond pas : attendre quelques secondes, puis recommencer.";
  } finally {
    code.value = "";
  }
}

function refuser({ code: nom, message, remede }) {
  dit.textContent = `${nom} – ${remede || message}`;
  code.focus();
}

/** The token of the new session, out of the page as the station gives it now. */
async function prendreJeton() {
  const page = await (await fetch(location.pathname)).text();
  const [, jeton] = /name="jeton" content="([^"]*)"/.exec(page);
  document.querySelector('meta[name="jeton"]').content = jeton;
}

dialogue?.querySelector("form").addEventListener("submit", connecter);
