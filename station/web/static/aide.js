// The page that helps to prepare a pre-demande: asks the rules again after each change.
import { envoyer } from "./api.js";

const formulaire = document.getElementById("aide");
const champs = () => [...formulaire.querySelectorAll("[data-champ]")];
let demande = 0;

function valeurs() {
  const pleins = champs().filter((c) => c.type !== "checkbox" || c.checked);
  return Object.fromEntries(pleins.filter((c) => c.value).map((c) => [c.dataset.champ, c.value]));
}

function element(nom, texte, classe = "") {
  const fait = document.createElement(nom);
  fait.textContent = texte;
  if (classe) fait.className = classe;
  return fait;
}

function lister(id, lignes) {
  const faites = lignes.map(({ texte, precision }) => {
    const ligne = document.createElement("li");
    const corps = element("div", "", "corps");
    corps.append(element("p", texte, "titre"));
    if (precision) corps.append(element("p", precision, "detail"));
    ligne.append(corps);
    return ligne;
  });
  document.getElementById(id).replaceChildren(...faites);
}

function fauter(fautes) {
  for (const champ of champs()) {
    const phrase = fautes[champ.dataset.champ] ?? "";
    const place = formulaire.querySelector(`[data-erreur-de="${champ.dataset.champ}"]`);
    place.textContent = phrase;
    champ.closest(".champ").classList.toggle("en-erreur", phrase !== "");
    champ.toggleAttribute("aria-invalid", phrase !== "");
    if (phrase) champ.setAttribute("aria-invalid", "true");
  }
}

function recapituler(groupes) {
  const parts = groupes.flatMap(({ titre, lignes }) => {
    const liste = element("dl", "", "definitions");
    for (const { libelle, texte } of lignes) {
      const paire = document.createElement("div");
      paire.append(element("dt", libelle), element("dd", texte));
      liste.append(paire);
    }
    return [element("h2", titre), liste];
  });
  document.getElementById("recapitulatif").replaceChildren(...parts);
}

async function demander() {
  demande += 1;
  const celle_ci = demande;
  const dit = await envoyer("/api/aide", { champs: valeurs() });
  if (celle_ci !== demande) return; // a later change is on its way
  fauter(dit.fautes);
  lister("apporter", dit.prix ? dit.apporter : []);
  lister("aussi", dit.prix ? dit.aussi : []);
  lister("pourquoi", dit.pourquoi.map((texte) => ({ texte, precision: "" })));
  document.getElementById("prix").textContent = dit.prix;
  document.getElementById("rien").hidden = dit.prix !== "";
  recapituler(dit.recapitulatif);
}

formulaire.addEventListener("change", () => demander().catch(() => {}));
formulaire.addEventListener("submit", (evenement) => evenement.preventDefault());
document.addEventListener("click", async ({ target }) => {
  if (!target.closest('[data-action="imprimer"]')) return;
  await demander();
  window.print();
});
