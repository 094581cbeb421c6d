"""Optical scanner of fingers and slaps on a serial line, by DRSP/1 (docs/protocols/drsp.md).

    HELLO → CAPTURE_START → events STATE, GUIDE, PREVIEW … RESULT → IMAGE_GET → IMAGE_RELEASE

Every frame carries the sequence number of the request that caused it; whatever answers an older
request is dropped, because it may show the finger of the previous applicant.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from drivers.serial_finger.link import Link, Times, succeeded
from drivers.wire import drsp_messages as messages
from drivers.wire.drsp import REPLY, USUAL_PAYLOAD, Frame, Status, Type
from drivers.wire.drsp_image import Assembly
from station.capture import FOUR, Capture, Finger, Hand, Modality, Provenance, Sample
from station.device import DeviceInfo, Guidance, Patience, Preview
from station.errors import (
    CaptureCancelled,
    CaptureTimeout,
    DeviceError,
    DeviceLost,
    DeviceRefused,
    DeviceSilent,
    DeviceUnconfigured,
    ProtocolError,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.device import Guide

    _Pixels = npt.NDArray[np.uint8]

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
_SLAP = {Hand.LEFT: messages.MODE_LEFT_FOUR, Hand.RIGHT: messages.MODE_RIGHT_FOUR}
_PREVIEWS = 8  # a second
_IDLE_ROUNDS = 3  # rounds of IMAGE_GET without one new byte
_FIRST_WINDOW, _WINDOW_TIME = 16_384, 0.25  # bytes; seconds, so that a cancellation stays prompt
_REOPEN_PAUSE = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is asked of the scanner: `fingers`, alone or as the slap of `hand`."""

    mode: int
    fingers: tuple[Finger, ...]
    hand: Hand | None = None

    def order(self, seconds: float) -> bytes:
        """The payload of CAPTURE_START."""
        if self.hand is None:
            return messages.finger_order(self.fingers[0], seconds, _PREVIEWS)
        return messages.slap_order(self.mode, self.fingers, seconds, _PREVIEWS)

    def capture(self, pixels: _Pixels, ppi: int, device: Provenance) -> Capture:
        """The image as what was asked for."""
        if self.hand is None:
            return Capture(Modality.FINGER, (Sample(pixels, ppi, self.fingers[0]),), device)
        return Capture(Modality.SLAP, (Sample(pixels, ppi, hand=self.hand),), device)


def _plan(wanted: tuple[Finger, ...], modes: frozenset[int]) -> _Plan:
    """How a scanner of `modes` takes `wanted`; raises `DeviceUnconfigured` when it cannot."""
    if len(wanted) == 1 and messages.MODE_FINGER in modes:
        return _Plan(messages.MODE_FINGER, wanted)
    for hand, mode in _SLAP.items():
        if mode in modes and wanted and set(wanted) <= set(FOUR[hand]):
            return _Plan(mode, wanted, hand)
    raise DeviceUnconfigured(f"the scanner does not take these {len(wanted)} fingers at once")


class SerialFinger:
    """Driver of the scanner; see the module for the protocol it speaks."""

    def __init__(self, port: str, times: Times | None = None) -> None:
        self._link = Link(port, times or Times())
        self._session: messages.Identity | None = None
        self._window = _FIRST_WINDOW

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(self, *exc: object) -> None:
        self._session = None
        self._link.__exit__(*exc)

    def info(self) -> DeviceInfo:
        """Ask the scanner for its status; its names came with HELLO."""
        who = self._session or self._open()
        self._link.ask(self._link.request(Type.STATUS))
        return _labels(who)

    def capture(self, wanted: tuple[Finger, ...], patience: Patience, guide: Guide) -> Capture:
        """Acquire one finger, or the slap of several; the scanner decides when it is worth keeping.

        The fingers of the hand that are not `wanted` are declared missing. Raises, besides what
        `Device` says, `DeviceUnconfigured` for fingers that this scanner cannot take at once,
        `ProtocolError` when the image's SHA-256 is wrong twice, and `DeviceLost` when the device
        restarted in the middle.
        """
        who = self._session or self._open(patience)
        plan = _plan(wanted, who.modes)
        try:
            image = self._acquire(plan, patience, guide)
            pixels = self._image(image, who, patience)
        except BaseException:
            self._abandon()
            raise
        try:
            self._link.ask(self._link.request(Type.IMAGE_RELEASE, image.id))
        except BaseException:
            pixels.fill(0)
            raise
        return plan.capture(pixels, image.ppi, _provenance(who))

    # --- session ----------------------------------------------------------------------------

    def _open(self, patience: Patience | None = None) -> messages.Identity:
        """Open the port and agree on a version; the device may still be starting."""
        times = self._link.times
        self._link.__exit__()
        self._link.__enter__()
        try:
            hello = self._link.request(Type.HELLO, payload=messages.offer(USUAL_PAYLOAD))
            reply = self._link.ask(hello, times.hello, times.hello_tries, patience)
            self._session = messages.identity(reply)
        except BaseException:
            self.__exit__()
            raise
        return self._session

    def _abandon(self) -> None:
        """Cancel what runs, whatever went wrong before; that error is the one to report.

        A scanner that does not answer gets a new session with the next capture, which also ends
        whatever it was doing.
        """
        try:
            self._link.ask(self._link.request(Type.CAPTURE_CANCEL), tries=1)
        except DeviceError:
            self.__exit__()

    # --- the capture ------------------------------------------------------------------------

    def _acquire(self, plan: _Plan, patience: Patience, guide: Guide) -> messages.ImageInfo:
        """Have the image taken, telling what the applicant should do meanwhile."""
        patience.check()
        start = self._link.request(Type.CAPTURE_START, payload=plan.order(patience.left))
        self._link.listen(start.seq)
        promised = self._link.ask(start).arg
        image = self._result(start.seq, patience, guide)
        self._link.listen(0)
        if (image.id, image.mode) != (promised, plan.mode):
            raise ProtocolError("the result is not that of the capture asked for")
        return image

    def _result(self, seq: int, patience: Patience, guide: Guide) -> messages.ImageInfo:
        """Listen to the capture `seq` until its RESULT."""
        preview = messages.PreviewAssembler()
        heard, seen = time.monotonic(), (0, 0)
        while True:
            for frame in self._link.events():
                heard = time.monotonic()
                if frame.type == Type.RESULT:
                    return messages.image_info(_took(frame, *seen))
                if frame.type == Type.COUNT:
                    seen = messages.count(frame)
                _tell(frame, preview, guide)
            if not patience.left and not patience.cancel.is_set():
                raise _timeout(*seen)
            patience.check()
            if time.monotonic() - heard > self._link.times.heartbeat:
                lost = self._lost_result(seq)
                if lost is not None:
                    return lost
                heard = time.monotonic()

    def _lost_result(self, seq: int) -> messages.ImageInfo | None:
        """The image of capture `seq` whose RESULT was damaged on the line, if it is done."""
        status = self._link.ask(self._link.request(Type.STATUS))
        image = messages.held_image(status, seq)
        return None if image is None else self._image_info(image)

    def _image_info(self, image: int) -> messages.ImageInfo:
        return messages.image_info(self._link.ask(self._link.request(Type.IMAGE_INFO, image)))

    # --- the image --------------------------------------------------------------------------

    def _image(
        self, image: messages.ImageInfo, who: messages.Identity, patience: Patience
    ) -> _Pixels:
        """Fetch the pixels, over a cable that comes loose once if need be."""
        assembly = Assembly(image)
        try:
            try:
                return self._fetch(assembly, patience)
            except DeviceLost:
                self._resume(image, who, patience)
            return self._fetch(assembly, patience)
        except BaseException:
            assembly.wipe()
            raise

    def _resume(
        self, image: messages.ImageInfo, who: messages.Identity, patience: Patience
    ) -> None:
        """Reopen the port; only the same image of the same start of the device is good."""
        if self._reopen(patience).boot_id != who.boot_id:
            raise DeviceLost("the scanner restarted during the transfer")
        try:
            held = self._image_info(image.id)
        except DeviceRefused as error:
            raise DeviceLost("the scanner no longer holds the image") from error
        if held != image:
            raise DeviceLost("the scanner holds another image")

    def _reopen(self, patience: Patience) -> messages.Identity:
        deadline = time.monotonic() + self._link.times.reopen
        while time.monotonic() < deadline:
            patience.check()
            with suppress(DeviceLost):
                return self._open(patience)
            patience.cancel.wait(_REOPEN_PAUSE)
        return self._open(patience)

    def _fetch(self, assembly: Assembly, patience: Patience) -> _Pixels:
        """Fill the assembly; a wrong SHA-256 has the whole image asked for once more."""
        for _ in range(2):
            self._fill(assembly, patience)
            data = assembly.pixels()
            if data is not None:
                return np.frombuffer(data, np.uint8).reshape(
                    assembly.info.height, assembly.info.width
                )
        raise ProtocolError("the image does not match its SHA-256")

    def _fill(self, assembly: Assembly, patience: Patience) -> None:
        """Ask window by window, for the gaps again, each with a sequence number of its own."""
        idle = 0
        while window := assembly.window(self._window):
            begun = time.monotonic()
            new = self._round(assembly, window, patience)
            idle = 0 if new else idle + 1
            if idle == _IDLE_ROUNDS:
                raise DeviceSilent("the image does not come")
            if new == window[1] - window[0]:  # a damaged round says nothing of the line's speed
                self._window = _carried(new, time.monotonic() - begun)

    def _round(self, assembly: Assembly, window: tuple[int, int], patience: Patience) -> int:
        """Ask for one window; the number of bytes that were new."""
        start, stop = window
        extent = messages.extent(assembly.info.id, start, stop - start)
        new = 0
        for frame in self._link.stream(self._link.request(Type.IMAGE_GET, 0, extent), patience):
            if frame.type == Type.IMAGE_DATA:
                new += assembly.feed(frame, window)
            elif frame.type in (Type.IMAGE_GET | REPLY, Type.NAK):
                if frame.type != Type.NAK:
                    succeeded(frame, Type.IMAGE_GET)
                break
        return new


def _carried(size: int, seconds: float) -> int:
    """How many bytes such a line carries in the time of one window."""
    carried = int(size * _WINDOW_TIME / max(seconds, 1e-6))
    return min(max(carried, USUAL_PAYLOAD), messages.MAX_WINDOW)


def _labels(who: messages.Identity) -> DeviceInfo:
    modalities = frozenset(
        Modality.FINGER if mode == messages.MODE_FINGER else Modality.SLAP
        for mode in who.modes & {messages.MODE_FINGER, *messages.SLAP_MODES}
    )
    return DeviceInfo("DRSP", who.model, who.serial, who.firmware, modalities, who.simulated)


def _provenance(who: messages.Identity) -> Provenance:
    clean = _labels(who)
    return Provenance("serial-finger", clean.model, clean.serial, clean.firmware, clean.simulated)


def _took(frame: Frame, seen: int, expected: int) -> Frame:
    """The RESULT of a capture that gave an image, or the error it stands for."""
    if frame.status == Status.SENSOR_TIMEOUT:
        raise _timeout(seen, expected)
    if frame.status == Status.CANCELED:
        raise CaptureCancelled("cancelled at the scanner")
    return succeeded(frame, Type.CAPTURE_START)


def _timeout(seen: int, expected: int) -> CaptureTimeout:
    """What the scanner last counted, as the reason why there is no image."""
    if not seen:
        return CaptureTimeout("the scanner saw no finger in time")
    if seen == expected:
        return CaptureTimeout("the scanner saw the fingers and took no image in time")
    return CaptureTimeout(f"the scanner saw {seen} of {expected} fingers in time")


def _tell(frame: Frame, preview: messages.PreviewAssembler, guide: Guide) -> None:
    """Hand guidance and previews on; an unknown guide code is no reason to fail."""
    if frame.type == Type.GUIDE and frame.arg & 0xFF in _GUIDANCE:
        guide(_GUIDANCE[frame.arg & 0xFF])
    elif frame.type == Type.PREVIEW:
        whole = preview.feed(frame)
        if whole is not None:
            width, height, grey = whole
            guide(Preview(np.frombuffer(grey, np.uint8).reshape(height, width)))
