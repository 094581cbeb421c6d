"""The screen ETAT_CIVIL: who the title is for, the parents, who files for a minor (§15.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.api.ecrans.formulaire import Formulaire
from station.dossier.formulaire import Ecran
from station.dossier.lieux import NAISSANCES

if TYPE_CHECKING:
    from station.guichet.guichet import Guichet

_ECARTS = (
    "usager.nom_famille", "usager.prenoms", "usager.sexe", "usager.date_naissance",
    "usager.nationalite", *(f"{groupe}.libelle" for groupe in NAISSANCES),
)  # fmt: skip


def vue(guichet: Guichet) -> Formulaire:
    """The screen."""
    return Formulaire(
        Ecran.ETAT_CIVIL, "ecrans/etat_civil.html", guichet.sources.lieux, ecarts=_ECARTS
    )
