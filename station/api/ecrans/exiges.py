"""What the request needs, in words: pieces with reason and source, fee, fingers, photo, delays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from station.capture import PortraitSource
from station.dossier.doigts import Cas
from station.dossier.exigences import Preuve, exigences
from station.dossier.mots import DOIGTS, MOTS, euros, ou, phrase
from station.dossier.piece import TypePiece
from station.dossier.situation import Situation
from station.guichet.saisies import aujourdhui
from station.rules.regles import en_vigueur

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.dossier.doigts import Creneaux
    from station.dossier.draft import Draft
    from station.dossier.exigences import Exigence, Exigences
    from station.dossier.frais import Frais

_PHOTOS: Final = {
    PortraitSource.PHOTO_PAPIER_SCAN: "photo papier numérisée",
    PortraitSource.CAMERA_DR: "prise sur place",
}


@dataclass(frozen=True, slots=True)
class PieceExigee:
    """A line of the list; `certaine` is False where it depends on what is not known yet."""

    nom: str
    raison: str
    source: str
    certaine: bool


@dataclass(frozen=True, slots=True)
class Prix:
    """What the titles cost: the total in words, and a line for each title with its reasons."""

    total: str
    lignes: tuple[tuple[str, str, str, str], ...]  # title, amount, reasons, source


@dataclass(frozen=True, slots=True)
class Exiges:
    """Everything the applicant and the agent are told at once; `faits` are pairs of words.

    `payants` are the titles that cost something, or may, as their fields are called.
    """

    choisi: bool
    payants: tuple[str, ...]
    pieces: tuple[PieceExigee, ...]
    prix: Prix
    faits: tuple[tuple[str, str], ...]


def exiges(draft: Draft) -> Exiges:
    """What the rules of today ask for, as far as it can be told of `draft`."""
    jour = aujourdhui()
    situation = Situation.of(draft)
    wanted = exigences(situation, jour, en_vigueur(jour))
    shown = sorted(wanted.pieces, key=lambda piece: not piece.certaine)
    return Exiges(
        choisi=bool(situation.demandes),
        payants=tuple(f.titre.lower() for f in wanted.frais.titres if f.payant is not False),
        pieces=tuple(_piece(one) for one in shown if _brought(one)),
        prix=_prix(wanted.frais),
        faits=tuple(_faits(wanted)),
    )


def _brought(wanted: Exigence) -> bool:
    """Whether somebody brings it: a stamp has its own line, a portrait may be taken here."""
    return wanted.preuve is not Preuve.TIMBRE and bool(wanted.alternatives)


def _piece(wanted: Exigence) -> PieceExigee:
    """A document that the station asks for itself comes last of the alternatives."""
    names = []
    for one in sorted(wanted.alternatives, key=lambda a: a.type is TypePiece.VERIF_COMEDEC):
        age = "" if one.age_max is None else f" de moins de {one.age_max.valeur} mois"
        names.append(one.nom + age)
    return PieceExigee(phrase(ou(names)), wanted.phrase, wanted.source, wanted.certaine)


def _prix(frais: Frais) -> Prix:
    lines = tuple(
        (phrase(MOTS[fee.titre]), _amount(fee.possibles), " ".join(fee.phrases), fee.source)
        for fee in frais.titres
    )
    return Prix(_amount(tuple(dict.fromkeys((frais.au_moins, frais.au_plus)))), lines)


def _amount(possibles: tuple[int, ...]) -> str:
    if possibles == (0,):
        return "gratuit"
    low, high = possibles[0], possibles[-1]
    return euros(low) if low == high else f"{euros(low)} à {euros(high)}"


def _faits(wanted: Exigences) -> Iterator[tuple[str, str]]:
    yield "Empreintes", _doigts(wanted.doigts)
    yield "Photo", phrase(ou([_PHOTOS[source] for source in wanted.sources_photo]))
    if wanted.signataires:
        yield "Signature", phrase(" et ".join(f"le {MOTS[qui]}" for qui in wanted.signataires))
    for titre, years in wanted.validites.items():
        if years is not None:
            yield f"Validité ({MOTS[titre]})", f"{years} ans"
    delais = wanted.delais
    yield "Retrait", f"dans les {delais.retrait_mois.valeur} mois, sinon le titre est détruit"
    yield "Complément", f"{delais.complement_mois.valeur} mois pour répondre au centre"


def _doigts(creneaux: Creneaux | None) -> str:
    if creneaux is None:
        return "selon l’âge"
    if creneaux.cas is Cas.AGE:
        return "aucune, en raison de l’âge"
    if not creneaux.doigts:
        return "aucune, dispense"
    return phrase(" et ".join(DOIGTS[finger - 1] for finger in creneaux.doigts))
