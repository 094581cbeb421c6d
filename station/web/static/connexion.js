// Login with the agent's card.
import { annoncer } from "./annonces.js";
import { MUETTE } from "./api.js";
import { attendre } from "./attente.js";
import { effacer, redemander } from "./pin.js";
import { demander } from "./session.js";

const formulaire = document.getElementById("connexion");

async function connecter(evenement) {
  evenement.preventDefault();
  const bouton = formulaire.querySelector("[type=submit]");
  bouton.disabled = true;
  annoncer("Vérification de la carte…");
  try {
    const reponse = await attendre(demander(formulaire, retour()));
    const contenu = await reponse.json();
    if (reponse.ok) return location.replace(contenu.aller);
    refuser(contenu);
  } catch {
    annoncer(MUETTE.phrase, "erreur");
  } finally {
    effacer(formulaire);
    bouton.disabled = false;
  }
}

function refuser({ code, message, remede }) {
  annoncer(`${code} – ${remede || message}`, "erreur");
  redemander(formulaire, code);
}

const retour = () => new URLSearchParams(location.search).get("retour") ?? "";

formulaire.addEventListener("submit", connecter);
