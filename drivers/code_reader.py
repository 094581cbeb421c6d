"""Readers of codes and of machine-readable zones that send text over a serial line.

They answer no question and number nothing: whatever stands on the line when a reading begins
belongs to the past and is dropped, a code that comes again at once is the same press of the
trigger, and two codes at once are an error, for nobody knows which one was meant. The set-up of
the reader stands in the port (drivers/wire/code_lines.py).
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from drivers.transport.serial_line import SerialLine
from drivers.wire import code_lines
from drivers.wire.code_lines import Splitter
from station.device import DeviceInfo, Guidance
from station.errors import CodeGarbled, SeveralCodes
from station.log import TRAFFIC

if TYPE_CHECKING:
    from station.device import Guide, Patience

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds."""

    quiet: float = 0.1  # after a code, to see whether another one follows it
    zone: float = 0.3  # between two lines of a zone, and before a silence ends a code
    stall: float = 2.0  # within a code; beyond, its end was lost
    bounce: float = 1.0  # in which the same code is the same press of the trigger


class CodeReader:
    """Driver of a reader; see the module for what it takes for one code."""

    def __init__(self, port: str, times: Times | None = None) -> None:
        self._setup = code_lines.setup(urlsplit(port).query)
        self._times = times or Times()
        self._line = SerialLine(port)
        self._last: tuple[bytes, float] | None = None

    def __enter__(self) -> Self:
        self._line.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._line.__exit__(*exc)

    def info(self) -> DeviceInfo:
        """That its line is open: a reader says nothing of itself."""
        self._line.read()
        model = "lecteur de MRZ" if self._setup.zone else "lecteur de codes"
        return DeviceInfo("inconnu", model, "", "", frozenset())

    def read(self, patience: Patience, guide: Guide) -> bytes:
        """The next code presented, or the zone of the next title; see `TextReader`."""
        while self._line.read():
            patience.check()
        guide(Guidance.SHOW_CODE)
        while True:
            code = code_lines.content(self._next(patience), self._setup)
            now = time.monotonic()
            last, self._last = self._last, (code, now)
            if last is None or last[0] != code or now - last[1] > self._times.bounce:
                return code

    def _next(self, patience: Patience) -> bytes:
        """The bytes of one code, once the line is quiet behind it."""
        splitter, codes = Splitter(self._setup), list[bytes]()
        heard = time.monotonic()
        while True:
            data = self._line.read()
            if data:
                heard = time.monotonic()
                _logger.log(TRAFFIC, "← %d bytes", len(data))
                codes += splitter.feed(data)
            elif time.monotonic() - heard >= self._wait(splitter, codes):
                if splitter.pending and not self._setup.by_silence:
                    raise CodeGarbled("the end of a code is missing")
                return _one([splitter.rest()] if splitter.pending else codes)
            if not codes:
                patience.check()

    def _wait(self, splitter: Splitter, codes: list[bytes]) -> float:
        """How long a silence has to be to mean something; nothing at all is for `patience`."""
        if splitter.pending:
            return self._times.zone if self._setup.by_silence else self._times.stall
        return self._times.quiet if codes else float("inf")


def _one(codes: list[bytes]) -> bytes:
    """The code, sent once or again; raises `SeveralCodes` when they are not the same."""
    if len(set(codes)) > 1:
        raise SeveralCodes(f"{len(codes)} codes at once")
    return codes[0]
