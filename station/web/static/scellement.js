// The seal, once whatever is clicked twice; the page that was left is not come back to.
import { annoncer } from "./annonces.js";
import { envoyer, lire } from "./api.js";
import { attendre } from "./attente.js";
import { effacer, redemander, saisi } from "./pin.js";

const numero = document.body.dataset.dossier;
const formulaire = document.getElementById("scellement");

async function sceller(evenement) {
  evenement.preventDefault();
  const bouton = formulaire.querySelector("[type=submit]");
  if (bouton.disabled) return;
  bouton.disabled = true;
  annoncer("Scellement en cours…");
  try {
    const la = `/api/dossiers/${numero}/scellement`;
    const { aller } = await attendre(envoyer(la, saisi(formulaire)));
    location.replace(aller);
  } catch (erreur) {
    bouton.disabled = false;
    redemander(formulaire, erreur.code);
    essais();
  } finally {
    effacer(formulaire);
  }
}

async function essais() {
  const carte = await lire("/api/session/carte", { silencieux: true }).catch(() => null);
  if (!carte) return; // the refusal of the seal has been said already
  const { essais: reste, bloque } = carte;
  const mot = reste > 1 ? `Il reste ${reste} essais.` : "Il reste un seul essai.";
  document.getElementById("pin-essais").textContent = bloque ? "Le code PIN est bloqué." : reste === null ? "" : mot;
}

formulaire?.addEventListener("submit", sceller);
if (formulaire) essais();
