// Parts of the page as the station renders them, put in place of themselves. What has the focus
// keeps it: it is found again by its id, or by the place it had if the same thing stands there, for
// nobody may press Enter on another button than the one they were at.

/** `fragments`: { id: html }, each html one element of that id; "" takes the element's content away. */
export function remplacer(fragments = {}) {
  for (const [id, html] of Object.entries(fragments)) {
    const ancien = document.getElementById(id);
    if (!ancien || ancien.outerHTML === html.trim()) continue;
    const focus = ancien.contains(document.activeElement) ? repere(ancien) : null;
    const gabarit = document.createElement("template");
    gabarit.innerHTML = html.trim();
    const nouveau = gabarit.content.firstElementChild;
    if (!nouveau) continue;
    ancien.replaceWith(nouveau);
    if (focus) retrouver(nouveau, focus);
    document.dispatchEvent(new CustomEvent("station:fragment", { detail: { id, element: nouveau } }));
  }
}

const FOCUSABLES = "a[href], button, input, select, summary, textarea, [tabindex]";

function repere(bloc) {
  const actif = document.activeElement;
  const rang = [...bloc.querySelectorAll(FOCUSABLES)].indexOf(actif);
  const { id, selectionStart: debut, value: texte } = actif;
  return { id, rang, debut, texte, mots: actif.textContent, deplie: actif.closest("details")?.open };
}

function retrouver(bloc, { id, rang, debut, texte, mots, deplie }) {
  const voisin = bloc.querySelectorAll(FOCUSABLES)[rang];
  const meme = voisin?.textContent === mots ? voisin : bloc.querySelector("[data-principal]");
  const cible = (id && document.getElementById(id)) || meme;
  if (!cible) return;
  if (texte !== undefined && cible.value !== undefined && cible.matches("textarea, input[type=text]")) {
    cible.value = texte;
  }
  const repli = cible.closest("details");
  if (repli && (deplie || !cible.matches("summary"))) repli.open = true; // a summary shows by itself
  cible.focus({ preventScroll: true });
  if (debut !== null && debut !== undefined) cible.setSelectionRange?.(debut, debut);
}
