// What the agent's hands do on this screen, counted and never read: no key, no text, no name.
// The figures go to the station when the page does (`station mesures` makes a model of them).
const numero = document.body.dataset.dossier;
const ecran = document.body.dataset.ecran;
const compte = { actes: 0, touches: 0, clics: 0, pointages: 0, mains: 0, attente_ms: 0 };
const debut = performance.now();
let main = "clavier";
let attend = null; // since when the agent can only wait

const prendre = (quoi) => {
  if (main !== quoi) compte.mains += 1;
  main = quoi;
};

addEventListener("keydown", (touche) => {
  if (touche.repeat || !touche.isTrusted) return;
  prendre("clavier");
  compte.touches += 1;
  if (/^F\d+$/.test(touche.key) || touche.ctrlKey || touche.altKey) compte.actes += 1;
}, { capture: true, passive: true });

addEventListener("pointerdown", (pointeur) => {
  if (!pointeur.isTrusted) return;
  prendre("pointeur");
  compte.clics += 1;
  compte.pointages += 1;
  if (pointeur.target.closest?.("button, a, summary")) compte.actes += 1;
}, { capture: true, passive: true });

addEventListener("change", ({ target, isTrusted }) => {
  if (isTrusted && target.matches?.("[data-champ], [data-justifier]")) compte.actes += 1;
}, { capture: true, passive: true });

document.addEventListener("station:code", () => { compte.actes += 1; });
document.addEventListener("station:attente", ({ detail }) => {
  if (detail.debut) attend ??= performance.now();
  else if (attend !== null) {
    compte.attente_ms += performance.now() - attend;
    attend = null;
  }
});

addEventListener("pagehide", () => {
  const [page] = performance.getEntriesByType("navigation");
  const entier = Math.round;
  const corps = {
    ...compte, ecran,
    attente_ms: entier(compte.attente_ms + (page?.duration ?? 0)),
    duree_ms: entier(performance.now() - debut),
  };
  const jeton = document.querySelector('meta[name="jeton"]').content;
  fetch(`/api/dossiers/${numero}/mesures`, {
    method: "POST", keepalive: true, body: JSON.stringify(corps),
    headers: { "X-Station-Token": jeton, "Content-Type": "application/json" },
  });
});
