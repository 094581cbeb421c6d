"""ANSI/NIST-ITL export: lengths, separators, the place of NFIQ 2; and whatever is read back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.capture import Finger
from station.errors import RecordInvalid
from station.records import itl, itl_reading
from station.records.coding import Coding
from station.records.face_image import FaceImage, Source
from station.records.finger_image import FingerImage, Score

HEADER = itl.Header(
    "75056-01-2026-000001-00", "FR/75056-01", "FR/CERT-SIMULATION", datetime(2026, 3, 2, tzinfo=UTC)
)
TRICKY = b"999:\x1c\x1d\x1e\x1f 14.013:7\x1d" + bytes(4)
NFIQ2 = (Score.of_nfiq2(64, "2.3.0"),)
FINGER = FingerImage(Finger.LEFT_INDEX, 4, 8, 500, Coding.RAW, TRICKY.ljust(32, b"\0"), NFIQ2)
FACE = FaceImage(width=620, height=800, source=Source.SCANNER, data=b"\0\0\0\x0cjP  data")


def independent(data: bytes) -> list[tuple[int, int]]:
    """Types and lengths, found with nothing but the first field of each record."""
    found = []
    while data:
        first = data.split(b"\x1d", 1)[0].decode()
        name, length = first.split(":")
        found.append((int(name.split(".")[0]), int(length)))
        assert data[int(length) - 1] == 0x1C
        data = data[int(length) :]
    return found


def test_lengths_lead_from_record_to_record() -> None:
    raw = itl.write(HEADER, (FINGER, replace(FINGER, position=Finger.RIGHT_INDEX)), FACE)
    assert [kind for kind, _ in independent(raw)] == [1, 2, 10, 14, 14]
    assert sum(length for _, length in independent(raw)) == len(raw)


def test_the_first_record_lists_the_others() -> None:
    first, *others = itl_reading.read(itl.write(HEADER, (FINGER,), FACE))
    assert first.fields[2] == b"0502"
    assert first.fields[3] == b"1\x1f3\x1e2\x1f00\x1e10\x1f01\x1e14\x1f02"
    assert [record.fields[2] for record in others] == [b"00", b"01", b"02"]


def test_a_finger_keeps_its_bytes_and_nfiq2_stands_in_14_024() -> None:
    *_, finger = itl_reading.read(itl.write(HEADER, (FINGER,)))
    assert finger.fields[999] == FINGER.data
    assert finger.fields[13] == b"7"
    assert finger.fields[24] == b"7\x1f64\x1f0101\x1f57"
    assert 22 not in finger.fields
    unknown = itl_reading.read(itl.write(HEADER, (replace(FINGER, quality=()),)))[-1]
    assert 24 not in unknown.fields


def test_a_transaction_without_images_is_none() -> None:
    with pytest.raises(RecordInvalid):
        itl.write(HEADER, ())


@given(st.data())
def test_cut_and_mutated_transactions_are_read_or_refused(data: st.DataObject) -> None:
    raw = bytearray(itl.write(HEADER, (FINGER,), FACE))
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with suppress(RecordInvalid):
        itl_reading.read(bytes(raw[: data.draw(st.integers(0, len(raw)))]))
