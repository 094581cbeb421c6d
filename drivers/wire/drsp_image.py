"""An image of DRSP/1 put together from the ranges that arrive (docs/protocols/drsp.md)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from station.errors import ProtocolError

if TYPE_CHECKING:
    from drivers.wire.drsp import Frame
    from drivers.wire.drsp_messages import ImageInfo


class Assembly:
    """The pixels of `info` so far; ranges may come in any order, twice or not at all."""

    def __init__(self, info: ImageInfo) -> None:
        self.info = info
        self._data = bytearray(info.size)
        self._missing = [(0, info.size)]

    def window(self, most: int) -> tuple[int, int] | None:
        """The first range still missing, as [start, stop), at most `most` bytes; None if whole."""
        if not self._missing:
            return None
        start, stop = self._missing[0]
        return start, min(stop, start + most)

    def feed(self, frame: Frame, window: tuple[int, int]) -> int:
        """Put a frame of pixels in its place; returns how many bytes were new.

        Raises `ProtocolError` when the frame lies outside `window`, the range asked for.
        """
        first, last = frame.arg, frame.arg + len(frame.payload)
        if not window[0] <= first < last <= window[1]:
            raise ProtocolError("image data outside what was asked")
        before = self._left()
        self._data[first:last] = frame.payload
        self._missing = [
            gap
            for start, stop in self._missing
            for gap in ((start, min(stop, first)), (max(start, last), stop))
            if gap[0] < gap[1]
        ]
        return before - self._left()

    def pixels(self) -> bytearray | None:
        """The whole image if its SHA-256 is right; otherwise None, and all is missing again."""
        if hashlib.sha256(self._data).digest() == self.info.digest:
            return self._data
        self.wipe()
        self._missing = [(0, self.info.size)]
        return None

    def wipe(self) -> None:
        """Overwrite what has come: no part of an image outlives a transfer that failed."""
        self._data[:] = bytes(len(self._data))

    def _left(self) -> int:
        return sum(stop - start for start, stop in self._missing)
