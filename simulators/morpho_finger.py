"""A MorphoSmart reader behind a pty: descriptors, one enrolment at a time, live events.

Faults: MUTE, REFUSE (error FF), UNPLUG, NEVER_PRESENT, STUCK (the enrolment never ends), LATE (the
image comes after the host has cancelled), HOSTILE_LABEL, and those of bytes; BAD_CRC spoils the
complement of a length, the only check there is.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

import numpy as np

from drivers.wire import ilv
from drivers.wire.ilv import Descriptor, Event, Id, Ilv, Status
from simulators.faults import Fault, Faults
from simulators.pty_line import PtyLine, Unplugged

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Send = Callable[[bytes], None]

_ERROR = 0xFF
_PLACE, _LIFT, _GOOD = 0, 7, 8
_SEEN_AFTER, _TAKEN_AFTER = 0.1, 0.25  # seconds from the order
_HOSTILE = "SIM\x1b[2J\n" + 300 * "A"
_OVERSIZE = 40_000  # bytes


class MorphoFingerSimulator:
    """A reader for the length of a `with` block; shows what `present` laid on it."""

    def __init__(self) -> None:
        self.faults = Faults()
        self._finger: npt.NDArray[np.uint8] | None = None
        self._line = PtyLine(self)
        self._decoder = ilv.Decoder()
        self._order: _Order | None = None
        self._owed: list[Ilv] = []

    def __enter__(self) -> Self:
        self._line.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._line.__exit__(*exc)

    @property
    def url(self) -> str:
        """What to put in the settings of the station."""
        return self._line.url

    def present(self, grey: npt.NDArray[np.uint8] | None) -> None:
        """Lay a finger on the glass, or take it away: (rows, columns) grey at 500 ppi."""
        self._finger = grey

    def replug(self) -> None:
        """Put the cable back; the power was off."""
        self._line.unplug()
        self._decoder, self._order = ilv.Decoder(), None
        self._line.plug()

    # --- the wire ---------------------------------------------------------------------------

    @property
    def sources(self) -> tuple[int, ...]:
        """Nothing but the cable and the clock."""
        return ()

    def receive(self, data: bytes, send: Send) -> None:
        """React to bytes from the host and to the time that has passed."""
        for message in self._decoder.feed(data):
            if self.faults.spend(Fault.UNPLUG):
                raise Unplugged
            if not self.faults.spend(Fault.MUTE):
                self._obey(message, send)
        if self._order is not None:
            self._enrolling(self._order, send)

    def _obey(self, message: Ilv, send: Send) -> None:
        if self.faults.spend(Fault.REFUSE):
            self._emit(Ilv(message.id, bytes([_ERROR])), send)
        elif message.id == Id.GET_DESCRIPTOR:
            self._describe(message.value, send)
        elif message.id == Id.ENROLL and self._order is None:
            self._order = _Order(message.value)
        elif message.id == Id.ENROLL:
            self._emit(Ilv(Id.ENROLL, bytes([Status.IN_PROGRESS])), send)
        elif message.id == Id.CANCEL and self._order is not None:
            self._end(Status.ABORTED, send)

    def _describe(self, value: bytes, send: Send) -> None:
        for late in self._owed:
            self._emit(late, send)
        self._owed.clear()
        hostile = self.faults.spend(Fault.HOSTILE_LABEL)
        text = _HOSTILE if hostile else "SIM MSO 300"
        text = "1.0" if value == bytes([Descriptor.SOFTWARE]) else text
        self._emit(Ilv(Id.GET_DESCRIPTOR, bytes([Status.OK]) + text.encode()), send)

    def _enrolling(self, order: _Order, send: Send) -> None:
        """What the passing of time does to an enrolment under way."""
        age = time.monotonic() - order.begun
        order.say(_PLACE, lambda m: self._emit(m, send))
        if age > order.seconds:
            self._end(Status.TIME_OUT, send)
        elif not self._sees() or age < _SEEN_AFTER or order.stuck:
            return
        elif not order.shown:
            self._show(order, send)
        elif age >= _TAKEN_AFTER:
            self._take(order, send)

    def _sees(self) -> bool:
        return self._finger is not None and not self.faults.spend(Fault.NEVER_PRESENT)

    def _show(self, order: _Order, send: Send) -> None:
        order.shown = True
        order.stuck = self.faults.spend(Fault.STUCK)
        small = self._part(4)
        self._emit(Ilv(Id.ASYNC, b"\0" + Ilv(Event.LIVE_IMAGE, small).encode()), send)
        order.say(_GOOD, lambda m: self._emit(m, send))

    def _take(self, order: _Order, send: Send) -> None:
        exported = Ilv(Id.EXPORT_IMAGE, self._part(1)).encode()
        result = Ilv(Id.ENROLL, bytes([Status.OK, 0]) + bytes(4) + exported)
        if self.faults.spend(Fault.LATE):
            self._owed.append(result)
            order.stuck = True
            return
        order.say(_LIFT, lambda m: self._emit(m, send))
        self._order = None
        self._emit(result, send)

    def _end(self, status: Status, send: Send) -> None:
        self._order = None
        if not self._owed:
            self._emit(Ilv(Id.ENROLL, bytes([status])), send)

    def _part(self, step: int) -> bytes:
        if self._finger is None:
            return b""
        seen = np.ascontiguousarray(self._finger[::step, ::step])
        return ilv.image_part(seen.shape[0], seen.shape[1], 500 // step, seen.tobytes())

    def _emit(self, message: Ilv, send: Send) -> None:
        raw = ilv.frame(message)
        if self.faults.spend(Fault.BAD_CRC):
            raw = raw[:8] + bytes([raw[8] ^ 1]) + raw[9:]
        if self.faults.spend(Fault.TRUNCATED):
            raw = raw[: len(raw) // 2]
        if self.faults.spend(Fault.GARBAGE):
            raw = b"SYNCSYN\0" * 8 + raw
        if self.faults.spend(Fault.OVERSIZE):
            raw = b"\xff" * _OVERSIZE + raw
        send(raw)


class _Order:
    """One enrolment under way."""

    def __init__(self, value: bytes) -> None:
        self.begun = time.monotonic()
        self.seconds = int.from_bytes(value[1:3], "little")
        self.shown = self.stuck = False
        self._said: set[int] = set()

    def say(self, command: int, emit: Callable[[Ilv], None]) -> None:
        """Tell the applicant once."""
        if command not in self._said:
            self._said.add(command)
            part = Ilv(Event.COMMAND, command.to_bytes(4, "little"))
            emit(Ilv(Id.ASYNC, b"\0" + part.encode()))
