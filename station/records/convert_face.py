"""From one form of a portrait to another, with one lossy step at most, and only for a use.

As for fingers: the image goes over as it is coded wherever the target can hold that coding, else
without loss. A lossy coder runs only for a use that has a limit of bytes, and only from a
`Master`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

import numpy as np

from station.errors import ConversionImpossible
from station.quality import image as files
from station.records import coding as codings
from station.records import door, face_record, face_record_2011, face_record_39794, itl
from station.records.coding import Coding
from station.records.convert import TWICE, Converted
from station.records.face_image import Colour, FaceImage, Source
from station.records.master import Master
from station.records.portrait_coding import derive, lossless
from station.rules.codage import codage

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from station.rules.codage import Usage

_HEAD = 8
_SAID = "Ce que l’enregistrement disait de la personne n’est pas repris."
_COLOURS = {"L": Colour.GREY8, "RGB": Colour.RGB24}


@unique
class FaceTarget(StrEnum):
    """What a portrait can be turned into."""

    FAC_2005 = "fac-2005"
    FAC_2011 = "fac-2011"
    BLOCK_39794_5 = "39794-5"
    AN2K = "an2k"
    JP2 = "jp2"
    PNG = "png"


_RECORDS: Final[dict[FaceTarget, tuple[Collection[Coding], Callable[[FaceImage], bytes]]]] = {
    FaceTarget.FAC_2005: (face_record.CODES, face_record.write),
    FaceTarget.FAC_2011: (face_record_2011.CODES, face_record_2011.write),
    FaceTarget.BLOCK_39794_5: (face_record_39794.CODES, face_record_39794.write),
    FaceTarget.JP2: (codings.JPEG2000, lambda image: image.data),
    FaceTarget.PNG: ({Coding.PNG}, lambda image: image.data),
}
_SAYS_LOSS = {FaceTarget.BLOCK_39794_5}  # a field of its own


@dataclass(frozen=True, slots=True)
class FaceWish:
    """What to make, for which use if it is to be coded, and whether a second loss is wanted."""

    target: FaceTarget
    usage: Usage | None = None
    recompress: bool = False
    header: itl.Header | None = None


def convert(path: Path, wish: FaceWish) -> Converted:
    """The portrait of `path` as `wish` has it.

    Raises `NotAnImage`, `RecordInvalid`, `SecondLoss`, `ConversionImpossible`.
    """
    image = _face(path)
    notes = (_SAID,) * image.says_more
    if wish.usage is not None:
        notes += (TWICE,) * image.has_lost
        image = _coded(image, wish.usage, recompress=wish.recompress)
    if wish.target is FaceTarget.AN2K:
        header = wish.header or itl.Header("0", itl.UNSAID, itl.UNSAID, _day(image))
        return Converted(itl.write(header, (), _held(image, itl.CODES, wish.target)), notes)
    held, write = _RECORDS[wish.target]
    return Converted(write(_held(image, held, wish.target)), notes)


def _day(image: FaceImage) -> datetime:
    return image.taken_at or datetime.now(UTC)


def _face(path: Path) -> FaceImage:
    if not door.is_record(door.head(path, _HEAD)):
        return _picture(path)
    face = door.read(door.load(path)).face
    if face is None:
        raise ConversionImpossible(f"{path.name} holds no portrait")
    return face


def _picture(path: Path) -> FaceImage:
    """A portrait out of a picture: kept as it is coded when it shows as it stands, else PNG."""
    data = files.read_bytes(path)
    coding = codings.recognised(data)
    mode = None if coding is None else codings.plain_mode(coding, data)
    if coding is None or mode is None or coding is Coding.PGM:
        pixels, _ = files.read_pixels(path, "RGB")
        lost = coding is not None and codings.has_lost(coding, data)
        coding, mode, data = Coding.PNG, "RGB", codings.png(pixels, lost=lost)
    width, height = codings.said_size(coding, data)
    return FaceImage(width, height, Source.UNKNOWN, data, coding, _COLOURS[mode])


def _coded(image: FaceImage, usage: Usage, *, recompress: bool) -> FaceImage:
    """`image` coded for `usage`; raises `SecondLoss` when it has lost something already."""
    if recompress:
        master = Master.despite_loss(image.coding, image.data)
    else:
        master = Master.of_lossless(image.coding, image.data, lost=bool(image.lossy_before))
    derived = derive(master, codage().of(usage))
    return replace(
        image,
        width=derived.size[0],
        height=derived.size[1],
        data=derived.data,
        coding=derived.coding,
        colour=Colour.RGB24,
        lossy_before=image.has_lost or image.lossy_before,
    )


def _held(image: FaceImage, held: Collection[Coding], target: FaceTarget) -> FaceImage:
    """`image` in a coding that `held` has: its own, else one without loss that says its past."""
    has_lost = image.has_lost
    said = codings.has_lost(image.coding, image.data) or target in _SAYS_LOSS
    if image.coding in held and (said or not has_lost):
        return image
    pixels = codings.colour(image.coding, image.data)
    if Coding.PNG in held:
        rgb = np.ascontiguousarray(pixels[:, :, ::-1])
        return _as(image, Coding.PNG, codings.png(rgb, lost=has_lost))
    if has_lost and target not in _SAYS_LOSS:
        raise ConversionImpossible(f"{target} cannot say that the image was coded with loss")
    return _as(image, Coding.JPEG2000_LOSSLESS, lossless(pixels))


def _as(image: FaceImage, coding: Coding, data: bytes) -> FaceImage:
    return replace(
        image,
        coding=coding,
        data=data,
        colour=Colour.RGB24,
        lossy_before=image.has_lost or image.lossy_before,
    )
