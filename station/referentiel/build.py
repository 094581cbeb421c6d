"""The national table out of the public files: the same files make the same bytes.

Whoever builds downloads them beforehand (`csv_files` names them); nothing here asks a network.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from station.errors import SourceInvalid, StorageError
from station.referentiel import cog, csv_files, own, table
from station.referentiel.csv_files import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from station.referentiel.csv_files import Line, Source
    from station.referentiel.places import Commune

_POSTAL = re.compile(r"\d{5}", re.ASCII)
_DEPARTEMENT = re.compile(r"\d{2}|2[AB]|9[78]\d", re.ASCII)
_NUMBER = re.compile(r"\d{1,8}", re.ASCII)
_YEAR = re.compile(r"_(\d{4})\.csv$", re.ASCII | re.IGNORECASE)
_COMEDEC = ("CODE_INSEE", "CODE INSEE", "INSEE", "COM", "CODE_COMMUNE_INSEE")


@dataclass(frozen=True, slots=True)
class Order:
    """What to build from: public files in any order, a list of COMEDEC communes, the date.

    Without `jour` it is the first of January of the year in the name of `v_commune_AAAA.csv`.
    """

    files: tuple[Path, ...]
    comedec: Path | None = None
    jour: date | None = None


def build(order: Order, out: Path) -> str:
    """Write the table of the files to `out`; see `gather` and `write` for what is raised."""
    return write(gather(order), out)


def write(contents: table.Contents, out: Path) -> str:
    """Write a table to `out`, whole or not at all, and give its `empreinte`.

    Raises `StorageError` when `out` cannot be written.
    """
    aside = out.with_name(f".{out.name}.new")
    try:
        aside.unlink(missing_ok=True)
        digest = _written(aside, contents)
        aside.replace(out)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"{out.name}: cannot be written") from error
    finally:
        aside.unlink(missing_ok=True)
    return digest


def gather(order: Order) -> table.Contents:
    """What the files say, put together; raises `SourceInvalid` naming file, line and column."""
    sources = [csv_files.read(path) for path in order.files]
    lines = _by_kind(sources)
    if Kind.COMMUNES not in lines and Kind.HISTOIRE not in lines:
        raise SourceInvalid("no file of communes: v_commune_AAAA.csv is wanted")
    communes = (
        *cog.communes(
            lines.get(Kind.COMMUNES, ()),
            lines.get(Kind.HISTOIRE, ()),
            lines.get(Kind.MOUVEMENTS, ()),
        ),
        *cog.overseas(lines.get(Kind.OUTREMER, ())),
    )
    connected = None if order.comedec is None else csv_files.read(order.comedec)
    facts = _Facts(
        _postal(lines.get(Kind.POSTAUX, ())),
        _population(lines.get(Kind.POPULATION, ())),
        frozenset() if connected is None else _connected(connected),
    )
    countries = cog.countries(
        lines.get(Kind.PAYS, ()), lines.get(Kind.PAYS_HISTOIRE, ()), own.countries()
    )
    used = sources if connected is None else [*sources, connected]
    notice = _notice(used, order.jour or _dated(order.files))
    return table.Contents(tuple(facts.of(c) for c in communes), countries, notice)


@dataclass(frozen=True, slots=True)
class _Facts:
    postal: Mapping[str, tuple[str, ...]]
    population: Mapping[str, int]
    comedec: frozenset[str]

    def of(self, commune: Commune) -> Commune:
        """People and postal codes are those of today: a former commune has none."""
        comedec = commune.code in self.comedec
        if commune.fin is not None:
            return replace(commune, comedec=comedec)
        return replace(
            commune,
            comedec=comedec,
            population=self.population.get(commune.code, 0),
            codes_postaux=self.postal.get(commune.code, ()),
        )


def _written(path: Path, contents: table.Contents) -> str:
    base = sqlite3.connect(path)
    try:
        base.execute("PRAGMA journal_mode = OFF")
        table.write(base, contents)
        base.execute("VACUUM")
        return table.digest(base)
    finally:
        base.close()
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def _by_kind(sources: Iterable[Source]) -> dict[Kind, tuple[Line, ...]]:
    found: dict[Kind, tuple[Line, ...]] = {}
    for source in sources:
        if source.kind is None:
            raise SourceInvalid(f"{source.name}: no file the station knows, by its first line")
        if source.kind in found:
            raise SourceInvalid(f"{source.name}: a second file of the same kind")
        found[source.kind] = source.lines
    return found


def _postal(lines: Iterable[Line]) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        code = line.matching("CODE_COMMUNE_INSEE", cog.CODE)
        found[code].add(line.matching("CODE_POSTAL", _POSTAL))
    return {code: tuple(sorted(postal)) for code, postal in found.items()}


def _population(lines: Iterable[Line]) -> dict[str, int]:
    """Overseas both columns hold the third digit: 971 and 101 are 97101."""
    return {
        line.matching("CODDEP", _DEPARTEMENT)[:2] + line.matching("CODCOM", _NUMBER).zfill(3): int(
            line.matching("PMUN", _NUMBER)
        )
        for line in lines
    }


def _connected(source: Source) -> frozenset[str]:
    """Codes of a list of communes connected to COMEDEC; no form of it is published."""
    column = next((c for c in _COMEDEC if source.lines and c in source.lines[0].values), None)
    if column is None:
        raise SourceInvalid(f"{source.name}: a column named code_insee is wanted")
    return frozenset(line.matching(column, cog.CODE) for line in source.lines)


def _dated(files: Sequence[Path]) -> date:
    named = {p.name: found for p in files if (found := _YEAR.search(p.name))}
    years = [int(found[1]) for name, found in named.items() if name.startswith("v_commune_")]
    if not years:
        raise SourceInvalid("no year in the name of a file of communes: give the date")
    return date(max(years), 1, 1)


def _notice(sources: Iterable[Source], jour: date) -> dict[str, str]:
    said = [{"nom": s.name, "sha256": s.sha256, "lignes": len(s.lines)} for s in sources]
    return {
        "etendue": own.NATIONAL,
        "date": jour.isoformat(),
        "licence": table.LICENCE,
        "producteur": "INSEE, La Poste ; mis en forme par dr-station",
        "sources": json.dumps(sorted(said, key=lambda s: str(s["nom"])), ensure_ascii=False),
    }
