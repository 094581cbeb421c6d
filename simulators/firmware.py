"""The C firmware stub behind a pty: the reference scanner whose every byte comes from C.

The program speaks DRSP on its standard input and output, and reads what its sensor sees from a
pipe (`firmware_stubs/README.md`). Faults of the device are made between it and the pty, for the
firmware itself has none.
"""

from __future__ import annotations

import os
import select
import struct
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from drivers.wire import drsp
from drivers.wire.drsp import Frame, Status, Tag, Type, encode, tlv
from simulators.faults import Fault, Faults, damaged
from simulators.pty_line import PtyLine, Unplugged

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

PROGRAM = Path(__file__).parents[1] / "firmware_stubs" / "build" / "scanner"
_FEED = struct.Struct("<BBHH")  # 1 present | 0 lift, ISO finger, width, height; then the pixels


def compiled() -> bool:
    """Whether the host build of the firmware is there."""
    return os.access(PROGRAM, os.X_OK)


class Firmware:
    """Runs the program; same interface as `SerialFingerSimulator`."""

    def __init__(self) -> None:
        self.faults = Faults()
        self._fingers: dict[int, npt.NDArray[np.uint8]] = {}
        self._line = PtyLine(self)
        self._from_host = drsp.Decoder(drsp.USUAL_PAYLOAD)
        self._from_device = drsp.Decoder(drsp.USUAL_PAYLOAD)
        self._late: list[Frame] = []

    def __enter__(self) -> Self:
        self._start()
        self._line.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._line.__exit__(*exc)
        self._end()

    @property
    def url(self) -> str:
        """What to put in the settings of the station."""
        return self._line.url

    def present(self, finger: int, image: npt.NDArray[np.uint8]) -> None:
        """Lay ISO finger `finger` on the platen whenever it is asked for: (500, 400) grey."""
        self._fingers[finger] = image
        self._feed(finger)

    def replug(self) -> None:
        """Pull the cable, cut the power, and connect again under the same name."""
        self._line.unplug()
        self._end()
        self._start()
        self._line.plug()

    def _start(self) -> None:
        sensor, self._sensor = os.pipe()
        self._process = subprocess.Popen(  # noqa: S603 (our own program)
            [PROGRAM, str(sensor)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=(sensor,),
            bufsize=0,
        )
        os.close(sensor)
        self._late = []
        for finger in self._fingers:
            self._feed(finger)

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        os.close(self._sensor)

    def _feed(self, finger: int) -> None:
        image = self._fingers[finger]
        height, width = image.shape
        view = memoryview(_FEED.pack(1, finger, width, height) + image.tobytes())
        while view:
            view = view[os.write(self._sensor, view) :]

    def _lift(self, finger: int) -> None:
        os.write(self._sensor, _FEED.pack(0, finger, 0, 0))

    # --- between the host and the device ----------------------------------------------------

    def receive(self, data: bytes, send: Callable[[bytes], None]) -> None:
        """Pass bytes both ways, spending the faults that are armed."""
        if data:
            self._to_device(data, send)
        deadline = time.monotonic() + 0.01
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101 (opened by _start)
        while select.select([stdout], [], [], max(0, deadline - time.monotonic()))[0]:
            got = os.read(stdout.fileno(), 65536)
            if not got:
                raise Unplugged
            for frame in self._from_device.feed(got):
                self._to_host(frame, send)

    def _to_device(self, data: bytes, send: Callable[[bytes], None]) -> None:
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 (opened by _start)
        frames = self._from_host.feed(data)
        if frames and self.faults.spend(Fault.UNPLUG):
            raise Unplugged
        if frames and self.faults.spend(Fault.MUTE):
            return
        for frame in frames:
            if frame.type == Type.CAPTURE_START:
                if self.faults.spend(Fault.REFUSE):
                    refusal = Frame(
                        frame.type | drsp.REPLY, frame.seq, status=Status.SENSOR_FAILURE, flags=2
                    )
                    self._emit(refusal, send)
                    continue
                self._before_capture(frame)
            stdin.write(encode(frame))

    def _before_capture(self, frame: Frame) -> None:
        """Take the finger away for one capture if NEVER_PRESENT is armed, else put it back."""
        expected = drsp.one(drsp.tlvs(frame.payload), Tag.CAPTURE, 16)[2:4]
        finger = int.from_bytes(expected, "little").bit_length()
        if self.faults.spend(Fault.NEVER_PRESENT):
            self._lift(finger)
        elif finger in self._fingers:
            self._feed(finger)

    def _to_host(self, frame: Frame, send: Callable[[bytes], None]) -> None:
        if frame.type == Type.RESULT and not frame.status and self.faults.spend(Fault.LATE):
            self._late.append(frame)
            return
        if frame.type == Type.HELLO | drsp.REPLY and self.faults.spend(Fault.HOSTILE_LABEL):
            frame = _with_hostile_label(frame)
        self._emit(frame, send)
        if frame.type == Type.CAPTURE_START | drsp.REPLY:
            late, self._late = self._late, []
            for old in late:
                self._emit(old, send)

    def _emit(self, frame: Frame, send: Callable[[bytes], None]) -> None:
        send(damaged(encode(frame), self.faults))


def _with_hostile_label(frame: Frame) -> Frame:
    values = drsp.tlvs(frame.payload)
    values[Tag.MODEL] = [b"\x1b[31m\nX" * 4]
    payload = b"".join(tlv(tag, value) for tag, all_ in values.items() for value in all_)
    return Frame(frame.type, frame.seq, frame.arg, payload, frame.status, frame.flags)
