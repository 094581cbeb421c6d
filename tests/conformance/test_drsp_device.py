"""What a DRSP/1 device answers to frames no driver of ours would send, on each of the devices."""

from __future__ import annotations

import struct
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pytest
import serial

from drivers.wire import drsp_messages as messages
from drivers.wire.drsp import Decoder, Flag, Frame, State, Status, Tag, Type, encode, one, tlv, tlvs
from simulators.platen import Laid
from station.capture import Finger, Hand
from tests.scanners import DEVICES

if TYPE_CHECKING:
    from collections.abc import Iterator

STRIPES = np.tile(np.repeat(np.array([60, 200], np.uint8), 5), (500, 40))
HELLO = Frame(Type.HELLO, 1, payload=messages.offer(4096))


class Host:
    """Sends frames as they are and collects what comes."""

    def __init__(self, url: str) -> None:
        self._port = serial.Serial(url.removeprefix("serial://").split("?")[0], timeout=0.02)
        self._decoder = Decoder()
        self._heard: deque[Frame] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._port.close()

    def send(self, raw: bytes) -> None:
        self._port.write(raw)

    def wait(self, kind: int, seq: int | None = None) -> Frame:
        """The next frame of that kind; what comes after it is kept for the next call."""
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            while self._heard:
                frame = self._heard.popleft()
                if frame.type == kind and seq in (None, frame.seq):
                    return frame
            self._heard.extend(self._decoder.feed(self._port.read(65536)))
        raise AssertionError(f"no frame {kind:#x}")

    def ask(self, request: Frame) -> Frame:
        self.send(encode(request))
        return self.wait(request.type | 0x80, request.seq)

    def take(self, seq: int, finger: int = 2) -> Frame:
        """Start a capture and return its RESULT."""
        order = messages.finger_order(finger, 5, 0)
        self.send(encode(Frame(Type.CAPTURE_START, seq, payload=order)))
        return self.wait(Type.RESULT, seq)


@pytest.fixture(params=DEVICES)
def device(request: pytest.FixtureRequest) -> Iterator[Any]:
    with request.param() as scanner:
        scanner.present(2, STRIPES)
        yield scanner


@pytest.fixture
def host(device: Any) -> Iterator[Host]:
    with Host(device.url) as host:
        yield host


@pytest.fixture
def session(host: Host) -> Host:
    assert host.ask(HELLO).status == Status.SUCCESS
    return host


def test_nothing_works_before_hello(host: Host) -> None:
    assert host.ask(Frame(Type.STATUS, 1)).status == Status.INITIALIZATION_NEEDED


def test_hello_agrees_on_the_version_and_the_smaller_payload(host: Host) -> None:
    reply = host.ask(Frame(Type.HELLO, 1, payload=messages.offer(1000)))
    who = messages.identity(reply)
    assert (reply.arg, who.max_payload, who.simulated) == (1, 1000, True)


@pytest.mark.parametrize("versions", [(2, 3), (0, 0)])
def test_a_host_of_another_version_gets_no_session(host: Host, versions: tuple[int, int]) -> None:
    payload = tlv(Tag.PROTO, bytes(versions)) + tlv(Tag.MAX_PAYLOAD, b"\x00\x10")
    reply = host.ask(Frame(Type.HELLO, 1, payload=payload))
    assert reply.status == Status.UNSUPPORTED_VERSION
    assert one(tlvs(reply.payload), Tag.PROTO, 2) == b"\x01\x01"
    assert host.ask(Frame(Type.STATUS, 2)).status == Status.INITIALIZATION_NEEDED


def test_a_frame_of_another_version_is_answered_by_a_nak(host: Host) -> None:
    host.send(encode(Frame(Type.HELLO, 1, version=2)))
    nak = host.wait(Type.NAK)
    assert (nak.seq, nak.status, nak.arg) == (0, Status.UNSUPPORTED_VERSION, 0x101)


def test_a_damaged_frame_is_answered_by_a_nak_that_counts(session: Host) -> None:
    good = encode(Frame(Type.PING, 2, payload=b"SPECIMEN"))
    for count in (1, 2):
        session.send(good.replace(b"SPECIMEN", b"SPECIMEM"))
        nak = session.wait(Type.NAK)
        assert (nak.seq, nak.status, nak.arg) == (0, Status.BAD_FRAME, count)


def test_ping_returns_the_same_bytes(session: Host) -> None:
    payload = bytes(range(256)) * 16
    reply = session.ask(Frame(Type.PING, 2, 77, payload))
    assert (reply.arg, reply.payload) == (77, payload)


def test_a_repeat_is_answered_and_not_executed(session: Host) -> None:
    start = Frame(Type.CAPTURE_START, 5, payload=messages.finger_order(7, 5, 0))
    first, again = session.ask(start), session.ask(start)
    assert (again.status, again.arg) == (Status.SUCCESS, first.arg)
    assert again.flags & Flag.REPLAY
    assert not first.flags & Flag.REPLAY


def test_another_request_under_the_same_number_is_refused(session: Host) -> None:
    session.ask(Frame(Type.PING, 5, payload=b"one"))
    assert session.ask(Frame(Type.PING, 5, payload=b"two")).status == Status.BAD_SEQ


def test_every_frame_says_that_it_is_simulated(session: Host) -> None:
    assert session.take(5).flags & Flag.SIMULATED
    assert session.ask(Frame(Type.STATUS, 6)).flags & Flag.SIMULATED


def test_a_released_image_is_gone(session: Host) -> None:
    image = messages.image_info(session.take(5))
    get = messages.extent(image.id, 0, 100)
    assert session.ask(Frame(Type.IMAGE_GET, 6, payload=get)).status == Status.SUCCESS
    assert session.ask(Frame(Type.IMAGE_RELEASE, 7, image.id)).status == Status.SUCCESS
    assert session.ask(Frame(Type.IMAGE_GET, 8, payload=get)).status == Status.INVALID_ID
    assert session.ask(Frame(Type.IMAGE_INFO, 9, image.id)).status == Status.INVALID_ID
    assert session.ask(Frame(Type.STATUS, 10)).arg == State.IDLE


def test_another_image_than_the_one_held_is_not_released(session: Host) -> None:
    image = messages.image_info(session.take(5))
    reply = session.ask(Frame(Type.IMAGE_RELEASE, 6, image.id + 1))
    assert reply.status == Status.INVALID_ID
    assert session.ask(Frame(Type.STATUS, 7)).arg == State.ACQUIRED


def test_a_new_session_keeps_the_image_and_a_new_capture_does_not(session: Host) -> None:
    image = messages.image_info(session.take(5))
    session.ask(Frame(Type.HELLO, 6, payload=messages.offer(4096)))
    assert messages.image_info(session.ask(Frame(Type.IMAGE_INFO, 7, image.id))) == image
    session.ask(Frame(Type.CAPTURE_START, 8, payload=messages.finger_order(7, 5, 0)))
    assert session.ask(Frame(Type.IMAGE_INFO, 9, image.id)).status == Status.INVALID_ID


@pytest.mark.parametrize(
    ("offset", "length"), [(0, 0), (0, 200_001), (200_000, 1), (2**32 - 1, 2), (0, 2**32 - 1)]
)
def test_a_range_outside_the_image_is_refused(session: Host, offset: int, length: int) -> None:
    image = messages.image_info(session.take(5))
    get = messages.extent(image.id, offset, length)
    assert session.ask(Frame(Type.IMAGE_GET, 6, payload=get)).status == Status.BAD_VALUE


@pytest.mark.parametrize(
    ("mode", "expected", "missing", "timeout", "status"),
    [
        pytest.param(0, 2, 0, 5000, Status.BAD_VALUE, id="no mode"),
        pytest.param(6, 2, 0, 5000, Status.BAD_VALUE, id="unknown mode"),
        pytest.param(3, 0x21, 0, 5000, Status.UNSUPPORTED, id="two thumbs"),
        pytest.param(5, 2, 0, 5000, Status.UNSUPPORTED, id="rolled"),
        pytest.param(1, 0x1E, 0, 5000, Status.BAD_VALUE, id="fingers of the other hand"),
        pytest.param(2, 0x1F, 0, 5000, Status.BAD_VALUE, id="a thumb in a slap"),
        pytest.param(2, 0x1E, 0x1E, 5000, Status.BAD_VALUE, id="all four missing"),
        pytest.param(2, 0x1C, 0x02, 5000, Status.BAD_VALUE, id="missing, not expected"),
        pytest.param(4, 3, 0, 5000, Status.BAD_VALUE, id="two fingers"),
        pytest.param(4, 0x400, 0, 5000, Status.BAD_VALUE, id="no such finger"),
        pytest.param(4, 2, 2, 5000, Status.BAD_VALUE, id="the finger is missing"),
        pytest.param(4, 2, 0, 999, Status.BAD_VALUE, id="too short"),
        pytest.param(4, 2, 0, 120_001, Status.BAD_VALUE, id="too long"),
    ],
)
def test_an_impossible_order_is_refused(
    session: Host, mode: int, expected: int, missing: int, timeout: int, status: Status
) -> None:
    order = struct.pack("<BBHHBBII", mode, 1, expected, missing, 0, 0, timeout, 0)
    start = Frame(Type.CAPTURE_START, 5, payload=tlv(Tag.CAPTURE, order))
    assert session.ask(start).status == status


def test_the_greeting_announces_single_fingers_first_and_slaps_after(host: Host) -> None:
    found = tlvs(host.ask(HELLO).payload)
    said = [struct.unpack("<HHHBBHH", block) for block in found[Tag.SENSOR]]
    assert said == [(400, 500, 500, 8, 8, 100, 125), (1600, 1500, 500, 8, 3, 400, 375)]


def slap(session: Host, seq: int, mode: int, fingers: tuple[int, ...]) -> None:
    order = messages.slap_order(mode, fingers, 5, 0)
    session.send(encode(Frame(Type.CAPTURE_START, seq, payload=order)))


def lay(device: Any, hand: Hand, fingers: tuple[int, ...], grey: int = 200) -> None:
    pixels = np.full((1500, 1600), grey, np.uint8)
    device.lay(hand, Laid(pixels, frozenset(Finger(f) for f in fingers)))


@pytest.mark.parametrize(
    ("lie", "count", "guide"),
    [
        pytest.param((2, 3, 4), (3, 4, 1), 11, id="too few"),
        pytest.param((1, 2, 3, 4, 5), (5, 4, 2), 2, id="too many"),
        pytest.param((7, 8, 9, 10), (4, 4, 0), 15, id="other hand"),
    ],
)
def test_what_is_wrong_with_the_hand_is_counted_and_said(
    session: Host, device: Any, lie: tuple[int, ...], count: tuple[int, ...], guide: int
) -> None:
    lay(device, Hand.RIGHT, lie)
    slap(session, 5, messages.MODE_RIGHT_FOUR, (2, 3, 4, 5))
    counted = one(tlvs(session.wait(Type.COUNT, 5).payload), Tag.COUNT, 4)
    assert counted == bytes([*count, 0])
    assert session.wait(Type.GUIDE, 5).arg == guide
    assert session.ask(Frame(Type.STATUS, 6)).arg == State.WAIT_FINGERS


def test_missing_fingers_are_not_waited_for(session: Host, device: Any) -> None:
    lay(device, Hand.LEFT, (7, 8, 10))
    slap(session, 5, messages.MODE_LEFT_FOUR, (7, 8, 10))
    counted = one(tlvs(session.wait(Type.COUNT, 5).payload), Tag.COUNT, 4)
    assert counted == bytes([3, 3, 0, 0])
    image = messages.image_info(session.wait(Type.RESULT, 5))
    assert (image.width, image.height, image.mode) == (1600, 1500, messages.MODE_LEFT_FOUR)


def test_a_slap_ends_where_its_size_says(session: Host, device: Any) -> None:
    lay(device, Hand.RIGHT, (2, 3, 4, 5))
    slap(session, 5, messages.MODE_RIGHT_FOUR, (2, 3, 4, 5))
    image = messages.image_info(session.wait(Type.RESULT, 5))
    for seq, offset, status in ((6, image.size - 1, 0), (7, image.size, Status.BAD_VALUE)):
        get = messages.extent(image.id, offset, 1)
        assert session.ask(Frame(Type.IMAGE_GET, seq, payload=get)).status == status


def test_no_image_can_be_fetched_before_its_result(session: Host, device: Any) -> None:
    lay(device, Hand.RIGHT, (2, 3, 4, 5))
    order = messages.slap_order(messages.MODE_RIGHT_FOUR, (2, 3, 4, 5), 5, 0)
    promised = session.ask(Frame(Type.CAPTURE_START, 5, payload=order)).arg
    session.ask(Frame(Type.HELLO, 6, payload=messages.offer(4096)))
    assert session.ask(Frame(Type.IMAGE_INFO, 7, promised)).status == Status.INVALID_ID


def test_a_list_that_does_not_add_up_is_refused(session: Host) -> None:
    start = Frame(Type.CAPTURE_START, 5, payload=b"\x30\x00\x10\x00short")
    assert session.ask(start).status == Status.BAD_TLV


def test_one_capture_at_a_time_and_cancel_always_succeeds(session: Host) -> None:
    order = messages.finger_order(7, 5, 0)
    assert session.ask(Frame(Type.CAPTURE_START, 5, payload=order)).status == Status.SUCCESS
    assert session.ask(Frame(Type.CAPTURE_START, 6, payload=order)).status == Status.SENSOR_BUSY
    for seq in (7, 8):
        assert session.ask(Frame(Type.CAPTURE_CANCEL, seq)).status == Status.SUCCESS
    assert session.ask(Frame(Type.STATUS, 9)).arg == State.IDLE


def test_what_the_device_does_not_have_is_unsupported(session: Host) -> None:
    for seq, kind in enumerate((0x04, 0x20, 0x30, 0x40), start=5):
        assert session.ask(Frame(kind, seq)).status == Status.UNSUPPORTED


@pytest.mark.parametrize(
    "payload",
    [b"", tlv(Tag.PROTO, b"\x01\x01"), tlv(Tag.PROTO, b"\x01") + tlv(Tag.MAX_PAYLOAD, b"\0\x10")],
    ids=["nothing", "no size", "half a version"],
)
def test_a_greeting_without_what_it_needs_is_refused(host: Host, payload: bytes) -> None:
    assert host.ask(Frame(Type.HELLO, 1, payload=payload)).status == Status.BAD_VALUE


def test_a_frame_longer_than_agreed_is_dropped(host: Host) -> None:
    host.send(encode(Frame(Type.PING, 1, payload=b"\x07" * 497)))
    assert host.wait(Type.NAK).arg == 1
    assert host.ask(Frame(Type.HELLO, 2, payload=messages.offer(1000))).status == Status.SUCCESS
    assert len(host.ask(Frame(Type.PING, 3, payload=b"\x07" * 1000)).payload) == 1000
    host.send(encode(Frame(Type.PING, 4, payload=b"\x07" * 1001)))
    assert host.wait(Type.NAK).arg == 2
