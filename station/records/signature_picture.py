"""A signature as a picture: its strokes in black on white, wider where the pen pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from station.errors import RecordInvalid
from station.pen import MAX_FORCE, PER_MM
from station.records import coding

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.pen import PenPoint, Stroke, Trace

    Grey = npt.NDArray[np.uint8]

DPI: Final = 300
_FINE = 3  # drawn so many times larger, then made small: smooth edges of any width
_PER_PIXEL = 25.4 * PER_MM / DPI / _FINE  # units a fine pixel
_MARGIN = 3 * PER_MM
_LEAST = (40 * PER_MM, 15 * PER_MM)  # of the paper
_MOST = 200 * PER_MM  # a side
_PEN = (0.25, 0.9)  # mm, without and with all force
_PEN_ALONE = 0.5  # mm, of a pad that tells no force
_PAPER, _INK = 255, 0


def picture(trace: Trace) -> bytes:
    """PNG, grey, 300 dpi: the strokes at their true size with 3 mm around, at least 40 x 15 mm.

    Raises `RecordInvalid` for no stroke, or strokes wider or higher than 194 mm.
    """
    points = list(trace.points())
    if not points:
        raise RecordInvalid("a signature without a stroke")
    left, right = _spread([p.x for p in points], _LEAST[0])
    bottom, top = _spread([p.y for p in points], _LEAST[1])
    if max(right - left, top - bottom) > _MOST:
        raise RecordInvalid("a signature larger than a page")
    fine = np.full((_pixels(top - bottom), _pixels(right - left)), _PAPER, np.uint8)
    for stroke in trace.strokes:
        _draw(fine, stroke, (left, top))
    size = (fine.shape[1] // _FINE, fine.shape[0] // _FINE)
    small = cv2.resize(fine, size, interpolation=cv2.INTER_AREA)
    return coding.png(np.asarray(small, np.uint8), lost=False, dpi=DPI)


def _spread(values: list[int], least: int) -> tuple[int, int]:
    low, high = min(values) - _MARGIN, max(values) + _MARGIN
    more = max(0, least - (high - low))
    return low - more // 2, high + more - more // 2


def _pixels(units: int) -> int:
    return round(units / _PER_PIXEL) // _FINE * _FINE


def _draw(fine: Grey, stroke: Stroke, corner: tuple[int, int]) -> None:
    """Lines from point to point, as wide as the pen was there; a lone point is a dot."""
    for start, end in zip(stroke, stroke[1:] or stroke, strict=False):
        width = max(1, round((_width(start) + _width(end)) / 2 * PER_MM / _PER_PIXEL))
        cv2.line(fine, _place(start, corner), _place(end, corner), _INK, width, cv2.LINE_8)


def _place(point: PenPoint, corner: tuple[int, int]) -> tuple[int, int]:
    return (
        round((point.x - corner[0]) / _PER_PIXEL),
        round((corner[1] - point.y) / _PER_PIXEL),
    )


def _width(point: PenPoint) -> float:
    if point.force is None:
        return _PEN_ALONE
    thin, thick = _PEN
    return thin + (thick - thin) * point.force / MAX_FORCE
