"""What an application needs: pieces, fee, fingers, sources of the portrait, signatures, delays.

The rows of `station.rules.regles` held against a `Situation`, of which only the titles and their
motifs may be known. What depends on a fact that is unknown is told apart from what is certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from station.capture import PortraitSource
from station.dossier.constat import Niveau
from station.dossier.doigts import creneaux
from station.dossier.frais import Frais, frais_de
from station.dossier.model import Signataire, TypeTitre
from station.dossier.mots import MOTS
from station.dossier.piece import TypePiece
from station.rules.conditions import ou

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from station.dossier.doigts import Creneaux
    from station.dossier.situation import Situation
    from station.rules.conditions import Fait
    from station.rules.regles import LignePiece, Regle, Regles, ReglesDelais

    Demandes = Sequence[dict[str, Fait]]  # the facts of each request


@unique
class Preuve(StrEnum):
    """What satisfies a requirement."""

    PIECE = "PIECE"
    VISAGE = "VISAGE"
    SIGNATURE = "SIGNATURE"  # or the signed form
    TIMBRE = "TIMBRE"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One document that satisfies a requirement; its greatest age, if it has one, in months."""

    type: TypePiece
    nom: str
    age_max: Regle | None = None


@dataclass(frozen=True, slots=True)
class Exigence:
    """One line of the list of pieces: one of `alternatives` is wanted.

    Where it is not `certaine`, `phrase` says in which case it is wanted. `groupe` names pieces that
    belong together, `titres` the titles that want it.
    """

    code: str
    alternatives: tuple[Alternative, ...]
    preuve: Preuve
    niveau: Niveau
    phrase: str
    source: str
    titres: tuple[TypeTitre, ...] = ()
    groupe: str | None = None
    certaine: bool = True

    @property
    def types(self) -> frozenset[TypePiece]:
        """The documents that satisfy it."""
        return frozenset(a.type for a in self.alternatives)


@dataclass(frozen=True, slots=True)
class Exigences:
    """Everything the rules ask for; None where that cannot be told yet. Validities in years."""

    pieces: tuple[Exigence, ...]
    frais: Frais
    doigts: Creneaux | None
    sources_photo: tuple[PortraitSource, ...]
    signataires: tuple[Signataire, ...] | None
    conservation_90j: bool | None
    validites: dict[TypeTitre, int | None]
    delais: ReglesDelais


def exigences(situation: Situation, jour: date, regles: Regles) -> Exigences:
    """What `regles` ask for in `situation` on `jour`; raises `ConfigError` for a title unknown."""
    demandes = situation.faits(jour, regles)
    frais = Frais(tuple(frais_de(f, regles.timbre) for f in demandes) if situation.demandes else ())
    for faits, fee in zip(demandes, frais.titres, strict=False):
        faits["payant"] = fee.payant
    return Exigences(
        pieces=_pieces(demandes, regles),
        frais=frais,
        doigts=_doigts(situation, jour, regles),
        sources_photo=_sources(demandes, regles),
        signataires=_signataires(demandes, regles),
        conservation_90j=ou(regles.conservation.si.tient(f) for f in demandes),
        validites=_validites(demandes, regles) if situation.demandes else {},
        delais=regles.delais,
    )


def _pieces(demandes: Demandes, regles: Regles) -> tuple[Exigence, ...]:
    """Of each code the first row that holds, else the first that may and says so."""
    certain: dict[str, tuple[int, Exigence]] = {}
    possible: dict[str, tuple[int, Exigence]] = {}
    for rank, row in enumerate(regles.piece.lignes):
        holds = ou(row.si.tient(f) for f in demandes)
        if holds is False or (holds is None and row.annonce is None):
            continue
        line = _exigence(row, demandes, regles, holds=holds)
        (certain if holds else possible).setdefault(row.code, (rank, line))
    ranked = sorted((possible | certain).values(), key=lambda pair: pair[0])
    return tuple(_without_implied([exigence for _, exigence in ranked]))


def _exigence(
    row: LignePiece, demandes: Demandes, regles: Regles, *, holds: bool | None
) -> Exigence:
    kept = (a for a in row.pieces if ou(a.si.tient(f) for f in demandes) is not False)
    return Exigence(
        code=row.code,
        alternatives=tuple(
            Alternative(TypePiece(a.type), MOTS[a.type], regles.piece.age_max_mois.get(a.type))
            for a in kept
        ),
        preuve=Preuve(row.preuve),
        niveau=Niveau(row.niveau),
        phrase=row.phrase if holds else (row.annonce or row.phrase),
        source=row.source,
        titres=tuple(
            TypeTitre(str(f["titre"]))
            for f in demandes
            if f["titre"] in set(TypeTitre) and row.si.tient(f) is holds
        ),
        groupe=row.groupe,
        certaine=bool(holds),
    )


def _without_implied(lines: list[Exigence]) -> Iterator[Exigence]:
    """Without those that a document wanted anyway satisfies."""
    wanted = [x for x in lines if x.certaine and x.preuve is Preuve.PIECE and len(x.types) == 1]
    for line in lines:
        if not any(line.types > x.types for x in wanted if line.preuve is Preuve.PIECE):
            yield line


def _doigts(situation: Situation, jour: date, regles: Regles) -> Creneaux | None:
    age = situation.age(jour, regles.majorite.valeur)
    if age.au_moins < regles.empreinte.age_min.valeur <= age.au_plus:
        return None
    return creneaux(age.au_moins, situation.exemptions, regles.empreinte)


def _sources(demandes: Demandes, regles: Regles) -> tuple[PortraitSource, ...]:
    found = [
        PortraitSource(row.source_photo)
        for row in regles.photo.sources
        if any(row.si.tient(f) for f in demandes)
    ]
    return tuple(dict.fromkeys(found))


def _signataires(demandes: Demandes, regles: Regles) -> tuple[Signataire, ...] | None:
    answers = {
        Signataire(row.qui): ou(row.si.tient(f) for f in demandes)
        for row in regles.signature.signataires
    }
    if None in answers.values():
        return None
    return tuple(qui for qui, signs in answers.items() if signs)


def _validites(demandes: Demandes, regles: Regles) -> dict[TypeTitre, int | None]:
    found: dict[TypeTitre, int | None] = {}
    for faits in demandes:
        years = {row.ans for row in regles.validite if row.si.tient(faits) is not False}
        found[TypeTitre(str(faits["titre"]))] = years.pop() if len(years) == 1 else None
    return found
