"""Records: written as the standards lay them out, read strictly, refused in one way."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.capture import Finger
from station.errors import RecordInvalid
from station.records import cbeff, der, face_record, finger_record
from station.records.cbeff import Bit
from station.records.coding import Coding
from station.records.face_image import FaceImage, Source
from station.records.finger_image import FingerImage, Impression, Score

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "records.json").read_text()
)
FINGER = VECTORS["finger"]
FACE = VECTORS["face"]
FINGER_IMAGE = FingerImage(
    position=Finger(FINGER["position"]),
    width=FINGER["width"],
    height=FINGER["height"],
    dpi=FINGER["dpi"],
    coding=Coding(FINGER["coding"]),
    data=bytes.fromhex(FINGER["image"]),
)
FACE_IMAGE = FaceImage(
    width=FACE["width"],
    height=FACE["height"],
    source=Source(FACE["source"]),
    data=bytes.fromhex(FACE["image"]),
)


def test_the_finger_record_of_the_standard() -> None:
    assert finger_record.write(FINGER_IMAGE).hex() == FINGER["record"]
    assert finger_record.read(bytes.fromhex(FINGER["record"])) == FINGER_IMAGE


def test_the_face_record_of_the_standard() -> None:
    assert face_record.write(FACE_IMAGE).hex() == FACE["record"]
    assert face_record.read(bytes.fromhex(FACE["record"])) == FACE_IMAGE


def test_the_template_of_the_standard() -> None:
    bit = Bit.of_finger(Finger.RIGHT_INDEX, bytes.fromhex(FINGER["record"]))
    assert cbeff.write(bit).hex() == VECTORS["bit"]["template"]
    assert cbeff.read(cbeff.write(bit)) == bit


@pytest.mark.parametrize("finger", Finger)
def test_every_finger_has_its_subtype(finger: Finger) -> None:
    template = cbeff.write(Bit.of_finger(finger, b"record"))
    subtype = der.read(template).children[0].child(0x82).value
    assert subtype.hex() == VECTORS["subtypes"][str(int(finger))]
    assert cbeff.read(template).finger is finger


def test_a_face_has_no_subtype() -> None:
    bit = Bit.of_face(b"record")
    assert cbeff.read(cbeff.write(bit)) == bit
    assert der.read(cbeff.write(bit)).children[0].child(0x88).value == b"\x00\x08"


def test_a_template_with_a_date_is_read() -> None:
    template = der.read(cbeff.write(Bit.of_face(b"record")))
    header, record = template.children
    dated = der.tlv(0xA1, header.value, der.tlv(0x83, bytes.fromhex("20260102030405")))
    assert cbeff.read(der.tlv(0x7F60, dated, der.tlv(0x5F2E, record.value))).record == b"record"


@given(
    position=st.sampled_from(Finger),
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    dpi=st.sampled_from([500, 1000]),
    quality=st.none() | st.integers(0, 100).map(Score) | st.just(Score(None)),
    impression=st.sampled_from(Impression),
    draw=st.data(),
)
def test_a_finger_comes_back_as_it_went(
    position: Finger,
    width: int,
    height: int,
    dpi: int,
    quality: Score | None,
    impression: Impression,
    draw: st.DataObject,
) -> None:
    data = draw.draw(st.binary(min_size=width * height, max_size=width * height))
    scores = () if quality is None else (quality,)
    image = FingerImage(position, width, height, dpi, Coding.RAW, data, scores, impression)
    assert finger_record.read(finger_record.write(image)) == image


RECORDS = {
    "finger": (bytes.fromhex(FINGER["record"]), finger_record),
    "face": (bytes.fromhex(FACE["record"]), face_record),
    "bit": (bytes.fromhex(VECTORS["bit"]["template"]), cbeff),
}


@pytest.mark.parametrize("kind", RECORDS)
def test_no_beginning_of_a_record_is_a_record(kind: str) -> None:
    data, module = RECORDS[kind]
    for size in range(len(data)):
        with pytest.raises(RecordInvalid):
            module.read(data[:size])


@pytest.mark.parametrize("kind", RECORDS)
def test_nothing_may_follow_a_record(kind: str) -> None:
    data, module = RECORDS[kind]
    with pytest.raises(RecordInvalid):
        module.read(data + b"\x00")


@pytest.mark.parametrize("kind", RECORDS)
@given(draw=st.data())
def test_a_damaged_record_is_read_otherwise_or_refused(kind: str, draw: st.DataObject) -> None:
    data, module = RECORDS[kind]
    damaged = bytearray(data)
    damaged[draw.draw(st.integers(0, len(data) - 1))] ^= draw.draw(st.integers(1, 255))
    with suppress(RecordInvalid):
        assert module.write(module.read(bytes(damaged)))


@pytest.mark.parametrize(
    ("offset", "value", "said"),
    [
        (0, b"FAC", "format"),
        (4, b"020", "format"),
        (13, b"\x35", "record length"),
        (17, b"\x29", "acquisition level"),
        (18, b"\x02", "number of fingers"),
        (19, b"\x02", "scale units"),
        (21, b"\xf5", "resolutions"),
        (28, b"\x04", "pixel depth"),
        (29, b"\x02", "WSQ"),
        (29, b"\x07", "compression"),
        (35, b"\x15", "block length"),
        (36, b"\x0d", "position"),
        (37, b"\x02", "views"),
        (39, b"\x65", "quality"),
        (41, b"\x00\x00", "0 x 2"),
        (41, b"\x00\x05", "raw image length"),
    ],
)
def test_each_field_of_a_finger_is_checked(offset: int, value: bytes, said: str) -> None:
    damaged = bytearray(RECORDS["finger"][0])
    damaged[offset : offset + len(value)] = value
    with pytest.raises(RecordInvalid, match=said):
        finger_record.read(bytes(damaged))


@pytest.mark.parametrize(
    ("offset", "value", "said"),
    [
        (4, b"030", "format"),
        (11, b"\x5b", "record length"),
        (13, b"\x02", "number of images"),
        (17, b"\x4d", "block length"),
        (18, b"\x01\x01", "feature points"),
        (19, b"\x09", "cut off"),
        (34, b"\x03", "face image type"),
        (35, b"\x00", "not an image in JPEG"),
        (35, b"\x02", "data type"),
        (37, b"\x81", "size in the JPEG2000"),
        (40, b"\x05", "colour space"),
        (41, b"\x08", "source"),
        (46, b"\x01", "not a JPEG 2000"),
        (62, b"jp2x", "without codestream"),
        (66, b"\xff\x4e", "without its size"),
    ],
)
def test_each_field_of_a_face_is_checked(offset: int, value: bytes, said: str) -> None:
    damaged = bytearray(RECORDS["face"][0])
    damaged[offset : offset + len(value)] = value
    with pytest.raises(RecordInvalid, match=said):
        face_record.read(bytes(damaged))


def test_a_template_whose_format_belies_its_type_is_refused() -> None:
    data = RECORDS["bit"][0].replace(b"\x88\x02\x00\x07", b"\x88\x02\x00\x08")
    with pytest.raises(RecordInvalid, match="biometric type"):
        cbeff.read(data)


@pytest.mark.parametrize(
    "changed",
    [{"width": 0}, {"height": 5000}, {"dpi": 300}, {"quality": (Score(101),)}, {"data": b""}],
    ids=str,
)
def test_what_no_field_can_hold_is_not_written(changed: dict[str, Any]) -> None:
    with pytest.raises(RecordInvalid):
        finger_record.write(replace(FINGER_IMAGE, **changed))


def test_a_record_too_large_is_refused_unread() -> None:
    with pytest.raises(RecordInvalid, match="more than"):
        finger_record.read(bytes(5 * 1024 * 1024))
