// The opening: the number of the pre-demande first; what it brings, or why it brings nothing.
import { envoyer } from "./api.js";
import { attendre } from "./attente.js";
import { resynchroniser, tout } from "./saisie.js";

const { dossier } = document.body.dataset;
const formulaire = document.getElementById("predemande");
const numero = formulaire.querySelector("input");
const reponse = document.getElementById("reponse-predemande");
const premier = () => document.querySelector("#demande input");

async function importer() {
  if (!numero.value.trim()) return premier().focus();
  const bouton = formulaire.querySelector("[type=submit]");
  bouton.disabled = true;
  dire("Recherche de la pré-demande…");
  try {
    await attendre(tout());
    const demande = { numero: numero.value.slice(0, 40) };
    const trouve = await attendre(envoyer(`/api/dossiers/${dossier}/predemande`, demande));
    dire(trouve.annonce, trouve.code ? "erreur" : "");
    await attendre(resynchroniser());
    (trouve.code ? premier() : document.querySelector("[data-principal]")).focus();
  } catch {
    dire(""); // said at the foot of the page
  } finally {
    bouton.disabled = false;
  }
}

function dire(texte, ton = "") {
  reponse.textContent = texte;
  reponse.dataset.ton = ton;
}

formulaire.addEventListener("submit", (evenement) => {
  evenement.preventDefault();
  importer();
});
document.addEventListener("click", ({ target }) => {
  if (target.closest?.('[data-action="sans-predemande"]')) premier().focus();
});
if (!numero.value && !document.activeElement?.matches("input")) numero.focus();
