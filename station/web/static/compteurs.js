// How much room is left on a line of the address, in words; silent until it is nearly full.
const PLEINE = 38; // characters (NF Z10-011)
const DIRE = 8; // left, from which on it is said

function compter(champ) {
  const aide = champ.parentElement.querySelector(".compteur") ?? ajouter(champ);
  const reste = PLEINE - [...champ.value].length;
  const mot = (n) => (n === 1 ? "caractère" : "caractères");
  if (reste < 0) aide.textContent = `${-reste} ${mot(-reste)} de trop sur cette ligne`;
  else if (reste <= DIRE) aide.textContent = reste ? `encore ${reste} ${mot(reste)}` : "ligne pleine";
  else aide.textContent = "";
}

function ajouter(champ) {
  const aide = document.createElement("p");
  aide.className = "aide compteur";
  aide.setAttribute("aria-live", "polite");
  champ.after(aide);
  return aide;
}

document.addEventListener("input", ({ target }) => {
  if (target.matches?.(".ligne input")) compter(target);
});
