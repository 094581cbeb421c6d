// The hand-over: each note goes to the station as it is made, and what still forbids comes back.
import { ecrire } from "./api.js";
import { remplacer } from "./fragments.js";

const notes = document.getElementById("notes");
const CASES = ["titulaire_present", "passeport_signe", "emargement"];
const REPOS = 400; // ms without a key before a text is sent
let suite = Promise.resolve();
let attente;

function dits() {
  const said = Object.fromEntries(new FormData(notes));
  for (const nom of CASES) said[nom] = notes.elements[nom]?.checked ?? false;
  return said;
}

function noter() {
  clearTimeout(attente);
  suite = suite
    .then(() => ecrire(`/api/suivi/${notes.dataset.remise}/remise`, dits()))
    .then(({ fragments }) => remplacer(fragments))
    .catch(() => {}); // the refusal is on the screen already
}

notes.addEventListener("change", noter);
notes.addEventListener("input", ({ target }) => {
  if (!target.matches("textarea, input[type=text]")) return;
  clearTimeout(attente);
  attente = setTimeout(noter, REPOS);
});
notes.addEventListener("submit", (evenement) => evenement.preventDefault());
