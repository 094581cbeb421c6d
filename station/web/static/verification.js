// Reasons for what was found: kept as they are typed, in place of the one before.
import { ecrire } from "./api.js";
import { remplacer } from "./fragments.js";

const REPOS = 600; // ms without a key before a reason is sent
const numero = document.body.dataset.dossier;
const attentes = new Map();

async function enregistrer(code, zone) {
  clearTimeout(attentes.get(code));
  attentes.delete(code);
  const chemin = `/api/dossiers/${numero}/justifications/${code}`;
  const recu = await ecrire(chemin, { raison: zone.value }).catch(() => null); // said already
  if (!recu) return;
  delete recu.fragments["bloc-constats"]; // what is being typed stays as it is
  remplacer(recu.fragments);
}

function code(zone) {
  return zone.closest?.("[data-justifier]")?.dataset.justifier;
}

document.addEventListener("input", ({ target }) => {
  const nom = code(target);
  if (!nom) return;
  clearTimeout(attentes.get(nom));
  attentes.set(nom, setTimeout(() => enregistrer(nom, target), REPOS));
});
document.addEventListener("change", ({ target }) => {
  const nom = code(target);
  if (nom) enregistrer(nom, target);
});

// Where nothing blocks, the first reason that is wanted is the next thing to do.
if (!document.querySelector(".constats .ton-grave")) {
  document.querySelector(".carte:not(details) > .constats [data-justifier] textarea")?.focus();
}
