// The search over the lines that are shown, and the arrows from one line to the next.
import { murmurer } from "./annonces.js";

const simple = (texte) => texte.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const champ = document.getElementById("recherche");
const lignes = () => [...document.querySelectorAll("[data-filtrable] > li")];
const vues = () => lignes().filter((ligne) => !ligne.hidden);
const acte = (ligne) => ligne.querySelector("a[href], button");

/** Show the lines that have what is searched for; a card without any of its lines says so. */
export function filtrer() {
  const voulu = simple(champ?.value.trim() ?? "");
  for (const ligne of lignes()) {
    ligne.hidden = !simple(`${ligne.textContent} ${ligne.dataset.mots ?? ""}`).includes(voulu);
  }
  const nombre = vues().length;
  murmurer(voulu ? `${nombre} ligne${nombre > 1 ? "s" : ""}` : "");
}

champ?.addEventListener("input", filtrer);
champ?.addEventListener("keydown", (touche) => {
  if (touche.key !== "Enter") return;
  touche.preventDefault();
  const [premiere, ...autres] = vues();
  const numero = champ.value.trim();
  if (!premiere && /^[0-9-]{3,32}$/.test(numero)) location.assign(`/suivi?cherche=${numero}`); // of the whole post
  if (premiere) acte(premiere)?.focus();
  if (premiere && !autres.length) acte(premiere)?.click();
});

document.addEventListener("keydown", (touche) => {
  const pas = { ArrowDown: 1, ArrowUp: -1 }[touche.key];
  if (!pas || touche.defaultPrevented || touche.target.matches("select, textarea, input[type=radio]")) return;
  const suite = vues();
  const ici = suite.indexOf(touche.target.closest?.("[data-filtrable] > li"));
  const cible = suite[ici < 0 ? (pas > 0 ? 0 : suite.length - 1) : ici + pas];
  if (!cible) return;
  touche.preventDefault();
  acte(cible)?.focus();
});
