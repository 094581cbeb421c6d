"""Face image block, ISO/IEC 39794-5:2019, [APPLICATION 5], in the application profile of ICAO.

65  A0  version
    A1  representations, exactly one, 30:
        80 identifier
        A1 { A0 { A0 {                                  base, two-dimensional
            80 image
            A1 { A0 format, A1 kind, A3 lossy attempts, A7 { 80 width, 81 height }, A9 colours }
            A2 { A1 technology }
        } } }
        A2 capture time, A3 quality                     when known

The profile wants the format in the base form and every other code as an extension with its
fallback; both forms are read everywhere. Nothing is said of the person.
"""

from __future__ import annotations

from typing import Final

from station.errors import RecordInvalid
from station.records import coding as codings
from station.records import der, fields, iso39794
from station.records.coding import Coding
from station.records.face_image import Colour, FaceImage, Source, check

NAME: Final = "ISO/IEC 39794-5:2019"
TAG: Final = 0x65
CODES: Final = {Coding.JPEG: 2, Coding.JPEG2000_LOSSY: 3, Coding.JPEG2000_LOSSLESS: 4}
_COLOURS = {
    Colour.UNKNOWN: 0, Colour.OTHER: 1, Colour.RGB24: 2, Colour.YUV422: 4, Colour.GREY8: 5,
}  # fmt: skip
_MRTD = 0
_UNKNOWN, _ZERO, _ONE, _MORE = 0, 1, 2, 3  # lossy attempts
_PERSON = (0xA8, 0xA9)  # identity, landmarks


def write(image: FaceImage) -> bytes:
    """The block of `image`; raises `RecordInvalid` for what a field cannot hold.

    A score without a named algorithm is not written: the block has no place for one.
    """
    check(image)
    technology = iso39794.coded(1, image.source, extension=True)
    two_dimensional = der.context(
        0,
        der.context(0, image.data, constructed=False),
        _information(image),
        der.context(2, technology),
    )
    representation = (
        iso39794.unsigned(0, 0)
        + der.context(1, der.context(0, two_dimensional))
        + iso39794.moment(2, image.taken_at)
        + iso39794.quality(3, image.quality, extension=True)
    )
    return iso39794.block(TAG, representation)


def _information(image: FaceImage) -> bytes:
    colours = fields.coded("colour space", _COLOURS, image.colour)
    return der.context(
        1,
        iso39794.coded(0, fields.coded("image format", CODES, image.coding)),
        iso39794.coded(1, _MRTD, extension=True),
        _attempts(image),
        der.context(7, iso39794.unsigned(0, image.width), iso39794.unsigned(1, image.height)),
        iso39794.coded(9, colours, extension=True),
    )


def read(data: bytes) -> FaceImage:
    """The portrait in a block; raises `RecordInvalid` for any other content.

    Only the image and its format must be there; a size that is there must be that of the image.
    """
    found = iso39794.representations(data, TAG)
    if len(found) != 1:
        raise RecordInvalid(f"{len(found)} representations of a face")
    (representation,) = found
    iso39794.number(representation.child(0x80))
    flat = representation.child(0xA1).child(0xA0).child(0xA0)
    information = flat.child(0xA1)
    coding = iso39794.meaning(information.child(0xA0), "image format", CODES)
    coded = flat.child(0x80).value
    width, height = codings.said_size(coding, coded)
    _check_size(information.optional(0xA7), (width, height))
    image = FaceImage(
        width=width,
        height=height,
        source=_source(flat.optional(0xA2)),
        data=coded,
        coding=coding,
        colour=_colour(information.optional(0xA9)),
        quality=iso39794.read_quality(representation.optional(0xA3)),
        taken_at=iso39794.read_moment(representation.optional(0xA2)),
        lossy_before=_before(information.optional(0xA3), coding),
        says_more=any(representation.optional(tag) is not None for tag in _PERSON),
    )
    check(image)
    return image


def _check_size(node: der.Node | None, size: tuple[int, int]) -> None:
    if node is not None:
        said = tuple(iso39794.number(node.child(tag)) for tag in (0x80, 0x81))
        fields.check("size of the block", said, size)


def _colour(node: der.Node | None) -> Colour:
    return Colour.UNKNOWN if node is None else iso39794.meaning(node, "colour space", _COLOURS)


def _attempts(image: FaceImage) -> bytes:
    """How many lossy coders have touched the image; nothing when that is not known."""
    if image.lossy_before is None:
        return b""
    steps = image.lossy_before + (image.coding in codings.LOSSY)
    return iso39794.coded(3, (_ZERO, _ONE, _MORE)[steps], extension=True)


def _before(node: der.Node | None, coding: Coding) -> bool | None:
    """Whether a lossy coder came before the one of the image, as the block says."""
    code = _UNKNOWN if node is None else iso39794.code(node)
    if code == _UNKNOWN:
        return None
    fields.check("lossy attempts", code in {_ZERO, _ONE, _MORE}, expected=True)
    return code == _MORE or (code == _ONE and coding not in codings.LOSSY)


def _source(device: der.Node | None) -> Source:
    technology = None if device is None else device.optional(0xA1)
    if technology is None:
        return Source.UNKNOWN
    return fields.member("source", Source, iso39794.code(technology))
