"""Finger image block, ISO/IEC 39794-4:2019, [APPLICATION 4]; common parts in `iso39794`.

64  A0  version
    A1  representations, each 30:
        A0 position, A1 impression, A2 image format     coded
        83 image                                        its size stands in its own header
        A4 capture time, A6 quality                     when known
        A7 { 80 samples, 81 unit: 0 inch, 1 centimetre }
        8B TRUE                                         when a lossy coder touched the image
"""

from __future__ import annotations

from typing import Final

from station.errors import RecordInvalid
from station.records import coding as codings
from station.records import der, fields, iso39794
from station.records.coding import Coding
from station.records.finger_image import FingerImage, check, position_code, position_of
from station.records.finger_record_2011 import IMPRESSIONS

NAME: Final = "ISO/IEC 39794-4:2019"
TAG: Final = 0x64
CODES: Final = {
    Coding.PGM: 0, Coding.WSQ: 1, Coding.JPEG2000_LOSSY: 2, Coding.JPEG2000_LOSSLESS: 3,
    Coding.PNG: 4,
}  # fmt: skip
_INCH, _CENTIMETRE = 0, 1


def write(image: FingerImage) -> bytes:
    """The block of one representation; raises `RecordInvalid` for what a field cannot hold.

    A score without a named algorithm is not written: the block has no place for one.
    """
    check(image)
    impression = fields.coded("impression", IMPRESSIONS, image.impression)
    rate = der.context(7, iso39794.unsigned(0, image.dpi), iso39794.unsigned(1, _INCH))
    representation = (
        iso39794.coded(0, position_code(image))
        + iso39794.coded(1, impression)
        + iso39794.coded(2, fields.coded("image format", CODES, image.coding))
        + der.context(3, image.data, constructed=False)
        + iso39794.moment(4, image.taken_at)
        + iso39794.quality(6, image.quality)
        + rate
        + (iso39794.boolean(11, value=True) if image.has_lost else b"")
    )
    return iso39794.block(TAG, representation)


def read(data: bytes) -> tuple[FingerImage, ...]:
    """Every representation of a block; raises `RecordInvalid` for any other content."""
    return tuple(map(_representation, iso39794.representations(data, TAG)))


def _representation(node: der.Node) -> FingerImage:
    coding = iso39794.meaning(node.child(0xA2), "image format", CODES)
    coded = node.child(0x83).value
    width, height = codings.said_size(coding, coded)
    image = FingerImage(
        position=position_of(iso39794.code(node.child(0xA0))),
        width=width,
        height=height,
        dpi=_per_inch(node.child(0xA7)),
        coding=coding,
        data=coded,
        quality=iso39794.read_quality(node.optional(0xA6)),
        impression=iso39794.meaning(node.child(0xA1), "impression", IMPRESSIONS),
        taken_at=iso39794.read_moment(node.optional(0xA4)),
        lossy_before=iso39794.is_true(node.optional(0x8B)) and coding not in codings.LOSSY,
    )
    check(image)
    return image


def _per_inch(rate: der.Node) -> int:
    """Pixels an inch; the block may leave the rate out, this station cannot use it then."""
    samples, unit = (iso39794.number(rate.child(tag)) for tag in (0x80, 0x81))
    if unit not in {_INCH, _CENTIMETRE}:
        raise RecordInvalid(f"unit {unit} of the sampling rate")
    return samples if unit == _INCH else round(samples * 2.54)
