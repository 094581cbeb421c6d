"""The line to the CERT as the pages show it: up or down, since when, and why.

One object between the thread that sends and everybody else: it is told to go at once, or to stop,
and says how it stands.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from station.errors import StationError


@dataclass(frozen=True, slots=True)
class EtatLiaison:
    """How the line is; `en_ligne` is None before the first exchange.

    `depuis` is when it began to be so, `code` that of the last failure while it lasts.
    """

    en_ligne: bool | None
    depuis: datetime
    code: str = ""


class Liaison:
    """Shared by the sending thread and the pages; every method may be called from any thread."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        """`changed` is called, in the sending thread, when the line goes up or down."""
        self._changed = changed
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._etat = EtatLiaison(None, datetime.now(UTC))

    @property
    def etat(self) -> EtatLiaison:
        """How the line is now."""
        with self._lock:
            return self._etat

    @property
    def stopped(self) -> bool:
        """Whether the sending thread is to end."""
        return self._stopped.is_set()

    def wake(self) -> None:
        """Exchange at once: something was just queued, or the network is back."""
        self._woken.set()

    def stop(self) -> None:
        """Let the sending thread end after its exchange."""
        self._stopped.set()
        self._woken.set()

    def wait(self, seconds: float) -> None:
        """Rest, for `seconds` at most; what woke it is forgotten."""
        self._woken.wait(seconds)
        self._woken.clear()

    def up(self) -> None:
        """The CERT answered."""
        self._become(en_ligne=True, code="")

    def down(self, error: StationError) -> None:
        """The CERT did not answer, or the station could not ask."""
        self._become(en_ligne=False, code=error.code)

    def _become(self, *, en_ligne: bool, code: str) -> None:
        with self._lock:
            same = self._etat.en_ligne is en_ligne
            depuis = self._etat.depuis if same else datetime.now(UTC)
            self._etat = EtatLiaison(en_ligne, depuis, code)
        if not same:
            self._changed()
