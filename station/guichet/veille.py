"""How devices, queue and clock are, looked at again and again, so that no page waits for them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from station.errors import StationError
from station.outbox.cycle import WAITING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from station.guichet.horloge import Horloge
    from station.guichet.nouvelles import Nouvelles
    from station.opening import Station

_REST = 5.0  # seconds between two looks


@dataclass(frozen=True, slots=True)
class Appareil:
    """A device as it was at the last look: `code` and `remede` when it cannot be used."""

    role: str
    modele: str = ""
    simule: bool = False
    code: str = ""
    remede: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """The queue: how many dossiers wait, and since when the oldest does."""

    en_attente: int = 0
    plus_ancien: datetime | None = None


class Veille:
    """Looks at the devices and at the queue; tells the pages when something has changed."""

    def __init__(self, station: Station, nouvelles: Nouvelles, horloge: Horloge) -> None:
        self._station, self._nouvelles, self._clock_of_post = station, nouvelles, horloge
        self._stop = threading.Event()
        self._woken = threading.Event()
        self.appareils: Mapping[str, Appareil] = {}
        self.file = File()
        self.horloge = ""  # what makes the clock doubtful
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._woken.set()
        self._thread.join()

    def wake(self) -> None:
        """Look now: a dossier was sealed, a device was plugged."""
        self._woken.set()

    def _look(self) -> None:
        while not self._stop.is_set():
            before = self.appareils, self.file, self.horloge
            self.appareils = {name: self._device(name) for name in self._station.bench.names}
            self.file = self._queue()
            self.horloge = self._clock()
            if (self.appareils, self.file, self.horloge) != before:
                self._nouvelles.tell("etat")
            self._woken.wait(_REST)
            self._woken.clear()

    def _device(self, name: str) -> Appareil:
        """One device; one that is in a capture stays as it was."""
        before = self.appareils.get(name, Appareil(name))
        if self._stop.is_set():
            return before
        try:
            info = self._station.bench.info_if_free(name)
        except StationError as error:
            return Appareil(name, code=error.code, remede=error.remedy)
        if info is None:
            return before
        return Appareil(name, info.model, info.simulated)

    def _queue(self) -> File:
        try:
            entries = self._station.outbox.entries(*WAITING)
        except StationError:
            return self.file
        return File(len(entries), entries[0].queued_at if entries else None)

    def _clock(self) -> str:
        try:
            return self._clock_of_post.doute(datetime.now(UTC))
        except StationError:
            return self.horloge


def age(moment: datetime | None) -> float:
    """Seconds since `moment`, 0 when there is none or the clock went back."""
    return 0 if moment is None else max(0, (datetime.now(UTC) - moment).total_seconds())
