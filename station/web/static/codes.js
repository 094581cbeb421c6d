// Codes from a reader that types like a keyboard, whatever has the focus: a burst of keys that ends
// with Enter and has the form of a code is taken out of the field and goes to the station.
//
// A zone goes into the field [data-zone] where the page has one. What has no such form stays where it was typed: a name typed quickly is a name.
import { annoncer } from "./annonces.js";
import { envoyer, supprimer } from "./api.js";

const RAFALE = 40; // ms between two keys of a reader
const ZONE = 300; // ms in which the next line of a zone has to come
const SEPARATEURS = { "]": "\x1d", "^": "\x1e", _: "\x1f" }; // with Ctrl: GS, RS, US of a 2D-Doc
const FORMES = [/^\d{16}$/, /^(?=.*[A-Z])[A-Z0-9]{10}$/, /^DC0[2-4]/, /^(\d{5}|2[AB]\d{3})-\d\d-\d{4}-\d{6}-\d\d(-C\d{1,2}|-R)?$/];
const LIGNE = /^[A-Z0-9<]{30,88}$/;
const faits = new Set(); // codes already spoken of here
let rafale = null;

const estZone = (texte) => {
  const lignes = texte.split("\r");
  return texte.includes("<") && lignes.every((une) => LIGNE.test(une));
};
const entiere = (lignes) => lignes.length === 3 || (lignes.length === 2 && lignes[0].length > 30);

function commencer(touche) {
  const champ = touche.target;
  const texte = champ.matches?.("input, textarea") && "selectionStart" in champ;
  const select = champ.matches?.("select");
  rafale = { texte: "", champ, avant: texte || select ? champ.value : null, bornes: texte ? [champ.selectionStart, champ.selectionEnd] : null };
}

/** The field as it was before the burst. */
function rendre({ champ, avant, bornes }) {
  if (avant === null || champ.value === avant) return;
  champ.value = avant;
  if (bornes && bornes[0] !== null) champ.setSelectionRange?.(...bornes);
  champ.dispatchEvent(new Event(champ.matches("select") ? "change" : "input", { bubbles: true }));
}

function caractere(touche) {
  if (touche.ctrlKey && !touche.altKey) return SEPARATEURS[touche.key] ?? "";
  return touche.key.length === 1 && !touche.metaKey && (!touche.altKey || touche.getModifierState("AltGraph")) ? touche.key : "";
}

function finir(touche) {
  const { texte } = rafale;
  const code = FORMES.some((forme) => forme.test(texte));
  if (!code && !estZone(texte)) return (rafale = null);
  touche.preventDefault();
  touche.stopImmediatePropagation();
  const lu = rafale;
  rendre(lu);
  if (code || entiere(texte.split("\r"))) return presenter(lu);
  lu.texte += "\r";
  lu.minuterie = setTimeout(() => presenter(lu), ZONE);
}

async function presenter(lu) {
  clearTimeout(lu.minuterie);
  rafale = null;
  const zone = document.querySelector("[data-zone]");
  if (zone && estZone(lu.texte.replace(/\r$/, ""))) {
    zone.value = lu.texte.replaceAll("\r", "");
    return zone.form.requestSubmit();
  }
  const corps = { texte: lu.texte.replace(/\r$/, ""), dossier: document.body.dataset.dossier ?? null };
  try {
    dire(await envoyer("/api/codes", corps));
  } catch {
    /* said at the foot of the page */
  }
}

addEventListener("keydown", (touche) => {
  if (!touche.isTrusted || touche.repeat || ["Shift", "Control", "AltGraph"].includes(touche.key)) return;
  const attente = rafale?.minuterie ? ZONE : RAFALE;
  if (rafale && touche.timeStamp - rafale.derniere > attente) rafale = null;
  if (touche.key === "Enter") {
    if (rafale) finir(touche);
    return;
  }
  const lettre = caractere(touche);
  if (!lettre) return (rafale = null);
  if (!rafale) commencer(touche);
  if (rafale.minuterie) {
    clearTimeout(rafale.minuterie);
    rafale.minuterie = 0;
  }
  if (touche.ctrlKey) touche.preventDefault();
  rafale.texte += lettre;
  rafale.derniere = touche.timeStamp;
}, { capture: true });

/** What became of a code, from the answer or from the event, once. */
function dire(recu) {
  const cle = recu.retour ?? recu.phrase;
  if (faits.has(cle)) return;
  faits.add(cle);
  setTimeout(() => recu.retour || faits.delete(cle), 1000);
  if (recu.ouvert && !document.body.dataset.dossier) return location.assign(recu.chemin);
  const annuler = recu.retour && {
    libelle: "Annuler", touche: "Alt+Z",
    faire: async () => dire(await supprimer(`/api/codes/${recu.retour}`)),
  };
  annoncer(recu.phrase, recu.chemin ? "info" : "erreur", annuler);
}

document.addEventListener("station:code", ({ detail }) => dire(detail));
