// A sealed dossier on its way: told by the station, and asked again until the CERT has answered.
import { lire } from "./api.js";
import { attendre } from "./attente.js";
import { remplacer } from "./fragments.js";

const RAPPEL = 3000; // ms; what was told while the page loaded is not told again
const numero = document.querySelector("[data-scelle]").dataset.scelle;
const fini = () => document.getElementById("bloc-envoi").dataset.final === "oui";

async function suivre() {
  remplacer((await lire(`/api/dossiers/${numero}/envoi`, { silencieux: true })).fragments);
}

document.addEventListener("station:envoi", ({ detail }) => {
  if (detail.dossier === numero) suivre();
});

// The agent looks on until the CERT has signed, or does not answer and everybody goes home.
const attendu = () => !fini() && !document.querySelector("#bloc-envoi .bandeau");
attendre(new Promise((resoudre) => {
  const voir = () => attendu() || resoudre();
  document.addEventListener("station:fragment", voir);
  voir();
}));

const rappel = setInterval(() => (fini() ? clearInterval(rappel) : suivre()), RAPPEL);
