// Parts of the page as the station renders them, put in place of themselves. What has the focus
// keeps it: it is found again by its id, or by the place it had.

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

const FOCUSABLES = "a[href], button, input, select, textarea, [tabindex]";

function repere(bloc) {
  const actif = document.activeElement;
  const rang = [...bloc.querySelectorAll(FOCUSABLES)].indexOf(actif);
  return { id: actif.id, rang, debut: actif.selectionStart, texte: actif.value };
}

function retrouver(bloc, { id, rang, debut, texte }) {
  const cible = (id && document.getElementById(id)) || bloc.querySelectorAll(FOCUSABLES)[rang];
  if (!cible) return;
  if (texte !== undefined && cible.value !== undefined && cible.matches("textarea, input[type=text]")) {
    cible.value = texte;
  }
  cible.focus({ preventScroll: true });
  if (debut !== null && debut !== undefined) cible.setSelectionRange?.(debut, debut);
}
