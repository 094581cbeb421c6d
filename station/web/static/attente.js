// While the agent can only wait: told as station:attente { debut }, for whoever measures it.
let promises = 0;

/** What `promesse` resolves to; from now until then the agent waits. */
export async function attendre(promesse) {
  if (promises++ === 0) dire(true);
  try {
    return await promesse;
  } finally {
    if (--promises === 0) dire(false);
  }
}

function dire(debut) {
  document.dispatchEvent(new CustomEvent("station:attente", { detail: { debut } }));
}
