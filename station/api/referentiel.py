"""Places while one types: communes of a day, countries; from the table of the post, offline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query

from station.dossier.formulaire import CHAMPS
from station.dossier.lecture import Illisible, lire

if TYPE_CHECKING:
    from datetime import date

    from station.guichet.guichet import Guichet
    from station.referentiel.places import Commune, Pays

Texte = Annotated[str, Query(max_length=200)]
Jour = Annotated[str, Query(max_length=40)]
CodePostal = Annotated[str, Query(max_length=10)]
_LIMIT = 12  # lines of a list


class Places:
    """The routes of the lists."""

    def __init__(self, guichet: Guichet) -> None:
        self._lieux = guichet.sources.lieux

    def router(self) -> APIRouter:
        """The routes under /api."""
        router = APIRouter(prefix="/api/referentiel", tags=["référentiel"])
        router.get("/communes")(self.communes)
        router.get("/pays")(self.pays)
        return router

    def communes(self, q: Texte = "", date: Jour = "", cp: CodePostal = "") -> list[dict[str, str]]:
        """Communes whose name begins with `q`, as they were on `date`; those of `cp` first.

        `date` is as the agent types it; one that cannot be read counts as today.
        """
        near = self._lieux.by_postcode(cp) if cp else ()
        found = self._lieux.communes(q, _day(date), _LIMIT) if q else ()
        names = {c.code for c in found}
        first = [c for c in near if not q or c.code in names]
        codes = {c.code for c in first}
        both = (*first, *(c for c in found if c.code not in codes))
        return [_commune(c) for c in both[:_LIMIT]]

    def pays(self, q: Texte = "") -> list[dict[str, str]]:
        """Countries whose name begins with `q`."""
        return [_pays(p) for p in self._lieux.pays(q, limit=_LIMIT)]


def _commune(commune: Commune) -> dict[str, str]:
    more = [commune.departement]
    if commune.autre_nom is not None:
        more.append(f"autre nom : {commune.autre_nom}")
    if commune.fin is not None:
        more.append(f"jusqu’en {commune.fin.year}")
    elif len(commune.codes_postaux) == 1:
        more.append(commune.codes_postaux[0])
    return {
        "code": commune.code,
        "libelle": commune.libelle,
        "precision": " – ".join(more),
    }


def _pays(pays: Pays) -> dict[str, str]:
    return {"code": pays.alpha3, "libelle": pays.nom, "precision": pays.alpha3}


def _day(texte: str) -> date | None:
    try:
        day: date = lire(CHAMPS["usager.date_naissance"], texte).au_plus_tot()
    except Illisible:
        return None
    return day
