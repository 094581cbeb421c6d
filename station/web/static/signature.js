// The screen of the signature: recap confirmed, pad, reason; it follows what the applicant does.
import { annoncer } from "./annonces.js";
import { ecrire, envoyer, lire } from "./api.js";
import { attendre } from "./attente.js";
import { remplacer } from "./fragments.js";
import { Pave } from "./pave.js";

const numero = document.body.dataset.dossier;
const chemin = `/api/dossiers/${numero}`;
const pave = new Pave(document.querySelector("[data-pave]"), { valider: signer });

function montrer({ fragments, annonce }) {
  remplacer(fragments);
  if (annonce) annoncer(annonce);
}

async function relire() {
  const { sha256 } = document.getElementById("bloc-recapitulatif").dataset;
  await attendre(envoyer(`${chemin}/relecture`, { sha256 }).then(montrer, rafraichir));
}

// Who signs: whom the agent chose or who began to write, until that signature is taken.
let choisi = "";
const choix = () =>
  document.querySelector("#bloc-signature [name=signataire]:is(:checked, [type=hidden])").value;
const retenir = () => (choisi = choix());
document.addEventListener("change", ({ target }) => target.name === "signataire" && retenir());
pave.toile.addEventListener("pointerdown", retenir);
document.addEventListener("station:fragment", () => {
  const meme = choisi && document.getElementById(`signataire-${choisi}`);
  if (meme) meme.checked = true;
});

let refuse = null; // what was drawn and is no signature: the agent may keep it with a reason
const garder = document.getElementById("garder");
garder.hidden = true;

async function signer(trace) {
  const corps = { signataire: choix(), ...trace };
  const recu = await attendre(envoyer(`${chemin}/signature`, corps)).catch(() => null); // said already
  if (!recu) return;
  refuse = recu.refus ? corps : null;
  choisi = recu.refus ? corps.signataire : "";
  garder.hidden = !refuse;
  montrer(recu);
  if (recu.refus) pave.refuser(recu.refus);
  else pave.effacer();
}

async function garderLeTrace() {
  const raison = document.getElementById("c-trace-raison").value.trim();
  document.getElementById("garder-trace").close();
  if (refuse && raison) await signer({ ...refuse, raison });
}

async function justifier() {
  const raison = document.getElementById("c-sans-signature-raison").value;
  const corps = { raison, ecran: "signature" };
  const code = `SIGNATURE_${choix()}_IMPOSSIBLE`;
  choisi = "";
  await attendre(ecrire(`${chemin}/justifications/${code}`, corps).then(montrer, () => {}));
  document.getElementById("sans-signature").close();
}

document.addEventListener("click", ({ target }) => {
  const action = target.closest?.("[data-action]")?.dataset.action;
  if (action === "relu") relire();
  if (action === "sans-signature") justifier();
  if (action === "garder-trace") garderLeTrace();
});

// The applicant confirmed or signed on their own screen; a choice on this one changes the recap.
async function rafraichir() {
  remplacer((await lire(`${chemin}/ecrans/signature`, { silencieux: true })).fragments);
}
document.addEventListener("station:usager", ({ detail }) => {
  if (detail.dossier === numero) rafraichir();
});
