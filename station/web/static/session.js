// A new session, asked for with the PIN of the card.
import { jetonDuPoste } from "./poste.js";
import { saisi } from "./pin.js";

const entetes = { "X-Station-Token": jetonDuPoste(), "Content-Type": "application/json" };

/** Ask for one that goes on at the path `retour`; answers what the station does. */
export function demander(formulaire, retour) {
  const body = JSON.stringify({ ...saisi(formulaire), retour });
  return fetch("/api/session", { method: "POST", headers: entetes, body });
}
