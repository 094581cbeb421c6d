// A new session: the PIN goes to the card and nowhere else.
import { jetonDuPoste } from "./poste.js";

const entetes = { "X-Station-Token": jetonDuPoste(), "Content-Type": "application/json" };

/** Ask for one; `pin` is empty where it is typed on the reader. Answers what the station does. */
export function demander({ pin, ...reste }) {
  const corps = { pin: pin || null, ...reste };
  return fetch("/api/session", { method: "POST", headers: entetes, body: JSON.stringify(corps) });
}

export const MUETTE = "La station ne répond pas : attendre quelques secondes, puis recommencer.";
