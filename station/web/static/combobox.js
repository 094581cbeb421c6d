// A field that proposes while one types (pattern "combobox" of ARIA 1.2). What is typed is kept
// when the station does not answer: the proposal helps, it is no gate.
import { murmurer } from "./annonces.js";
import { lire } from "./api.js";

const REPOS = 120; // ms without a key before the station is asked
const MOITIE = /[\u0300-\u036f]/g;
const pareil = (texte) => texte.normalize("NFD").replace(MOITIE, "").replace(/[^a-z0-9]+/gi, " ").trim().toLowerCase();

class Combobox {
  constructor(racine) {
    this.texte = racine.querySelector("[role=combobox]");
    this.code = racine.querySelector("[data-code]");
    this.liste = racine.querySelector("[role=listbox]");
    this.propositions = [];
    this.actif = -1;
    this.choisi = this.code?.value ? this.texte.value : "";
    this.texte.addEventListener("input", () => this.attendre());
    this.texte.addEventListener("keydown", (touche) => this.touche(touche));
    this.texte.addEventListener("blur", () => this.quitter());
    this.liste.addEventListener("mousedown", (appui) => this.pointer(appui));
  }

  attendre() {
    clearTimeout(this.minuterie);
    if (this.code && this.texte.value !== this.choisi) this.coder("");
    this.minuterie = setTimeout(() => this.demander(), REPOS);
    if (!this.liste.hidden) this.montrer(this.propositions.filter((un) => this.convient(un)));
  }

  /** Whether a proposal for less text still is one: a key too many never chooses another place. */
  convient({ libelle }) {
    return ` ${pareil(libelle)}`.includes(` ${pareil(this.texte.value)}`);
  }

  async demander() {
    this.question?.abort();
    const question = (this.question = new AbortController());
    const trouve = await this.proposees(question.signal);
    if (!question.signal.aborted && document.activeElement === this.texte) this.montrer(trouve);
  }

  /** What the station proposes for the text; nothing when there is no text or no answer. */
  async proposees(signal) {
    const q = this.texte.value.trim();
    const adresse = new URL(this.texte.dataset.source, location.origin);
    adresse.searchParams.set("q", q);
    const autour = this.bornes(adresse);
    try {
      return q || autour ? ((await lire(adresse.href, { signal, silencieux: true })) ?? []) : [];
    } catch {
      return [];
    }
  }

  /** What narrows the list: a day, a postal code of other fields; whether a text need not be typed. */
  bornes(adresse) {
    const { dateDe, cpDe } = this.texte.dataset;
    const lu = (nom) => (nom && document.querySelector(`[data-champ="${CSS.escape(nom)}"]`)?.value) || "";
    if (dateDe) adresse.searchParams.set("date", lu(dateDe).slice(0, 40));
    if (cpDe) adresse.searchParams.set("cp", lu(cpDe).slice(0, 10));
    return Boolean(lu(cpDe));
  }

  montrer(trouve) {
    this.propositions = trouve;
    this.liste.replaceChildren(...trouve.map((un, rang) => this.option(un, rang)));
    this.liste.hidden = !trouve.length;
    this.texte.ariaExpanded = String(trouve.length > 0);
    this.designer(-1);
    murmurer(trouve.length ? `Propositions : ${trouve.length}` : "Aucune proposition");
  }

  option({ libelle, precision }, rang) {
    const ligne = document.createElement("li");
    Object.assign(ligne, { id: `${this.liste.id}-${rang}`, role: "option", textContent: libelle });
    ligne.dataset.rang = rang;
    if (precision) {
      const plus = document.createElement("span");
      Object.assign(plus, { className: "precision", textContent: precision });
      ligne.append(" ", plus);
    }
    return ligne;
  }

  designer(rang) {
    this.actif = rang;
    for (const [i, ligne] of [...this.liste.children].entries()) ligne.ariaSelected = String(i === rang);
    const ligne = this.liste.children[rang];
    if (ligne) this.texte.setAttribute("aria-activedescendant", ligne.id);
    else this.texte.removeAttribute("aria-activedescendant");
    ligne?.scrollIntoView({ block: "nearest" });
  }

  // Enter chooses and is left to clavier.js, which goes to the next field; so does Tab.
  touche(touche) {
    const ouvert = !this.liste.hidden;
    const pas = { ArrowDown: 1, ArrowUp: -1 }[touche.key];
    if (pas) {
      touche.preventDefault();
      if (ouvert) this.tourner(pas);
      else this.demander();
    } else if (touche.key === "Escape" && ouvert) {
      touche.preventDefault();
      this.fermer();
    } else if ((touche.key === "Enter" || touche.key === "Tab") && ouvert && this.actif >= 0) {
      this.choisir(this.propositions[this.actif]);
    }
  }

  // -1 is the text itself, between the last proposal and the first.
  tourner(pas) {
    const places = this.propositions.length + 1;
    this.designer(((this.actif + 1 + pas + places) % places) - 1);
  }

  pointer(appui) {
    appui.preventDefault();
    const rang = appui.target.closest("[role=option]")?.dataset.rang;
    if (rang !== undefined) this.choisir(this.propositions[rang]);
  }

  choisir({ libelle, code }) {
    this.texte.value = this.choisi = libelle;
    this.texte.dispatchEvent(new Event("change", { bubbles: true }));
    this.coder(code);
    this.fermer();
  }

  coder(code) {
    if (!this.code || this.code.value === code) return;
    this.code.value = code;
    this.code.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // The only place that is called as it was typed needs no choosing.
  async quitter() {
    const texte = this.texte.value;
    const connues = this.propositions;
    this.fermer();
    if (!this.code || this.code.value || !texte.trim()) return;
    const trouve = connues.length ? connues : await this.proposees();
    const exacts = trouve.filter(({ libelle }) => pareil(libelle) === pareil(texte));
    if (this.texte.value !== texte) return;
    if (exacts.length === 1) this.choisir(exacts[0]);
    else if (!this.texte.dataset.champ) this.coder(texte.trim()); // kept as typed, and said to be wrong
  }

  fermer() {
    clearTimeout(this.minuterie);
    this.question?.abort();
    this.propositions = [];
    this.liste.hidden = true;
    this.texte.ariaExpanded = "false";
    this.designer(-1);
  }
}

for (const racine of document.querySelectorAll("[data-combobox]")) new Combobox(racine);
