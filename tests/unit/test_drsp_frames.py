"""The DRSP/1 codec: golden frames, round trips, and what it does with damage."""

from __future__ import annotations

import binascii
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.wire import drsp
from drivers.wire.drsp import Damaged, Decoder, Frame, cobs_decode, cobs_encode, decode, encode
from station.errors import ProtocolError

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "drsp.json").read_text()
)
# Long runs without a zero are where COBS has its corners.
bodies = st.binary(max_size=600) | st.integers(250, 520).map(lambda n: b"\x05" * n)
frames = st.builds(
    Frame,
    type=st.integers(0, 255),
    seq=st.integers(0, 65535),
    arg=st.integers(0, 2**32 - 1),
    payload=bodies,
    status=st.integers(0, 65535),
    flags=st.integers(0, 65535),
)


def named(vector: dict[str, Any]) -> Frame:
    keys = ("type", "seq", "arg", "status", "flags")
    return Frame(payload=bytes.fromhex(vector["payload"]), **{key: vector[key] for key in keys})


@pytest.mark.parametrize("vector", VECTORS["frames"], ids=lambda v: v["name"])
def test_a_golden_frame_is_written_and_read(vector: dict[str, Any]) -> None:
    wire = bytes.fromhex(vector["wire"])
    assert encode(named(vector)) == wire
    assert decode(wire[:-1]) == named(vector)


@pytest.mark.parametrize("pair", VECTORS["cobs"], ids=lambda p: p["encoded"])
def test_a_golden_stuffing_is_written_and_read(pair: dict[str, str]) -> None:
    assert cobs_encode(bytes.fromhex(pair["raw"])).hex() == pair["encoded"]
    assert cobs_decode(bytes.fromhex(pair["encoded"])).hex() == pair["raw"]


def test_a_full_last_group_ends_without_01_and_is_read_with_it() -> None:
    full = bytes(range(1, 255))
    assert cobs_encode(full) == b"\xff" + full
    assert cobs_decode(b"\xff" + full + b"\x01") == full
    assert cobs_encode(full + b"\xff") == b"\xff" + full + b"\x02\xff"


@given(bodies)
def test_stuffing_removes_every_zero_and_nothing_else(body: bytes) -> None:
    stuffed = cobs_encode(body)
    assert 0 not in stuffed
    assert cobs_decode(stuffed) == body
    assert len(stuffed) <= len(body) + len(body) // 254 + 1


@given(frames)
def test_a_frame_survives_the_wire(frame: Frame) -> None:
    wire = encode(frame)
    assert len(wire) - 1 <= drsp.max_encoded(len(frame.payload))
    assert decode(wire[:-1]) == frame


@given(st.lists(frames, max_size=4), st.data())
def test_frames_arrive_however_the_line_cuts_them(sent: list[Frame], data: st.DataObject) -> None:
    wire = b"".join(encode(f) for f in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=6)))
    decoder = Decoder()
    edges = [0, *cuts, len(wire)]
    pieces = [wire[a:b] for a, b in itertools.pairwise(edges)]
    assert [f for piece in pieces for f in decoder.feed(piece)] == sent
    assert decoder.dropped == 0


@given(frames, st.data())
def test_one_changed_byte_never_yields_a_wrong_frame(frame: Frame, data: st.DataObject) -> None:
    wire = bytearray(encode(frame))
    at = data.draw(st.integers(0, len(wire) - 2))
    wire[at] = data.draw(st.integers(1, 255).filter(lambda b: b != wire[at]))
    decoder = Decoder()
    assert decoder.feed(bytes(wire)) == []
    assert decoder.dropped == 1


@given(st.binary(max_size=2000))
def test_noise_is_dropped_without_a_word(noise: bytes) -> None:
    decoder = Decoder()
    decoder.feed(noise + b"\0")
    assert decoder.feed(encode(Frame(2, 9))) == [Frame(2, 9)]


def test_an_endless_frame_is_not_kept_in_memory() -> None:
    decoder = Decoder(drsp.FIRST_PAYLOAD)
    for _ in range(100):
        decoder.feed(b"\x01" * 10_000)
    assert len(decoder._buffer) <= drsp.max_encoded(drsp.FIRST_PAYLOAD) + 1
    assert decoder.feed(b"\0" + encode(Frame(2, 9))) == [Frame(2, 9)]
    assert decoder.dropped == 1


def test_a_frame_longer_than_agreed_is_dropped() -> None:
    decoder = Decoder(drsp.FIRST_PAYLOAD)
    for size in (497, 2000):
        assert decoder.feed(encode(Frame(2, 1, payload=b"\x07" * size))) == []
    assert decoder.dropped == 2
    assert len(decoder.feed(encode(Frame(2, 1, payload=b"\x07" * 496)))) == 1


def test_a_code_that_points_past_the_end_is_damage() -> None:
    with pytest.raises(Damaged):
        cobs_decode(b"\x05ab")


def test_a_payload_never_shows_in_the_repr() -> None:
    assert "SPECIMEN" not in repr(Frame(1, 1, payload=b"SPECIMEN"))
    assert "8 B" in repr(Frame(1, 1, payload=b"SPECIMEN"))


def test_the_checksum_is_that_of_ieee_802_3() -> None:
    for raw, crc in VECTORS["crc32"].items():
        assert f"{binascii.crc32(bytes.fromhex(raw)):08x}" == crc


@given(st.lists(st.tuples(st.integers(0, 65535), st.binary(max_size=40)), max_size=64))
def test_tlvs_survive(values: list[tuple[int, bytes]]) -> None:
    found = drsp.tlvs(b"".join(drsp.tlv(tag, value) for tag, value in values))
    assert [v for vs in found.values() for v in vs] == [
        value for tag in found for t, value in values if t == tag
    ]


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"\x01", id="half a header"),
        pytest.param(b"\x01\x00\x05\x00ab", id="value cut short"),
        pytest.param(drsp.tlv(1, b"") * 65, id="more than 64"),
    ],
)
def test_an_unsound_list_is_refused(payload: bytes) -> None:
    with pytest.raises(ProtocolError):
        drsp.tlvs(payload)


def test_a_required_tag_counts_once_and_has_its_size() -> None:
    found = drsp.tlvs(drsp.tlv(9, b"first") + drsp.tlv(9, b"again"))
    assert drsp.one(found, 9, 5) == b"first"
    for tag, size in ((9, 8), (7, None)):
        with pytest.raises(ProtocolError):
            drsp.one(found, tag, size)
