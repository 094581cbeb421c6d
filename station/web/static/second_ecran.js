// The applicant's own screen: opened from here, and whether it is there.
const TAILLE = "popup,width=1024,height=768";

document.addEventListener("click", ({ target }) => {
  if (target.closest?.('[data-action="second-ecran"]')) window.open("/usager", "usager", TAILLE);
});

document.addEventListener("station:second-ecran", ({ detail }) => {
  for (const mot of document.querySelectorAll("[data-second-ecran]")) {
    mot.textContent = detail.present ? "ouvert" : "fermé";
  }
});
