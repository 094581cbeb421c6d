"""The C firmware stub behind a pty: the reference scanner whose every byte comes from C.

The program speaks DRSP on its standard input and output, and reads what its sensor sees from a
pipe (`firmware_stubs/README.md`). Faults of the device are made between it and the pty, for the
firmware itself has none.
"""

from __future__ import annotations

import os
import select
import signal
import struct
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Self

from drivers.wire import drsp
from drivers.wire.drsp import Frame, Status, Tag, Type, encode, tlv
from simulators import platen
from simulators.faults import Fault, Faults, damaged
from simulators.platen import Laid
from simulators.pty_line import PtyLine, Unplugged
from station.capture import Finger
from station.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

    from station.capture import Hand

PROGRAM = Path(__file__).parents[1] / "firmware_stubs" / "build" / "scanner"
_PATIENCE = 2.0  # seconds for the program to end
_FEED = struct.Struct("<BBHHH")  # 1 present | 0 lift, place, width, height, fingers; then pixels


def compiled() -> bool:
    """Whether the host build of the firmware is there."""
    return os.access(PROGRAM, os.X_OK)


class Firmware:
    """Runs the program; same interface as `SerialFingerSimulator`."""

    def __init__(self, program: Path = PROGRAM, *, slaps: bool = True) -> None:
        self.faults = Faults()
        self._program = program
        self._options = [] if slaps else ["single"]
        self._laid: dict[int, Laid] = {}
        self._lifted: set[int] = set()
        self._sensing = threading.Lock()  # one message at a time to the sensor
        self._line = PtyLine(self)
        self._from_host = self._from_device = b""  # frames still without their end
        self._late: list[bytes] = []

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
        self._laid[finger] = Laid(image, frozenset({Finger(finger)}))
        self._feed(finger)

    def lay(self, hand: Hand, laid: Laid) -> None:
        """Lay what a sensor of 1600 x 1500 sees whenever `hand` is asked for."""
        place = platen.PLACES[hand]
        self._laid[place] = laid
        self._feed(place)

    def reconnect(self) -> None:
        """Pull the cable and connect it again under the same name; the power stays on."""
        self._line.unplug()
        self._line.plug()

    def replug(self) -> None:
        """Pull the cable, cut the power, and connect again under the same name."""
        self._line.unplug()
        self._end()
        self._start()
        self._line.plug()

    def _start(self) -> None:
        sensor, self._sensor = os.pipe()
        stdin, self._stdin = os.pipe()
        self._stdout, stdout = os.pipe()
        self._process = subprocess.Popen(  # noqa: S603 (our own program)
            [self._program, str(sensor), *self._options],
            stdin=stdin,
            stdout=stdout,
            pass_fds=(sensor,),
            process_group=0,  # Ctrl-C is for the laboratory, which then ends its devices
        )
        for theirs in (sensor, stdin, stdout):
            os.close(theirs)
        self._late, self._from_host, self._from_device = [], b"", b""
        for place in self._laid:
            self._feed(place)

    def _end(self) -> None:
        """Let the program end by itself, so that its sanitizers have their say."""
        for ours in (self._stdin, self._stdout, self._sensor):
            os.close(ours)
        try:
            status = self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        if status not in (0, -signal.SIGPIPE):
            raise RuntimeError(f"the firmware ended with status {status}")

    def _feed(self, place: int) -> None:
        laid = self._laid[place]
        height, width = laid.pixels.shape
        head = _FEED.pack(1, place, width, height, laid.lies)
        view = memoryview(head + laid.pixels.tobytes())
        with self._sensing:
            while view:
                view = view[os.write(self._sensor, view) :]

    def _lift(self, place: int) -> None:
        with self._sensing:
            os.write(self._sensor, _FEED.pack(0, place, 0, 0, 0))

    # --- between the host and the device ----------------------------------------------------

    @property
    def sources(self) -> tuple[int, ...]:
        """Where the program speaks."""
        return (self._stdout,)

    def receive(self, data: bytes, send: Callable[[bytes], None]) -> None:
        """Pass frames both ways as they are, spending the faults that are armed."""
        *raws, self._from_host = (self._from_host + data).split(b"\0")
        for raw in raws:
            self._to_device(raw, send)
        while select.select([self._stdout], [], [], 0)[0]:
            got = os.read(self._stdout, 65536)
            if not got:
                raise Unplugged
            *raws, self._from_device = (self._from_device + got).split(b"\0")
            for raw in raws:
                self._to_host(raw, send)

    def _to_device(self, raw: bytes, send: Callable[[bytes], None]) -> None:
        frame = _read(raw)
        if frame is not None:
            if self.faults.spend(Fault.UNPLUG):
                raise Unplugged
            if self.faults.spend(Fault.MUTE):
                return
            if frame.type == Type.CAPTURE_START:
                if self.faults.spend(Fault.REFUSE):
                    send(_refusal(frame))
                    return
                self._before_capture(frame)
        os.write(self._stdin, raw + b"\0")

    def _before_capture(self, order: Frame) -> None:
        """Take away what lies there for one capture if NEVER_PRESENT is armed, else put it back."""
        try:
            block = drsp.one(drsp.tlvs(order.payload), Tag.CAPTURE, 16)
        except ProtocolError:
            return  # the firmware will say so itself
        asked = platen.order(block)
        if not asked.fingers:
            return
        if self.faults.spend(Fault.NEVER_PRESENT):
            self._lifted.add(asked.place)
            self._lift(asked.place)
        elif asked.place in self._lifted & self._laid.keys():
            self._lifted.discard(asked.place)
            self._feed(asked.place)

    def _to_host(self, raw: bytes, send: Callable[[bytes], None]) -> None:
        frame = _read(raw)
        if frame is None:
            send(raw + b"\0")
            return
        if frame.type == Type.RESULT and not frame.status and self.faults.spend(Fault.LATE):
            self._late.append(raw + b"\0")
            return
        if frame.type == Type.HELLO | drsp.REPLY and self.faults.spend(Fault.HOSTILE_LABEL):
            raw = encode(_with_hostile_label(frame))[:-1]
        send(damaged(raw + b"\0", self.faults))
        if frame.type == Type.CAPTURE_START | drsp.REPLY:
            late, self._late = self._late, []
            for old in late:  # the result of the applicant before
                send(old)


def _read(raw: bytes) -> Frame | None:
    try:
        return drsp.decode(raw)
    except drsp.Damaged:
        return None


def _refusal(request: Frame) -> bytes:
    kind = request.type | drsp.REPLY
    return encode(Frame(kind, request.seq, status=Status.SENSOR_FAILURE, flags=drsp.Flag.SIMULATED))


def _with_hostile_label(frame: Frame) -> Frame:
    values = drsp.tlvs(frame.payload)
    values[Tag.MODEL] = [b"\x1b[31m\nX" * 8]
    payload = b"".join(tlv(tag, value) for tag, all_ in values.items() for value in all_)
    return Frame(frame.type, frame.seq, frame.arg, payload, frame.status, frame.flags)
