"""The table on disk: one SQLite file, its layout, how it is written and how it is proven whole.

    notice    what the table says of itself: date, extent, sources, licence, `empreinte`
    commune   one row per commune and period, the first day and the day after the last; `id` is
              the order in which equal hits are shown
    mot       folded names from each of their words on, with all that ranks and filters a hit
    postal    postal code, INSEE code
    pays      countries

`empreinte` is SHA-256 over every other row: it is against damage, not against whoever may write
the file. The same rows make the same bytes with the same SQLite.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from station.referentiel.folding import endings, fold, without_article

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from station.referentiel.places import Commune, Pays

APPLICATION = 0x44525246  # "DRRF", at byte 68 of the file
VERSION = 1
FIRST, LAST = "0001-01-01", "9999-12-31"  # an open beginning, an open end
LICENCE = "Licence Ouverte 2.0 (Etalab)"
DAMAGED = (sqlite3.Error, ValueError, TypeError)  # the others: a value of another kind than laid

LAYOUT = (
    "CREATE TABLE notice (cle TEXT NOT NULL PRIMARY KEY CHECK (typeof(cle) = 'text'),"
    " valeur TEXT NOT NULL CHECK (typeof(valeur) = 'text')) WITHOUT ROWID",
    "CREATE TABLE commune (id INTEGER PRIMARY KEY,"
    " code TEXT NOT NULL CHECK (typeof(code) = 'text'),"
    " libelle TEXT NOT NULL CHECK (typeof(libelle) = 'text'),"
    " nature TEXT NOT NULL CHECK"
    " (nature IN ('commune', 'arrondissement', 'deleguee', 'territoire')),"
    " debut TEXT NOT NULL CHECK (debut LIKE '____-__-__'),"
    " fin TEXT NOT NULL CHECK (fin LIKE '____-__-__'),"
    " changement TEXT NOT NULL CHECK"
    " (changement IN ('', 'nom', 'fusion', 'departement', 'code', 'independance', 'autre')),"
    " suite TEXT NOT NULL CHECK (typeof(suite) = 'text'),"
    " population INTEGER NOT NULL CHECK (typeof(population) = 'integer'),"
    " comedec INTEGER NOT NULL CHECK (comedec IN (0, 1)))",
    "CREATE INDEX commune_code ON commune (code, debut)",
    "CREATE TABLE mot (cle TEXT NOT NULL CHECK (typeof(cle) = 'text'),"
    " place INTEGER NOT NULL CHECK (place IN (0, 1)),"
    " commune INTEGER NOT NULL CHECK (typeof(commune) = 'integer'),"
    " debut TEXT NOT NULL, fin TEXT NOT NULL,"
    " PRIMARY KEY (cle, place, commune)) WITHOUT ROWID",
    "CREATE TABLE postal (cp TEXT NOT NULL CHECK (typeof(cp) = 'text'),"
    " code TEXT NOT NULL CHECK (typeof(code) = 'text'),"
    " PRIMARY KEY (cp, code)) WITHOUT ROWID",
    "CREATE INDEX postal_code ON postal (code, cp)",
    "CREATE TABLE pays (id INTEGER PRIMARY KEY,"
    " alpha3 TEXT NOT NULL CHECK (typeof(alpha3) = 'text'),"
    " alpha2 TEXT NOT NULL CHECK (typeof(alpha2) = 'text'),"
    " insee TEXT NOT NULL CHECK (typeof(insee) = 'text'),"
    " nom TEXT NOT NULL CHECK (typeof(nom) = 'text'),"
    " debut TEXT NOT NULL CHECK (debut LIKE '____-__-__'),"
    " fin TEXT NOT NULL CHECK (fin LIKE '____-__-__'),"
    " autres TEXT NOT NULL CHECK (typeof(autres) = 'text'))",
)
_ROWS = (
    "SELECT * FROM notice WHERE cle <> 'empreinte' ORDER BY cle",
    "SELECT * FROM commune ORDER BY id",
    "SELECT * FROM mot ORDER BY cle, place, commune",
    "SELECT * FROM postal ORDER BY cp, code",
    "SELECT * FROM pays ORDER BY id",
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a table is made of; postal codes stand in the communes. `notice` says where from."""

    communes: tuple[Commune, ...]
    pays: tuple[Pays, ...]
    notice: dict[str, str] = field(default_factory=dict)


def write(base: sqlite3.Connection, contents: Contents) -> None:
    """Lay the table out in `base`, which is empty, and fill it; `notice` gets its `empreinte`."""
    base.execute("PRAGMA page_size = 4096")
    base.execute(f"PRAGMA application_id = {APPLICATION}")
    base.execute(f"PRAGMA user_version = {VERSION}")
    for statement in LAYOUT:
        base.execute(statement)
    communes = sorted(contents.communes, key=_rank)
    base.executemany("INSERT INTO notice VALUES (?, ?)", sorted(contents.notice.items()))
    base.executemany(
        "INSERT INTO commune VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (_commune(rank, c) for rank, c in enumerate(communes, 1)),
    )
    base.executemany("INSERT INTO mot VALUES (?, ?, ?, ?, ?)", sorted(set(_words(communes))))
    postal = {(cp, c.code) for c in communes for cp in c.codes_postaux}
    base.executemany("INSERT INTO postal VALUES (?, ?)", sorted(postal))
    base.executemany("INSERT INTO pays VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _countries(contents.pays))
    base.execute("INSERT INTO notice VALUES ('empreinte', ?)", (digest(base),))
    base.commit()


def digest(base: sqlite3.Connection) -> str:
    """SHA-256 of every row but `empreinte` itself, in hexadecimal."""
    hashed = hashlib.sha256()
    for query in _ROWS:
        for row in base.execute(query):
            hashed.update(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    return hashed.hexdigest()


def _rank(commune: Commune) -> tuple[object, ...]:
    """Peopled first, then by name: the order in which equal hits are shown."""
    begun = "" if commune.debut is None else commune.debut.isoformat()
    gone = commune.fin is not None
    return -commune.population, gone, fold(commune.libelle), commune.code, commune.nature, begun


def _span(place: Commune | Pays) -> tuple[str, str]:
    begun = FIRST if place.debut is None else place.debut.isoformat()
    return begun, LAST if place.fin is None else place.fin.isoformat()


def _commune(rank: int, commune: Commune) -> tuple[object, ...]:
    changement = "" if commune.changement is None else commune.changement.value
    return (
        rank,
        commune.code,
        commune.libelle,
        commune.nature.value,
        *_span(commune),
        changement,
        commune.suite or "",
        commune.population,
        int(commune.comedec),
    )


def _words(communes: Iterable[Commune]) -> Iterator[tuple[object, ...]]:
    """A name counts as begun at its first word, and at the one after its article."""
    for rank, commune in enumerate(communes, 1):
        key = fold(commune.libelle)
        starts = {key, without_article(key)}
        for ending in endings(key):
            yield ending, 0 if ending in starts else 1, rank, *_span(commune)


def _countries(pays: Iterable[Pays]) -> Iterator[tuple[object, ...]]:
    ordered = sorted(pays, key=lambda p: (fold(p.nom), p.alpha3, p.insee, _span(p)))
    for number, p in enumerate(ordered, 1):
        yield number, p.alpha3, p.alpha2, p.insee, p.nom, *_span(p), ";".join(p.autres)
