"""How a paper names the place of the deposit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.errors import TableInvalid
from station.referentiel.opened import load

if TYPE_CHECKING:
    from pathlib import Path


def nomme(insee: str, table: Path | None = None) -> str:
    """The commune of code `insee` with its code; the code alone where the table has no name.

    `table` is the file of the settings. A damaged one names nothing: the table never holds an
    application up, and `station config check` tells of it.
    """
    try:
        with load(table) as places:
            commune = places.commune(insee)
    except TableInvalid:
        commune = None
    return f"commune {insee}" if commune is None else f"{commune.libelle} ({insee})"
