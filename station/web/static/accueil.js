// The home page: begin a dossier, open an appointment; the day as it changes.
import { envoyer, lire } from "./api.js";
import { attendre } from "./attente.js";
import { filtrer } from "./filtre.js";
import { remplacer } from "./fragments.js";

const ACTES = {
  nouveau: () => envoyer("/api/dossiers", {}),
  domicile: () => envoyer("/api/dossiers", { mobile: true }),
  "rendez-vous": (bouton) => envoyer("/api/rendez-vous", { numero: bouton.dataset.valeur }),
};

document.addEventListener("click", async ({ target }) => {
  const bouton = target.closest?.("[data-action]");
  const acte = bouton && ACTES[bouton.dataset.action];
  if (!acte) return;
  bouton.disabled = true;
  try {
    location.assign((await attendre(acte(bouton))).aller);
  } catch {
    bouton.disabled = false; // the refusal is on the screen already
    bouton.focus();
  }
});

// What somebody is about to do on a line is not taken from under their hands.
const occupe = () => document.querySelector("#accueil details[open]") !== null;

async function rafraichir() {
  if (occupe() || !document.getElementById("accueil")) return;
  const dit = await lire(`/api/accueil${location.search}`, { silencieux: true });
  if (!occupe()) remplacer(dit.fragments);
  filtrer();
}

for (const nom of ["etat", "envoi", "recharger"]) {
  document.addEventListener(`station:${nom}`, () => rafraichir().catch(() => {}));
}
