// A capture or a scan as it happens: one instruction, large; the newest picture; how far it is.
//
// The page has [data-direct] with, inside: canvas[data-apercu], [data-consigne], [data-avance]
// (a <progress>), and a button [data-action=arreter]. All of them are optional but the first.
// Each picture drawn is told as station:apercu { quand }, for whoever measures.
import { annoncer, murmurer } from "./annonces.js";
import { lire, Refus, supprimer } from "./api.js";

const MOTS = { INFO: "En attente", BON: "Bien", ATTENTION: "À corriger", GRAVE: "Arrêt" };
const ICONES = { INFO: "horloge", BON: "bon", ATTENTION: "attention", GRAVE: "refus" };
const LECTURE = 1500; // ms a screen reader has for one instruction
const jeton = document.querySelector('meta[name="jeton"]')?.content ?? "";
let courante = null;

class Direct {
  constructor(racine) {
    this.racine = racine;
    this.toile = racine?.querySelector("canvas[data-apercu]");
    this.avance = racine?.querySelector("[data-avance]");
    this.suivante = null;
    this.dessine = false;
    this.lue = 0;
  }

  commencer() {
    if (!this.racine) return;
    this.racine.dataset.etat = "en-cours";
    this.dire("INFO", "L’appareil se prépare…");
  }

  dire(ton, texte) {
    const zone = this.racine?.querySelector("[data-consigne]");
    if (!zone) return;
    this.racine.dataset.ton = ton;
    zone.querySelector("use").setAttribute("href", `#i-${ICONES[ton]}`);
    zone.querySelector("[data-mot]").textContent = MOTS[ton];
    zone.querySelector("[data-texte]").textContent = texte;
    clearTimeout(this.lecture);
    const attente = Math.max(0, this.lue + LECTURE - Date.now());
    this.lecture = setTimeout(() => {
      this.lue = Date.now();
      murmurer(texte);
    }, attente);
  }

  avancer({ page, pourcent }) {
    if (!this.avance) return;
    this.avance.hidden = false;
    this.avance.value = pourcent;
    this.dire("INFO", `Page ${page} : ${pourcent} %`);
  }

  /** Only the newest picture counts: one that comes while another is decoded replaces it. */
  apercu(image) {
    if (!this.toile) return;
    this.suivante = image;
    if (!this.dessine) this.dessiner();
  }

  async dessiner() {
    this.dessine = true;
    while (this.suivante) {
      const { jpeg, quand } = this.suivante;
      this.suivante = null;
      const octets = Uint8Array.from(atob(jpeg), (c) => c.charCodeAt(0));
      const vue = await createImageBitmap(new Blob([octets], { type: "image/jpeg" }));
      if (this.racine.dataset.etat !== "en-cours") break;
      if (this.toile.width !== vue.width) this.toile.width = vue.width;
      if (this.toile.height !== vue.height) this.toile.height = vue.height;
      this.toile.getContext("2d").drawImage(vue, 0, 0);
      this.racine.dataset.image = "oui";
      vue.close();
      document.dispatchEvent(new CustomEvent("station:apercu", { detail: { quand } }));
    }
    this.dessine = false;
  }

  finir({ code, remede, annonce, ton = "BON" }) {
    if (!this.racine) return;
    clearTimeout(this.lecture);
    this.racine.dataset.etat = "fini";
    delete this.racine.dataset.image;
    if (this.toile) this.toile.getContext("2d").clearRect(0, 0, this.toile.width, this.toile.height);
    if (this.avance) this.avance.hidden = true;
    if (code) this.dire("GRAVE", `${code} – ${remede}`);
    else this.dire(ton, annonce || "Terminé.");
  }
}

/** Follow the task `id` to its end; `fini` gets what it ended with when all went well. */
export async function suivre(id, fini) {
  const direct = new Direct(document.querySelector("[data-direct]"));
  courante = id;
  direct.commencer();
  const dit = await entendre(id, direct);
  if (courante === id) courante = null;
  direct.finir(dit);
  if (dit.code) annoncer(`${dit.code} – ${dit.remede}`, "erreur");
  else fini(dit);
}

function entendre(id, direct) {
  return new Promise((resoudre) => {
    const source = new EventSource(`/api/taches/${id}/evenements`);
    const dits = (nom, suite) => source.addEventListener(nom, ({ data }) => suite(JSON.parse(data)));
    dits("consigne", ({ ton, texte }) => direct.dire(ton, texte));
    dits("apercu", (image) => direct.apercu(image));
    dits("avancement", (avance) => direct.avancer(avance));
    dits("fin", (dit) => {
      source.close();
      resoudre(dit);
    });
    source.addEventListener("error", async () => {
      if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
      resoudre(await demander(id));
    });
  });
}

/** How a task ended whose line is lost. */
async function demander(id) {
  try {
    return await lire(`/api/taches/${id}`, { silencieux: true });
  } catch (erreur) {
    if (!(erreur instanceof Refus)) throw erreur;
    return { code: erreur.code || "STA-000", remede: erreur.remede };
  }
}

document.addEventListener("click", ({ target }) => {
  if (courante && target.closest?.("[data-action=arreter]")) supprimer(`/api/taches/${courante}`);
});

// Whoever leaves the screen wants no capture any more.
addEventListener("pagehide", () => {
  if (!courante) return;
  const demande = { method: "DELETE", keepalive: true, headers: { "X-Station-Token": jeton } };
  fetch(`/api/taches/${courante}`, demande);
});
