"""The list of documents and the one that is looked at, as their templates show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from station.dossier.complement import ComplementDraft
from station.dossier.constat import Niveau
from station.dossier.controle_pieces import PAGE_QUALITE, PAGE_QUESTION
from station.dossier.exigences import Preuve, exigences
from station.dossier.mots import MOTS, phrase
from station.dossier.piece import TypePiece
from station.dossier.situation import Situation
from station.guichet.avancement import constats
from station.guichet.pieces import CHAMPS_PIECE, SANS_PAGE
from station.pipeline import count
from station.rules.regles import en_vigueur
from station.web.valeurs import Champ, Option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.dossier.constat import Constat
    from station.dossier.draft import Draft
    from station.dossier.exigences import Exigence
    from station.guichet.en_cours import EnCours
    from station.guichet.lues import Lecture
    from station.records.encoded import Encoded

_HORS_LISTE = {TypePiece.PHOTO_IDENTITE, TypePiece.TIMBRE_FISCAL, TypePiece.FORMULAIRE_SIGNE}


@dataclass(frozen=True, slots=True)
class Ligne:
    """One line: the document, what is wrong with it, and what else would do in its place.

    `etat` is CONFORME, A_VERIFIER, NON_CONFORME or MANQUANTE; `groupe` is DEMANDEE, SELON_LE_CAS
    or AUTRE.
    """

    type: TypePiece
    nom: str
    etat: str
    groupe: str
    pages: int = 0
    detail: str = ""
    autres: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class PageVue:
    """One file of pages: its address, and how many of its pages can be shown."""

    sha256: str
    adresses: tuple[str, ...]
    pages: int


@dataclass(frozen=True, slots=True)
class Attente:
    """Pages that were refused: their pictures, and why."""

    adresses: tuple[str, ...]
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PieceVue:
    """The document looked at."""

    ligne: Ligne
    presente: bool
    sans_page: bool
    titre: bool  # the old title: its chip may be read
    pages: tuple[PageVue, ...]
    champs: tuple[tuple[str, str, Champ], ...] = field(repr=False)
    question: str = ""
    reponse: str = ""
    attente: Attente | None = None
    lecture: Lecture | None = None
    puce: tuple[str, ...] = ()
    motif: str = ""


def liste(en_cours: EnCours) -> tuple[Ligne, ...]:
    """What is asked for, what may be, and what else is there, in this order."""
    return tuple(_lignes(en_cours.draft))


def selection(en_cours: EnCours, lines: tuple[Ligne, ...]) -> PieceVue | None:
    """The document chosen, else the first that is missing, else the first."""
    kind = en_cours.draft.piece_vue
    if kind is None:
        wanted = [line for line in lines if line.groupe == "DEMANDEE"] or list(lines)
        bad = [line for line in wanted if line.etat != "CONFORME"] or wanted
        if not bad:
            return None
        kind = bad[0].type
    found = next((line for line in lines if line.type is kind), None)
    line = found or _ligne(kind, en_cours.draft, _found(en_cours.draft), "AUTRE")
    return _vue(en_cours, line)


def suivante(lines: tuple[Ligne, ...], kind: TypePiece | None) -> TypePiece | None:
    """The document after `kind` that is asked for and not yet as it should be; None at the end."""
    asked = [line for line in lines if line.groupe == "DEMANDEE"]
    here = next((rank for rank, line in enumerate(asked) if line.type is kind), -1)
    around = (*asked[here + 1 :], *asked[: max(here, 0)])
    return next((line.type for line in around if line.etat != "CONFORME"), None)


def _lignes(draft: Draft) -> Iterator[Ligne]:
    found, seen = _found(draft), set()
    for line in _demandees(draft, found):
        if line.type not in seen:
            seen.add(line.type)
            yield line
    for piece in draft.pieces:
        kind = piece.reference.type
        if kind not in seen:
            seen.add(kind)
            yield _ligne(kind, draft, found, "AUTRE")


def _demandees(draft: Draft, found: dict[str, list[Constat]]) -> Iterator[Ligne]:
    """What the rules ask for; of a complement, what the CERT does."""
    if isinstance(draft, ComplementDraft):
        yield from (_ligne(k, draft, found, "DEMANDEE") for k in draft.reponse.attendus.pieces)
        return
    today = datetime.now(UTC).date()
    wanted = exigences(Situation.of(draft), today, en_vigueur(today))
    for exigence in sorted(wanted.pieces, key=lambda one: not one.certaine):
        if exigence.preuve is Preuve.PIECE:
            yield _exigee(exigence, draft, found)


def _exigee(exigence: Exigence, draft: Draft, found: dict[str, list[Constat]]) -> Ligne:
    """By the document that is there of those that would do, else by the first of them."""
    there = [a.type for a in exigence.alternatives if draft.piece(a.type) is not None]
    kind = there[0] if there else exigence.alternatives[0].type
    groupe = "DEMANDEE" if exigence.certaine else "SELON_LE_CAS"
    others = tuple(
        Option(a.type, phrase(a.nom)) for a in exigence.alternatives if a.type is not kind
    )
    line = _ligne(kind, draft, found, groupe)
    return Ligne(
        kind, line.nom, line.etat, groupe, line.pages, line.detail or exigence.phrase, others
    )


def _ligne(kind: TypePiece, draft: Draft, found: dict[str, list[Constat]], groupe: str) -> Ligne:
    held, wrong = draft.piece(kind), found.get(f"piece.{kind}", [])
    given = {j.code for j in draft.justifications}
    bad = [c for c in wrong if c.niveau is Niveau.BLOQUANT or c.code not in given]
    if held is None:
        return Ligne(kind, phrase(MOTS[kind]), "MANQUANTE", groupe)
    pages = sum(count(page) for page in held.pages)
    etat = "CONFORME"
    if bad:
        blocks = any(c.niveau is Niveau.BLOQUANT for c in bad)
        etat = "NON_CONFORME" if blocks else "A_VERIFIER"
    detail = bad[0].phrase if bad else ""
    return Ligne(kind, phrase(MOTS[kind]), etat, groupe, pages, detail)


def _found(draft: Draft) -> dict[str, list[Constat]]:
    """What was found on the documents, by `piece.<type>`."""
    found: dict[str, list[Constat]] = {}
    for constat in constats(draft):
        if constat.champ is not None and constat.champ.startswith("piece."):
            found.setdefault(constat.champ, []).append(constat)
    return found


def _vue(en_cours: EnCours, line: Ligne) -> PieceVue:
    kind, pieces, draft = line.type, en_cours.pieces, en_cours.draft
    held = draft.piece(kind)
    base = f"/api/dossiers/{draft.id}/pieces/{kind}/pages"
    waiting = pieces.attente(kind)
    attente = None
    if waiting:
        shown = tuple(
            f"{base}/{lue.encoded.sha256}?rang={rank}"
            for lue in waiting
            for rank in range(len(pieces.image(kind, lue.encoded.sha256)))
        )
        attente = Attente(shown, tuple(dict.fromkeys(r for lue in waiting for r in lue.reasons)))
    puce = pieces.puce if kind is TypePiece.TITRE_ANCIEN else None
    asked = PAGE_QUESTION.format(kind)
    questions = (c.phrase for c in _found(draft).get(f"piece.{kind}", ()) if c.code == asked)
    return PieceVue(
        ligne=line,
        presente=held is not None,
        sans_page=kind in SANS_PAGE,
        titre=kind is TypePiece.TITRE_ANCIEN,
        pages=()
        if held is None
        else tuple(_page(base, page, pieces.vignettes.shown(page)) for page in held.pages),
        champs=tuple(_champs(en_cours, kind)),
        question=next(questions, ""),
        reponse=draft.raisons.get(asked, ""),
        attente=attente,
        lecture=pieces.lecture(kind),
        puce=() if puce is None else tuple(f.phrase for f in puce.findings),
        motif=draft.raisons.get(PAGE_QUALITE.format(kind), ""),
    )


def _page(base: str, page: Encoded, shown: int) -> PageVue:
    addresses = tuple(f"{base}/{page.sha256}?rang={rank}" for rank in range(shown))
    return PageVue(page.sha256, addresses, count(page))


def _champs(en_cours: EnCours, kind: TypePiece) -> Iterator[tuple[str, str, Champ]]:
    held = en_cours.draft.piece(kind)
    for nom, champ in CHAMPS_PIECE.items():
        value = None if held is None else getattr(held.reference, nom)
        texte = "" if value is None else value if isinstance(value, str) else f"{value:%d/%m/%Y}"
        texte, erreur = en_cours.pieces.fautes.get((kind, nom), (texte, ""))
        yield nom, champ.libelle, Champ(texte, "", erreur)


def autres(lines: tuple[Ligne, ...]) -> tuple[Option, ...]:
    """The documents that may be added although nothing asks for them."""
    there = {line.type for line in lines}
    return tuple(
        Option(kind, phrase(MOTS[kind]))
        for kind in TypePiece
        if kind not in there and kind not in _HORS_LISTE
    )
