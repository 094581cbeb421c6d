// Blocks that show when there is a reason to: the station says which. Nothing else moves, and what
// has the focus keeps it.
function accorder() {
  const vus = new Set(document.getElementById("visibles").dataset.blocs.split(" "));
  for (const bloc of document.querySelectorAll("[data-bloc]")) {
    const tenu = bloc.contains(document.activeElement); // never from under the hands
    bloc.hidden = !vus.has(bloc.dataset.bloc) && !tenu;
  }
}

document.addEventListener("station:fragment", ({ detail }) => {
  if (detail.id === "visibles") accorder();
});
