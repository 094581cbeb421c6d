"""What was sealed in this session: enough for the receipt and the goodbye, gone with the lock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from station.papiers.recepisse import Resume

_KEPT = 16


@dataclass(frozen=True, slots=True)
class Depot:
    """A dossier after its seal, in words: no picture, no print."""

    id: UUID
    numero: str
    resume: Resume = field(repr=False)
    perte: bool  # a title was declared lost: its declaration has a receipt of its own


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
