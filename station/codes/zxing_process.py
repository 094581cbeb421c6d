"""The process that holds zxing-cpp: a grey image in, plain values out, one order at a time."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

from station import heap

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from zxingcpp import Barcode

_MEMORY = 2 * 1024**3  # bytes of address space
_MOST = 32  # symbols of one image

Found = tuple[str, bytes, tuple[tuple[int, int], ...]]
"""Format, bytes, the four corners (x, y) from the top left on clockwise."""


def serve(pipe: Connection) -> None:
    """Answer (height, width, grey levels) with a list of `Found` until the pipe closes."""
    import zxingcpp  # noqa: PLC0415 - native code that sees hostile images: in this process only

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    kinds = zxingcpp.BarcodeFormat
    formats = zxingcpp.BarcodeFormats(
        [kinds.DataMatrix, kinds.QRCode, kinds.PDF417, kinds.Aztec, kinds.Code128]
    )
    try:
        while True:
            height, width, grey = pipe.recv()
            image = memoryview(grey).cast("B", (height, width))
            pipe.send([_plain(b) for b in zxingcpp.read_barcodes(image, formats)[:_MOST]])
            del image, grey  # pages that can go back
            heap.give_back()
    except (EOFError, OSError):
        return


def _plain(found: Barcode) -> Found:
    at = found.position
    corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    return found.format.name, found.bytes, tuple((c.x, c.y) for c in corners)
