"""A page of a supporting document: straightened, set upright, and judged before it is accepted."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.capture import Sample
from station.errors import NotAnImage
from station.quality.paper import legibility
from station.quality.paper.ink import WORK, Ink, ink, skew, upside_down
from station.quality.paper.outline import MM, outlines
from station.quality.policy import rules
from station.quality.report import Algorithm, Measure, judge

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.quality.paper.outline import Outline
    from station.quality.report import QualityReport

    Image = npt.NDArray[np.uint8]
    Grey = npt.NDArray[np.uint8]

ALGORITHM = Algorithm("dr-station page", "1.0")
FORMATS = {
    "A4": (210.0, 297.0),  # ISO 216
    "A5": (148.0, 210.0),
    "ID-1": (54.0, 85.6),  # ISO/IEC 7810: cards
    "ID-3": (88.0, 125.0),  # a page of a passport
}
_LEAST = 240  # pixels a side
_COARSE = 50  # dpi at which sheets are looked for
_DARK = 140  # grey level of a lid on which white paper stands out
_ROOT = 0.02  # of the ratio of a sheet of the A series
_SMALLEST = 0.2  # degrees worth turning a page for
_SURE = 0.12  # of `upside_down`
_RIM = 1.5  # mm
_TOUCH = 5.0  # mm of a sheet along the border of the scan
_LIKE = 3.0  # mm from a known format


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A page as it is kept: `sample` straight and upright, `skew` and `turned` as it was found.

    `skew` is in degrees clockwise, None without lines to go by; `turned` counts quarter turns
    clockwise. `form` names the format, or is None for another size.
    """

    report: QualityReport
    sample: Sample = field(repr=False)
    skew: float | None
    turned: int
    form: str | None


def check_page(scan: Sample) -> Page:
    """Judge and straighten `scan`, (rows, columns, 3) in B, G, R, by the policy in force.

    Without a resolution, a sheet in the proportions of A4 is taken for A4. Raises `NotAnImage`
    for what is not in colour, or smaller than 240 pixels a side.
    """
    image = scan.pixels
    if image.ndim != 3 or min(image.shape[:2]) < _LEAST:
        raise NotAnImage(f"a page is an image in colour, {_LEAST} pixels a side or more")
    known = scan.dpi or _of_a4(image)
    dpi = float(known or max(image.shape[:2]) * MM / FORMATS["A4"][1])
    sheet = _sheet(image, dpi)
    paper, lying = (image, 0.0) if sheet is None else (_cut_out(image, sheet), _tilt(sheet))
    marks = _marks(paper, dpi, alone=sheet is not None)
    page, turned, sloping, sure = _upright(paper, marks)
    found, policy = rules("page")
    size = (sheet.width, sheet.height) if sheet else _size(image, dpi)
    angle = None if sloping is None and not lying else round(lying + (sloping or 0.0), 2)
    form, apart = format_of(size)
    measures = (
        _measure("resolution", None if known is None else round(dpi, 1), "dpi"),
        _measure("size", round(apart, 1), "mm"),
        _measure("cut", float(_cut(image, dpi, marks, sheet)), "count"),
        _measure("beyond", _beyond(sheet, image, dpi), "mm"),
        *([] if angle is None else [_measure("skew", abs(angle), "°")]),
        *([] if not marks.written else [_measure("upright", sure, "ratio")]),
        *legibility.measures(page, dpi, marks, ALGORITHM),
    )
    return Page(judge(measures, found, policy), Sample(page, round(dpi)), angle, turned, form)


def _measure(name: str, value: float | None, unit: str) -> Measure:
    return Measure(f"page.{name}", value, unit, ALGORITHM)


def _of_a4(image: Image) -> float | None:
    """The resolution of a sheet of A4 that fills `image`; None when it has other proportions."""
    short, long = sorted(image.shape[:2])
    if abs(long / short / math.sqrt(2) - 1) > _ROOT:
        return None
    return round(float(long) * MM / FORMATS["A4"][1], 1)


def _size(image: Image, dpi: float) -> tuple[float, float]:
    short, long = sorted(side * MM / dpi for side in image.shape[:2])
    return short, long


def format_of(size: tuple[float, float]) -> tuple[str | None, float]:
    """The format nearest to `size` in mm, either side up, and how far it is.

    None instead of a name beyond 3 mm.
    """
    short, long = sorted(size)
    apart = {name: _apart((short, long), form) for name, form in FORMATS.items()}
    name = min(apart, key=lambda n: apart[n])
    return (name if apart[name] <= _LIKE else None), apart[name]


def _apart(size: tuple[float, float], form: tuple[float, float]) -> float:
    return max(abs(size[0] - form[0]), abs(size[1] - form[1]))


def _work(image: Image, dpi: float) -> Image:
    scale = WORK / dpi
    if scale >= 1:
        return image
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _grey(image: Image) -> Grey:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)


def _marks(paper: Image, dpi: float, *, alone: bool) -> Ink:
    """The ink of `paper`; the rim of a sheet cut out of its scan is left out, for the lid shows."""
    grey = _grey(_work(paper, dpi))
    if alone:
        rim = max(1, round(_RIM * min(dpi, WORK) / MM))
        inner = grey[rim:-rim, rim:-rim]
        whole = cv2.copyMakeBorder(inner, rim, rim, rim, rim, cv2.BORDER_REPLICATE)
        grey = np.asarray(whole, np.uint8)
    return ink(grey, min(dpi, WORK))


def _sheet(image: Image, dpi: float) -> Outline | None:
    """The sheet that lies on a dark lid, or alone on a light one; None: the page fills the scan.

    A picture or a table on a white page is no sheet: something else is on that page, or it has
    none of the formats that papers have.
    """
    sheets = outlines(image, dpi, _COARSE)
    if not sheets:
        return None
    largest = sheets[0]
    edge = max(2, min(image.shape[:2]) // 100)
    ring = np.concatenate(
        [p.reshape(-1, 3) for p in (image[:edge], image[-edge:], image[:, :edge])]
    )
    lid = float(np.median(ring))
    inside = float(np.median(_cut_out(image, largest)[::8, ::8]))
    if largest.support < 0.5:
        return None
    if lid < _DARK:
        return largest if inside > lid + 40 else None
    size = (largest.width, largest.height)
    known = min(_apart(size, form) for form in FORMATS.values()) <= _LIKE
    return largest if known and len(sheets) == 1 and not largest.touch else None


def _tilt(sheet: Outline) -> float:
    """How far a sheet is turned from the nearest quarter turn, degrees clockwise."""
    return (sheet.angle + 45) % 90 - 45


def _cut_out(image: Image, sheet: Outline) -> Image:
    """The sheet alone, straight, standing on the side it stands on in the scan."""
    corners = sheet.corners
    if abs(sheet.angle) > 45:  # a landscape: begin with the corner that is top left on the scan
        corners = np.roll(corners, 1 if sheet.angle > 0 else -1, 0)
    top, side = corners[1] - corners[0], corners[2] - corners[1]
    width, height = (max(8, round(float(np.hypot(*edge)))) for edge in (top, side))
    target = np.array(((0, 0), (width, 0), (width, height), (0, height)), np.float32) - 0.5
    turn = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    seen = cv2.warpPerspective(image, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.uint8)


def _beyond(sheet: Outline | None, image: Image, dpi: float) -> float:
    """How far the sheet goes on beside the glass, mm."""
    if sheet is None or not sheet.touch:
        return 0.0
    size = np.array((image.shape[1], image.shape[0]))
    over = np.maximum(-sheet.corners, sheet.corners - size).max() * MM / dpi
    return round(max(0.0, float(over)), 1)


def _cut(image: Image, dpi: float, marks: Ink, sheet: Outline | None) -> int:
    """Letters that touch the border of the scan."""
    if sheet is not None:
        if sheet.touch < _TOUCH:
            return 0
        marks = _marks(image, dpi, alone=False)
    left, top, width, height = marks.letters.T
    rows, columns = marks.mask.shape
    return int(
        (
            (left <= 1) | (top <= 1) | (left + width >= columns - 1) | (top + height >= rows - 1)
        ).sum()
    )


def _upright(paper: Image, marks: Ink) -> tuple[Image, int, float | None, float]:
    """The page straight and upright; its quarter turns, its skew, how surely it was upright."""
    if not marks.written:
        return paper, 0, None, 0.0
    angle, aside = skew(marks)
    straight = _turned_back(marks.mask, angle, 0)
    if aside:
        straight = np.ascontiguousarray(np.rot90(straight))
    head = upside_down(ink(255 - 200 * straight, marks.dpi))
    down = head > _SURE
    quarters = (1 if aside else 0) + (2 if down else 0)
    page = _turned_back(paper, angle if abs(angle) >= _SMALLEST else 0.0, 255, quarters)
    return page, quarters, angle, round(abs(head), 3)


def _turned_back(image: Image, degrees: float, ground: int, quarters: int = 0) -> Image:
    """`image` turned anticlockwise about its middle, `ground` in the corners; once, not twice."""
    if not degrees:
        return np.ascontiguousarray(np.rot90(image, quarters))
    rows, columns = image.shape[:2]
    turn = cv2.getRotationMatrix2D((columns / 2 - 0.5, rows / 2 - 0.5), degrees + 90 * quarters, 1)
    size = (rows, columns) if quarters % 2 else (columns, rows)
    turn[:, 2] += ((size[0] - columns) / 2, (size[1] - rows) / 2)
    return np.asarray(cv2.warpAffine(image, turn, size, borderValue=(ground,) * 3), np.uint8)
