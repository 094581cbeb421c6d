"""Opening a table: the national file of the settings, else the small table that ships.

A file is believed once it is a table of ours: mark and version in its header, the very layout of
`table.LAYOUT`, every page and constraint checked by SQLite. It is opened read-only and immutable,
so that nothing is written beside it.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from station.errors import TableInvalid
from station.referentiel import own, table
from station.referentiel.lookup import Referentiel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAX_FILE = 128 * 1024 * 1024  # bytes; the national table has about 12 MB
_MAX_VALUE = 64 * 1024  # bytes of one value
_MAGIC = b"SQLite format 3\0"


def load(path: Path | None = None) -> Referentiel:
    """The table of `path`, or the small one; raises `TableInvalid` when the file is not ours."""
    if path is None:
        return small()
    base = _file(path)
    try:
        _prove(base, path.name)
        return Referentiel(base)
    except BaseException:
        base.close()
        raise


def small() -> Referentiel:
    """The table that ships with the station, in memory."""
    base = sqlite3.connect(":memory:", check_same_thread=False)
    table.write(base, own.contents())
    return Referentiel(base)


def _file(path: Path) -> sqlite3.Connection:
    try:
        with path.open("rb") as file:
            header = file.read(100)
        size = path.stat().st_size
    except OSError as error:
        raise TableInvalid(f"{path.name}: {error.strerror}") from error
    if not _ours(header) or size > _MAX_FILE:
        raise TableInvalid(f"{path.name}: no table of communes")
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with _translated(path.name):
        return sqlite3.connect(uri, uri=True, check_same_thread=False)


def _ours(header: bytes) -> bool:
    """Magic, rollback journal (18, 19), user version (60) and application (68) of the file."""
    return (
        header.startswith(_MAGIC)
        and header[18:20] == b"\x01\x01"
        and header[60:64] == table.VERSION.to_bytes(4)
        and header[68:72] == table.APPLICATION.to_bytes(4)
    )


def _prove(base: sqlite3.Connection, name: str) -> None:
    with _translated(name):
        base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE)
        for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
            base.execute(f"PRAGMA {pragma}")
        base.execute(f"PRAGMA mmap_size = {_MAX_FILE}")
        laid = {sql for (sql,) in base.execute("SELECT sql FROM sqlite_master LIMIT 100") if sql}
        if laid != set(table.LAYOUT):
            raise TableInvalid(f"{name}: another layout")
        if base.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
            raise TableInvalid(f"{name}: damaged")


@contextmanager
def _translated(name: str) -> Iterator[None]:
    try:
        yield
    except table.DAMAGED as error:
        raise TableInvalid(f"{name}: damaged, or not SQLite") from error
