"""The serial reader of codes, listened to as long as somebody is logged in."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from station.config import CODES
from station.errors import CaptureError, CaptureTimeout, DeviceError, StationError

if TYPE_CHECKING:
    from station.bench.bench import Job
    from station.guichet.guichet import Guichet

_READ = 20.0  # seconds of one reading; between two, for a moment, nobody listens
_IDLE = 0.1  # until somebody has logged in
_LOST = 2.0  # until a reader that was unplugged is tried again


class Lecteur:
    """Hands every code to the counter for the length of a `with` block; without a reader, none.

    A reader may be unplugged and come back. What it reads while nobody is logged in goes nowhere.
    """

    def __init__(self, guichet: Guichet) -> None:
        self._guichet = guichet
        self._stop = threading.Event()
        self._job: Job[bytes] | None = None
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        if CODES in self._guichet.station.bench.names:
            self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        job = self._job
        if job is not None:
            job.cancel()
        if self._thread.is_alive():
            self._thread.join()

    def _listen(self) -> None:
        rest = 0.0
        while not self._stop.wait(rest):
            rest = _IDLE if self._guichet.jetons is None else self._once()

    def _once(self) -> float:
        """One code, or none; returns the seconds to rest."""
        try:
            self._job = self._guichet.station.bench.read(CODES, _READ)
            raw = self._job.result.result()
            if self._guichet.jetons is not None:
                self._guichet.codes.take(raw)
        except CaptureTimeout:
            return 0.0
        except DeviceError:
            return _LOST  # the light of the device says so
        except CaptureError as error:
            self._say(error)
        except StationError as error:
            self._say(error)
            return _IDLE
        return 0.0

    def _say(self, error: StationError) -> None:
        self._guichet.nouvelles.tell("code", phrase=error.remedy)
