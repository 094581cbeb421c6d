"""WSQ grey-scale fingerprint compression (FBI IAFIS-IC-0110 v3), 0.75 bit a pixel.

The library ignores any rate and always codes at 0.75 bpp, so the ceiling of 18 kB is kept by
cropping to the ridges first. Importing it registers its decoder with Pillow for the whole
process, where a hostile file would reach native code: hence it is imported only here, at the
first coding, and files from outside are decoded in a process of their own.
"""

from __future__ import annotations

import io
import re
import struct
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from station.errors import NotAnImage, RecordInvalid
from station.records import fields

if TYPE_CHECKING:
    import numpy.typing as npt

CEILING = 18 * 1024  # bytes (TR-03121-3 §5.1.2)
_LEAST, _LARGEST = 64, 2048  # pixels a side; the coder fails below about 33
_MARGIN = 16  # pixels kept around the ridges
_DARK = 200  # grey level; background is lighter
_START = b"\xff\xa0"
_TABLES = {b"\xff\xa4", b"\xff\xa5", b"\xff\xa6", b"\xff\xa8"}  # DTT, DQT, DHT, COM
_MOST_TABLES = 16
_FRAME = struct.Struct(">HHHHH")  # marker, length, black and white, height, width
_SOF = 0xFFA2
_FOREIGN_BYTES, _FOREIGN_SIDE = 4 * 1024 * 1024, 4096  # of a file from outside, a slap at 1000 ppi
_PPI = re.compile(rb"^PPI (\d{2,5})$", re.MULTILINE)
_COMMENTS = 1024  # bytes in which the comment of the coder stands
_DECODE_TIME = 5.0  # seconds
_DECODER = (
    "import io, resource, sys, wsq; from PIL import Image; "
    "resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)); "
    "image = Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=['WSQ']).convert('L'); "
    "sys.stdout.buffer.write(image.tobytes())"
)


def encode(grey: npt.NDArray[np.uint8]) -> tuple[bytes, tuple[int, int]]:
    """WSQ of (rows, columns) grey levels, and the (rows, columns) that were coded.

    Raises `NotAnImage` for a side under 64 or over 2048 pixels, or when even the ridges alone do
    not fit under the ceiling.
    """
    if not all(_LEAST <= side <= _LARGEST for side in grey.shape):
        raise NotAnImage(f"{grey.shape[1]}x{grey.shape[0]} pixels cannot be coded as WSQ")
    coded = _coded(grey)
    if len(coded) <= CEILING:
        return coded, (grey.shape[0], grey.shape[1])
    cropped = crop_to_ridges(grey)
    coded = _coded(cropped)
    if len(coded) > CEILING:
        raise NotAnImage(f"{len(coded)} bytes of WSQ, more than {CEILING}")
    return coded, (cropped.shape[0], cropped.shape[1])


def crop_to_ridges(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The part of `grey` that holds 99 % of what is dark, with a margin; 400 x 500 at most."""
    dark = grey < _DARK
    rows, columns = (_span(dark.sum(axis=axis), limit) for axis, limit in ((1, 500), (0, 400)))
    return grey[rows, columns]


def _span(weights: npt.NDArray[np.int64], limit: int) -> slice:
    total = np.cumsum(weights)
    if not total[-1]:
        return slice(0, min(limit, len(weights)))
    first = int(np.searchsorted(total, 0.005 * total[-1]))
    last = int(np.searchsorted(total, 0.995 * total[-1])) + 1
    first, last = max(0, first - _MARGIN), min(len(weights), last + _MARGIN)
    if last - first > limit:
        middle = (first + last) // 2
        first = max(0, middle - limit // 2)
        last = first + limit
    return slice(first, max(last, min(len(weights), first + _LEAST)))


def size(data: bytes) -> tuple[int, int]:
    """(width, height) said by the frame header (SOF) of a WSQ file, read without decoding it.

    Walks the segments before the frame; raises `RecordInvalid` when there is none.
    """
    if not data.startswith(_START):
        raise RecordInvalid("not a WSQ image")
    offset = len(_START)
    for _ in range(_MOST_TABLES):
        if data[offset : offset + 2] not in _TABLES:
            break
        offset += 2 + int.from_bytes(data[offset + 2 : offset + 4], "big")
    marker, _, _, height, width = fields.unpack(_FRAME, data, offset)
    if marker != _SOF:
        raise RecordInvalid("a WSQ image without frame header")
    return width, height


def ppi(data: bytes) -> int | None:
    """The resolution that the comment of a WSQ file gives (NIST_COM), None without one."""
    found = _PPI.search(data[:_COMMENTS])
    return int(found.group(1)) if found else None


def _coded(grey: npt.NDArray[np.uint8]) -> bytes:
    import wsq  # noqa: F401, PLC0415 - see the module: it registers itself with Pillow

    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(grey)).save(buffer, "WSQ")
    return buffer.getvalue()


def decode(data: bytes) -> npt.NDArray[np.uint8]:
    """(rows, columns) grey levels of a WSQ file, decoded in a process of its own.

    Raises `RecordInvalid` when it takes longer than 5 s or 1 GiB, crashes, or claims an
    impossible size: nothing but a clean answer is believed.
    """
    if len(data) > _FOREIGN_BYTES or not data.startswith(_START):
        raise RecordInvalid("not a WSQ image of reasonable size")
    width, height = size(data)
    if not (0 < width <= _FOREIGN_SIDE and 0 < height <= _FOREIGN_SIDE):
        raise RecordInvalid(f"a WSQ image of {width} x {height} pixels")
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-I", "-c", _DECODER],
            input=data, capture_output=True, timeout=_DECODE_TIME, check=True,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        raise RecordInvalid("the WSQ decoder does not accept it") from error
    if len(done.stdout) != width * height:
        raise RecordInvalid("a WSQ image of another size than it says")
    return np.frombuffer(done.stdout, np.uint8).reshape(height, width)
