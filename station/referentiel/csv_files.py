"""Public CSV files as they are published: bounded, decoded, told apart by their header.

    kind            file                                   columns that are asked for
    COMMUNES        v_commune_AAAA.csv                     TYPECOM COM LIBELLE COMPARENT
    HISTOIRE        v_commune_depuis_1943.csv              COM LIBELLE DATE_DEBUT DATE_FIN
    MOUVEMENTS      v_mvt_commune_AAAA.csv                 MOD DATE_EFF TYPECOM_AV COM_AV
                                                           TYPECOM_AP COM_AP
    OUTREMER        v_commune_comer_AAAA.csv               COM_COMER LIBELLE
    PAYS            v_pays_territoire_AAAA.csv             COG LIBCOG LIBENR CODEISO2 CODEISO3
    PAYS_HISTOIRE   v_pays_et_territoire_depuis_1943.csv   COG LIBCOG DATE_DEBUT DATE_FIN
    POSTAUX         019HexaSmal.csv (La Poste)             Code_commune_INSEE Code_postal
    POPULATION      donnees_communes.csv (INSEE)           CODDEP CODCOM PMUN

INSEE writes UTF-8 with commas, its populations and La Poste semicolons; La Poste has been seen in
ISO-8859-1 and in UTF-8, with "#" before its first column.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import TYPE_CHECKING

from station import bounded
from station.errors import SourceInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAX_FILE = 64 * 1024 * 1024  # bytes; the largest, the movements, has 2 MB
_MAX_LINE = 8 * 1024  # characters
_MAX_LINES = 500_000
_MAX_NAME = 200  # characters, as the COG says
_TWICE = re.compile("[ÃÂ][\u0080-\u00bf]")  # UTF-8 that was read as ISO-8859-1 and saved again


@unique
class Kind(Enum):
    """The columns by which a file is known; of two that fit, the first."""

    MOUVEMENTS = frozenset(("MOD", "DATE_EFF", "TYPECOM_AV", "COM_AV", "TYPECOM_AP", "COM_AP"))
    COMMUNES = frozenset(("TYPECOM", "COM", "LIBELLE", "COMPARENT"))
    HISTOIRE = frozenset(("COM", "LIBELLE", "DATE_DEBUT", "DATE_FIN"))
    OUTREMER = frozenset(("COM_COMER", "LIBELLE"))
    PAYS = frozenset(("COG", "LIBCOG", "LIBENR", "CODEISO2", "CODEISO3"))
    PAYS_HISTOIRE = frozenset(("COG", "LIBCOG", "DATE_DEBUT", "DATE_FIN"))
    POSTAUX = frozenset(("CODE_COMMUNE_INSEE", "CODE_POSTAL"))
    POPULATION = frozenset(("CODDEP", "CODCOM", "PMUN"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file; `SourceInvalid` names file, line and column of what is wrong in it."""

    file: str
    number: int
    values: dict[str, str] = field(repr=False)

    def get(self, column: str) -> str:
        """The bare value of a column, empty when it has none."""
        return self.values.get(column, "").strip()

    def matching(self, column: str, pattern: re.Pattern[str]) -> str:
        """The value of a column, which has to be of that form."""
        value = self.get(column)
        if not pattern.fullmatch(value):
            raise self.wrong(column)
        return value

    def name(self, column: str) -> str:
        """A name: NFC, typographic apostrophe, nothing invisible, at most 200 characters."""
        value = unicodedata.normalize("NFC", self.get(column)).replace("'", "’")
        if not value or len(value) > _MAX_NAME or not value.isprintable():
            raise self.wrong(column)
        return value

    def wrong(self, column: str) -> SourceInvalid:
        """The error about a column."""
        return SourceInvalid(f"{self.file}: line {self.number}: {column}")


@dataclass(frozen=True, slots=True)
class Source:
    """A file: its name, what kind it is, SHA-256 of its bytes, its lines."""

    name: str
    kind: Kind | None
    sha256: str
    lines: tuple[Line, ...] = field(repr=False)


def read(path: Path) -> Source:
    """The file at `path`, of at most 64 MiB; raises `SourceInvalid` when it cannot be read."""
    raw = bounded.content(path, _MAX_FILE, SourceInvalid)
    lines = _decoded(raw, path.name).splitlines()
    if len(lines) > _MAX_LINES or max(map(len, lines), default=0) > _MAX_LINE:
        raise SourceInvalid(f"{path.name}: too many lines, or one that is too long")
    if not lines:
        raise SourceInvalid(f"{path.name}: empty")
    mark = ";" if lines[0].count(";") > lines[0].count(",") else ","
    rows = _rows(lines, mark, path.name)
    columns = [name.strip().lstrip("#").strip().upper() for name in next(rows)[1]]
    kind = next((k for k in Kind if k.value <= set(columns)), None)
    values = tuple(
        Line(path.name, n, dict(zip(columns, row, strict=False))) for n, row in rows if any(row)
    )
    return Source(path.name, kind, hashlib.sha256(raw).hexdigest(), values)


def _rows(lines: list[str], mark: str, name: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=mark, strict=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise SourceInvalid(f"{name}: line {reader.line_num}: not CSV") from error


def _decoded(raw: bytes, name: str) -> str:
    """UTF-8, else the superset of ISO-8859-1 that Windows writes."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text or _TWICE.search(text):
            raise SourceInvalid(f"{name}: encoded twice, or not text")
        return text
    raise SourceInvalid(f"{name}: neither UTF-8 nor ISO-8859-1")
