"""Help drawn over a preview, and never over a capture: a frame around each finger on the glass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

_LINE = 60  # grey level of the frames
_TEXTURE = 12.0  # grey levels: below, it is bare glass
_WINDOW = 9  # pixels of a preview: two or three ridges
_LEAST = 0.004  # of the picture: a smaller patch is no finger


def draw(preview: npt.NDArray[np.uint8]) -> None:
    """Frame each finger on `preview`, (rows, columns) grey levels."""
    for x, y, width, height in patches(preview):
        cv2.rectangle(preview, (x, y), (x + width, y + height), (_LINE,), 1)


def patches(preview: npt.NDArray[np.uint8]) -> list[tuple[int, int, int, int]]:
    """Where there are ridges: left, top, width and height of each patch, in pixels."""
    grey = preview.astype(np.float32)
    spread = cv2.blur(np.abs(grey - cv2.blur(grey, (_WINDOW, _WINDOW))), (_WINDOW, _WINDOW))
    kernel = np.ones((_WINDOW, _WINDOW), np.uint8)
    ridges = cv2.morphologyEx((spread > _TEXTURE).astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    _, _, found, _ = cv2.connectedComponentsWithStats(ridges, connectivity=8)
    least = _LEAST * preview.size
    return [
        (int(x), int(y), int(w), int(h)) for x, y, w, h, area in found[1:].tolist() if area >= least
    ]
