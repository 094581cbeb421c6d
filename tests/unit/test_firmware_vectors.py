"""The C codec against the same vectors as the Python one, and against it."""

from __future__ import annotations

import ctypes
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.wire.drsp import Frame, encode

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "firmware_stubs" / "build" / "libdr.so"
VECTORS: dict[str, Any] = json.loads((ROOT / "tests" / "vectors" / "drsp.json").read_text())
MAX_BODY, MAX_ENCODED = 4112, 4130

pytestmark = [
    pytest.mark.firmware,
    pytest.mark.skipif(not LIBRARY.exists(), reason="make -C firmware_stubs needs a C compiler"),
]


class CFrame(ctypes.Structure):
    """struct dr_frame of core/dr_wire.h."""

    _fields_ = [
        ("version", ctypes.c_uint8),
        ("type", ctypes.c_uint8),
        ("seq", ctypes.c_uint16),
        ("status", ctypes.c_uint16),
        ("flags", ctypes.c_uint16),
        ("arg", ctypes.c_uint32),
        ("payload", ctypes.c_void_p),
        ("length", ctypes.c_uint32),
        ("crc", ctypes.c_uint32),
    ]


class CReceiver(ctypes.Structure):
    """struct dr_rx of core/dr_wire.h."""

    _fields_ = [
        ("buf", ctypes.c_void_p),
        ("limit", ctypes.c_uint32),
        ("got", ctypes.c_uint32),
        ("left", ctypes.c_uint8),
        ("begun", ctypes.c_bool),
        ("zero", ctypes.c_bool),
        ("overrun", ctypes.c_bool),
    ]


def c_encode(frame: Frame) -> bytes:
    payload = ctypes.create_string_buffer(frame.payload, len(frame.payload) or 1)
    given = CFrame(
        frame.version, frame.type, frame.seq, frame.status, frame.flags, frame.arg,
        ctypes.addressof(payload), len(frame.payload),
    )  # fmt: skip
    wire = ctypes.create_string_buffer(MAX_ENCODED)
    length = ctypes.CDLL(str(LIBRARY)).dr_encode(wire, ctypes.byref(given))
    return wire.raw[:length]


def c_decode(wire: bytes, limit: int = MAX_BODY) -> tuple[list[Frame], list[int]]:
    receive = ctypes.CDLL(str(LIBRARY)).dr_rx_byte
    body = ctypes.create_string_buffer(MAX_BODY)
    receiver = CReceiver(ctypes.addressof(body), limit)
    frame = CFrame()
    frames: list[Frame] = []
    damage: list[int] = []
    for byte in wire:
        got = receive(ctypes.byref(receiver), ctypes.c_uint8(byte), ctypes.byref(frame))
        if got > 0:
            frames.append(_frame(frame))
        elif got < 0:
            damage.append(-got)
    return frames, damage


def _frame(c: CFrame) -> Frame:
    payload = ctypes.string_at(c.payload, c.length)
    return Frame(c.type, c.seq, c.arg, payload, c.status, c.flags, c.version)


@pytest.mark.parametrize("vector", VECTORS["frames"], ids=lambda v: v["name"])
def test_the_firmware_writes_and_reads_a_golden_frame(vector: dict[str, Any]) -> None:
    keys = ("type", "seq", "arg", "status", "flags")
    frame = Frame(payload=bytes.fromhex(vector["payload"]), **{key: vector[key] for key in keys})
    assert c_encode(frame).hex() == vector["wire"]
    assert c_decode(bytes.fromhex(vector["wire"])) == ([frame], [])


@given(
    st.integers(0, 255),
    st.integers(0, 65535),
    st.binary(max_size=400) | st.integers(235, 520).map(lambda n: b"\x05" * n),
)
def test_both_codecs_write_the_same_bytes(kind: int, seq: int, payload: bytes) -> None:
    frame = Frame(kind, seq, payload=payload)
    assert c_encode(frame) == encode(frame)
    assert c_decode(encode(frame)) == ([frame], [])


@given(st.binary(max_size=300))
def test_the_firmware_survives_noise(noise: bytes) -> None:
    frames, _ = c_decode(noise + b"\0" + encode(Frame(2, 9)))
    assert frames[-1] == Frame(2, 9)


def test_the_firmware_tells_damage_from_length() -> None:
    good = encode(Frame(2, 1, payload=b"\x07" * 600))
    broken = good[:40] + bytes([good[40] ^ 1]) + good[41:]
    assert c_decode(broken) == ([], [0x100])
    assert c_decode(good, limit=512) == ([], [0x104])
    assert c_decode(b"\0\0\0") == ([], [])


@pytest.mark.parametrize("length", [0, 3, 55, 56, 63, 64, 119, 120, 1000])
def test_the_digest_is_sha_256(length: int) -> None:
    data = bytes(range(256)) * 4
    digest = ctypes.create_string_buffer(32)
    ctypes.CDLL(str(LIBRARY)).dr_sha256(data, length, digest)
    assert digest.raw == hashlib.sha256(data[:length]).digest()
