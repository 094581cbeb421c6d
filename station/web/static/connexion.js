// Login: the PIN goes to the card and nowhere else. A last try is asked for, never spent unasked.
import { annoncer } from "./annonces.js";
import { attendre } from "./attente.js";
import { jetonDuPoste } from "./poste.js";

const DERNIER_ESSAI = "CRT-013";
const formulaire = document.getElementById("connexion");
const code = document.getElementById("pin");
const dernier = document.getElementById("dernier-essai");
const entetes = { "X-Station-Token": jetonDuPoste(), "Content-Type": "application/json" };

async function connecter(evenement) {
  evenement.preventDefault();
  const bouton = formulaire.querySelector("[type=submit]");
  bouton.disabled = true;
  annoncer("Vérification de la carte…");
  try {
    const corps = { pin: code.value || null, dernier_essai: dernier.checked, retour: retour() };
    const demande = { method: "POST", headers: entetes, body: JSON.stringify(corps) };
    const reponse = await attendre(fetch("/api/session", demande));
    const contenu = await reponse.json();
    if (reponse.ok) return location.replace(contenu.aller);
    refuser(contenu);
  } catch {
    annoncer("La station ne répond pas : attendre quelques secondes, puis recommencer.", "erreur");
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
