// What the station tells without being asked, as events of the document: station:champ, station:code…
// And signs of life of the agent, so that the session does not lock under their hands.
import { annoncer } from "./annonces.js";
import { envoyer, lire, MUETTE, reconnecter, supprimer } from "./api.js";
import { remplacer } from "./fragments.js";

const VIE = 30_000; // ms between two signs of life
const SILENCE = 2000; // ms without the station before the agent is told
const source = new EventSource("/api/evenements");

const DITS = [
  "champ", "code", "dossier", "envoi", "etat", "recharger", "scelle", "second-ecran", "tache", "usager",
];
for (const nom of DITS) {
  source.addEventListener(nom, ({ data }) => {
    document.dispatchEvent(new CustomEvent(`station:${nom}`, { detail: JSON.parse(data) }));
  });
}
source.addEventListener("session", ({ data }) => {
  if (JSON.parse(data).etat === "fermee") reconnecter();
});
const etat = () => lire("/api/etat", { silencieux: true }).then(remplacer, () => {});
source.addEventListener("etat", etat);

// The browser asks again by itself. A station that is back knows this session, or sends to the login.
let silence = null;
let connue = false; // a page without a session hears nothing, and stays
source.addEventListener("error", () => {
  if (!connue) return;
  if (source.readyState === EventSource.CLOSED) etat();
  else silence ??= setTimeout(() => annoncer(MUETTE.phrase, "erreur"), SILENCE);
});
source.addEventListener("open", () => {
  clearTimeout(silence);
  silence = null;
  connue = true;
  etat(); // what was told before this page listened
});

let dernier = Date.now();
function vivant() {
  if (Date.now() - dernier < VIE) return;
  dernier = Date.now();
  envoyer("/api/session/activite").catch(() => {});
}
for (const nom of ["keydown", "pointerdown", "wheel"]) addEventListener(nom, vivant, { passive: true });

document.addEventListener("click", async ({ target }) => {
  if (!target.closest?.('[data-action="verrouiller"]')) return;
  await supprimer("/api/session");
  reconnecter();
});

// A sealed dossier shows as such wherever it is open, in another window or one went back to.
document.addEventListener("station:scelle", ({ detail }) => {
  const { dossier } = document.body.dataset;
  if (detail.dossier === dossier) location.replace(`/dossiers/${dossier}/scellement`);
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});
