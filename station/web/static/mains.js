// A click on a drawn finger is one on its button; the drawing follows the buttons.
for (const mains of document.querySelectorAll("[data-mains]")) {
  const bouton = (code) => mains.querySelector(`input[value="${code}"]`);

  mains.addEventListener("click", ({ target }) => {
    const dessin = target.closest?.("[data-doigt]");
    if (dessin) bouton(dessin.dataset.doigt)?.click();
  });

  mains.addEventListener("change", ({ target }) => {
    for (const dessin of mains.querySelectorAll("[data-doigt]")) {
      dessin.classList.toggle("d-actif", dessin.dataset.doigt === target.value);
    }
  });
}
