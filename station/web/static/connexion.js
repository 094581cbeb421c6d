// Login. A last try of the PIN is asked for, never spent unasked.
import { annoncer } from "./annonces.js";
import { attendre } from "./attente.js";
import { demander, MUETTE } from "./session.js";

const DERNIER_ESSAI = "CRT-013";
const formulaire = document.getElementById("connexion");
const code = document.getElementById("pin");
const dernier = document.getElementById("dernier-essai");

async function connecter(evenement) {
  evenement.preventDefault();
  const bouton = formulaire.querySelector("[type=submit]");
  bouton.disabled = true;
  annoncer("Vérification de la carte…");
  try {
    const corps = { pin: code.value, dernier_essai: dernier.checked, retour: retour() };
    const reponse = await attendre(demander(corps));
    const contenu = await reponse.json();
    if (reponse.ok) return location.replace(contenu.aller);
    refuser(contenu);
  } catch {
    annoncer(MUETTE, "erreur");
  } finally {
    code.value = "";
    bouton.disabled = false;
  }
}

function refuser({ code: nom, message, remede }) {
  document.getElementById("bloc-dernier-essai").hidden = nom !== DERNIER_ESSAI;
  annoncer(`${nom} – ${remede || message}`, "erreur");
  code.focus();
}

const retour = () => new URLSearchParams(location.search).get("retour") ?? "";

formulaire.addEventListener("submit", connecter);
