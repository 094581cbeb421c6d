"""Questions and answers of DRSP/1 over a serial line: sequence numbers, time-outs, repeats."""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from drivers.transport.serial_line import SerialLine
from drivers.wire.drsp import REPLY, USUAL_PAYLOAD, Decoder, Frame, Status, Type, encode
from station.errors import DeviceRefused, DeviceSilent, ProtocolError
from station.log import TRAFFIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.device import Patience

_logger = logging.getLogger(__name__)
_SEQS = 65535


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds and tries, from the table of times in docs/protocols/drsp.md."""

    hello: float = 0.5
    hello_tries: int = 20
    reply: float = 0.5
    tries: int = 3
    gap: float = 0.25  # without a byte of an image
    heartbeat: float = 3.0
    reopen: float = 3.0  # for a cable that came loose during a transfer


class Link:
    """One outstanding request at a time; whatever answers another one is dropped."""

    def __init__(self, port: str, times: Times) -> None:
        self.times = times
        self._line = SerialLine(port)
        self._decoder = Decoder(USUAL_PAYLOAD)
        # Not 1: what was meant for the process before this one must not fit by chance.
        self._seq = secrets.randbelow(_SEQS)
        self._capture = 0
        self._events: list[Frame] = []

    def __enter__(self) -> Self:
        self._line.__enter__()
        self._decoder = Decoder(USUAL_PAYLOAD)
        self._line.write(b"\0")  # ends whatever the device still had of a frame
        return self

    def __exit__(self, *exc: object) -> None:
        self._line.__exit__(*exc)

    def request(self, kind: Type, arg: int = 0, payload: bytes = b"") -> Frame:
        """A request with a sequence number of its own."""
        self._seq = self._seq % _SEQS + 1
        return Frame(kind, self._seq, arg, payload)

    def ask(
        self,
        request: Frame,
        wait: float | None = None,
        tries: int | None = None,
        patience: Patience | None = None,
    ) -> Frame:
        """Send until answered, always with the same seq, and return a reply of success.

        Raises `DeviceSilent`, `DeviceRefused` on any other status, and `ProtocolError` when only
        damage came back. With `patience`, also what that raises, between two tries.
        """
        damaged = self._decoder.dropped
        for _ in range(tries or self.times.tries):
            if patience is not None:
                patience.check()
            reply = self._try(request, wait or self.times.reply)
            if reply is not None:
                return succeeded(reply, request.type)
        if self._decoder.dropped > damaged:
            raise ProtocolError(f"no sound answer to request {request.type:#x}")
        raise DeviceSilent(f"no answer to request {request.type:#x}")

    def stream(self, request: Frame, patience: Patience) -> Iterator[Frame]:
        """The frames that answer `request`, until the line has been quiet for a gap."""
        self._send(request)
        deadline = time.monotonic() + self.times.gap
        while time.monotonic() < deadline:
            patience.check()
            data = self._line.read()
            if data:
                deadline = time.monotonic() + self.times.gap
            yield from self._answers(data, request.seq)

    def listen(self, seq: int) -> None:
        """Keep the events of capture `seq` from now on, of no other; 0 for none."""
        self._capture, self._events = seq, []

    def events(self) -> list[Frame]:
        """What has come of the capture listened to, after at most one poll of the line."""
        self._answers(self._line.read(), 0)
        events, self._events = self._events, []
        return events

    def _try(self, request: Frame, wait: float) -> Frame | None:
        """Send once; None at the end of `wait`, or when the device asks for a repeat."""
        self._send(request)
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            for frame in self._answers(self._line.read(), request.seq):
                if frame.type == Type.NAK:
                    _check_version(frame)
                    return None
                if frame.type == request.type | REPLY:
                    return frame
                if frame.type != Type.IMAGE_DATA:
                    raise ProtocolError(f"reply {frame.type:#x} to request {request.type:#x}")
        return None

    def _send(self, request: Frame) -> None:
        _logger.log(TRAFFIC, "→ %r", request)
        self._line.write(encode(request))

    def _answers(self, data: bytes, seq: int) -> list[Frame]:
        """The replies in `data` to `seq`, and NAKs, which belong to nobody; events are set aside.

        Any other number is an older question's: its image would be the previous applicant's.
        """
        frames = self._decoder.feed(data)
        for frame in frames:
            _logger.log(TRAFFIC, "← %r", frame)
        events = [f for f in frames if Type.STATE <= f.type < Type.NAK]
        self._events += [f for f in events if f.seq == self._capture != 0]
        return [f for f in frames if f.type == Type.NAK or (f.type < Type.STATE and f.seq == seq)]


def succeeded(frame: Frame, command: int) -> Frame:
    """`frame` itself; raises when its status says anything but success."""
    _check_version(frame)
    if frame.status != Status.SUCCESS:
        raise DeviceRefused(frame.status, command=f"request {command:#04x}")
    return frame


def _check_version(frame: Frame) -> None:
    if frame.status == Status.UNSUPPORTED_VERSION:
        raise ProtocolError("the scanner speaks no version of DRSP that this station knows")
