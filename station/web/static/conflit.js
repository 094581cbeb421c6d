// Two windows wrote into one field: both texts side by side under it, nothing lost, one key each.
import { murmurer } from "./annonces.js";

const COURT = 60; // characters of a value that a sentence repeats

/** Show both; `choisir` is called with the text to keep. `la` is the field as the station has it. */
export function comparer(nom, ici, la, choisir) {
  const lieu = document.querySelector(`[data-erreur-de="${CSS.escape(nom)}"]`);
  if (!lieu) return choisir(la.valeur);
  const mots = la.affiche || dire(nom, la.valeur);
  const miens = dire(nom, ici);
  const bloc = document.createElement("div");
  bloc.className = "ecart conflit";
  bloc.dataset.conflit = nom;
  const phrase = document.createElement("p");
  phrase.textContent = `Une autre fenêtre a écrit « ${mots} » ; ici, « ${miens} ».`;
  bloc.append(
    phrase,
    bouton(`Garder ici « ${miens} »`, () => finir(ici)),
    bouton(`Prendre « ${mots} »`, () => finir(la.valeur)),
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

/** A text as the agent reads it: of a choice its words, of nothing a word. */
function dire(nom, texte) {
  const [champ] = document.getElementsByName(nom);
  if (champ?.type === "checkbox") return texte ? "coché" : "non coché";
  const option = document.querySelector(
    `input[name="${CSS.escape(nom)}"][value="${CSS.escape(texte)}"] + span, select[name="${CSS.escape(nom)}"] option[value="${CSS.escape(texte)}"]`,
  );
  const mots = option?.firstChild?.textContent.trim() ?? texte;
  return texte ? (mots.length > COURT ? `${mots.slice(0, COURT)}…` : mots) : "rien";
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
