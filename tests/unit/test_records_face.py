"""Portraits in every edition: to the byte, as others write them, and in their template."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.cert.opener import Refused
from simulators.cert.records import check_face
from station.capture import Capture, Modality, Provenance, Sample
from station.errors import RecordInvalid
from station.faces.assessment import assess_face
from station.records import (
    cbeff,
    der,
    door,
    face_record,
    face_record_2011,
    face_record_39794,
)
from station.records.coding import Coding
from station.records.describe import describe
from station.records.edition import Edition
from station.records.encoded import Encoded, encode_face
from station.records.face_image import Colour, FaceImage, Source
from station.records.finger_image import Score
from tests import quality_pictures as pictures

NOON = datetime(2026, 3, 2, 12, 0, 1, 250_000, UTC)
JPEG2000 = bytes.fromhex(  # signature, codestream box, SIZ of 413 x 531, then COD: 9-7 irreversible
    "0000000c6a5020200d0a870a 00000000 6a703263 ff4f ff51 0029 0000 0000019d 00000213"
    "00000000 00000000" + "00" * 19 + "ff52 000c 00 00 0001 00 05 04 04 00 00"
)
FACE = FaceImage(413, 531, Source.SCANNER, JPEG2000)
FULL = replace(FACE, taken_at=NOON, quality=(Score(70, 0x101, 9), Score(None, 1, 2)))
WRITERS = {
    "19794-5:2005": face_record.write,
    "19794-5:2011": face_record_2011.write,
    "39794-5:2019": face_record_39794.write,
}


def test_a_record_of_2011_to_the_byte() -> None:
    size = len(JPEG2000)
    expected = (
        f"46414300 30333000 {17 + 61 + size:08X} 0001 00 0000"
        f"{61 + size:08X} 07EA 03 02 0C 00 01 00FA 03 0000 0000"
        "02 46 0101 0009 FF 0001 0002"
        "0000 00 00 00 00 000000 0000 000000 000000"
        f"01 01 019D 0213 00 0000 00 01 {size:08X}"
    )
    record = face_record_2011.write(FULL)
    assert record.hex().upper() == expected.replace(" ", "") + JPEG2000.hex().upper()
    assert face_record_2011.read(record) == FULL


def test_the_information_of_a_block_is_that_of_the_profile() -> None:
    block = face_record_39794.write(FACE)
    assert (
        bytes.fromhex("A11D A003800103 A105A103800100 A708 8002019D 81020213 A905A103800102")
        in block
    )
    assert bytes.fromhex("A207 A105A103800103") in block  # a scanner
    assert block.startswith(bytes.fromhex("6581"))
    assert face_record_39794.read(block) == FACE


@pytest.mark.parametrize(("before", "code"), [(False, "02"), (True, "03")])
def test_a_block_says_how_often_a_lossy_coder_came_where_it_is_known(
    before: bool, code: str
) -> None:
    image = replace(FACE, lossy_before=before)
    block = face_record_39794.write(image)
    assert bytes.fromhex("A305A1038001" + code) in block
    assert face_record_39794.read(block) == image


def test_a_failed_quality_of_a_block_is_an_extension_too() -> None:
    assert bytes.fromhex("A107 A105A103800100") in face_record_39794.write(FULL)


def smallest() -> bytes:
    """Version, identifier, image, format: the least that the profile allows."""
    flat = der.tlv(0xA0, der.tlv(0x80, JPEG2000), bytes.fromhex("A105A003800103"))
    representation = der.sequence(b"\x80\x01\x07", der.tlv(0xA1, der.tlv(0xA0, flat)))
    version = bytes.fromhex("A007800103810207E3")
    return der.tlv(0x65, version, der.tlv(0xA1, representation))


def test_the_smallest_legal_block_is_read() -> None:
    assert smallest().endswith(bytes.fromhex("A105A003800103"))
    image = face_record_39794.read(smallest())
    assert image == replace(FACE, source=Source.UNKNOWN, colour=Colour.UNKNOWN)


def test_a_block_travels_under_its_own_format_type() -> None:
    template = cbeff.write(cbeff.Bit.of_face(face_record_39794.write(FACE)))
    assert bytes.fromhex("8802002A 7F2E") in template
    content = der.tlv(0x7F2E, der.tlv(0xA1, face_record_39794.write(FACE)))
    chip = der.tlv(0x7F60, bytes.fromhex("A108 87020101 8802002A"), content)
    assert door.read(chip).face == FACE


@pytest.mark.parametrize("edition", WRITERS)
@given(draw=st.data())
def test_a_portrait_comes_back_as_it_went(edition: str, draw: st.DataObject) -> None:
    first = edition.endswith("2005")
    named = st.builds(Score, st.none() | st.integers(0, 100), st.integers(1, 65535))
    scores = named.map(lambda score: replace(score, algorithm=7))
    image = FaceImage(
        413,
        531,
        draw.draw(st.sampled_from(Source)),
        JPEG2000,
        colour=draw.draw(st.sampled_from(Colour)),
        quality=() if first else tuple(draw.draw(st.lists(scores, max_size=3))),
        taken_at=None if first else draw.draw(st.sampled_from([None, NOON])),
    )
    assert door.read(WRITERS[edition](image)).face == image


def test_what_others_say_of_the_person_is_skipped_and_said_to_be_there() -> None:
    record = bytearray(face_record.write(FACE))
    record[20] = 1  # gender
    assert face_record.read(bytes(record)) == replace(FACE, says_more=True)
    points = record[:34] + bytes(16) + record[34:]
    points[8:12] = len(points).to_bytes(4, "big")
    points[14:18] = (len(points) - 14).to_bytes(4, "big")
    points[18:20] = (2).to_bytes(2, "big")
    assert face_record.read(bytes(points)) == replace(FACE, says_more=True)


def test_landmarks_of_2011_are_skipped() -> None:
    record = face_record_2011.write(FACE)
    longer = bytearray(record[:36] + b"\x00\x01" + record[38:53] + bytes(8) + record[53:])
    longer[8:12] = len(longer).to_bytes(4, "big")
    longer[17:21] = (len(longer) - 17).to_bytes(4, "big")
    assert face_record_2011.read(bytes(longer)) == replace(FACE, says_more=True)


def test_a_jpeg_of_others_is_read() -> None:
    jpeg = cv2.imencode(".jpg", pictures.portrait())[1].tobytes()
    image = FaceImage(622, 800, Source.PHOTO, jpeg, Coding.JPEG)
    for write in WRITERS.values():
        assert door.read(write(image)).face == image
        assert describe(write(image))["lossy"] is True


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("A003800103", "A003800107", "image format"),
        ("A003800103", "A003800102", "not an image in JPEG"),
        ("8002019D", "8002019E", "size of the block"),
        ("A905A103800102", "A905A103800109", "colour space"),
        ("A105A103800103", "A105A103800107", "source"),
    ],
)
def test_a_lying_block_is_refused(old: str, new: str, said: str) -> None:
    block = face_record_39794.write(FACE)
    changed = block.replace(bytes.fromhex(old), bytes.fromhex(new))
    assert changed != block
    with pytest.raises(RecordInvalid, match=said):
        face_record_39794.read(changed)


def test_two_representations_of_a_face_are_refused() -> None:
    block = der.read(face_record_39794.write(FACE))
    twice = der.tlv(0xA1, block.child(0xA1).value * 2)
    with pytest.raises(RecordInvalid, match="2 representations"):
        face_record_39794.read(der.tlv(0x65, der.tlv(0xA0, block.child(0xA0).value), twice))


def encoded(edition: Edition) -> Encoded:
    sample = Sample(pictures.portrait(), 600)
    device = Provenance("essai", "SPECIMEN", "1", "1", simulated=True)
    return encode_face(Capture(Modality.FACE, (sample,), device), assess_face(sample), edition)


ENCODED = {edition: encoded(edition) for edition in Edition}


@pytest.mark.parametrize("edition", Edition)
def test_every_edition_holds_the_same_portrait(edition: Edition) -> None:
    kept = ENCODED[edition]
    assert kept.format == f"{edition.replace(':', '-5:')} JPEG 2000, CBEFF BIT"
    said = describe(kept.record)
    assert (said["width"], said["height"], said["source"]) == (622, 800, "SCANNER")
    check_face(kept.record)


@pytest.mark.parametrize("edition", Edition)
@given(draw=st.data())
def test_the_cert_reads_a_damaged_portrait_or_refuses_it(
    edition: Edition, draw: st.DataObject
) -> None:
    record = bytearray(ENCODED[edition].record)
    record[draw.draw(st.integers(0, 150))] = draw.draw(st.integers(0, 255))
    with suppress(Refused):
        check_face(bytes(record[: draw.draw(st.integers(0, len(record)))]))
