// The seal: the PIN goes to the card and nowhere else; the page that was left is not come back to.
import { annoncer } from "./annonces.js";
import { envoyer, lire } from "./api.js";
import { attendre } from "./attente.js";

const DERNIER_ESSAI = "CRT-013";
const numero = document.body.dataset.dossier;
const formulaire = document.getElementById("scellement");
const pin = document.getElementById("pin");
const dernier = document.getElementById("dernier-essai");

async function sceller(evenement) {
  evenement.preventDefault();
  const bouton = formulaire.querySelector("[type=submit]");
  if (bouton.disabled) return;
  bouton.disabled = true;
  annoncer("Scellement en cours…");
  try {
    const corps = { pin: pin.value || null, dernier_essai: dernier.checked };
    const { aller } = await attendre(envoyer(`/api/dossiers/${numero}/scellement`, corps));
    location.replace(aller);
  } catch (erreur) {
    document.getElementById("bloc-dernier-essai").hidden = erreur.code !== DERNIER_ESSAI;
    bouton.disabled = false;
    pin.focus();
    essais();
  } finally {
    pin.value = "";
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
