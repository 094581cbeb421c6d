"""Countries: by what is typed, by their code of ISO 3166-1 or of INSEE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.referentiel.folding import endings, fold, without_article

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from station.referentiel.places import Pays

_NO_HIT = 3


class Countries:
    """The countries of a table; few enough to be looked through one by one."""

    def __init__(self, pays: Iterable[Pays]) -> None:
        self._pays = tuple(pays)
        self._keys = tuple(tuple(map(fold, (p.nom, *p.autres))) for p in self._pays)

    def search(self, key: str, at: date | None) -> tuple[Pays, ...]:
        """Those with a name, or a word of one, that begins with the folded `key`; best first."""
        ranked = sorted(
            (rank, number)
            for number, names in enumerate(self._keys)
            if (rank := min(_rank(key, name) for name in names)) < _NO_HIT
        )
        return tuple(p for _, n in ranked if _stands(p := self._pays[n], at))

    def iso(self, alpha3: str) -> Pays | None:
        """The country of an alpha-3 code, a former one too."""
        return next((p for p in self._pays if alpha3 and p.alpha3 == alpha3), None)

    def insee(self, code: str, at: date | None) -> Pays | None:
        """The country of a code 99xxx on `at`, a former one first, else any that ever bore it."""
        same = [p for p in self._pays if code and p.insee == code]
        standing = [p for p in same if _stands(p, at)] or same
        return min(standing, key=lambda p: p.fin is None, default=None)


def _stands(pays: Pays, at: date | None) -> bool:
    if at is None:
        return pays.fin is None
    return (pays.debut is None or pays.debut <= at) and (pays.fin is None or at < pays.fin)


def _rank(key: str, name: str) -> int:
    if key in (name, without_article(name)):
        return 0
    if name.startswith(key):
        return 1
    return 2 if any(ending.startswith(key) for ending in endings(name)) else _NO_HIT
