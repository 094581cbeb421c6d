"""Two-dimensional codes and Code 128 out of an image, found by zxing-cpp in a process of its own.

The library is native code and the image a stranger's: a crash or a hang ends with that process
and with one error, `SymbolsUnread`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.child import Child, ChildBroken
from station.codes import zxing_process
from station.errors import SymbolsUnread

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.codes.zxing_process import Found

    Grey = npt.NDArray[np.uint8]

_START, _ANSWER = 20.0, 10.0  # seconds, with the start of the process and without
_PAGE = 3508  # pixels: the longer side of A4 at 300 dpi, where a module of 0.4 mm has 5
_MOST_PIXELS, _MOST_BYTES = 40_000_000, 4096
_LEAST_SIDE = 16  # pixels


@dataclass(frozen=True, slots=True)
class Symbol:
    """One code: its format, its bytes, its corners (x, y) in pixels, from the top left on."""

    format: str
    data: bytes = field(repr=False)
    corners: tuple[tuple[int, int], ...]


class Reader:
    """Finds codes in images; holds one supervised process, started with the first image."""

    def __init__(self) -> None:
        self._child = Child(zxing_process.serve)

    @property
    def pid(self) -> int | None:
        """The process, None when it is not running."""
        return self._child.pid

    def close(self) -> None:
        """End the process."""
        self._child.close()

    def read(self, grey: Grey) -> tuple[Symbol, ...]:
        """The codes in (rows, columns) grey levels, each once, from the top down.

        A page is looked at as 300 dpi would show it; when that shows nothing, at half of it, then
        as it is. Raises `SymbolsUnread` when the image is beyond 40 million pixels or the search
        breaks.
        """
        if grey.size > _MOST_PIXELS or min(grey.shape) < _LEAST_SIDE:
            raise SymbolsUnread(f"an image of {grey.shape[1]} x {grey.shape[0]} pixels")
        for scale in _scales(max(grey.shape)):
            found = self._look(grey, scale)
            if found:
                return tuple(sorted(found, key=lambda s: min(y for _, y in s.corners)))
        return ()

    def _look(self, grey: Grey, scale: float) -> set[Symbol]:
        seen = grey
        if scale != 1:
            small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            seen = np.asarray(small, np.uint8)
        try:
            found: list[Found] = self._child.ask((*seen.shape, seen.tobytes()), _ANSWER, _START)
        except ChildBroken as error:
            raise SymbolsUnread(f"the search for codes {error}") from error
        return {
            Symbol(name, data, tuple((round(x / scale), round(y / scale)) for x, y in corners))
            for name, data, corners in found
            if len(data) <= _MOST_BYTES
        }


def _scales(longer: int) -> tuple[float, ...]:
    """Where to look first, then next: 300 dpi, half of it, the image as it is."""
    first = min(1.0, _PAGE / longer)
    return tuple(dict.fromkeys((first, first / 2, 1.0)))


@cache
def reader() -> Reader:
    """The one process of this station that holds the library."""
    return Reader()
