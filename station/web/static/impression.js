// Papers to the printer of the counter.
import { annoncer } from "./annonces.js";
import { envoyer } from "./api.js";
import { attendre } from "./attente.js";

const numero = document.body.dataset.dossier ?? document.querySelector("[data-scelle]")?.dataset.scelle;

document.addEventListener("click", async ({ target }) => {
  const bouton = target.closest?.('[data-action="imprimer"]');
  if (!bouton || bouton.disabled) return;
  bouton.disabled = true;
  const corps = { papier: bouton.dataset.valeur };
  const recu = await attendre(envoyer(`/api/dossiers/${numero}/impressions`, corps)).catch(() => null);
  if (recu) annoncer(recu.annonce);
  bouton.disabled = false;
});
