"""The screens of a dossier: one module each, its view and its routes.

A module has `VUE`, what the screen shows (`station.api.rendu.Vue`), and where the screen does more
than fill fields `routes(guichet, rendu)`, an `APIRouter` of prefix /api.
Each route also takes its place in `station.api.acces.TABLE`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.api.ecrans import adresse, empreintes, etat_civil, ouverture, photo
from station.dossier.formulaire import Ecran

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import APIRouter

    from station.api.rendu import Rendu, Vue
    from station.guichet.guichet import Guichet

VUES: Mapping[Ecran, Vue] = {
    Ecran.OUVERTURE: ouverture.VUE,
    Ecran.ETAT_CIVIL: etat_civil.VUE,
    Ecran.ADRESSE: adresse.VUE,
    Ecran.PHOTO: photo.VUE,
    Ecran.EMPREINTES: empreintes.VUE,
}
ROUTES: tuple[Callable[[Guichet, Rendu], APIRouter], ...] = (photo.routes, empreintes.routes)
