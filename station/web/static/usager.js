// The applicant's screen: one thing at a time. It is told that something may have changed, never
// what; it asks, and shows the answer. Without a session it is empty.
import { envoyer, lire } from "./api.js";
import { remplacer } from "./fragments.js";
import { Pave } from "./pave.js";

const vue = () => document.getElementById("vue-usager");
const source = new EventSource("/api/usager/evenements");
const connu = Boolean(document.querySelector('meta[name="jeton"]').content);
let flux = null; // of the capture that is shown
let demande = 0;

source.addEventListener("vue", ({ data }) => {
  const { ouverte } = JSON.parse(data);
  if (!ouverte) return vider();
  if (!connu || vue().dataset.moment === "FERMEE") return location.reload(); // another session
  montrer();
});

function vider() {
  arreter();
  const vide = document.createElement("div");
  Object.assign(vide, { id: "vue-usager" }).dataset.moment = connu ? "FERMEE" : "VEILLE";
  vue().replaceWith(vide);
}

async function montrer() {
  const rang = ++demande;
  const recu = await lire("/api/usager", { silencieux: true }).catch(() => null);
  if (!recu || rang !== demande) return; // a later one is on its way
  remplacer(recu.fragments);
}

document.addEventListener("station:fragment", ({ detail: { element } }) => {
  const { moment, tache } = element.dataset;
  if (moment === "CAPTURE") suivre(tache);
  else arreter();
  if (moment === "SIGNATURE") preparer(element);
});

// --- a capture: what the device sees, and one instruction ---------------------------------------

function suivre(tache) {
  arreter();
  flux = new EventSource(`/api/taches/${tache}/evenements`);
  flux.addEventListener("consigne", ({ data }) => {
    document.getElementById("consigne").textContent = JSON.parse(data).texte;
  });
  flux.addEventListener("apercu", ({ data }) => dessiner(JSON.parse(data).jpeg));
  flux.addEventListener("fin", () => {
    arreter();
    montrer();
  });
}

function arreter() {
  flux?.close();
  flux = null;
}

async function dessiner(jpeg) {
  const octets = Uint8Array.from(atob(jpeg), (c) => c.charCodeAt(0));
  const image = await createImageBitmap(new Blob([octets], { type: "image/jpeg" }));
  const toile = document.getElementById("apercu-usager");
  if (!toile) return;
  Object.assign(toile, { width: image.width, height: image.height, hidden: false });
  toile.getContext("2d").drawImage(image, 0, 0);
}

// --- what the applicant does --------------------------------------------------------------------

function preparer(element) {
  const { dossier, signataire } = element.dataset;
  const pave = new Pave(element.querySelector("[data-pave]"), {
    async valider(trace) {
      const corps = { dossier, signataire, ...trace };
      const recu = await envoyer("/api/usager/signature", corps, { silencieux: true }).catch((e) => e);
      if (recu.refus || recu instanceof Error) pave.refuser(recu.refus || recu.remede);
      else remplacer(recu.fragments);
    },
  });
}

document.addEventListener("click", async ({ target }) => {
  const bouton = target.closest?.('[data-action="confirmer"]');
  if (!bouton) return;
  bouton.disabled = true;
  const { dossier, sha256 } = vue().dataset;
  await envoyer("/api/usager/relecture", { dossier, sha256 }, { silencieux: true }).catch(() => {});
  montrer();
});
