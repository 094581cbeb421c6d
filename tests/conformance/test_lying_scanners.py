"""Scanners that speak DRSP/1 and do not tell the truth: the driver ends, with the right error."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from drivers.serial_finger import SerialFinger, Times
from drivers.wire.drsp import Flag, Frame, Status, Tag, Type, tlv
from simulators.serial_finger import SerialFingerSimulator
from station.capture import Finger
from station.device import Patience
from station.errors import CaptureTimeout, DeviceSilent, ProtocolError, StationError
from tests.prints import ridges

if TYPE_CHECKING:
    from collections.abc import Callable

QUICK = Times(hello=0.2, hello_tries=2, reply=0.2, heartbeat=1.0, gap=1, reopen=0.5)


class OtherPicture(SerialFingerSimulator):
    """Announces the digest of another picture."""

    def _describe(self, image: Any) -> bytes:
        return super()._describe(image // 2)


class HugePicture(SerialFingerSimulator):
    """Announces a picture of 65535 x 65535."""

    def _describe(self, image: Any) -> bytes:
        honest = super()._describe(image)
        return honest.replace(b"\x90\x01\xf4\x01\xf4\x01", b"\xff\xff\xff\xff\xf4\x01", 1)


class OtherMode(SerialFingerSimulator):
    """Announces a slap where a finger was asked for."""

    def _describe(self, image: Any) -> bytes:
        return super()._describe(image).replace(b"\x08\x04", b"\x08\x01", 1)


class OtherNumber(SerialFingerSimulator):
    """Promises one image and delivers the result of another."""

    def _capture_start(self, frame: Frame) -> tuple[int, int, bytes]:
        status, number, payload = super()._capture_start(frame)
        return status, number + 1, payload


class FutureVersion(SerialFingerSimulator):
    """Speaks only version 2."""

    def _hello(self, frame: Frame) -> tuple[int, int, bytes]:
        del frame
        return Status.UNSUPPORTED_VERSION, 0, tlv(Tag.PROTO, b"\x02\x02")


class Chatterbox(SerialFingerSimulator):
    """Answers a capture order with events only, and never stops."""

    def _request(self, frame: Frame, send: Callable[[bytes], None]) -> None:
        if frame.type != Type.CAPTURE_START:
            super()._request(frame, send)
            return
        for _ in range(2000):
            self._emit(Frame(Type.STATE, frame.seq, 3), send)


class Elsewhere(SerialFingerSimulator):
    """Sends pixels from outside the range asked for."""

    def _image_get(self, frame: Frame, send: Callable[[bytes], None]) -> tuple[int, int, bytes]:
        self._emit(Frame(Type.IMAGE_DATA, frame.seq, 2**32 - 2, b"abcd", flags=Flag.MORE), send)
        return Status.SUCCESS, 4, b""


class Tease(SerialFingerSimulator):
    """Repeats the first pixels of the image for ever."""

    def _image_get(self, frame: Frame, send: Callable[[bytes], None]) -> tuple[int, int, bytes]:
        while True:
            self._emit(Frame(Type.IMAGE_DATA, frame.seq, 0, b"abcd", flags=Flag.MORE), send)


@pytest.mark.parametrize(
    ("liar", "error"),
    [
        (OtherPicture, ProtocolError),
        (HugePicture, ProtocolError),
        (OtherMode, ProtocolError),
        (OtherNumber, ProtocolError),
        (FutureVersion, ProtocolError),
        (Chatterbox, DeviceSilent),
        (Elsewhere, ProtocolError),
        (Tease, CaptureTimeout),
    ],
)
def test_a_lie_ends_in_one_error_and_in_time(
    liar: type[SerialFingerSimulator], error: type[StationError]
) -> None:
    begun = time.monotonic()
    with liar() as scanner:
        scanner.present(Finger.RIGHT_INDEX, ridges(9))
        with pytest.raises(error), SerialFinger(scanner.url, QUICK) as driver:
            driver.capture((Finger.RIGHT_INDEX,), Patience(1.5), lambda _: None)
    assert time.monotonic() - begun < 4
