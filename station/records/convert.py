"""From one form of a finger to another, without a loss that nobody asked for.

An image goes over in the coding it has wherever the target can hold it. Where it cannot, it is
decoded and kept without loss, and says so if a lossy coder had touched it. A lossy coder runs
only for the target WSQ, and only on an image that none has touched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from station.errors import ConversionImpossible, RecordInvalid, SecondLoss
from station.quality.image import read_pixels
from station.records import coding as codings
from station.records import (
    door,
    finger_record,
    finger_record_2011,
    finger_record_39794,
    itl,
    wsq_coding,
)
from station.records.coding import Coding
from station.records.finger_image import FingerImage

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from station.capture import Finger

_DPI = 500  # of a picture that does not say: what a print has
_WSQ_DPI = range(490, 511)  # the coder writes 500 into every file
_HEAD = 64 * 1024  # bytes in which a picture shows its coding


@unique
class Target(StrEnum):
    """What a finger can be turned into."""

    FIR_2005 = "fir-2005"
    FIR_2011 = "fir-2011"
    BLOCK_39794_4 = "39794-4"
    AN2K = "an2k"
    WSQ = "wsq"
    PNG = "png"
    PGM = "pgm"


_RECORDS: Final[dict[Target, tuple[Collection[Coding], Callable[[FingerImage], bytes]]]] = {
    Target.FIR_2005: (finger_record.CODES, finger_record.write),
    Target.FIR_2011: (finger_record_2011.CODES, finger_record_2011.write),
    Target.BLOCK_39794_4: (finger_record_39794.CODES, finger_record_39794.write),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What to make, and what the file does not say itself.

    `finger` chooses among several, or names that of a picture; `recompress` asks for a second
    lossy step. `header` is for ANSI/NIST-ITL.
    """

    target: Target
    finger: Finger | None = None
    dpi: int | None = None
    recompress: bool = False
    header: itl.Header | None = None


@dataclass(frozen=True, slots=True)
class Converted:
    """The file, and what whoever asked for it should know (French)."""

    data: bytes
    notes: tuple[str, ...] = ()


def convert(path: Path, wish: Wish) -> Converted:
    """The finger of `path` as `wish` has it.

    Raises `NotAnImage`, `RecordInvalid`, `SecondLoss`, `ConversionImpossible`.
    """
    images, notes = _fingers(path, wish)
    if wish.target in _NAMED_SCORES and any(not s.vendor for i in images for s in i.quality):
        notes += (_UNNAMED,)
    if wish.target is Target.AN2K:
        held = tuple(_held(image, itl.CODES) for image in images)
        return Converted(itl.write(_header(wish, images[0]), held), notes)
    if len(images) != 1:
        raise ConversionImpossible(f"{len(images)} fingers for one image of {wish.target}")
    (image,) = images
    if wish.target in _RECORDS:
        held_codings, write = _RECORDS[wish.target]
        return Converted(write(_held(image, held_codings)), notes)
    if wish.target is Target.WSQ:
        return _wsq(image, wish, notes)
    pixels = codings.grey(image.coding, image.data, image.size)
    if wish.target is Target.PGM:
        notes += (_UNMARKED,) * image.has_lost
        return Converted(codings.pgm(pixels), notes)
    return Converted(codings.png(pixels, lost=image.has_lost, dpi=image.dpi), notes)


_NAMED_SCORES = {Target.BLOCK_39794_4, Target.AN2K}  # no place for a score nobody signs
_UNNAMED = "Une qualité dont l’algorithme n’est pas nommé n’est pas reprise."
_UNMARKED = "Le PGM ne peut pas dire que l’image a déjà été compressée avec perte."
TWICE = "Seconde compression avec perte : image impropre à un dossier."


def _fingers(path: Path, wish: Wish) -> tuple[tuple[FingerImage, ...], tuple[str, ...]]:
    """The fingers of `path` that are meant, and what had to be assumed."""
    head = door.head(path, _HEAD)
    if not door.is_record(head):
        image, notes = _picture(path, head, wish)
        return (image,), notes
    found = door.read(door.load(path)).fingers
    if wish.finger is not None:
        found = tuple(image for image in found if image.position in {wish.finger, None})
        found = tuple(replace(image, position=wish.finger) for image in found)
    if not found:
        raise ConversionImpossible(f"{path.name} does not hold that finger")
    if wish.dpi is not None:
        found = tuple(replace(image, dpi=wish.dpi) for image in found)
    return found, ()


def _picture(path: Path, head: bytes, wish: Wish) -> tuple[FingerImage, tuple[str, ...]]:
    """A finger out of an image file: WSQ stays as it is, other codings are decoded."""
    if head.startswith(codings.WSQ_START):
        data = door.load(path)
        coding, size, own = Coding.WSQ, wsq_coding.size(data), wsq_coding.ppi(data)
    else:
        pixels, own = read_pixels(path, "L")
        coding, size = Coding.RAW, (pixels.shape[1], pixels.shape[0])
        data = pixels.tobytes()
        if _is_lossy_file(head):
            coding, data = Coding.PNG, codings.png(pixels, lost=True)
    assumed = () if wish.dpi or own else (f"Résolution non précisée : {_DPI} points par pouce.",)
    unnamed = () if wish.finger else ("Doigt non précisé : ajouter --finger.",)
    image = FingerImage(wish.finger, *size, wish.dpi or own or _DPI, coding, data)
    return image, assumed + unnamed


def _is_lossy_file(head: bytes) -> bool:
    """Whether a picture has been coded with loss; what cannot be told has been."""
    try:
        coding = codings.recognised(head)
    except RecordInvalid:
        return True
    return coding is not None and codings.has_lost(coding, head)


def _held(image: FingerImage, held: Collection[Coding]) -> FingerImage:
    """`image` in a coding that `held` has: its own, else one without loss."""
    unsaid = image.lossy_before and not codings.has_lost(image.coding, image.data)
    if image.coding in held and not unsaid:
        return image
    pixels = codings.grey(image.coding, image.data, image.size)
    if Coding.RAW in held and not image.has_lost:
        return replace(image, coding=Coding.RAW, data=pixels.tobytes())
    data = codings.png(pixels, lost=image.has_lost)
    return replace(image, coding=Coding.PNG, data=data, lossy_before=image.has_lost)


def _wsq(image: FingerImage, wish: Wish, notes: tuple[str, ...]) -> Converted:
    if image.coding is Coding.WSQ:
        return Converted(image.data, notes)
    if image.dpi not in _WSQ_DPI:
        raise ConversionImpossible(f"WSQ is for 500 dpi, the image has {image.dpi}")
    if image.has_lost and not wish.recompress:
        raise SecondLoss("the image has been coded with loss already")
    pixels = codings.grey(image.coding, image.data, image.size)
    data, (height, width) = wsq_coding.encode(pixels)
    cut = (f"Image réduite à l’empreinte : {width} × {height}.",) * ((width, height) != image.size)
    return Converted(data, notes + (TWICE,) * image.has_lost + cut)


def _header(wish: Wish, first: FingerImage) -> itl.Header:
    """What was given, else names that say that nothing was."""
    if wish.header is not None:
        return wish.header
    at = first.taken_at or datetime.now(UTC)
    return itl.Header("0", itl.UNSAID, itl.UNSAID, at)
