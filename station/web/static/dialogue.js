// Dialogs that never destroy: native <dialog>; Escape closes it and what was typed stays.
//
// data-dialogue="id" opens, data-fermer closes. The focus goes back to where it came from.

function ouvrir(id) {
  const dialogue = document.getElementById(id);
  if (!dialogue || dialogue.open) return;
  dialogue.showModal();
  (dialogue.querySelector("[autofocus]") ?? dialogue.querySelector("h2"))?.focus();
}

document.addEventListener("click", ({ target }) => {
  const ouvreur = target.closest("[data-dialogue]");
  if (ouvreur) ouvrir(ouvreur.dataset.dialogue);
  target.closest("[data-fermer]")?.closest("dialog")?.close();
});

export { ouvrir };
