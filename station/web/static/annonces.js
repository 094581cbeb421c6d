// The one line that speaks: read out (aria-live) and seen. One message at a time.
const DUREE = 8000; // ms; an error stays until the next message or until it is closed
let minuterie;

/** Say `texte` to the agent; `ton` is "info" or "erreur". `suite`: { libelle, touche, faire }, what
 *  may be done about it as long as it is said. */
export function annoncer(texte, ton = "info", suite = null) {
  const region = document.getElementById("annonces");
  if (!region) return;
  clearTimeout(minuterie);
  const ligne = document.createElement("p");
  ligne.textContent = texte;
  region.dataset.ton = ton;
  region.replaceChildren(ligne);
  if (suite) region.append(bouton(region, suite));
  if (ton === "erreur") region.append(fermeture(region));
  else if (!suite) minuterie = setTimeout(() => region.replaceChildren(), DUREE);
}

function bouton(region, { libelle, touche, faire }) {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", className: "bouton discret" });
  const [mots, touches] = [document.createElement("span"), document.createElement("kbd")];
  mots.textContent = libelle;
  touches.textContent = element.dataset.raccourci = touche;
  element.append(mots, " ", touches);
  element.addEventListener("click", () => {
    region.replaceChildren();
    faire();
  });
  return element;
}

function fermeture(region) {
  const bouton = document.createElement("button");
  bouton.type = "button";
  bouton.className = "bouton discret";
  bouton.textContent = "Fermer le message";
  bouton.addEventListener("click", () => region.replaceChildren());
  return bouton;
}

/** Say `texte` to a screen reader alone: what the others see anyway. */
export function murmurer(texte) {
  const region = document.getElementById("murmures");
  if (region) region.textContent = texte;
}

document.addEventListener("station:annonce", ({ detail }) => annoncer(detail.texte, detail.ton));
