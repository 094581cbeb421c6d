"""Small pictures of pages, made once: what the agent looks at, never what is kept."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.pipeline.pages import PDF
from station.records.documents import seen_pages
from station.records.pdf_writing import pictures

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from station.pipeline import Lue
    from station.records.encoded import Encoded

    Pixels = npt.NDArray[np.uint8]

_SIDE = 1000  # pixels: letters of 2 mm of A4 can still be read
_QUALITY = 80
_KEPT = 60  # files


class Vignettes:
    """The pictures of the files looked at last, by the digest of the file."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[bytes, ...]] = OrderedDict()

    def put(self, lue: Lue) -> None:
        """Remember the pages of a file that was just judged."""
        self._put(lue.encoded.sha256, [sample.pixels for sample in lue.samples])

    def of(self, encoded: Encoded) -> tuple[bytes, ...]:
        """A JPEG of each page that can be shown: none of a page of text and lines of a PDF."""
        if encoded.sha256 not in self._kept:
            self._put(encoded.sha256, _pages(encoded))
        return self._kept[encoded.sha256]

    def shown(self, encoded: Encoded) -> int:
        """How many pages of the file can be shown; a file of ours is not opened for it."""
        return 1 if is_scan(encoded) else len(self.of(encoded))

    def clear(self) -> None:
        """Forget all of them."""
        self._kept.clear()

    def _put(self, sha256: str, pages: Iterable[Pixels]) -> None:
        self._kept[sha256] = tuple(map(_jpeg, pages))
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


def is_scan(encoded: Encoded) -> bool:
    """Whether the station made this file, of one page."""
    return encoded.device.driver != "file" and encoded.media_type == PDF


def _pages(encoded: Encoded) -> list[Pixels]:
    if not is_scan(encoded):
        seen = seen_pages(encoded.record, "page")
        return [page.sample.pixels for page in seen if page.sample is not None]
    return [
        np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)
        for jpeg in pictures(encoded.record)
    ]


def _jpeg(pixels: Pixels) -> bytes:
    scale = _SIDE / max(pixels.shape[:2])
    if scale < 1:
        small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        pixels = np.asarray(small, np.uint8)
    _, data = cv2.imencode(".jpg", pixels, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))
    return data.tobytes()
