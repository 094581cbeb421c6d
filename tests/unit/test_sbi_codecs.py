"""The codecs of SBI over bytes: vectors, every cut, and whatever a hostile service may send."""

from __future__ import annotations

import base64
import io
import json
import struct
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.sbi_finger import picture
from drivers.wire import fir, sbi_capture, sbi_chain, sbi_device, sbi_errors, sbi_json, sbi_jws
from drivers.wire.sbi import FINGERS
from drivers.wire.sbi_stream import MAX_PICTURE, Parts
from simulators.sbi import record
from station.capture import FOUR, Finger, Hand
from station.errors import AttestationInvalid, ProtocolError, StationError, WrongFingers

if TYPE_CHECKING:
    import numpy.typing as npt

KEYS = st.sampled_from(
    ["biometrics", "error", "errorCode", "data", "hash", "specVersion", "deviceId", "serialNo",
     "deviceStatus", "digitalId", "deviceSubId", "callbackId", "x"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=12,
)
GREY = np.random.default_rng(4).integers(0, 255, (60, 50), np.uint8)


# --- hash chain: vectors computed from the specification with sha256sum -------------------------

FIRST = "BDDBDF7E9DF02F902EE5DD61B2B513D7566A2112FF97DB7DC3B6D184A43EF0E3"
SECOND = "D06FFD66589038DEEA66A68731881D1D14470238326C1C55C4855C1DA9F9A1DC"
TEXT = "9992B37B41E1AEA19A8A7BE65B63090397FEE8C9662B3708EF7D3B81A362BEE2"  # of hex text: wrong


def test_the_chain_is_that_of_the_vectors() -> None:
    assert sbi_chain.START == "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
    assert sbi_chain.follow(sbi_chain.START, [(b"abc", FIRST), (b"def", SECOND)]) == SECOND


@pytest.mark.parametrize("claimed", [TEXT, FIRST.lower(), "", FIRST[:-1]])
def test_any_other_hash_breaks_the_chain(claimed: str) -> None:
    with pytest.raises(ProtocolError, match="record 1"):
        sbi_chain.follow(sbi_chain.START, [(b"abc", claimed)])


# --- preview ------------------------------------------------------------------------------------


def part(picture: bytes, head: str = "Content-Type:image/jpeg\r\nContent-Length:{n}") -> bytes:
    said = head.format(n=len(picture))
    return f"--BoundaryString\r\n{said}\r\n\r\n".encode() + picture + b"\r\n\r\n"


PICTURES = [b"\xff\xd8" + bytes([n]) * (n * 700) + b"\r\n--" for n in (1, 2, 3)]
HEADS = [
    "Content-Type:image/jpeg\r\nContent-Length:{n}",
    "content-length: {n}\r\nContent-Type: image/jpeg",
    "Access-Control-Allow-Origin:*\r\nCONTENT-LENGTH:\t{n}",
]


@given(st.lists(st.integers(1, 900), max_size=12), st.sampled_from(HEADS))
def test_a_stream_gives_the_same_pictures_however_it_is_cut(sizes: list[int], head: str) -> None:
    whole = b"".join(part(p, head) for p in PICTURES) + b"HTTP/1.1 200 OK\r\n\r\n{}"
    parts, seen, at = Parts(), [], 0
    for size in (*sizes, len(whole)):
        seen += parts.feed(whole[at : at + size])
        at += size
    assert seen == PICTURES
    assert parts.ended


@pytest.mark.parametrize("length", ["0", "-1", str(MAX_PICTURE + 1), "9" * 12, "ten", ""])
def test_a_part_without_a_sensible_length_ends_the_preview(length: str) -> None:
    with pytest.raises(ProtocolError):
        Parts().feed(f"--B\r\nContent-Length:{length}\r\n\r\n".encode())


def test_a_header_that_never_ends_is_given_up() -> None:
    parts = Parts()
    line = b"X-Mood: cheerful\r\n"
    parts.feed(line * 200)
    with pytest.raises(ProtocolError):
        parts.feed(line * 200)


@given(st.binary(max_size=400))
def test_any_bytes_are_pictures_or_a_protocol_error(data: bytes) -> None:
    with suppress(ProtocolError):
        assert all(p.startswith(b"\xff\xd8") for p in Parts().feed(data))


# --- JSON ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[" * 200_000, b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":Infinity}', b"{} {}", b"{} x",
        b'"\xe9"', b"\xff\xfe{}", b"<html>",
    ],
)  # fmt: skip
def test_what_is_not_one_json_value_is_refused(body: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        sbi_json.value(body)
    assert len(str(caught.value)) < 60, "no error shows what it could not read"


@given(JSON)
def test_any_json_is_an_answer_or_an_error_of_ours(said: Any) -> None:
    for read in (
        sbi_capture.items,
        sbi_capture.stopped_with_stream,
        lambda x: sbi_device.discovered(x, tolerant=True),
    ):
        with suppress(StationError):
            read(said)


@pytest.mark.parametrize("code", [None, 7, "", "1" * 9, "1.0", "²", ["0"], {"errorCode": "0"}])
def test_a_code_that_is_none_is_refused(code: object) -> None:
    with pytest.raises(ProtocolError):
        sbi_errors.code({"error": {"errorCode": code}})


# --- JWS ----------------------------------------------------------------------------------------


def coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def jws(header: object, payload: object = ()) -> str:
    said = [coded(json.dumps(part).encode()) for part in (header, payload or {"a": "b"})]
    return ".".join([*said, coded(b"signature")])


SOUND = {"alg": "RS256", "x5c": ["AAAA"]}


def test_a_sound_block_is_read() -> None:
    found = sbi_jws.read(jws(SOUND))
    assert (found.payload, found.signature, found.certificate) == (
        {"a": "b"},
        b"signature",
        b"\0\0\0",
    )


@pytest.mark.parametrize(
    "header",
    [
        {}, {"alg": "none"}, {"alg": "HS256", "x5c": ["AAAA"]}, {"alg": "rs256", "x5c": ["AAAA"]},
        {"alg": "RS256"}, {"alg": "RS256", "x5c": []}, {"alg": "RS256", "x5c": "AAAA"},
        {"alg": "RS256", "x5c": [7]}, {"alg": "RS256", "x5c": ["*"]},
        {"alg": "RS256", "x5c": ["A" * 20_000]}, {**SOUND, "crit": ["b64"], "b64": False},
    ],
)  # fmt: skip
def test_a_block_that_proves_nothing_is_refused(header: dict[str, Any]) -> None:
    with pytest.raises(AttestationInvalid):
        sbi_jws.read(jws(header))


@pytest.mark.parametrize("compact", ["", "a.b", "a.b.c.d", "..", jws(SOUND).rpartition(".")[0]])
def test_a_block_of_other_than_three_parts_is_refused(compact: str) -> None:
    with pytest.raises(AttestationInvalid):
        sbi_jws.read(compact)


def test_padding_is_for_the_tolerant() -> None:
    assert sbi_jws.base64url("YQ==", tolerant=True) == b"a"
    with pytest.raises(ProtocolError):
        sbi_jws.base64url("YQ==")


@given(st.text(max_size=60))
def test_any_text_is_a_block_or_an_error_of_ours(text: str) -> None:
    with suppress(StationError):
        sbi_jws.read(text, tolerant=True)


# --- the set of fingers -------------------------------------------------------------------------

NAMES = list(FINGERS)


@given(st.lists(st.sampled_from([*NAMES, "UNKNOWN", "LF_INDEX"]), max_size=6), st.data())
def test_only_the_very_fingers_in_order_are_accepted(got: list[str], draw: st.DataObject) -> None:
    hand = FOUR[draw.draw(st.sampled_from(Hand))]
    expected = tuple(f for f in hand if draw.draw(st.booleans())) or hand[:1]
    wrong = [FINGERS.get(name) for name in got] != list(expected)
    with pytest.raises(WrongFingers) if wrong else nullcontext():
        sbi_capture.check_fingers(tuple(got), expected)


# --- finger records -----------------------------------------------------------------------------


def coded_as(kind: str, grey: npt.NDArray[np.uint8] = GREY, **how: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(grey).save(buffer, kind, **how)
    return buffer.getvalue()


def record_2005(image: bytes, coding: int, size: tuple[int, int] = (50, 60)) -> bytes:
    """ISO/IEC 19794-4:2005: header of 32 bytes, block of 14, one view at 500 ppi."""
    block = struct.pack(">IBBBBBHHB", 14 + len(image), 7, 1, 1, 50, 0, *size, 0) + image
    length = (32 + len(block)).to_bytes(6, "big")
    head = struct.pack(">4s4s", b"FIR\0", b"010\0") + length
    head += struct.pack(">HHBB4HBBH", 0, 31, 1, 1, 500, 500, 500, 500, 8, coding, 0)
    return head + block


RECORDS = {
    "2011 JPEG 2000": record.record(GREY, 7),
    "2005 raw": record_2005(GREY.tobytes(), 0),
    "2005 PNG": record_2005(coded_as("PNG"), 5),
    "2005 JPEG 2000": record_2005(coded_as("JPEG2000", irreversible=False), 4),
}


@pytest.mark.parametrize("name", RECORDS)
def test_each_lossless_record_gives_its_pixels_back(name: str) -> None:
    found = fir.read(RECORDS[name])
    assert found.position == Finger.LEFT_INDEX
    assert (picture.pixels(found) == GREY).all()


@pytest.mark.parametrize(
    "data",
    [
        record_2005(coded_as("PNG"), 2),  # WSQ
        record_2005(coded_as("JPEG"), 3),
        record_2005(coded_as("JPEG2000", irreversible=True), 4),
        record_2005(coded_as("PNG"), 4),  # another coding than it says
        record_2005(coded_as("PNG"), 5, (51, 60)),
        record_2005(coded_as("PNG", np.zeros((60, 50, 3), np.uint8)), 5),
        record_2005(coded_as("PNG", GREY.astype(np.uint16)), 5),
        record_2005(b"", 5),
        record_2005(GREY.tobytes(), 0, (0, 60)),
        record_2005(GREY.tobytes(), 0, (20_000, 20_000)),
        record_2005(GREY.tobytes()[1:], 0),
        record.record(GREY, 7, 300),
        record.record(GREY, 7) + b"\0",
        b"",
        b"FAC\0" + b"010\0",
    ],
)
def test_a_record_that_lost_detail_or_lies_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        picture.pixels(fir.read(data))


@pytest.mark.parametrize("name", RECORDS)
@given(draw=st.data())
def test_a_damaged_record_is_read_or_refused(name: str, draw: st.DataObject) -> None:
    data = bytearray(RECORDS[name])
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(0, min(160, len(data) - 1)))] = draw.draw(st.integers(0, 255))
    with suppress(ProtocolError):
        picture.pixels(fir.read(bytes(data[: draw.draw(st.integers(0, len(data)))])))


@given(st.binary(max_size=300))
def test_any_preview_is_a_picture_or_a_protocol_error(data: bytes) -> None:
    with suppress(ProtocolError):
        picture.preview(b"\xff\xd8" + data)
