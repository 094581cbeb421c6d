// The signature pad: strokes with pressure and time from a pen, a finger or a mouse.
//
// A point is [x, y, pressure, ms]: tenths of a CSS pixel, 0 to 1000, since the first point.
const POINTS = 2400; // more are thinned out before they go: the station takes no more
const FORCE = 1000;

export class Pave {
  constructor(racine, { valider }) {
    this.racine = racine;
    this.toile = racine.querySelector("canvas");
    this.refus = racine.querySelector("[data-pave-refus]");
    this.traits = [];
    this.trait = null;
    this.debut = 0;
    this.valider = valider;
    new ResizeObserver(() => this.ajuster()).observe(this.toile);
    this.toile.addEventListener("pointerdown", (appui) => this.commencer(appui));
    this.toile.addEventListener("pointermove", (appui) => this.suivre(appui));
    for (const fin of ["pointerup", "pointercancel"]) {
      this.toile.addEventListener(fin, (appui) => this.finir(appui));
    }
    racine.addEventListener("click", ({ target }) => this.agir(target.closest("[data-action]")));
  }

  agir(bouton) {
    if (bouton?.dataset.action === "pave-effacer") this.effacer();
    if (bouton?.dataset.action === "pave-valider") this.valider(this.trace());
  }

  commencer(appui) {
    if (!appui.isPrimary || appui.button > 0) return;
    appui.preventDefault();
    this.toile.setPointerCapture(appui.pointerId);
    if (!this.traits.length) this.debut = appui.timeStamp;
    this.trait = [this.point(appui)];
    this.traits.push(this.trait);
    this.dire("");
    this.actualiser();
  }

  // Between two frames a pen moves several times: every place it was at is drawn and kept.
  suivre(appui) {
    if (!this.trait) return;
    const vus = appui.getCoalescedEvents?.() ?? [];
    for (const vu of vus.length ? vus : [appui]) {
      const point = this.point(vu);
      this.tracer(this.trait.at(-1), point);
      this.trait.push(point);
    }
  }

  finir() {
    if (this.trait?.length === 1) this.tracer(this.trait[0], this.trait[0]);
    this.trait = null;
  }

  point({ clientX, clientY, pressure, timeStamp }) {
    const cadre = this.toile.getBoundingClientRect();
    const borne = (v, haut) => Math.round(Math.min(Math.max(v, 0), haut) * 10);
    return [
      borne(clientX - cadre.left, cadre.width),
      borne(clientY - cadre.top, cadre.height),
      Math.round((pressure || 0.5) * FORCE),
      Math.max(0, Math.round(timeStamp - this.debut)),
    ];
  }

  /** What is sent: every stroke, thinned out where there is too much of it. */
  trace() {
    let traits = this.traits;
    while (traits.reduce((n, trait) => n + trait.length, 0) > POINTS) traits = traits.map(eclaircir);
    return { traits };
  }

  effacer() {
    this.traits = [];
    this.trait = null;
    this.ajuster();
    this.actualiser();
  }

  /** Why the station does not take it; what was drawn goes, to be drawn again. */
  refuser(phrase) {
    this.effacer();
    this.dire(phrase);
  }

  dire(phrase) {
    this.refus.textContent = phrase;
  }

  actualiser() {
    const vide = !this.traits.length;
    for (const bouton of this.racine.querySelectorAll("button")) bouton.disabled = vide;
    this.racine.classList.toggle("commence", !vide);
  }

  ajuster() {
    const finesse = devicePixelRatio;
    this.toile.width = Math.round(this.toile.clientWidth * finesse);
    this.toile.height = Math.round(this.toile.clientHeight * finesse);
    this.encre = this.toile.getContext("2d");
    this.encre.scale(finesse, finesse);
    this.encre.lineCap = "round";
    this.encre.strokeStyle = getComputedStyle(this.toile).color;
    for (const trait of this.traits) {
      trait.forEach((point, rang) => this.tracer(trait[Math.max(0, rang - 1)], point));
    }
  }

  tracer([x1, y1], [x2, y2, force]) {
    this.encre.lineWidth = 1 + (2.5 * force) / FORCE;
    this.encre.beginPath();
    this.encre.moveTo(x1 / 10, y1 / 10);
    this.encre.lineTo(x2 / 10, y2 / 10);
    this.encre.stroke();
  }
}

const eclaircir = (trait) => trait.filter((_, rang) => rang % 2 === 0 || rang === trait.length - 1);
