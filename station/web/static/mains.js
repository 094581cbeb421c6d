// A click on a drawn finger is one on its button; the drawing follows the buttons.
document.addEventListener("click", ({ target }) => {
  const dessin = target.closest?.("[data-doigt]");
  const mains = dessin?.closest("[data-mains]");
  mains?.querySelector(`input[value="${dessin.dataset.doigt}"]`)?.click();
});

document.addEventListener("change", ({ target }) => {
  for (const dessin of target.closest?.("[data-mains]")?.querySelectorAll("[data-doigt]") ?? []) {
    dessin.classList.toggle("d-actif", dessin.dataset.doigt === target.value);
  }
});
