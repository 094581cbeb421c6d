// The home page: begin a dossier, find one among those shown.
import { annoncer } from "./annonces.js";
import { envoyer } from "./api.js";

document.addEventListener("click", async ({ target }) => {
  const bouton = target.closest?.('[data-action="nouveau"]');
  if (!bouton) return;
  bouton.disabled = true;
  try {
    location.assign((await envoyer("/api/dossiers", {})).aller);
  } catch {
    bouton.disabled = false; // the refusal is on the screen already
  }
});

const simple = (texte) => texte.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

document.getElementById("recherche")?.addEventListener("input", ({ target }) => {
  const voulu = simple(target.value.trim());
  let vus = 0;
  for (const ligne of document.querySelectorAll("[data-filtrable] > li")) {
    ligne.hidden = !simple(ligne.textContent).includes(voulu);
    vus += ligne.hidden ? 0 : 1;
  }
  annoncer(voulu ? `${vus} ligne${vus > 1 ? "s" : ""}` : "");
});
