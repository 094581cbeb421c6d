"""The rows of an open table, as values; one connection, any thread."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any

from station.errors import TableInvalid
from station.referentiel import table
from station.referentiel.places import Changement, Commune, Nature, Pays

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

_COMMUNES = (
    "SELECT code, libelle, nature, debut, fin, changement, suite, population, comedec FROM commune"
)
_PAYS = "SELECT alpha3, alpha2, insee, nom, debut, fin, autres FROM pays ORDER BY id"
_POSTAL = "SELECT cp FROM postal WHERE code = ? ORDER BY cp"


class Store:
    """What the other modules ask; raises `TableInvalid` when the file is damaged after all."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base
        self._lock = Lock()

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    def notice(self) -> dict[str, str]:
        """What the table says of itself."""
        return dict(self.rows("SELECT cle, valeur FROM notice ORDER BY cle"))

    def digest(self) -> str:
        """`table.digest` of the rows as they are."""
        with self._whole(), self._lock:
            return table.digest(self._base)

    def communes(self, tail: str, values: Sequence[object] = ()) -> tuple[Commune, ...]:
        """Rows of `commune`; `tail` is SQL of ours from WHERE on, `values` are its parameters."""
        with self._whole():
            return tuple(map(self._commune, self.rows(f"{_COMMUNES} {tail}", values)))

    def pays(self) -> tuple[Pays, ...]:
        """Every country."""
        with self._whole():
            return tuple(map(_pays, self.rows(_PAYS)))

    def rows(
        self, query: str, values: Sequence[object] | Mapping[str, object] = ()
    ) -> list[tuple[Any, ...]]:
        """All rows of `query`, which is SQL of ours."""
        with self._whole(), self._lock:
            return self._base.execute(query, values).fetchall()

    @staticmethod
    @contextmanager
    def _whole() -> Iterator[None]:
        try:
            yield
        except table.DAMAGED as error:
            raise TableInvalid("table of communes: damaged") from error

    def _commune(self, row: tuple[Any, ...]) -> Commune:
        code, libelle, nature, debut, fin, changement, suite, population, comedec = row
        return Commune(
            code,
            libelle,
            Nature(nature),
            _day(debut),
            _day(fin),
            Changement(changement) if changement else None,
            suite or None,
            population,
            bool(comedec),
            tuple(cp for (cp,) in self.rows(_POSTAL, (code,))),
        )


def _pays(row: tuple[Any, ...]) -> Pays:
    alpha3, alpha2, insee, nom, debut, fin, autres = row
    names = tuple(name for name in autres.split(";") if name)
    return Pays(alpha3, alpha2, insee, nom, _day(debut), _day(fin), names)


def _day(text: str) -> date | None:
    try:
        return None if text in (table.FIRST, table.LAST) else date.fromisoformat(text)
    except ValueError as error:
        raise TableInvalid("table of communes: no such day") from error
