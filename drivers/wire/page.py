"""A page as a scanner sends it: one still image of bounded size, and its true resolution."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from station.errors import ProtocolError

if TYPE_CHECKING:
    import numpy.typing as npt

FORMATS = ("JPEG", "PNG", "PPM")  # a list keeps other decoders out of reach
_MODES = frozenset({"RGB", "L"})
_TOLERANCE = 0.03  # of a side: scanners round to blocks of 8 or 16 pixels, and to millimetres
_SHORTEST = 0.2  # of the height asked for: a feeder stops at the end of the sheet
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, OverflowError)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page was asked to be: `width` and `height` in inches at `dpi`.

    `whole` is False for a feeder, whose pages end where the sheet does.
    """

    width: float
    height: float
    dpi: int
    whole: bool

    @property
    def pixels(self) -> tuple[int, int]:
        """Columns and rows."""
        return round(self.width * self.dpi), round(self.height * self.dpi)


@dataclass(frozen=True, eq=False, slots=True)
class Page:
    """(rows, columns, 3) in B, G, R, and the resolution it really has."""

    pixels: npt.NDArray[np.uint8] = field(repr=False)
    dpi: int


def decode(data: bytes, asked: Asked) -> Page:
    """The page in `data`: JPEG, PNG or PNM; raises `ProtocolError`.

    Its size is held against what was asked before a pixel is decoded. A scanner that gives another
    resolution than it was asked for is believed when the file says so and its size agrees.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            dpi = _true_dpi(image.size, _said(image), asked)
            if image.mode not in _MODES:
                raise ProtocolError(f"a page in {image.mode}, neither grey nor colour")
            rgb = np.asarray(image if image.mode == "RGB" else image.convert("RGB"), np.uint8)
    except (*_DAMAGE, Warning, Image.DecompressionBombError) as error:
        raise ProtocolError("a page that is no whole JPEG, PNG or PNM image") from error
    return Page(np.take(rgb, (2, 1, 0), axis=2), dpi)


def _said(image: Image.Image) -> int | None:
    """The resolution in the file, when it gives one for both axes."""
    x, y = image.info.get("dpi", (0, 0))
    return round(x) if x and abs(x - y) < 1 else None


def _true_dpi(size: tuple[int, int], said: int | None, asked: Asked) -> int:
    """The resolution under which `size` is what was asked for; raises `ProtocolError`."""
    for dpi in (asked.dpi, said or 0):
        if 0 < dpi <= asked.dpi and _fits(size, asked, dpi):
            return dpi
    wanted = "{} × {}".format(*asked.pixels)
    raise ProtocolError(f"a page of {size[0]} × {size[1]} pixels instead of {wanted}")


def _fits(size: tuple[int, int], asked: Asked, dpi: int) -> bool:
    columns, rows = size[0] / (asked.width * dpi), size[1] / (asked.height * dpi)
    low = 1 - _TOLERANCE if asked.whole else _SHORTEST
    return abs(columns - 1) <= _TOLERANCE and low <= rows <= 1 + _TOLERANCE
