"""MorphoSmart single-finger readers, ILV over USB CDC-ACM. Unproven on hardware.

    serial:///dev/ttyACM0

Written from public observation of the protocol (drivers/wire/ilv.py) and tried against our own
simulator only: a technician proves it on a reader before a town hall relies on it. The protocol
numbers nothing, so each capture begins with a question of its own; whatever comes before the
answer belongs to the past and is dropped.
"""

from __future__ import annotations

import math
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import numpy as np

from drivers.transport.serial_line import SerialLine
from drivers.wire import ilv
from drivers.wire.ilv import Descriptor, Event, Id, Ilv, Status
from station.capture import Capture, Modality, Provenance, Sample
from station.device import DeviceInfo, Guidance, Preview
from station.errors import (
    CaptureCancelled,
    CaptureTimeout,
    DeviceError,
    DeviceRefused,
    DeviceSilent,
    ProtocolError,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.capture import Finger
    from station.device import Guide, Patience

_REPLY, _TRIES = 0.5, 3  # seconds, attempts
_OVERRUN = 3.0  # seconds a reader may take beyond the time it was given
_PPI = 500
_COMMANDS = {
    0: Guidance.PLACE,
    1: Guidance.UP,
    2: Guidance.DOWN,
    3: Guidance.LEFT,
    4: Guidance.RIGHT,
    5: Guidance.PRESS,
    6: Guidance.CLEAN,
    7: Guidance.LIFT,
    8: Guidance.HOLD,
}


class MorphoFinger:
    """Driver of a reader; see the module for what is known of it."""

    def __init__(self, port: str) -> None:
        self._line = SerialLine(port)
        self._decoder = ilv.Decoder()
        self._waiting: deque[Ilv] = deque()

    def __enter__(self) -> Self:
        self._line.__enter__()
        try:
            self.info()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._line.__exit__(*exc)

    def info(self) -> DeviceInfo:
        """Ask the reader for its descriptors; they are its only names."""
        model, firmware = self._text(Descriptor.TEXT), self._text(Descriptor.SOFTWARE)
        modalities = frozenset({Modality.FINGER})
        return DeviceInfo("Morpho", model, "", firmware, modalities, model.startswith("SIM"))

    def capture(self, wanted: tuple[Finger, ...], patience: Patience, guide: Guide) -> Capture:
        """Acquire one finger; the reader decides when the image is worth keeping."""
        (finger,) = wanted
        patience.check()
        who = self.info()
        device = Provenance("morpho-finger", who.model, who.serial, who.firmware, who.simulated)
        self._send(ilv.enroll(max(1, math.ceil(patience.left))))
        try:
            image = self._result(patience, guide)
        except (CaptureCancelled, CaptureTimeout):
            self._cancel()
            raise
        if image.ppi != _PPI:
            raise ProtocolError(f"an image at {image.ppi} ppi; {_PPI} was expected")
        return Capture(Modality.FINGER, (Sample(_grey(image), _PPI, finger),), device)

    def _result(self, patience: Patience, guide: Guide) -> ilv.Image:
        """Listen until the reader gives the image."""
        ends = time.monotonic() + patience.left + _OVERRUN
        while time.monotonic() < ends:
            patience.check()
            message = self._message()
            if message is None:
                continue
            if message.id == Id.ENROLL:
                return _enrolled(message.value)
            if message.id == Id.ASYNC:
                _tell(message.value, guide)
        raise DeviceSilent("the reader does not end its capture")

    def _cancel(self) -> None:
        """Stop the reader; one that does not confirm is asked again with the next capture."""
        with suppress(DeviceError):
            self._send(Ilv(Id.CANCEL, b""))
            deadline = time.monotonic() + _REPLY
            while time.monotonic() < deadline:
                message = self._message()
                if message is not None and message.id == Id.ENROLL:
                    return

    def _text(self, descriptor: Descriptor) -> str:
        dropped = self._decoder.dropped
        for _ in range(_TRIES):
            self._waiting.clear()
            self._send(Ilv(Id.GET_DESCRIPTOR, bytes([descriptor])))
            deadline = time.monotonic() + _REPLY
            while time.monotonic() < deadline:
                message = self._message()
                if message is not None and message.id == Id.GET_DESCRIPTOR:
                    return _succeeded(message.value, Id.GET_DESCRIPTOR).decode(errors="replace")
        if self._decoder.dropped > dropped:
            raise ProtocolError("no sound answer from the reader")
        raise DeviceSilent("no answer from the reader")

    def _message(self) -> Ilv | None:
        """The next message, None when the line had none within its poll."""
        if not self._waiting:
            self._waiting += self._decoder.feed(self._line.read())
        return self._waiting.popleft() if self._waiting else None

    def _send(self, message: Ilv) -> None:
        self._line.write(ilv.frame(message))


def _succeeded(value: bytes, command: Id) -> bytes:
    """What follows the status byte; raises `DeviceRefused` unless it is success."""
    if not value:
        raise ProtocolError("a reply without its status")
    if value[0] != Status.OK:
        raise DeviceRefused(value[0], command=command.name)
    return value[1:]


def _enrolled(value: bytes) -> ilv.Image:
    """The image of a reply to ENROLL, or the error it stands for."""
    if value[:1] == bytes([Status.TIME_OUT]):
        raise CaptureTimeout("the reader saw no finger in time")
    if value[:1] == bytes([Status.ABORTED]):
        raise CaptureCancelled("cancelled at the reader")
    body = _succeeded(value, Id.ENROLL)
    for part in ilv.parts(body[5:]):  # status of the finger, index of the user
        if part.id == Id.EXPORT_IMAGE:
            return ilv.image(part.value)
    raise ProtocolError("a capture without its image")


def _tell(value: bytes, guide: Guide) -> None:
    """Hand guidance and live images on; an unknown event is no reason to fail."""
    for part in ilv.parts(value[1:]):
        if part.id == Event.COMMAND and len(part.value) == 4:
            word = _COMMANDS.get(int.from_bytes(part.value, "little"))
            if word is not None:
                guide(word)
        elif part.id == Event.LIVE_IMAGE:
            guide(Preview(_grey(ilv.image(part.value))))


def _grey(image: ilv.Image) -> npt.NDArray[np.uint8]:
    """The pixels, in memory of our own so that they can be wiped."""
    return np.frombuffer(bytearray(image.pixels), np.uint8).reshape(image.rows, image.columns)
