"""Finger records of the 2011 edition: to the byte, foreign ones, and whatever else arrives."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from simulators.cert.records import check_finger
from simulators.people import Person
from station.capture import Capture, Finger, Modality, Provenance, Sample
from station.errors import RecordInvalid
from station.quality.finger import assess_finger
from station.records import door
from station.records.coding import Coding
from station.records.describe import describe
from station.records.edition import Edition
from station.records.encoded import encode_finger
from station.records.finger_image import FingerImage, Impression, Score
from station.records.finger_record_2011 import read, write
from station.records.images import read_sample

if TYPE_CHECKING:
    from pathlib import Path

    from tests.quality_pictures import Grey

NOON = datetime(2026, 3, 2, 12, 0, 1, 250_000, UTC)
SMALL = FingerImage(
    Finger.LEFT_RING, 2, 3, 500, Coding.RAW, b"\x01\x02\x03\x04\x05\x06",
    (Score(64, 15, 1),), Impression.PLAIN, NOON,
)  # fmt: skip
BYTES = (
    "46495200" "30323000" "00000044" "0001" "00" "01"
    "00000034" "07EA" "03" "02" "0C" "00" "01" "00FA" "00" "0000" "0000" "01" "40" "000F" "0001"
    "09" "01" "01" "01F4" "01F4" "01F4" "01F4" "08" "00" "00" "0002" "0003" "00000006"
    "010203040506"
)  # fmt: skip


def test_a_record_to_the_byte() -> None:
    assert write(SMALL).hex().upper() == BYTES
    assert read(bytes.fromhex(BYTES)) == (SMALL,)


def test_two_representations_with_certification_in_centimetres_are_read() -> None:
    one = bytearray(write(SMALL)[16:])
    quality_end = 4 + 9 + 5 + 1 + 5
    foreign = one[:quality_end] + b"\x01\x00\x0f\x01" + one[quality_end:]
    foreign[quality_end + 4 + 2] = 2  # pixels a centimetre
    for n in range(4):
        foreign[quality_end + 7 + 2 * n : quality_end + 9 + 2 * n] = (197).to_bytes(2, "big")
    foreign[:4] = len(foreign).to_bytes(4, "big")
    body = bytes(foreign) * 2
    record = b"FIR\0" + b"020\0" + (16 + len(body)).to_bytes(4, "big") + b"\0\2\1\1" + body
    found = read(record)
    assert len(found) == 2
    assert found[0].dpi == 500
    assert found[0].data == SMALL.data


@pytest.mark.parametrize(
    ("offset", "value"),
    [(4, b"030\0"), (8, b"\xff" * 4), (12, b"\0\0"), (12, b"\xff\xff"), (14, b"\2"),
     (16, b"\xff" * 4), (16, b"\0" * 4), (34, b"\xff"), (40, b"\x0b"), (42, b"\3"), (51, b"\x10"),
     (52, b"\x09"), (54, b"\0\0"), (58, b"\xff" * 4)],
)  # fmt: skip
def test_a_lying_field_is_refused(offset: int, value: bytes) -> None:
    record = bytearray.fromhex(BYTES)
    record[offset : offset + len(value)] = value
    with pytest.raises(RecordInvalid):
        read(bytes(record))


@given(st.data())
def test_cut_and_mutated_records_are_read_or_refused(data: st.DataObject) -> None:
    record = bytearray.fromhex(BYTES)
    for _ in range(data.draw(st.integers(1, 6))):
        record[data.draw(st.integers(0, len(record) - 1))] = data.draw(st.integers(0, 255))
    with suppress(RecordInvalid):
        read(bytes(record[: data.draw(st.integers(0, len(record)))]))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_one_way(data: bytes) -> None:
    with suppress(RecordInvalid):
        describe(b"FIR\x00020\x00" + data)


@pytest.mark.parametrize(
    ("coding", "form", "options"),
    [(Coding.PNG, "PNG", {}), (Coding.JPEG2000_LOSSLESS, "JPEG2000", {"irreversible": False})],
)
def test_foreign_lossless_images_are_read(
    tmp_path: Path, coding: Coding, form: str, options: dict[str, bool]
) -> None:
    grey = Person(3).print_of(Finger.LEFT_INDEX)
    buffer = io.BytesIO()
    Image.fromarray(grey).save(buffer, form, **options)
    image = FingerImage(Finger.LEFT_INDEX, 400, 500, 500, coding, buffer.getvalue())
    (tmp_path / "a.fir").write_bytes(write(image))
    sample = read_sample(tmp_path / "a.fir")
    assert (sample.pixels == grey).all()
    assert sample.position is Finger.LEFT_INDEX
    lie = bytearray(write(image))
    lie[49:51] = (401).to_bytes(2, "big")  # the width, after 16 + 19 + 14 bytes
    (tmp_path / "b.fir").write_bytes(lie)
    with pytest.raises(RecordInvalid, match="size in the"):
        read_sample(tmp_path / "b.fir")


def captured(grey: Grey) -> Capture:
    device = Provenance("serial-finger", "SPECIMEN", "1", "1", simulated=True)
    return Capture(Modality.FINGER, (Sample(grey, 500, Finger.RIGHT_INDEX),), device)


@pytest.mark.parametrize("edition", list(Edition))
def test_every_edition_holds_the_same_image(tmp_path: Path, edition: Edition) -> None:
    capture = captured(Person(3).print_of(Finger.RIGHT_INDEX))
    encoded = encode_finger(capture, assess_finger(capture.samples[0]), edition)
    assert encoded.format == f"{edition.replace(':', '-4:')} WSQ, CBEFF BIT"
    (tmp_path / "a.bit").write_bytes(encoded.record)
    sample = read_sample(tmp_path / "a.bit")
    assert sample.position is Finger.RIGHT_INDEX
    small = np.abs(sample.pixels.astype(int) - capture.samples[0].pixels[: sample.pixels.shape[0]])
    assert small.mean() < 20
    (image,) = door.read(encoded.record).fingers
    assert check_finger(encoded.record) == Finger.RIGHT_INDEX
    if edition is not Edition.ISO_2005:
        assert image.taken_at is not None
        assert abs((image.taken_at - capture.taken_at).total_seconds()) < 0.001
