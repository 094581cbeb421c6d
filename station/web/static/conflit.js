// Two windows wrote into one field: both texts side by side under it, nothing lost, one key each.
import { murmurer } from "./annonces.js";

/** Show both; `choisir` is called with the text to keep. `la` is the field as the station has it. */
export function comparer(nom, ici, la, choisir) {
  const lieu = document.querySelector(`[data-erreur-de="${CSS.escape(nom)}"]`);
  if (!lieu) return choisir(la.valeur);
  const mots = la.affiche || la.valeur;
  const bloc = document.createElement("div");
  bloc.className = "ecart conflit";
  bloc.dataset.conflit = nom;
  const phrase = document.createElement("p");
  phrase.textContent = `Une autre fenêtre a écrit « ${mots || "rien"} » ; ici, « ${ici || "rien"} ».`;
  bloc.append(
    phrase,
    bouton(`Garder ici « ${ici || "rien"} »`, () => finir(ici)),
    bouton(`Prendre « ${mots || "rien"} »`, () => finir(la.valeur)),
  );
  document.querySelector(`[data-conflit="${CSS.escape(nom)}"]`)?.remove();
  lieu.before(bloc);
  murmurer(phrase.textContent);

  function finir(texte) {
    bloc.remove();
    document.querySelector(`[data-champ="${CSS.escape(nom)}"]:not([type=hidden])`)?.focus();
    choisir(texte);
  }
}

function bouton(texte, faire) {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", className: "bouton lien" });
  const mots = document.createElement("span");
  mots.textContent = texte;
  element.append(mots);
  element.addEventListener("click", faire);
  return element;
}
