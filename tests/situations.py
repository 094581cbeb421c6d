"""Situations at the counter, for the tests of what the rules ask for.

`ADULTE` asks for a first card, holds no title and is not hosted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from station.dossier.champs import DatePartielle
from station.dossier.detenu import Detenu
from station.dossier.exigences import exigences
from station.dossier.model import ModeAcquisition, Motif, TypeTitre, TypeTitreAncien
from station.dossier.situation import Situation
from station.rules.regles import en_vigueur
from tests.applications import TODAY

if TYPE_CHECKING:
    from station.dossier.exigences import Exigence, Exigences

REGLES: Final = en_vigueur(TODAY)
ADULTE: Final = Situation(
    lieu_depot="75056",
    demandes={TypeTitre.CNI: Motif.PREMIERE_DEMANDE},
    naissance=DatePartielle(annee=1984, mois=2, jour=29),
    heberge=False,
    residence_alternee=False,
    majeur_protege=False,
    nom_usage=False,
    mode_acquisition=ModeAcquisition.NAISSANCE_EN_FRANCE,
    titre_ancien=Detenu(TypeTitreAncien.AUCUN),
)
ENFANT: Final = replace(ADULTE, naissance=DatePartielle(annee=2015, mois=6, jour=1))


def asked(situation: Situation, **changed: object) -> Exigences:
    """What is asked for today in `situation`, changed."""
    return exigences(replace(situation, **changed), TODAY, REGLES)  # type: ignore[arg-type]  # one test, many fields


def lines(found: Exigences, *, certaine: bool = True) -> dict[str, Exigence]:
    """The lines of the list of pieces by their codes: the certain ones, or the others."""
    return {line.code: line for line in found.pieces if line.certaine is certaine}


def types(line: Exigence) -> list[str]:
    """The documents that satisfy `line`."""
    return [a.type.value for a in line.alternatives]
