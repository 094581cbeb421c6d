"""The screens of a dossier: one module each, its view and its routes.

A module has `VUE`, what the screen shows (`station.api.rendu.Vue`), or `vue(guichet)` where it asks
the counter for more than its dossier, and where the screen does more than fill fields
`routes(guichet, rendu)`, an `APIRouter` of prefix /api.
Each route also takes its place in `station.api.acces.TABLE`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.api.ecrans import (
    adresse,
    empreintes,
    etat_civil,
    ouverture,
    photo,
    pieces,
    scellement,
    signature,
    verification,
)
from station.dossier.formulaire import Ecran

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import APIRouter

    from station.api.rendu import Rendu, Vue
    from station.guichet.guichet import Guichet

VUES: Mapping[Ecran, Vue] = {
    Ecran.PIECES: pieces.VUE,
    Ecran.PHOTO: photo.VUE,
    Ecran.EMPREINTES: empreintes.VUE,
    Ecran.SCELLEMENT: scellement.VUE,
}
_VUES_DU_GUICHET: Mapping[Ecran, Callable[[Guichet], Vue]] = {
    Ecran.OUVERTURE: ouverture.vue,
    Ecran.ETAT_CIVIL: etat_civil.vue,
    Ecran.ADRESSE: adresse.vue,
    Ecran.SIGNATURE: signature.vue,
    Ecran.VERIFICATION: verification.vue,
}
ROUTES: tuple[Callable[[Guichet, Rendu], APIRouter], ...] = (
    ouverture.routes,
    pieces.routes,
    photo.routes,
    empreintes.routes,
    signature.routes,
    scellement.routes,
)


def vues(guichet: Guichet) -> Mapping[Ecran, Vue]:
    """Every screen; some ask the counter for places, for pre-demandes."""
    return {**VUES, **{ecran: vue(guichet) for ecran, vue in _VUES_DU_GUICHET.items()}}
