"""The reference scanner in Python: DRSP/1 from the device's side, behind a pty.

The twin of `firmware_stubs` for machines without a C compiler; both pass the same tests. Its
sensor sees what was laid down for the finger or the hand that the host asks for.
"""

from __future__ import annotations

import secrets
import struct
import time
from typing import TYPE_CHECKING, Self

from drivers.wire import drsp
from drivers.wire.drsp import Flag, Frame, State, Status, Tag, Type, encode, tlv
from simulators import drsp_payloads as payloads
from simulators import platen
from simulators.faults import Fault, Faults, damaged
from simulators.platen import Laid, Order
from simulators.pty_line import PtyLine, Unplugged
from station.capture import Finger
from station.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

    from station.capture import Hand

Answer = tuple[int, int, bytes]  # status, arg, payload
_STEP, _HEARTBEAT, _HOLD = 0.04, 1.0, 120.0  # seconds
_WINDOW = 262_144


class ScannerState:
    """What the device remembers between two bytes."""

    def __init__(self) -> None:
        self.state = State.IDLE
        self.boot_id = secrets.token_bytes(8)
        self.session = False
        self.max_payload = drsp.FIRST_PAYLOAD
        self.image: npt.NDArray[np.uint8] | None = None
        self.image_id = secrets.randbelow(60_000) + 1
        self.order = Order(4, 0, 0)
        self.blind = False  # sees nothing for the length of a capture
        self.told = 0  # the fingers the host knows of, and the residue
        self.seq = 0
        self.status: int = Status.SUCCESS
        self.entered = self.begun = self.beat = 0.0
        self.timeout = 0.0
        self.previews = False
        self.last: tuple[int, bytes, Frame] | None = None
        self.bad_frames = 0

    @property
    def capturing(self) -> bool:
        """Whether a capture runs."""
        return State.WAIT_CLEAR <= self.state <= State.SETTLING

    def holds(self, number: int) -> bool:
        """Whether image `number` waits to be fetched."""
        return self.state == State.ACQUIRED and number == self.image_id


class SerialFingerSimulator:
    """Answers the requests of the host; tests arm `faults` and `present` fingers."""

    def __init__(self, *, slaps: bool = True) -> None:
        self.faults = Faults()
        self._slaps = slaps
        self._laid: dict[int, Laid] = {}
        self._label = "DRSP reference scanner"
        self._line = PtyLine(self)
        self._decoder = drsp.Decoder(drsp.FIRST_PAYLOAD)
        self._device = ScannerState()
        self._owed: list[Frame] = []

    def __enter__(self) -> Self:
        self._line.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._line.__exit__(*exc)

    @property
    def url(self) -> str:
        """What to put in the settings of the station."""
        return self._line.url

    def present(self, finger: int, image: npt.NDArray[np.uint8]) -> None:
        """Lay ISO finger `finger` on the platen whenever it is asked for: (500, 400) grey."""
        self._laid[finger] = Laid(image, frozenset({Finger(finger)}))

    def lay(self, hand: Hand, laid: Laid) -> None:
        """Lay what a sensor of 1600 x 1500 sees whenever `hand` is asked for."""
        self._laid[platen.PLACES[hand]] = laid

    def reconnect(self) -> None:
        """Pull the cable and connect it again under the same name; the power stays on."""
        self._line.unplug()
        self._line.plug()

    def replug(self) -> None:
        """Pull the cable, cut the power, and connect again under the same name."""
        self._line.unplug()
        self._device = ScannerState()
        self._decoder = drsp.Decoder(drsp.FIRST_PAYLOAD)
        self._line.plug()

    # --- the wire ---------------------------------------------------------------------------

    @property
    def sources(self) -> tuple[int, ...]:
        """Nothing but the cable and the clock."""
        return ()

    def receive(self, data: bytes, send: Callable[[bytes], None]) -> None:
        """React to bytes from the host and to the time that has passed."""
        dropped = self._decoder.dropped
        for frame in self._decoder.feed(data):
            self._request(frame, send)
        for _ in range(self._decoder.dropped - dropped):
            self._device.bad_frames += 1
            nak = Frame(Type.NAK, 0, self._device.bad_frames, status=Status.BAD_FRAME)
            self._emit(nak, send)
        self._expire(time.monotonic(), send)
        self._step(time.monotonic(), send)

    def _emit(self, frame: Frame, send: Callable[[bytes], None]) -> None:
        flags = frame.flags | Flag.SIMULATED
        raw = encode(Frame(frame.type, frame.seq, frame.arg, frame.payload, frame.status, flags))
        send(damaged(raw, self.faults))

    def _request(self, frame: Frame, send: Callable[[bytes], None]) -> None:
        device = self._device
        if self.faults.spend(Fault.UNPLUG):
            raise Unplugged
        if self.faults.spend(Fault.MUTE) or frame.type & drsp.REPLY:
            return
        if frame.version != drsp.VERSION:
            both = drsp.VERSION | drsp.VERSION << 8
            self._emit(Frame(Type.NAK, 0, both, status=Status.UNSUPPORTED_VERSION), send)
            return
        key = encode(frame)
        repeated = device.last is not None and device.last[0] == frame.seq
        if device.last is not None and repeated and frame.type != Type.HELLO:
            self._repeat(frame, key, device.last, send)
            return
        self._serve(frame, key, send)

    def _serve(self, frame: Frame, key: bytes, send: Callable[[bytes], None]) -> None:
        device = self._device
        reply = self._answer(frame, send)
        if frame.type != Type.IMAGE_GET and len(reply.payload) <= drsp.FIRST_PAYLOAD:
            device.last = (frame.seq, key, reply)
        self._emit(reply, send)
        if frame.type == Type.CAPTURE_START and reply.status == Status.SUCCESS:
            owed, self._owed = self._owed, []
            for late in owed:  # the result of the applicant before
                self._emit(late, send)
            self._enter(State.WAIT_CLEAR, send)

    def _repeat(
        self,
        frame: Frame,
        key: bytes,
        last: tuple[int, bytes, Frame],
        send: Callable[[bytes], None],
    ) -> None:
        _, known, reply = last
        if key != known:
            reply = Frame(frame.type | drsp.REPLY, frame.seq, status=Status.BAD_SEQ)
            self._emit(reply, send)
            return
        again = Frame(reply.type, reply.seq, reply.arg, reply.payload, reply.status, Flag.REPLAY)
        self._emit(again, send)

    def _answer(self, frame: Frame, send: Callable[[bytes], None]) -> Frame:
        try:
            status, arg, payload = self._execute(frame, send)
        except ProtocolError:
            status, arg, payload = payloads.fault_of(frame.payload), 0, b""
        return Frame(frame.type | drsp.REPLY, frame.seq, arg, payload, status)

    def _execute(self, frame: Frame, send: Callable[[bytes], None]) -> Answer:
        if frame.type == Type.IMAGE_GET:
            return self._image_get(frame, send)
        known: dict[int, Callable[[Frame], Answer]] = {
            Type.HELLO: self._hello,
            Type.PING: lambda f: (Status.SUCCESS, f.arg, f.payload),
            Type.STATUS: lambda _: (Status.SUCCESS, self._device.state, self._status()),
            Type.CAPTURE_START: self._capture_start,
            Type.CAPTURE_CANCEL: self._cancel,
            Type.IMAGE_RELEASE: self._release,
            Type.IMAGE_INFO: self._image_info,
        }
        if not self._device.session and frame.type != Type.HELLO:
            return Status.INITIALIZATION_NEEDED, 0, b""
        if frame.type not in known:
            return Status.UNSUPPORTED, 0, b""
        return known[frame.type](frame)

    # --- requests ---------------------------------------------------------------------------

    def _hello(self, frame: Frame) -> Answer:
        found = drsp.tlvs(frame.payload)
        low, high = drsp.one(found, Tag.PROTO, 2)
        proto = tlv(Tag.PROTO, bytes([drsp.VERSION] * 2))
        if not low <= drsp.VERSION <= high:
            return Status.UNSUPPORTED_VERSION, 0, proto
        offered = int.from_bytes(drsp.one(found, Tag.MAX_PAYLOAD, 2), "little")
        if offered < drsp.FIRST_PAYLOAD:
            return Status.BAD_VALUE, 0, b""
        device = self._device
        device.session = True
        device.max_payload = min(offered, drsp.USUAL_PAYLOAD)
        self._decoder.allow(device.max_payload)
        if device.capturing:
            self._forget()
            device.state, device.status = State.IDLE, Status.CANCELED
        label = self._label
        if self.faults.spend(Fault.HOSTILE_LABEL):
            label = "\x1b[31m\nX" * 8
        return (
            Status.SUCCESS,
            drsp.VERSION,
            proto
            + tlv(Tag.MAX_PAYLOAD, device.max_payload.to_bytes(2, "little"))
            + payloads.names(label, device.boot_id, slaps=self._slaps),
        )

    def _status(self) -> bytes:
        device = self._device
        held = device.state == State.ACQUIRED
        block = struct.pack(
            "<BBHhHHHIII", device.state, 0, 0, 0x7FFF, device.seq, device.status, 0, 0,
            device.image_id if held else 0, int(_HOLD * 1000) if held else 0,
        )  # fmt: skip
        return tlv(Tag.STATUS, block)

    def _capture_start(self, frame: Frame) -> Answer:
        device = self._device
        block = drsp.one(drsp.tlvs(frame.payload), Tag.CAPTURE, 16)
        order = platen.order(block)
        if self.faults.spend(Fault.REFUSE):
            return Status.SENSOR_FAILURE, 0, b""
        if device.state not in (State.IDLE, State.ACQUIRED):
            return Status.SENSOR_BUSY, 0, b""
        if order.mode in {3, 5} or (order.mode in {1, 2} and not self._slaps):
            return Status.UNSUPPORTED, 0, b""
        if not order.fingers or not 1000 <= order.milliseconds <= 120_000:
            return Status.BAD_VALUE, 0, b""
        self._forget()
        device.image_id += 1
        device.blind = self.faults.spend(Fault.NEVER_PRESENT)
        device.order, device.told = order, 0
        device.seq, device.status = frame.seq, 0xFFFF
        device.timeout, device.begun = order.milliseconds / 1000, time.monotonic()
        device.previews = block[7] > 0
        return Status.SUCCESS, device.image_id, b""

    def _cancel(self, _: Frame) -> Answer:
        if self._device.state != State.IDLE:
            self._device.status = Status.CANCELED
        self._forget()
        self._device.state = State.IDLE
        return Status.SUCCESS, 0, b""

    def _image_get(self, frame: Frame, send: Callable[[bytes], None]) -> Answer:
        device = self._device
        block = drsp.one(drsp.tlvs(frame.payload), Tag.EXTENT, 12)
        number, offset, length = struct.unpack("<III", block)
        if device.image is None or not device.holds(number):
            return Status.INVALID_ID, 0, b""
        data = device.image.tobytes()
        if not 0 < length <= _WINDOW or offset + length > len(data):
            return Status.BAD_VALUE, 0, b""
        for at in range(offset, offset + length, device.max_payload):
            part = data[at : min(at + device.max_payload, offset + length)]
            self._emit(Frame(Type.IMAGE_DATA, frame.seq, at, part, flags=Flag.MORE), send)
        return Status.SUCCESS, length, b""

    def _release(self, frame: Frame) -> Answer:
        device = self._device
        if device.state == State.ACQUIRED and frame.arg != device.image_id:
            return Status.INVALID_ID, 0, b""
        if device.state not in (State.ACQUIRED, State.IDLE):
            return Status.WRONG_STATE, 0, b""
        self._forget()
        device.state = State.IDLE
        return Status.SUCCESS, 0, b""

    def _image_info(self, frame: Frame) -> Answer:
        if self._device.image is None or not self._device.holds(frame.arg):
            return Status.INVALID_ID, frame.arg, b""
        return Status.SUCCESS, frame.arg, self._describe(self._device.image)

    # --- the capture ------------------------------------------------------------------------

    def _step(self, now: float, send: Callable[[bytes], None]) -> None:
        device = self._device
        if device.capturing and now - device.begun >= device.timeout:
            self._finish(Status.SENSOR_TIMEOUT, send)
        elif device.capturing and now - device.entered >= _STEP:
            self._advance(send)
        if device.capturing and now - device.beat >= _HEARTBEAT:
            device.beat = now
            self._event(Type.STATE, device.state, b"", send)

    def _advance(self, send: Callable[[bytes], None]) -> None:
        device = self._device
        laid = None if device.blind else self._laid.get(device.order.place)
        if device.state == State.WAIT_CLEAR:
            self._wait_clear(laid, send)
        elif device.state == State.SETTLING:
            self._finish(Status.SUCCESS, send)
        else:
            self._count(laid, send)

    def _wait_clear(self, laid: Laid | None, send: Callable[[bytes], None]) -> None:
        """Ask for no finger on a glass that still shows the one before."""
        device = self._device
        if laid is None or not laid.residue:
            device.told = 0
            self._enter(State.WAIT_FINGERS, send)
            self._event(Type.GUIDE, 1, b"", send)
        elif not device.told:
            device.told = platen.RESIDUE
            self._event(Type.GUIDE, 14, b"", send)

    def _count(self, laid: Laid | None, send: Callable[[bytes], None]) -> None:
        """Tell each change of the fingers on the glass; the right number is taken."""
        device = self._device
        lies = 0 if laid is None else platen.mask(laid.fingers)
        if lies == device.told:
            return
        device.told = lies
        value, guide = platen.count(device.order, lies)
        self._event(Type.COUNT, 0, tlv(Tag.COUNT, value), send)
        if guide or laid is None:
            self._event(Type.GUIDE, guide, b"", send)
            return
        device.image = laid.pixels.copy()
        self._enter(State.SETTLING, send)
        self._event(Type.GUIDE, 3, b"", send)
        self._preview(device.image, send)

    def _expire(self, now: float, send: Callable[[bytes], None]) -> None:
        """Wipe an image that nobody fetched in time."""
        device = self._device
        if device.state == State.ACQUIRED and now - device.entered >= _HOLD:
            self._forget()
            device.state = State.IDLE
            self._emit(Frame(Type.STATE, 0, State.IDLE), send)  # seq 0: nobody asked

    def _finish(self, status: int, send: Callable[[bytes], None]) -> None:
        device = self._device
        device.status = status
        if status != Status.SUCCESS or device.image is None:
            self._forget()
            self._enter(State.IDLE, send)
            self._emit(Frame(Type.RESULT, device.seq, status=status), send)
            return
        result = Frame(Type.RESULT, device.seq, device.image_id, self._describe(device.image))
        if self.faults.spend(Fault.LATE):
            self._owed.append(result)  # sent during the next capture
            device.entered = float("inf")
            return
        self._enter(State.ACQUIRED, send)
        self._event(Type.GUIDE, 2, b"", send)
        self._emit(result, send)

    def _enter(self, state: State, send: Callable[[bytes], None]) -> None:
        device = self._device
        device.state = state
        device.entered = device.beat = time.monotonic()
        self._event(Type.STATE, state, b"", send)

    def _event(self, kind: int, arg: int, payload: bytes, send: Callable[[bytes], None]) -> None:
        self._emit(Frame(kind, self._device.seq, arg, payload), send)

    def _preview(self, image: npt.NDArray[np.uint8], send: Callable[[bytes], None]) -> None:
        if not self._device.previews:
            return
        for at, part, last in payloads.preview(image, self._device.max_payload):
            flags = 0 if last else Flag.MORE
            self._emit(Frame(Type.PREVIEW, self._device.seq, at, part, flags=flags), send)

    def _describe(self, image: npt.NDArray[np.uint8]) -> bytes:
        return payloads.describe(self._device.image_id, self._device.order.mode, image)

    def _forget(self) -> None:
        if self._device.image is not None:
            self._device.image[:] = 0
            self._device.image = None
