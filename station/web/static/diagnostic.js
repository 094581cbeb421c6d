// Each device and the queue, asked again every few seconds; a trial of a sensor, seen live.
import { jetonDuPoste } from "./poste.js";
import { essayer } from "./essai.js";

const headers = { "X-Station-Token": jetonDuPoste(), "Content-Type": "application/json" };
const ESSAIS = { empreintes: { doigt: 2 }, photo: {} }; // what a trial of each sensor asks for
const NOMS = {
  empreintes: "Empreintes", photo: "Photo", "photo-papier": "Photo papier", pieces: "Numériseur",
  codes: "Codes", carte: "Carte agent", titre: "Titres",
};
const QUI = { agent: "l’agent", technicien: "le technicien", administrateur: "l’administrateur" };
const releve = { appareils: {}, file: {}, essais: [] };

async function demander(chemin, options = {}) {
  const reponse = await fetch(chemin, { headers, ...options });
  const contenu = await reponse.json();
  if (!reponse.ok) throw new Error(`${contenu.code} ${contenu.message} – ${contenu.remede}`);
  return contenu;
}

function etat(appareil) {
  if (appareil.etat === "occupe") return ["… occupé", "Une capture est en cours.", ""];
  if (appareil.etat !== "pret") {
    return [`✗ ${appareil.code}`, `${appareil.message} – ${appareil.remede}`, QUI[appareil.qui] ?? ""];
  }
  const origine = appareil.simulated ? ", simulé" : "";
  const micrologiciel = appareil.firmware ? `, micrologiciel ${appareil.firmware}` : "";
  const serie = appareil.serial ? `, n° ${appareil.serial}` : "";
  return ["✓ prêt", `${appareil.vendor} ${appareil.model}${serie}${micrologiciel}${origine}`, ""];
}

function ligne(nom, appareil) {
  const rangee = document.createElement("tr");
  for (const texte of [NOMS[nom] ?? nom, ...etat(appareil)]) {
    const cellule = document.createElement("td");
    cellule.textContent = texte;
    rangee.append(cellule);
  }
  const cellule = document.createElement("td");
  if (nom in ESSAIS) cellule.append(bouton(nom));
  rangee.append(cellule);
  return rangee;
}

function bouton(nom) {
  const fait = document.createElement("button");
  Object.assign(fait, { type: "button", className: "bouton", id: `essai-${nom}`, textContent: "Essayer" });
  fait.setAttribute("aria-label", `Essayer : ${NOMS[nom]}`);
  fait.addEventListener("click", () => lancer(nom));
  return fait;
}

async function lancer(nom) {
  document.getElementById("essai").hidden = false;
  document.getElementById("essai").focus();
  const corps = JSON.stringify(ESSAIS[nom]);
  try {
    const { id } = await demander(`/api/appareils/${nom}/captures`, { method: "POST", body: corps });
    const dit = await essayer(id, headers, NOMS[nom]);
    releve.essais.push({ appareil: nom, ...dit });
  } catch (erreur) {
    document.getElementById("essai-dit").textContent = erreur.message;
  }
}

let montre = "";
async function rafraichir() {
  const file = document.getElementById("file");
  try {
    releve.appareils = (await demander("/api/sante")).appareils;
    const texte = JSON.stringify(releve.appareils);
    if (texte !== montre) {
      const rangees = Object.entries(releve.appareils).map(([nom, un]) => ligne(nom, un));
      document.getElementById("appareils").replaceChildren(...rangees);
      montre = texte;
    }
    releve.file = await demander("/api/file-envoi");
    const { en_attente: attente, age_secondes: age, refuses } = releve.file;
    file.textContent = `File d’envoi : ${attente ? `${attente} en attente, depuis ${Math.round(age / 60)} min` : "rien en attente"}${refuses ? ` ; refusés par le centre : ${refuses}` : ""}.`;
  } catch (erreur) {
    file.textContent = `Station injoignable : ${erreur.message}.`;
  }
  setTimeout(rafraichir, 5000);
}

// What the technician sends: states, codes and figures; nothing of anybody is on this page.
document.getElementById("exporter").addEventListener("click", () => {
  const { carte, ...autres } = releve.appareils;
  const appareils = carte ? { ...autres, carte: { ...carte, serial: "" } } : autres; // an agent's own
  const dit = { le: new Date().toISOString(), navigateur: navigator.userAgent, ...releve, appareils };
  const contenu = JSON.stringify(dit, null, 1);
  const adresse = URL.createObjectURL(new Blob([contenu], { type: "application/json" }));
  const lien = Object.assign(document.createElement("a"), { href: adresse, download: "etat-station.json" });
  lien.click();
  URL.revokeObjectURL(adresse);
});

rafraichir();
