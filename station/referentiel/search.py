"""Communes by what is typed: by the beginning of the name, of a word, by a name of another time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from station.referentiel.folding import ARTICLES, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from station.referentiel.lookup import Referentiel
    from station.referentiel.places import Commune
    from station.referentiel.store import Store

ALWAYS = date(9999, 12, 30)  # the last day of whatever has no end: today, and tomorrow as well
_FROM = "SELECT commune FROM mot WHERE cle >= :key AND cle < :end"
_ORDER = "ORDER BY CASE WHEN place THEN 2 ELSE cle <> :key END, commune LIMIT :most"
_HITS = f"{_FROM} AND debut <= :day AND :day < fin {_ORDER}"
_OTHERS = f"{_FROM} AND NOT (debut <= :day AND :day < fin) {_ORDER}"
_EVER = "SELECT commune FROM mot WHERE cle = :key AND place = 0 ORDER BY commune LIMIT :most"
_COMMON = ARTICLES | {"saint", "sainte", "de", "du", "des", "en", "sur", "sous", "et", "d"}
_MOST_OTHERS = 100  # names of another time, or with the rarest word, that are looked at
_SHORTEST = 3  # letters of a word that may be looked for out of its order


def begins(store: Store, key: str, jour: date, most: int) -> Iterator[Commune]:
    """Communes of `jour` that have `key` at the beginning of a word; exact names first."""
    return _numbered(store, _ids(store, _HITS, key, jour, most))


def ever(store: Store, key: str) -> Iterator[Commune]:
    """Everything that was ever called exactly `key`, its article left out or not."""
    return _numbered(store, _ids(store, _EVER, key, ALWAYS, _MOST_OTHERS))


def elsewhen(reference: Referentiel, store: Store, key: str, at: date | None) -> Iterator[Commune]:
    """Communes of `at` that had, or will have, another name with `key` in it; it is told."""
    ids = _ids(store, _OTHERS, key, at or ALWAYS, _MOST_OTHERS)
    for other in _numbered(store, ids):
        commune = reference.commune(other.code, at)
        if commune is None and at is None:
            commune = reference.today(other)
        if commune is not None and commune.libelle != other.libelle:
            yield replace(commune, autre_nom=other.libelle)


def scattered(store: Store, key: str, jour: date) -> Iterator[Commune]:
    """Communes of `jour` that hold every word in whatever order: "romain colbosc", "havre le"."""
    words = key.split(" ")
    rarest = max((w for w in words if w not in _COMMON), key=len, default="")
    if len(words) > 1 and len(rarest) >= _SHORTEST:
        for commune in begins(store, rarest, jour, _MOST_OTHERS):
            have = fold(commune.libelle).split(" ")
            if all(any(h.startswith(word) for h in have) for word in words):
                yield commune


def _ids(store: Store, query: str, key: str, jour: date, most: int) -> list[int]:
    """`key` to the last that begins with it: "~" is past every letter. A name may hit twice."""
    asked = {"key": key, "end": key + "~", "day": jour.isoformat(), "most": most * 2}
    return list(dict.fromkeys(number for (number,) in store.rows(query, asked)))[:most]


def _numbered(store: Store, ids: Iterable[int]) -> Iterator[Commune]:
    for number in ids:
        yield from store.communes("WHERE id = ?", (number,))
