// The follow-up: the list or one dossier as it changes; a complement begun.
import { envoyer, lire } from "./api.js";
import { filtrer } from "./filtre.js";
import { remplacer } from "./fragments.js";

document.addEventListener("click", async ({ target }) => {
  const bouton = target.closest?.('[data-action="complement"]');
  if (!bouton) return;
  bouton.disabled = true;
  try {
    location.assign((await envoyer(`/api/suivi/${bouton.dataset.valeur}/complement`, {})).aller);
  } catch {
    bouton.disabled = false; // the refusal is on the screen already
  }
});

async function rafraichir() {
  if (document.querySelector("details[open]")) return;
  const dit = await lire(`/api${location.pathname}${location.search}`, { silencieux: true });
  remplacer(dit.fragments);
  filtrer();
}

for (const nom of ["etat", "envoi", "recharger"]) {
  document.addEventListener(`station:${nom}`, () => rafraichir().catch(() => {}));
}
