"""What was sealed today: enough to print the receipt again, until midnight (ADR 0025).

The station cannot open a package. What a receipt says is kept beside it, encrypted like a draft:
the paper jams, the session is locked, the machine stops while the applicant still waits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID  # noqa: TC003 (pydantic reads annotations at run time)

from pydantic import TypeAdapter

from station.dossier.model import Demande, Motif, Usager
from station.papiers.recepisse import Resume  # noqa: TC001 (as above)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from station.guichet.kept import Kept

_DISPARUS = {Motif.RENOUVELLEMENT_PERTE, Motif.RENOUVELLEMENT_VOL}


@dataclass(frozen=True, slots=True)
class Depot:
    """A dossier after its seal, in words: no picture, no print.

    `usager` is there for the declarations of `declarees` alone; None without any.
    """

    id: UUID
    numero: str
    resume: Resume = field(repr=False)
    usager: Usager | None = field(repr=False)
    declarees: tuple[Demande, ...] = field(repr=False)  # of titles lost or stolen


_ADAPTER = TypeAdapter(Depot)


class Depots:
    """What this agent sealed today, by its identifier; `dernier` is at the counter."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self.dernier: Depot | None = None

    def keep(self, depot: Depot) -> None:
        """Put it on disk, before the seal: whatever stops the machine then, the paper comes."""
        self._kept.put(depot.id, _ADAPTER.dump_json(depot))

    def sealed(self, depot: Depot) -> None:
        """Its package is in the queue, and its applicant is still at the counter."""
        self.dernier = depot

    def get(self, number: UUID) -> Depot | None:
        """What was kept of a dossier; None when another agent sealed it, or before today."""
        held = self._kept.get(number)
        return None if held is None else _ADAPTER.validate_json(held)

    def leave(self) -> None:
        """Its applicant has left the counter."""
        self.dernier = None


def declarees(demandes: Iterable[Demande]) -> tuple[Demande, ...]:
    """Those for a title that was lost or stolen, and declared so."""
    return tuple(d for d in demandes if d.motif in _DISPARUS and d.declaration is not None)
