// Each device and the queue, asked again every few seconds.
import { jetonDuPoste } from "./poste.js";

const headers = { "X-Station-Token": jetonDuPoste() };

async function read(path) {
  const answer = await fetch(path, { headers });
  if (!answer.ok) throw new Error(`réponse ${answer.status}`);
  return answer.json();
}

function state(device) {
  if (device.etat === "occupe") return ["… occupé", "Une capture est en cours."];
  if (device.etat !== "pret") {
    return ["✗ en panne", `${device.code} ${device.message} – ${device.remede}`];
  }
  const origin = device.simulated ? ", simulé" : "";
  return ["✓ prêt", `${device.vendor} ${device.model}, n° ${device.serial}${origin}`];
}

function row(name, device) {
  const line = document.createElement("tr");
  for (const text of [name, ...state(device)]) {
    const cell = document.createElement("td");
    cell.textContent = text;
    line.append(cell);
  }
  return line;
}

async function refresh() {
  const queue = document.getElementById("file");
  try {
    const { appareils } = await read("/api/sante");
    const rows = Object.entries(appareils).map(([name, device]) => row(name, device));
    document.getElementById("appareils").replaceChildren(...rows);
    const { en_attente: waiting, age_secondes: age } = await read("/api/file-envoi");
    queue.textContent = waiting
      ? `File d’envoi : ${waiting} dossier(s), le plus ancien depuis ${Math.round(age / 60)} min.`
      : "File d’envoi : aucun dossier en attente.";
  } catch (error) {
    queue.textContent = `Station injoignable : ${error.message}.`;
  }
  setTimeout(refresh, 5000);
}

refresh();
