"""How a paper names the place of the deposit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from station.referentiel.lookup import Referentiel


def nomme(places: Referentiel, insee: str) -> str:
    """The commune of code `insee` with its code; the code alone where the table has no name."""
    commune = places.commune(insee)
    return f"commune {insee}" if commune is None else f"{commune.libelle} ({insee})"
