"""The small table that ships with the station: `donnees/communes.tsv` and `donnees/pays.tsv`."""

from __future__ import annotations

import csv
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING

from station.referentiel.places import Changement, Commune, Nature, Pays
from station.referentiel.table import LICENCE, Contents

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL, NATIONAL = "réduite", "nationale"  # the extent of a table
_DATE = "2025-01-01"  # the day the small table stands for


def contents() -> Contents:
    """Chefs-lieux, municipal arrondissements, some changed communes; every country."""
    notice = {
        "etendue": SMALL,
        "date": _DATE,
        "licence": LICENCE,
        "producteur": "dr-station, d’après l’INSEE et La Poste",
    }
    return Contents(tuple(map(_commune, _rows("communes"))), countries(), notice)


def countries() -> tuple[Pays, ...]:
    """Every country of ISO 3166-1, and some former ones."""
    return tuple(map(_pays, _rows("pays")))


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (resources.files("station.referentiel") / "donnees" / f"{name}.tsv").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    yield from csv.DictReader(lines, delimiter="\t", strict=True)


def _commune(row: dict[str, str]) -> Commune:
    return Commune(
        code=row["code"],
        libelle=row["libelle"],
        nature=Nature(row["nature"]),
        debut=_day(row["debut"]),
        fin=_day(row["fin"]),
        changement=Changement(row["changement"]) if row["changement"] else None,
        suite=row["suite"] or None,
        population=int(row["population"] or 0),
        codes_postaux=_list(row["codes_postaux"]),
    )


def _pays(row: dict[str, str]) -> Pays:
    return Pays(
        row["alpha3"],
        row["alpha2"],
        row["insee"],
        row["nom"],
        _day(row["debut"]),
        _day(row["fin"]),
        _list(row["autres"]),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _list(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)
