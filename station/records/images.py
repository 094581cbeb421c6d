"""A finger image out of any file that can hold one: picture, WSQ, finger record, BIT."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from station.errors import NotAnImage, RecordInvalid
from station.quality.image import at_500, decoded, read_finger
from station.records import cbeff, finger_record, finger_record_2011, wsq_coding
from station.records.finger_record_2011 import Coding

if TYPE_CHECKING:
    from pathlib import Path

    from station.capture import Sample

_BIT, _FIR, _WSQ = b"\x7f\x60", b"FIR\x00", b"\xff\xa0"
_FIR_2011 = b"FIR\x00020\x00"
_FORMATS = {
    Coding.JPEG: "JPEG",
    Coding.JPEG2000_LOSSY: "JPEG2000",
    Coding.JPEG2000_LOSSLESS: "JPEG2000",
    Coding.PNG: "PNG",
}
_MOST = 16 * 1024 * 1024  # bytes of a record or a WSQ file


def read_sample(path: Path, dpi: int | None = None) -> Sample:
    """The finger in `path`, grey at 500 dpi; `dpi` overrules what the file says.

    WSQ is decoded in a process of its own. Raises `NotAnImage` or `RecordInvalid`.
    """
    data = _head(path)
    if data.startswith(_WSQ):
        return at_500(wsq_coding.decode(data), dpi or wsq_coding.ppi(data), path.name)
    if data.startswith((_BIT, _FIR)):
        return sample_of(data, dpi)
    return read_finger(path, dpi)


def sample_of(record: bytes, dpi: int | None = None) -> Sample:
    """The finger in a finger record, or in the BIT around one, grey at 500 dpi.

    Raises `RecordInvalid`, or `NotAnImage` for a resolution below.
    """
    if record.startswith(_BIT):
        record = cbeff.read(record).record
    if record.startswith(_FIR_2011):
        return _of_representation(finger_record_2011.read(record)[0], dpi)
    return _of_record(finger_record.read(record), dpi)


def _head(path: Path) -> bytes:
    """The whole file when it begins as a record does, else its first bytes."""
    try:
        with path.open("rb") as file:
            begin = file.read(4)
            if not begin.startswith((_BIT, _FIR, _WSQ)):
                return begin
            data = begin + file.read(_MOST)
    except OSError as error:
        raise NotAnImage(f"{path.name}: {error.strerror}") from error
    if len(data) > _MOST:
        raise RecordInvalid(f"{path.name}: larger than {_MOST} bytes")
    return data


def _of_record(image: finger_record.FingerImage, dpi: int | None) -> Sample:
    if image.compression is finger_record.Compression.WSQ:
        pixels = wsq_coding.decode(image.data)
    else:
        pixels = np.frombuffer(image.data, np.uint8).reshape(image.height, image.width).copy()
    return at_500(pixels, dpi or image.dpi, "record", image.position)


def _of_representation(image: finger_record_2011.Representation, dpi: int | None) -> Sample:
    size = (image.height, image.width)
    if image.coding is Coding.WSQ:
        pixels = wsq_coding.decode(image.data)
    elif image.coding is Coding.RAW:
        pixels = np.frombuffer(image.data, np.uint8).reshape(size).copy()
    elif image.coding in _FORMATS:
        pixels = decoded(image.data, _FORMATS[image.coding])
    else:
        raise RecordInvalid(f"images in coding {image.coding.name} are not read")
    if pixels.shape != size:
        raise RecordInvalid("an image of another size than its record says")
    return at_500(pixels, dpi or image.dpi, "record", image.position)
