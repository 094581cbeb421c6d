"""Finger blocks of ISO/IEC 39794-4: to the byte, extended by others, and in their template."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from station.capture import Finger
from station.errors import RecordInvalid
from station.records import cbeff, der
from station.records import coding as codings
from station.records.coding import Coding
from station.records.finger_image import FingerImage, Score
from station.records.finger_record_39794 import read, write

PGM = b"P5\n2 1\n255\n\x00\xff"
IMAGE = FingerImage(Finger.RIGHT_INDEX, 2, 1, 500, Coding.PGM, PGM)
BYTES = (  # by hand, from ISO/IEC 39794-1 and -4
    "64 34  A0 07 800103 810207E3  A1 29  30 27"
    "  A0 03 800102  A1 03 800100  A2 03 800100"
    "  83 0D 50350A3220310A3235350A00FF"
    "  A7 07 800201F4 810100"
)
FULL = replace(
    IMAGE,
    quality=(Score.of_nfiq2(64, "2.3.0"), Score(None, 1, 2)),
    taken_at=datetime(2026, 3, 2, 12, 0, 1, 250_000, UTC),
    lossy_before=True,
)


def test_a_block_to_the_byte() -> None:
    assert write(IMAGE) == bytes.fromhex(BYTES)
    assert read(bytes.fromhex(BYTES)) == (IMAGE,)


def test_everything_a_block_can_say_comes_back() -> None:
    assert read(write(FULL)) == (FULL,)


def test_the_optional_fields_to_the_byte() -> None:
    block = write(FULL).hex().upper()
    assert "A4178002" + "07EA" + "810103" + "820102" + "83010C" + "840100" + "850101" in block
    assert "860200FA" in block  # 250 ms: the top bit takes a leading octet
    assert "A0088002" + "0101" + "8102" not in block  # 57 fits in one octet
    assert "A007" + "80020101" + "810139" + "A103" + "800140" in block
    assert "A006" + "800101" + "810102" + "A105" + "A103800100" in block  # failure to assess
    assert block.endswith("8B01FF")


def test_a_score_nobody_signs_has_no_place_in_a_block() -> None:
    assert read(write(replace(IMAGE, quality=(Score(64),))))[0].quality == ()


def test_a_wsq_image_says_itself_that_it_has_lost() -> None:
    frame = bytes.fromhex("ffa0 ffa2 0011 00ff 0040 0050")
    image = replace(IMAGE, coding=Coding.WSQ, data=frame, width=80, height=64)
    assert write(image).endswith(b"\x8b\x01\xff")
    assert read(write(image)) == (image,)


def edited(old: str, new: str) -> bytes:
    """The block with one representation field exchanged, its lengths made right again."""
    content = der.read(bytes.fromhex(BYTES)).child(0xA1).children[0].value
    changed = content.replace(bytes.fromhex(old), bytes.fromhex(new), 1)
    assert changed != content
    version = bytes.fromhex("A007800103810207E3")
    return der.tlv(0x64, version, der.context(1, der.sequence(changed)))


def test_the_extension_form_with_its_fallback_is_read() -> None:
    assert read(edited("A003800102", "A005A103800102")) == (IMAGE,)
    assert read(edited("A203800100", "A208A106800100820105")) == (IMAGE,)


def test_unknown_fields_are_skipped() -> None:
    assert read(edited("A707800201F4810100", "A707800201F4810100 AF03040100 BF2103800101"))


def test_centimetres_are_read() -> None:
    (image,) = read(edited("A707800201F4810100", "A707800200C5810101"))
    assert image.dpi == 500


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("A003800102", "A0038001FF", "number"),
        ("A003800102", "A00380010D", "position"),
        ("A003800102", "A00480020002", "longer than needed"),
        ("A003800102", "A003810102", "0 elements 80"),
        ("A003800102", "A006800102800103", "choices"),
        ("A003800102", "", "0 elements A0"),
        ("A103800100", "A103800100A103800100", "2 elements A1"),
        ("A103800100", "A103800163", "impression"),
        ("A203800100", "A203800109", "image format"),
        ("A203800100", "A203800104", "not an image in PNG"),
        ("830D50350A", "830D50360A", "not an image in PGM"),
        ("810100", "810105", "unit"),
        ("800201F4", "80020000", "longer than needed"),
        ("A707800201F4810100", "A707800201F48101008B0101", "no boolean"),
        ("A707800201F4810100", "", "0 elements A7"),
    ],
)
def test_a_lying_field_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(RecordInvalid, match=said):
        read(edited(old, new))


@pytest.mark.parametrize(
    "version",
    ["A007800102810207E3", "A007800103810207E2", "A003800103", "A00A80050100000000810100"],
)
def test_another_generation_is_refused(version: str) -> None:
    known = bytes.fromhex("A007800103810207E3")
    root = der.read(bytes.fromhex(BYTES))
    changed = root.value.replace(known, bytes.fromhex(version))
    with pytest.raises(RecordInvalid):
        read(der.tlv(0x64, changed))


def test_a_coding_without_a_code_is_not_written() -> None:
    with pytest.raises(RecordInvalid, match="image format RAW"):
        write(replace(IMAGE, coding=Coding.RAW, data=b"\0\1"))


def test_a_block_travels_in_7f2e_under_its_own_format_type() -> None:
    bit = cbeff.Bit.of_finger(Finger.RIGHT_INDEX, write(IMAGE))
    template = cbeff.write(bit)
    assert template.startswith(bytes.fromhex("7F60 4F A1 12 80020101 810108 820109 87020101"))
    assert bytes.fromhex("88020028 7F2E 38 A1 36 64") in template
    assert cbeff.read(template) == bit


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("88020028", "88020007"),
        ("88020028", "8802002A"),
        ("7F2E38", "7F2F38"),
        ("7F2E38A136", "5F2E38A136"),
    ],
)
def test_a_template_that_belies_its_block_is_refused(old: str, new: str) -> None:
    template = cbeff.write(cbeff.Bit.of_finger(Finger.RIGHT_INDEX, write(IMAGE)))
    changed = template.replace(bytes.fromhex(old), bytes.fromhex(new))
    assert changed != template
    with pytest.raises(RecordInvalid):
        cbeff.read(changed)


def test_the_least_header_of_a_chip_is_read() -> None:
    header = der.tlv(0xA1, der.tlv(0x87, b"\1\1"), der.tlv(0x88, b"\0\x28"))
    content = der.tlv(0x7F2E, der.tlv(0xA1, write(IMAGE)))
    bit = cbeff.read(der.tlv(0x7F60, header, content))
    assert bit.finger is None
    assert read(bit.record) == (IMAGE,)


def test_a_png_made_of_a_lossy_image_says_so() -> None:
    pixels = codings.grey(Coding.PGM, PGM, (2, 1))
    assert not codings.has_lost(Coding.PNG, codings.png(pixels, lost=False, dpi=500))
    assert codings.has_lost(Coding.PNG, codings.png(pixels, lost=True, dpi=500))
