// What a title or a proof of address proposes is taken over: one field, or all of them, by one key.
import { annoncer } from "./annonces.js";
import { envoyer } from "./api.js";
import { attendre } from "./attente.js";
import { resynchroniser, tout } from "./saisie.js";

const { dossier, ecran } = document.body.dataset;

async function reprendre(champs) {
  await attendre(tout());
  const reponse = await attendre(envoyer(`/api/dossiers/${dossier}/ecrans/${ecran}/reprise`, { champs }));
  await attendre(resynchroniser(reponse));
  annoncer(reponse.annonce);
}

document.addEventListener("click", async ({ target }) => {
  const un = target.closest?.("[data-reprendre]");
  const plusieurs = target.closest?.('[data-action="reprendre"]');
  if (un) {
    await reprendre([un.dataset.reprendre]);
    document.querySelector(`[data-champ="${CSS.escape(un.dataset.reprendre)}"]:not([type=hidden])`)?.focus();
  } else if (plusieurs) {
    await reprendre(plusieurs.dataset.valeur.split(" "));
    document.querySelector("[data-principal]")?.focus();
  }
});
