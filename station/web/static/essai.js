// One trial capture as it happens: instruction, picture, figures. The result never leaves the station.
const $ = (id) => document.getElementById(id);

/** Follow the capture `id`; answers its figures or its error. */
export async function essayer(id, headers, nom) {
  $("essai-titre").textContent = `Essai : ${nom}`;
  $("essai-dit").textContent = "L’appareil se prépare…";
  await entendre(`/api/captures/${id}/evenements`, headers);
  const dit = await (await fetch(`/api/captures/${id}`, { headers })).json();
  const toile = $("essai-image");
  toile.getContext("2d").clearRect(0, 0, toile.width, toile.height);
  $("essai-dit").textContent = phrase(dit);
  return dit;
}

const VERDICTS = {
  PASS: "conforme", QUESTION: "à regarder", WARN: "à améliorer", NOT_ASSESSED: "non jugé", FAIL: "non conforme",
};
const arrondi = (valeur) => Number(valeur).toLocaleString("fr-FR", { maximumSignificantDigits: 3 });

function phrase(dit) {
  if (dit.code) return `${dit.code} ${dit.message} – ${dit.remede}`;
  const mesures = Object.entries(dit.mesures ?? {}).map(([cle, { value, unit }]) => `${cle} ${arrondi(value)} ${unit}`);
  return `Essai terminé : ${dit.largeur} × ${dit.hauteur} pixels, ${VERDICTS[dit.verdict] ?? dit.verdict}. ${mesures.join(" ; ")}`;
}

// EventSource sends no header, and there may be no session: the stream is read by hand.
async function entendre(chemin, headers) {
  const reponse = await fetch(chemin, { headers });
  const lecteur = reponse.body.pipeThrough(new TextDecoderStream()).getReader();
  let reste = "";
  for (;;) {
    const { value, done } = await lecteur.read();
    if (done) return;
    const blocs = (reste + value).split("\n\n");
    reste = blocs.pop();
    for (const bloc of blocs) await prendre(bloc);
  }
}

async function prendre(bloc) {
  const sorte = /^event: (.*)$/m.exec(bloc)?.[1];
  const donnees = /^data: (.*)$/m.exec(bloc)?.[1];
  if (!sorte || !donnees) return;
  const dit = JSON.parse(donnees);
  if (sorte === "consigne") $("essai-dit").textContent = dit.texte;
  if (sorte === "apercu") await dessiner(dit.jpeg);
}

async function dessiner(jpeg) {
  const octets = Uint8Array.from(atob(jpeg), (c) => c.charCodeAt(0));
  const vue = await createImageBitmap(new Blob([octets], { type: "image/jpeg" }));
  const toile = $("essai-image");
  Object.assign(toile, { width: vue.width, height: vue.height });
  toile.getContext("2d").drawImage(vue, 0, 0);
  vue.close();
}
