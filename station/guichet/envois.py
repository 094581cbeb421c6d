"""How far the packages of the queue are, told to the pages the moment it changes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from station.errors import StationError
from station.outbox.cycle import WAITING

if TYPE_CHECKING:
    from uuid import UUID

    from station.guichet.nouvelles import Nouvelles
    from station.outbox.cycle import Etat
    from station.outbox.store import Outbox
    from station.outbox.tables import Entry

    Seen = tuple[Etat, int, str | None]  # state, tries and code of a package

_LOOK = 0.25  # seconds between two looks while something waits
_REST = 2.0  # and while nothing does


class Envois:
    """Looks at the queue again and again; says `envoi` for each package that moved."""

    def __init__(self, outbox: Outbox, nouvelles: Nouvelles) -> None:
        self._outbox, self._nouvelles = outbox, nouvelles
        self._stop = threading.Event()
        self._seen: dict[UUID, Seen] = {}
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(_LOOK if self._seen else _REST):
            try:
                self._look()
            except StationError:  # the disk is full, the file locked: the next look tells
                continue

    def _look(self) -> None:
        """What waits now, and what became of what waited before."""
        waiting = {entry.id: _seen(entry) for entry in self._outbox.entries(*WAITING)}
        moved = [number for number, seen in waiting.items() if self._seen.get(number) != seen]
        moved += [number for number in self._seen if number not in waiting]
        self._seen = waiting
        for number in moved:
            self._nouvelles.tell("envoi", dossier=str(number))


def _seen(entry: Entry) -> Seen:
    return entry.state, entry.tries, entry.code
