"""Single-finger optical scanner on a serial line, speaking DRSP/1 (docs/protocols/drsp.md).

    HELLO → CAPTURE_START → events STATE, GUIDE, PREVIEW … RESULT → IMAGE_GET → IMAGE_RELEASE

Every frame carries the sequence number of the request that caused it; whatever answers an older
request is dropped, because it may show the finger of the previous applicant.
"""

from __future__ import annotations

import hashlib
import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from drivers.transport.serial_line import SerialLine
from drivers.wire import drsp_messages as messages
from drivers.wire.drsp import (
    MAX_PAYLOAD,
    REPLY,
    USUAL_PAYLOAD,
    Decoder,
    Frame,
    Status,
    Type,
    encode,
)
from station.capture import Capture, Finger, Modality, Provenance, Sample
from station.device import DeviceInfo, Guidance, Patience, Preview
from station.errors import (
    CaptureCancelled,
    CaptureTimeout,
    DeviceError,
    DeviceLost,
    DeviceRefused,
    DeviceSilent,
    ProtocolError,
)
from station.log import TRAFFIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from station.device import Guide

_logger = logging.getLogger(__name__)
_GUIDANCE = {
    1: Guidance.PLACE,
    2: Guidance.LIFT,
    3: Guidance.HOLD,
    4: Guidance.PRESS,
    5: Guidance.LIGHTER,
    **dict.fromkeys(range(6, 11), Guidance.CENTRE),
    11: Guidance.SPREAD,
    12: Guidance.MOISTEN,
    13: Guidance.WIPE,
    14: Guidance.CLEAN,
    15: Guidance.OTHER_HAND,
    16: Guidance.HOLD,
}
_PREVIEWS = 8  # a second
_IDLE_ROUNDS = 3  # rounds of IMAGE_GET without one new byte


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds, from the table of DRSP/1 §4.9."""

    hello: float = 0.5
    hello_tries: int = 20
    reply: float = 0.5
    tries: int = 3
    gap: float = 0.25
    heartbeat: float = 3.0


class SerialFinger:
    """Driver of the scanner; see the module for the protocol it speaks."""

    def __init__(self, port: str, times: Times | None = None) -> None:
        self._line = SerialLine(port)
        self._times = times or Times()
        self._decoder = Decoder(MAX_PAYLOAD)
        self._seq = 0
        self._identity: messages.Identity | None = None

    def __enter__(self) -> Self:
        self._line.__enter__()
        try:
            self._identity = self._hello()
        except BaseException:
            self._line.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._line.__exit__(*exc)

    def info(self) -> DeviceInfo:
        """Ask the scanner for its status; its names came with HELLO."""
        self._ask(Frame(Type.STATUS, self._next()))
        return self._labels()

    def capture(self, wanted: tuple[Finger, ...], patience: Patience, guide: Guide) -> Capture:
        """Acquire one finger; the scanner decides when the image is worth keeping.

        Raises, besides what `Device` says, `ProtocolError` when the image's SHA-256 is wrong
        twice, and `DeviceLost` when the device restarted in the middle.
        """
        (finger,) = wanted
        patience.check()
        milliseconds = int(min(max(patience.left * 1000, 1000), 120_000))
        start = messages.capture_finger(self._next(), finger, milliseconds, _PREVIEWS)
        try:
            self._ask(start)
            image = self._result(start.seq, patience, guide)
            pixels = self._image(image, patience)
        except BaseException:
            with suppress(DeviceError):  # the first failure is the one to report
                self._ask(Frame(Type.CAPTURE_CANCEL, self._next()))
            raise
        self._ask(Frame(Type.IMAGE_RELEASE, self._next(), arg=image.id))
        return Capture(Modality.FINGER, (Sample(pixels, image.ppi, finger),), self._provenance())

    # --- session ----------------------------------------------------------------------------

    def _hello(self) -> messages.Identity:
        """Agree on a version and a payload; the device may still be starting."""
        self._line.write(b"\0")  # ends whatever was left on the line
        request = messages.hello(self._next(), USUAL_PAYLOAD)
        reply = self._ask(request, self._times.hello, self._times.hello_tries)
        return messages.identity(reply)

    @property
    def _who(self) -> messages.Identity:
        if self._identity is None:
            raise DeviceLost("the scanner is not open")
        return self._identity

    def _provenance(self) -> Provenance:
        who = self._labels()
        return Provenance("serial-finger", who.model, who.serial, who.firmware, who.simulated)

    def _labels(self) -> DeviceInfo:
        who = self._who
        modalities = frozenset({Modality.FINGER})
        return DeviceInfo("DRSP", who.model, who.serial, who.firmware, modalities, who.simulated)

    # --- requests ---------------------------------------------------------------------------

    def _next(self) -> int:
        self._seq = self._seq % 65535 + 1
        return self._seq

    def _ask(self, request: Frame, wait: float | None = None, tries: int | None = None) -> Frame:
        """Send until answered, always with the same seq; raises on any status but success."""
        damaged = self._decoder.dropped
        for _ in range(tries or self._times.tries):
            self._send(request)
            for frame in self._frames(request.seq, wait or self._times.reply):
                if frame.type == Type.NAK:
                    break  # the device did not understand: again, at once
                if frame.type == request.type | REPLY:
                    return _succeeded(frame, request.type)
                if frame.type < Type.IMAGE_DATA:
                    raise ProtocolError(f"reply {frame.type:#x} to request {request.type:#x}")
        if self._decoder.dropped > damaged:
            raise ProtocolError(f"no sound answer to request {request.type:#x}")
        raise DeviceSilent(f"no answer to request {request.type:#x}")

    def _send(self, request: Frame) -> None:
        _logger.log(TRAFFIC, "→ %r", request)
        self._line.write(encode(request))

    def _frames(self, seq: int, wait: float) -> Iterator[Frame]:
        """Frames that answer `seq`, and NAKs, until `wait` seconds passed without any byte."""
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            for frame in self._decoder.feed(self._line.read()):
                _logger.log(TRAFFIC, "← %r", frame)
                if frame.seq == seq or frame.type == Type.NAK:
                    deadline = time.monotonic() + wait
                    yield frame

    # --- the capture ------------------------------------------------------------------------

    def _result(self, seq: int, patience: Patience, guide: Guide) -> messages.ImageInfo:
        """Listen to the capture `seq` until its RESULT."""
        preview = messages.PreviewAssembler()
        heard = time.monotonic()
        while True:
            for frame in self._heard(seq):
                heard = time.monotonic()
                if frame.type == Type.RESULT:
                    return messages.image_info(_took(frame))
                _tell(frame, preview, guide)
            patience.check()
            if time.monotonic() - heard > self._times.heartbeat:
                lost = self._lost_result(seq)
                if lost is not None:
                    return lost
                heard = time.monotonic()

    def _lost_result(self, seq: int) -> messages.ImageInfo | None:
        """The image of capture `seq` whose RESULT was damaged on the line, if it is done."""
        status = self._ask(Frame(Type.STATUS, self._next()))
        image = messages.held_image(status, seq)
        if image is None:
            return None
        return messages.image_info(self._ask(Frame(Type.IMAGE_INFO, self._next(), arg=image)))

    def _heard(self, seq: int) -> Iterator[Frame]:
        return (f for f in self._decoder.feed(self._line.read()) if f.seq == seq)

    def _image(self, image: messages.ImageInfo, patience: Patience) -> npt.NDArray[np.uint8]:
        """Fetch the pixels; a wrong SHA-256 is asked for once more."""
        for _ in range(2):
            data = self._fetch(image, patience)
            if hashlib.sha256(data).digest() == image.digest:
                return np.frombuffer(data, np.uint8).reshape(image.height, image.width)
        raise ProtocolError("the image does not match its SHA-256")

    def _fetch(self, image: messages.ImageInfo, patience: Patience) -> bytearray:
        """Ask window by window, then again for the gaps."""
        data = bytearray(image.size)
        missing = [(0, image.size)]
        idle = 0
        while missing:
            patience.check()
            start, stop = missing.pop(0)
            window = min(stop, start + messages.MAX_WINDOW)
            got = self._window(image.id, start, window, data)
            idle = 0 if got else idle + 1
            if idle == _IDLE_ROUNDS:
                raise DeviceSilent("the image does not come")
            rest = [(window, stop)] if window < stop else []
            missing = _gaps(start, window, got) + rest + missing
        return data

    def _window(self, image: int, start: int, stop: int, data: bytearray) -> list[tuple[int, int]]:
        """What arrived of [start, stop), as intervals; written into `data`."""
        request = messages.image_get(self._next(), image, start, stop - start)
        self._send(request)
        got: list[tuple[int, int]] = []
        for frame in self._frames(request.seq, self._times.gap):
            if frame.type == Type.IMAGE_DATA:
                end = frame.arg + len(frame.payload)
                if not start <= frame.arg < end <= stop:
                    raise ProtocolError("image data outside what was asked")
                data[frame.arg : end] = frame.payload
                got.append((frame.arg, end))
            elif frame.type == Type.IMAGE_GET | REPLY:
                _succeeded(frame, Type.IMAGE_GET)
                break
        return got


def _succeeded(frame: Frame, command: int) -> Frame:
    if frame.status == Status.UNSUPPORTED_VERSION:
        raise ProtocolError("the scanner speaks no version of DRSP that this station knows")
    if frame.status != Status.SUCCESS:
        raise DeviceRefused(frame.status, command=f"request {command:#04x}")
    return frame


def _took(frame: Frame) -> Frame:
    """The RESULT of a capture that gave an image, or the error it stands for."""
    if frame.status == Status.SENSOR_TIMEOUT:
        raise CaptureTimeout("the scanner saw no finger in time")
    if frame.status == Status.CANCELED:
        raise CaptureCancelled("cancelled at the scanner")
    return _succeeded(frame, Type.CAPTURE_START)


def _tell(frame: Frame, preview: messages.PreviewAssembler, guide: Guide) -> None:
    """Hand guidance and previews on; an unknown guide code is no reason to fail."""
    if frame.type == Type.GUIDE and frame.arg & 0xFF in _GUIDANCE:
        guide(_GUIDANCE[frame.arg & 0xFF])
    elif frame.type == Type.PREVIEW:
        whole = preview.feed(frame)
        if whole is not None:
            width, height, grey = whole
            guide(Preview(np.frombuffer(grey, np.uint8).reshape(height, width)))


def _gaps(start: int, stop: int, got: list[tuple[int, int]]) -> list[tuple[int, int]]:
    gaps = []
    at = start
    for first, last in sorted(got):
        if first > at:
            gaps.append((at, first))
        at = max(at, last)
    return [*gaps, (at, stop)] if at < stop else gaps
