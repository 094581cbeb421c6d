"""The open table: communes, postal codes, countries, and what it says of a place of birth."""

from __future__ import annotations

import re
from itertools import chain, takewhile
from typing import TYPE_CHECKING

from station.referentiel import birth, search, table
from station.referentiel.countries import Countries
from station.referentiel.folding import fold
from station.referentiel.store import Store

if TYPE_CHECKING:
    import sqlite3
    from datetime import date
    from typing import Self

    from station.referentiel.birth import Avis
    from station.referentiel.places import Commune, Pays

_MAX_TEXT = 200  # characters; no name of the COG has more
_MAX_LIMIT = 50
_MAX_STEPS = 20  # changes followed from one commune to what it is today
_CODE = re.compile(r"(?:\d{5}|2[AB]\d{3})", re.ASCII | re.IGNORECASE)
_NATURES = "CASE nature WHEN 'commune' THEN 0 WHEN 'arrondissement' THEN 1 ELSE 2 END"


class Referentiel:
    """One for the whole station, any thread may ask; a context manager.

    Every method raises `TableInvalid` when the file turns out to be damaged. `at` is the day a
    place has to exist on; without it, today. Codes are those of the INSEE.
    """

    def __init__(self, base: sqlite3.Connection) -> None:
        self._store = Store(base)
        self._countries = Countries(self._store.pays())
        self.notice = self._store.notice()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def whole(self) -> bool:
        """Whether every row is as it was written; `table.digest`, a second or two when national."""
        return self._store.digest() == self.notice.get("empreinte")

    def counts(self) -> dict[str, int]:
        """How many communes of today, former ones, postal codes and countries there are."""
        query = (
            "SELECT (SELECT count(*) FROM commune WHERE fin = ?1 AND nature = 'commune'),"
            " (SELECT count(*) FROM commune WHERE fin <> ?1),"
            " (SELECT count(DISTINCT cp) FROM postal), (SELECT count(*) FROM pays)"
        )
        (row,) = self._store.rows(query, (table.LAST,))
        return dict(zip(("communes", "anciennes", "codes_postaux", "pays"), row, strict=True))

    def communes(self, text: str, at: date | None = None, limit: int = 20) -> tuple[Commune, ...]:
        """Communes whose name, or a word of it, begins with `text`; at most `limit`, 1 to 50.

        Accents, case, hyphens and apostrophes do not count, "St" is "Saint". The exact name comes
        first, then names that begin so, then words; the more peopled before the others. Each is
        given as it was on `at`; one found by its other name says so in `autre_nom`. A postal or an
        INSEE code finds too. Our own ranking.
        """
        limit = min(max(limit, 1), _MAX_LIMIT)
        key = _key(text)
        if _CODE.fullmatch(key):
            return self._by_code(key.upper(), at)[:limit]
        if not key:
            return ()
        jour = at or search.ALWAYS
        found = {(c.code, c.nature): c for c in search.begins(self._store, key, jour, limit)}
        if len(found) < limit:
            more = chain(
                search.elsewhen(self, self._store, key, at),
                search.scattered(self._store, key, jour),
            )
            for commune in takewhile(lambda _: len(found) < limit, more):
                found.setdefault((commune.code, commune.nature), commune)
        return tuple(found.values())[:limit]

    def commune(self, code: str, at: date | None = None) -> Commune | None:
        """What `code` meant on `at`; None when nothing bore it that day."""
        jour = at or search.ALWAYS
        return next((c for c in self.versions(code) if c.existe(jour)), None)

    def versions(self, code: str) -> tuple[Commune, ...]:
        """Everything `code` ever meant; communes first, then the oldest."""
        if not _CODE.fullmatch(code):
            return ()
        tail = f"WHERE code = ? ORDER BY {_NATURES}, debut, libelle"
        return self._store.communes(tail, (code.upper(),))

    def by_postcode(self, cp: str) -> tuple[Commune, ...]:
        """Communes of today that `cp` delivers to, the most peopled first."""
        tail = (
            "WHERE fin = ? AND nature <> 'deleguee'"
            " AND code IN (SELECT code FROM postal WHERE cp = ?) ORDER BY id"
        )
        return self._store.communes(tail, (table.LAST, cp)) if _CODE.fullmatch(cp) else ()

    def homonymes(self, libelle: str, at: date | None = None) -> tuple[Commune, ...]:
        """Communes of exactly this name on `at`, in whatever département; at most 50."""
        key = _key(libelle)
        hits = search.begins(self._store, key, at or search.ALWAYS, _MAX_LIMIT) if key else ()
        return tuple(c for c in hits if fold(c.libelle) == key)

    def ever(self, libelle: str) -> tuple[Commune, ...]:
        """Everything that was ever called so, its article left out or not."""
        return tuple(search.ever(self._store, _key(libelle)))

    def became(self, code: str, at: date | None) -> tuple[Commune, ...]:
        """Former French places of `at` that `code` stands for today."""
        if at is None:
            return ()
        tail = "WHERE suite = ? AND fin <> ? ORDER BY code, debut"
        found = self._store.communes(tail, (code, table.LAST))
        return tuple(c for c in found if c.existe(at))

    def predecessors(self, commune: Commune) -> tuple[Commune, ...]:
        """What became `commune` on its first day."""
        if commune.debut is None:
            return ()
        tail = "WHERE suite = ? AND fin = ? ORDER BY id"
        return self._store.communes(tail, (commune.code, commune.debut.isoformat()))

    def successor(self, commune: Commune) -> Commune | None:
        """What a commune became on its last day; None when the table does not say."""
        return self.commune(commune.suite, commune.fin) if commune.suite and commune.fin else None

    def today(self, commune: Commune) -> Commune | None:
        """What a commune has become, through every change; None when the table does not say."""
        for _ in range(_MAX_STEPS):
            if commune.fin is None:
                return commune
            after = self.successor(commune)
            if after is None:
                return None
            commune = after
        return None

    def pays(self, text: str, at: date | None = None, limit: int = 20) -> tuple[Pays, ...]:
        """Countries with a name, or a word of it, that begins with `text`; at most `limit`."""
        key = _key(text)
        return self._countries.search(key, at)[: min(max(limit, 1), _MAX_LIMIT)] if key else ()

    def pays_code(self, alpha3: str) -> Pays | None:
        """The country of an alpha-3 code of ISO 3166-1, a former one too; None without one."""
        return self._countries.iso(alpha3)

    def pays_insee(self, code: str, at: date | None = None) -> Pays | None:
        """The country of a code 99xxx on `at`, else any that bore it; None without one."""
        return self._countries.insee(code, at)

    def birth_place(self, label: str, code: str | None, date_naissance: date | None) -> Avis:
        """What the table says of a place of birth; it warns and never blocks (process.md §13.2).

        `label` is as the birth record has it; `code` may be absent. Without a date of birth every
        name the code ever had will do.
        """
        return birth.examine(self, label[:_MAX_TEXT], code or "", date_naissance)

    def _by_code(self, code: str, at: date | None) -> tuple[Commune, ...]:
        found = {c.code: c for c in self.by_postcode(code)}
        own = self.commune(code, at)
        if own is not None:
            found.setdefault(own.code, own)
        return tuple(found.values())


def _key(text: str) -> str:
    """`text` folded; a code stays as it is, and what is too long for a name finds nothing."""
    if len(text) > _MAX_TEXT:
        return ""
    bare = text.strip()
    return bare if _CODE.fullmatch(bare) else fold(bare)
