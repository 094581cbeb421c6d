// What the agent's hands do on this screen, counted and never read: no key, no text, no name.
// The figures go to the station when the page does (`station mesures` makes a model of them); those
// of the login and the home page wait in the tab for the dossier that they lead to.
//
// An act is one intention: a field given its value, a choice, a button, a shortcut, a code.
const AVANT = "mesures"; // in the storage of the tab: what was done before there is a dossier
const MODIFICATEURS = new Set(["Control", "Alt", "AltGraph", "Shift", "Meta"]);
const numero = document.body.dataset.dossier ?? document.querySelector("[data-scelle]")?.dataset.scelle;
const ecran = document.body.dataset.ecran ?? document.querySelector('meta[name="ecran"]').content;
const RIEN = { actes: 0, touches: 0, clics: 0, pointages: 0, mains: 0, attente_ms: 0 };
const compte = { ...RIEN };
const debut = performance.now();
let main = "clavier";
let champ = null; // the field under the hands: one act, however much is typed into it
let attend = null; // since when the agent can only wait

const prendre = (quoi) => {
  if (main !== quoi) compte.mains += 1;
  main = quoi;
};
const acte = () => {
  compte.actes += 1;
  champ = null;
};
const nom = (element) => element.name || element.id;
const ecouter = (quoi, faire) => addEventListener(quoi, faire, { capture: true, passive: true });

// --- what the hands do --------------------------------------------------------------------------

const raccourci = (touche) => /^F\d+$/.test(touche.key)
  || ((touche.ctrlKey || touche.altKey || touche.metaKey) && !touche.getModifierState("AltGraph")
    && !MODIFICATEURS.has(touche.key));
/** A proposal of a list is taken. */
const choix = ({ key, target }) => (key === "Enter" || key === "Tab") && target.hasAttribute?.("aria-activedescendant");

ecouter("keydown", (touche) => {
  if (touche.repeat || !touche.isTrusted) return;
  prendre("clavier");
  compte.touches += 1;
  if (raccourci(touche) || choix(touche)) acte();
});

ecouter("pointerdown", (pointeur) => {
  if (!pointeur.isTrusted || pointeur.target.closest?.("[data-pave] canvas")) return; // the applicant signs
  prendre("pointeur");
  compte.clics += 1;
  compte.pointages += 1;
});

// By the pointer or by Enter and Space; a shortcut clicks as well, but it is no trusted click.
ecouter("click", ({ target, isTrusted }) => {
  if (isTrusted && target.closest?.("button, a, summary, [role=option]")) acte();
});

// By Enter in a field: a button that is pressed names itself.
ecouter("submit", ({ submitter }) => {
  if (!submitter) acte();
});

ecouter("input", ({ target, isTrusted }) => {
  if (!isTrusted || nom(target) === champ) return;
  acte();
  champ = nom(target);
});
ecouter("focusin", ({ target }) => {
  if (nom(target) !== champ) champ = null;
});

document.addEventListener("station:code", acte);

// --- what the machine takes ---------------------------------------------------------------------

document.addEventListener("station:attente", ({ detail }) => {
  if (detail.debut) attend = performance.now();
  else finir();
});

function finir() {
  if (attend !== null) compte.attente_ms += performance.now() - attend;
  attend = null;
}

/** Until everything of this page was there. */
function chargement() {
  const [page] = performance.getEntriesByType("navigation");
  return page?.duration || performance.now();
}

// --- to the station -----------------------------------------------------------------------------

function envoyer(corps) {
  const jeton = document.querySelector('meta[name="jeton"]').content;
  fetch(`/api/dossiers/${numero}/mesures`, {
    method: "POST", keepalive: true, body: JSON.stringify(corps),
    headers: { "X-Station-Token": jeton, "Content-Type": "application/json" },
  }).catch(() => {}); // a figure is lost, and nothing else
}

const avant = () => JSON.parse(sessionStorage.getItem(AVANT) ?? "{}");

if (numero) {
  Object.values(avant()).forEach(envoyer);
  sessionStorage.removeItem(AVANT);
}

addEventListener("pagehide", () => {
  finir();
  const attente_ms = Math.round(compte.attente_ms + chargement());
  const corps = { ...compte, ecran, attente_ms, duree_ms: Math.round(performance.now() - debut) };
  Object.assign(compte, RIEN);
  if (numero) envoyer(corps);
  else sessionStorage.setItem(AVANT, JSON.stringify({ ...avant(), [ecran]: corps }));
});
