"""What the driver believes of a scanner's messages: nothing beyond the bounds of DRSP/1."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.wire import drsp_messages as messages
from drivers.wire.drsp import Flag, Frame, Tag, Type, text, tlv
from drivers.wire.drsp_image import Assembly
from station.errors import ProtocolError

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "drsp.json").read_text())
GOOD = {"id": 7, "width": 400, "height": 500, "ppi": 500, "bits": 8, "mode": 4, "size": 200_000}


def result(arg: int = 7, digest: bytes = bytes(32), **changes: int) -> Frame:
    block = struct.pack("<IHHHBBI", *(GOOD | changes).values())
    payload = tlv(Tag.IMAGE_INFO, block) + tlv(Tag.SHA256, digest)
    return Frame(Type.RESULT, 1, arg, payload)


def test_a_sound_image_is_described() -> None:
    image = messages.image_info(result())
    assert (image.id, image.width, image.height, image.size) == (7, 400, 500, 200_000)


@pytest.mark.parametrize(
    "changes",
    [
        {"width": 0, "size": 0},
        {"height": 2049, "size": 400 * 2049},
        {"width": 65535, "height": 65535, "size": 65535 * 65535},
        {"size": 199_999},
        {"bits": 4},
        {"ppi": 508},
        {"id": 0, "arg": 0},
        {"arg": 8},
        {"digest": bytes(31)},
    ],
    ids=str,
)
def test_an_impossible_image_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        messages.image_info(result(**changes))


def hello_reply(payload: int = 4096, arg: int = 1, boot_id: bytes = bytes(8)) -> Frame:
    names = text(Tag.MODEL, "M") + text(Tag.SERIAL, "S") + text(Tag.FIRMWARE, "F")
    size = tlv(Tag.MAX_PAYLOAD, payload.to_bytes(2, "little"))
    return Frame(0x81, 1, arg, size + names + tlv(Tag.BOOT_ID, boot_id), flags=Flag.SIMULATED)


def golden(name: str) -> bytes:
    (payload,) = (f["payload"] for f in VECTORS["frames"] if f["name"].startswith(name))
    return bytes.fromhex(payload)


def test_a_slap_is_asked_for_with_the_fingers_that_are_missing() -> None:
    assert messages.slap_order(1, (7, 8, 10), 30, 0) == golden("CAPTURE_START, L4, 9 missing")
    assert messages.slap_order(2, (2, 3, 4, 5), 30, 0) == golden("CAPTURE_START, R4, none")


def test_a_count_is_read() -> None:
    assert messages.count(Frame(Type.COUNT, 9, 0, golden("COUNT 3 of 4"))) == (3, 4)


def test_a_slap_within_the_bounds_is_described() -> None:
    image = messages.image_info(Frame(Type.RESULT, 9, 42, golden("RESULT, image 42")))
    assert (image.mode, image.size, image.digest) == (2, 2_400_000, bytes(range(1, 33)))


def test_a_scanner_takes_what_its_sensors_announce() -> None:
    plain = hello_reply()
    both = replace(plain, payload=plain.payload + golden("HELLO reply's SENSORs"))
    assert messages.identity(plain).modes == {messages.MODE_FINGER}
    assert messages.identity(both).modes == {1, 2, 4}
    odd = replace(plain, payload=plain.payload + tlv(Tag.SENSOR, bytes(11)))
    with pytest.raises(ProtocolError):
        messages.identity(odd)


def test_a_sound_greeting_is_read() -> None:
    assert messages.identity(hello_reply()).model == "M"


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(hello_reply(payload=495), id="payload too small"),
        pytest.param(hello_reply(payload=16_385), id="payload too large"),
        pytest.param(hello_reply(arg=2), id="another version than offered"),
        pytest.param(hello_reply(boot_id=bytes(7)), id="boot id cut short"),
    ],
)
def test_an_impossible_session_is_refused(reply: Frame) -> None:
    with pytest.raises(ProtocolError):
        messages.identity(reply)


@given(st.binary(max_size=200))
def test_any_payload_is_read_or_refused(payload: bytes) -> None:
    preview = messages.PreviewAssembler()
    for read in (messages.identity, messages.image_info, messages.count, preview.feed):
        try:
            read(Frame(Type.RESULT, 1, 1, payload))
        except ProtocolError:
            continue


def preview(at: int, data: bytes, flags: int = 0, number: int = 1, width: int = 4) -> Frame:
    return Frame(Type.PREVIEW, 1, at, struct.pack("<HHHH", number, width, 2, 0) + data, flags=flags)


def test_a_preview_is_joined_and_one_with_a_gap_is_dropped() -> None:
    parts = messages.PreviewAssembler()
    assert parts.feed(preview(0, b"abcd", Flag.MORE)) is None
    assert parts.feed(preview(4, b"efgh")) == (4, 2, b"abcdefgh")
    assert parts.feed(preview(0, b"abcd", Flag.MORE)) is None
    assert parts.feed(preview(5, b"fgh")) is None
    assert parts.feed(preview(0, b"ab", Flag.MORE)) is None
    assert parts.feed(preview(2, b"cdefgh", number=2)) is None


def test_a_preview_larger_than_allowed_is_refused() -> None:
    with pytest.raises(ProtocolError):
        messages.PreviewAssembler().feed(preview(0, b"", width=513))


INFO = messages.ImageInfo(1, 40, 50, 500, 4, bytes(32))


@given(st.lists(st.tuples(st.integers(0, 1999), st.integers(1, 700)), max_size=30))
def test_an_assembly_knows_what_is_missing(ranges: list[tuple[int, int]]) -> None:
    assembly, seen = Assembly(INFO), set[int]()
    for start, length in ranges:
        stop = min(start + length, INFO.size)
        new = assembly.feed(Frame(0xD3, 1, start, bytes(stop - start)), (0, INFO.size))
        assert new == len(set(range(start, stop)) - seen)
        seen |= set(range(start, stop))
    first = next((at for at in range(INFO.size) if at not in seen), None)
    window = assembly.window(500)
    assert (None if window is None else window[0]) == first


@pytest.mark.parametrize(("at", "size"), [(0, 10), (95, 10), (2000, 5), (20, 0)])
def test_pixels_outside_the_window_are_refused(at: int, size: int) -> None:
    with pytest.raises(ProtocolError):
        Assembly(INFO).feed(Frame(0xD3, 1, at, bytes(size)), (10, 100))


def test_a_transfer_given_up_leaves_no_pixel() -> None:
    assembly = Assembly(INFO)
    assembly.feed(Frame(0xD3, 1, 0, b"\x07" * 500), (0, INFO.size))
    assembly.wipe()
    assert not any(assembly._data)


def test_a_wrong_digest_starts_the_image_again() -> None:
    assembly = Assembly(INFO)
    assembly.feed(Frame(0xD3, 1, 0, bytes(INFO.size)), (0, INFO.size))
    assert assembly.window(500) is None
    assert assembly.pixels() is None
    assert assembly.window(500) == (0, 500)
