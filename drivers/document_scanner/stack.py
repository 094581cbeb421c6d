"""The pages of one scan as they come: bounded, told of, and wiped when the scan fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import cv2
import numpy as np

from drivers.wire.page import decode
from drivers.wire.scan_port import most_pages
from station.capture import Sample
from station.device import Guidance, Preview, Progress
from station.errors import TooManyPages

if TYPE_CHECKING:
    import numpy.typing as npt

    from drivers.wire.page import Asked
    from station.device import Guide

_SPARE = 1 << 20  # bytes of a page beside three for each pixel
_PREVIEW = 480  # pixels of the longer side


class Stack:
    """Pages of one kind; an error that leaves its `with` block takes them all with it."""

    def __init__(self, asked: Asked, guide: Guide) -> None:
        self._asked, self._guide = asked, guide
        self._most = most_pages(asked)
        self._samples: list[Sample] = []
        self._told = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *exc: object) -> None:
        if kind is not None:
            for sample in self._samples:
                sample.wipe()
            self._samples.clear()

    def __len__(self) -> int:
        return len(self._samples)

    @property
    def samples(self) -> tuple[Sample, ...]:
        """Those that came, in their order."""
        return tuple(self._samples)

    @property
    def most_bytes(self) -> int:
        """Bytes of a page, however badly it is compressed."""
        columns, rows = self._asked.pixels
        return 3 * columns * rows + _SPARE

    def keep(self, data: bytes) -> None:
        """Add the page in `data`; raises `ProtocolError`, or `TooManyPages` for one too many."""
        if len(self) == self._most:
            raise TooManyPages(f"more than {self._most} pages of this size")
        page = decode(data, self._asked)
        self._samples.append(Sample(page.pixels, page.dpi))
        self._told = -1
        self._guide(Guidance.PAGE_DONE)
        self._guide(Preview(_small(page.pixels)))

    def progress(self, percent: int) -> None:
        """Tell how much of the next page has come, each figure once."""
        if percent > self._told:
            self._told = percent
            self._guide(Progress(len(self) + 1, min(100, percent)))


def _small(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    scale = min(1.0, _PREVIEW / max(pixels.shape[:2]))
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
