"""The supporting documents of a dossier in hand: scanned or brought, judged, kept, described."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from station import pipeline
from station.capture import wiped_on_error
from station.config import PIECES
from station.dossier import reprise
from station.dossier.controle_pieces import PAGE_QUALITE, PAGE_QUESTION
from station.dossier.draft import Justification
from station.dossier.formulaire import Champ, Ecran, Sorte
from station.dossier.lecture import Illisible, lire
from station.dossier.lus import TitreLu
from station.dossier.mots import MOTS, phrase
from station.dossier.piece import Reference, TypePiece
from station.dossier.saisie import Valeur
from station.dossier.titre_puce import proposition
from station.errors import AttemptsSpent, DossierFull, InvalidField
from station.guichet import lues, taches
from station.guichet.accord import CONFORME, justifier
from station.guichet.lues import DELIVREE, Lecture
from station.guichet.vignettes import Vignettes
from station.rules.documents import documents
from station.title import key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from station.guichet.en_cours import EnCours
    from station.pipeline import Lue
    from station.pipeline.recueil import Heard
    from station.records.encoded import Encoded
    from station.title.examination import Report

SANS_PAGE: Final = frozenset({TypePiece.VERIF_COMEDEC, TypePiece.TIMBRE_FISCAL})
"""What is noted without a page."""

CHAMPS_PIECE: Final = {
    champ.nom: champ
    for champ in (
        Champ(DELIVREE, "Délivrée le", Sorte.JOUR, Ecran.PIECES),
        Champ("expire_le", "Expire le", Sorte.JOUR, Ecran.PIECES),
        Champ("numero", "Numéro", Sorte.LIBELLE, Ecran.PIECES),
    )
}
"""What the agent reads off a document."""

_SECONDS = 120.0


@dataclass(slots=True)
class _Attente:
    """Pages that were refused, the first of them meant for the place of the page `instead`."""

    lues: list[Lue] = field(default_factory=list)
    instead: str | None = None


class Pieces:
    """The documents of one dossier; scans and files are judged in a task."""

    def __init__(self, en_cours: EnCours) -> None:
        self._en_cours = en_cours
        self._attente: dict[TypePiece, _Attente] = {}
        self._lectures: dict[TypePiece, Lecture] = {}
        self.vignettes = Vignettes()
        self.fautes: dict[tuple[TypePiece, str], tuple[str, str]] = {}  # text, sentence
        self.puce: Report | None = None

    def forget(self) -> None:
        """Drop what the draft did not take, and every picture of a page."""
        for kind in tuple(self._attente):
            self.laisser(kind)
        self._lectures.clear()
        self.vignettes.clear()
        self.fautes.clear()
        self.puce = None

    # --- what is there ------------------------------------------------------------------------

    def attente(self, kind: TypePiece) -> tuple[Lue, ...]:
        """The pages that were refused and wait for a reason, or for others."""
        waiting = self._attente.get(kind)
        return () if waiting is None else tuple(waiting.lues)

    def lecture(self, kind: TypePiece) -> Lecture:
        """What was read on it."""
        return self._lectures.get(kind, Lecture())

    def pages(self) -> int:
        """How many pages the dossier holds."""
        return _count(self._files())

    def image(self, kind: TypePiece, sha256: str) -> tuple[bytes, ...]:
        """A JPEG of each page of this file that can be shown; empty for one that is not there."""
        held = self._en_cours.draft.piece(kind)
        files = [*(() if held is None else held.pages), *(w.encoded for w in self.attente(kind))]
        found = next((one for one in files if one.sha256 == sha256), None)
        return () if found is None else self.vignettes.of(found)

    # --- pages --------------------------------------------------------------------------------

    def numeriser(
        self, kind: TypePiece, heard: Heard, a_la_place: str | None = None, role: str = PIECES
    ) -> str:
        """Scan pages of this document; in a task. Returns what to announce.

        Raises `DossierFull`, and what the scanner raises.
        """
        self._room(instead=a_la_place)
        capture = pipeline.take_page(self._en_cours.recueil, heard, _SECONDS, role)
        with wiped_on_error(capture.samples):
            read = pipeline.sheets(capture, phrase(MOTS[kind]))
            return self._received(kind, read, a_la_place)

    def recevoir(self, kind: TypePiece, data: bytes, a_la_place: str | None = None) -> str:
        """Judge a file that somebody brings; in a task. Returns what to announce.

        Raises `DossierFull`, `NotAnImage`, `PdfRefused`.
        """
        self._room(octets=len(data), instead=a_la_place)
        return self._received(kind, (pipeline.brought(data, "fichier apporté"),), a_la_place)

    def garder(self, kind: TypePiece, raison: str) -> None:
        """Keep the pages that wait although they are refused; the reason travels with them.

        Raises `AttemptsSpent` when none waits, `InvalidField` for a reason too short.
        """
        waiting = self._attente.get(kind)
        if waiting is None:
            raise AttemptsSpent("no page waits")
        said = {"code": PAGE_QUALITE.format(kind), "raison": raison}
        reasons = (Justification.of(said),)
        for lue in waiting.lues:
            self._keep(kind, lue, reasons, waiting.instead)
            waiting.instead = None
        del self._attente[kind]

    def laisser(self, kind: TypePiece) -> None:
        """Drop the pages that wait."""
        for lue in self.attente(kind):
            lue.wipe()
        self._attente.pop(kind, None)

    def repondre(self, kind: TypePiece, raison: str) -> None:
        """Answer what the pages of this document ask; `raison` is empty when all is well.

        Raises `InvalidField` when nothing is asked, or for a reason too short.
        """
        justifier(self._en_cours, PAGE_QUESTION.format(kind), raison or CONFORME)

    def retirer(self, kind: TypePiece, sha256: str | None = None) -> None:
        """Take a page away, or the whole document; nothing where there is nothing."""
        with self._en_cours.changing() as draft:
            held = draft.piece(kind)
            there = held is not None and (sha256 is None or sha256 in _digests(held.pages))
            if there:
                step = reprise.retrait(kind, sha256)
                pipeline.keep(self._en_cours.recueil, draft, "retrait", step)
                draft.remove(kind, sha256)
        if sha256 is None:
            self.laisser(kind)
            self._lectures.pop(kind, None)

    # --- what the agent reads off -------------------------------------------------------------

    def noter(self, kind: TypePiece) -> None:
        """Note that this document was seen, or verified, without a page."""
        if self._en_cours.draft.piece(kind) is None:
            self._describe(Reference(type=kind))

    def remplir(self, kind: TypePiece, nom: str, texte: str) -> None:
        """Fill one field of the document; a wrong text stays on the screen with its sentence.

        Raises `InvalidField` for an unknown field.
        """
        if nom not in CHAMPS_PIECE:
            raise InvalidField("champ (unknown)")
        self.fautes.pop((kind, nom), None)
        try:
            value = lire(CHAMPS_PIECE[nom], texte) if texte.strip() else None
        except Illisible as error:
            self.fautes[kind, nom] = (texte, str(error))
            return
        held = self._en_cours.draft.piece(kind)
        before = Reference(type=kind) if held is None else held.reference
        self._describe(before.model_copy(update={nom: value}))

    def reprendre(self, kind: TypePiece) -> int:
        """Take over everything that was read on this document; returns how many values."""
        found = self.lecture(kind).valeurs
        form = {v.champ: Valeur(v.texte, v.origine) for v in found if v.champ != DELIVREE}
        self._en_cours.put_all(form)
        for value in found:
            if value.champ == DELIVREE:
                self.remplir(kind, DELIVREE, value.texte)
        self._lectures[kind] = replace(self.lecture(kind), valeurs=())
        return len(found)

    def lire_puce(self, secret: str, heard: Heard) -> str:
        """Read the chip of the old title with its CAN or its zone; in a task.

        Raises `ChipKeyInvalid`, and what the reader raises.
        """
        en_cours, today = self._en_cours, datetime.now(UTC).date()
        if len("".join(secret.split())) > _CAN:
            chip, printed = key.of_zone(secret.encode(), today)
        else:
            chip, printed = key.of_can(secret), None
        recueil = en_cours.recueil
        wanted = pipeline.Lecture(chip, printed=printed)
        titre = pipeline.read_title(recueil.bench, recueil.settings, wanted, heard, taches.begun)
        self.puce = replace(titre.report, face=None, fingers=None)
        said = proposition(titre.report)
        if said is None:
            return "Puce lue : rien n’y est prouvé, contrôler le titre à l’œil."
        with en_cours.changing() as draft:
            en_cours.read_titre(TitreLu(said, today))
            self._lectures[TypePiece.TITRE_ANCIEN] = lues.of_title(said, draft)
        return "Puce lue : ses données sont prouvées."

    # --- inside -------------------------------------------------------------------------------

    def _received(self, kind: TypePiece, read: Iterable[Lue], instead: str | None) -> str:
        kept = refused = 0
        self.laisser(kind)
        for lue in read:
            self._look(kind, lue)
            if lue.accepted:
                self._keep(kind, lue, (), instead)
                kept, instead = kept + 1, None
            else:
                self._attente.setdefault(kind, _Attente()).lues.append(lue)
                refused += 1
        if refused:
            self._attente[kind].instead = instead
        return _announced(kept, refused)

    def _look(self, kind: TypePiece, lue: Lue) -> None:
        """Read codes and zone; the last that says something counts."""
        trust = self._en_cours.recueil.settings.codes.trust
        for sample in lue.samples:
            found = lues.on_page(sample, kind, self._en_cours.draft, trust)
            if found.valeurs or found.phrases:
                self._lectures[kind] = found
            if found.titre is not None:
                self._en_cours.read_titre(found.titre)
            if found.domicile is not None:
                self._en_cours.read_domicile(found.domicile)
        self.vignettes.put(lue)

    def _keep(
        self,
        kind: TypePiece,
        lue: Lue,
        reasons: tuple[Justification, ...],
        instead: str | None = None,
    ) -> None:
        with self._en_cours.changing() as draft:
            self._room(pipeline.count(lue.encoded), len(lue.encoded.record), instead)
            step = reprise.page(kind, lue.encoded, reasons, instead)
            pipeline.keep(self._en_cours.recueil, draft, "page", step)
            draft.add_page(kind, lue.encoded, reasons, instead)
        lue.wipe()

    def _describe(self, reference: Reference) -> None:
        with self._en_cours.changing() as draft:
            step = reprise.reference(reference)
            pipeline.keep(self._en_cours.recueil, draft, "reference", step)
            draft.describe(reference)

    def _files(self) -> list[Encoded]:
        return [page for piece in self._en_cours.draft.pieces for page in piece.pages]

    def _room(self, pages: int = 1, octets: int = 0, instead: str | None = None) -> None:
        """Raise `DossierFull` when that many more do not fit, `instead` taken away."""
        limits = documents().dossier
        held = [page for page in self._files() if page.sha256 != instead]
        if _count(held) + pages > limits.pages_max:
            raise DossierFull(f"{limits.pages_max} pages")
        if sum(len(page.record) for page in held) + octets > limits.octets_max:
            raise DossierFull(f"{limits.octets_max} bytes")


_CAN = 6  # digits


def _count(files: Iterable[Encoded]) -> int:
    """How many pages they hold."""
    return sum(map(pipeline.count, files))


def _digests(pages: Iterable[Encoded]) -> set[str]:
    return {page.sha256 for page in pages}


def _announced(kept: int, refused: int) -> str:
    if not refused:
        return "Page gardée." if kept == 1 else f"{kept} pages gardées."
    said = "Une page se lit mal." if refused == 1 else f"{refused} pages se lisent mal."
    return said if not kept else f"{said} {kept} gardée{'s' * (kept > 1)}."
