"""What was sealed in this session: enough for the receipt and the goodbye, gone with the lock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from station.dossier.model import Motif

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from station.dossier.model import Demande, Usager
    from station.papiers.recepisse import Resume

_KEPT = 16
_DISPARUS = {Motif.RENOUVELLEMENT_PERTE, Motif.RENOUVELLEMENT_VOL}


@dataclass(frozen=True, slots=True)
class Depot:
    """A dossier after its seal, in words: no picture, no print."""

    id: UUID
    numero: str
    resume: Resume = field(repr=False)
    usager: Usager = field(repr=False)
    declarees: tuple[Demande, ...] = field(repr=False)  # of titles lost or stolen


class Depots:
    """The last dossiers that were sealed, by their identifier; `dernier` is at the counter."""

    def __init__(self) -> None:
        self._kept: dict[UUID, Depot] = {}
        self.dernier: Depot | None = None

    def put(self, depot: Depot) -> None:
        """Hold it; its applicant is still at the counter."""
        self._kept[depot.id] = self.dernier = depot
        while len(self._kept) > _KEPT:
            self._kept.pop(next(iter(self._kept)))

    def get(self, number: UUID) -> Depot | None:
        """The dossier, None when another session sealed it, or too long ago."""
        return self._kept.get(number)

    def leave(self) -> None:
        """Its applicant has left the counter."""
        self.dernier = None

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self.dernier = None


def declarees(demandes: Iterable[Demande]) -> tuple[Demande, ...]:
    """Those for a title that was lost or stolen, and declared so."""
    return tuple(d for d in demandes if d.motif in _DISPARUS and d.declaration is not None)
