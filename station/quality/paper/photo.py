"""The printed photograph of 35 x 45 mm on a scan: found, straightened, cropped and judged.

The crop is at the resolution of the scan, 600 dpi at most, and is never made larger: turned and
cut, not stretched, so that a millimetre of paper stays a millimetre in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.capture import Sample
from station.errors import NotAnImage
from station.quality.paper import defects
from station.quality.paper.outline import MM, outlines
from station.quality.paper.upright import head_up
from station.quality.policy import rules
from station.quality.report import Algorithm, Measure, judge

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.quality.paper.outline import Outline
    from station.quality.report import QualityReport

    Image = npt.NDArray[np.uint8]

ALGORITHM = Algorithm("dr-station print", "1.0")
WIDTH, HEIGHT = 35.0, 45.0  # mm: ANTS, service-public F10619
_DPI = 600  # of the master: portraits.md §2
_MASTER = 2.0  # mm: a print this close to 35 x 45 is cut to it, another is kept as it is
_LEAST = 200  # pixels a side: less shows no photograph
_TOUCH = 2.0  # mm of paper along the border of the scan
_EDGES = 0.62  # of the sides seen as edges: less measures nothing
_SQUARE = 0.92  # short side over long side: above, any side may be the top


@dataclass(frozen=True, slots=True, eq=False)
class PhotoPrint:
    """What a scan shows: the report, and the photograph unless there is none.

    `outline` is the paper on the scan, pixels; `angle` how far its top is turned from that of the
    scan, degrees clockwise, -180 to 180; `dpi` what the crop was measured with.
    """

    report: QualityReport
    sample: Sample | None = field(repr=False)
    outline: Outline | None
    angle: float
    dpi: float


def find_photo(scan: Sample) -> PhotoPrint:
    """The photograph on `scan`, (rows, columns, 3) in B, G, R, judged by the policy in force.

    Without a resolution the size is not assessed: the crop then takes the paper to be 35 mm wide.
    Raises `NotAnImage` for what is not in colour, or smaller than 200 pixels a side.
    """
    image = scan.pixels
    if image.ndim != 3 or min(image.shape[:2]) < _LEAST:
        raise NotAnImage(f"a scan of a photograph is in colour, {_LEAST} pixels a side or more")
    dpi = float(scan.dpi or _usual(image))
    sheets = outlines(image, dpi)
    found, policy = rules("print")
    if not sheets:
        none = (_measure("found", 0.0, "count"),)
        return PhotoPrint(judge(none, found, policy), None, None, 0.0, dpi)
    sheet = min(sheets, key=_misfit)
    if scan.dpi is None:
        dpi *= sheet.width / WIDTH
    paper, turns, sure = _upright(_straight(image, sheet), sheet)
    measures = (
        *_placed(sheets, sheet, None if scan.dpi is None else dpi),
        _measure("cut", _cut(sheet, image.shape, dpi), "mm"),
        _measure("upright", sure, "ratio"),
        *defects.measures(paper, dpi, ALGORITHM),
    )
    sample = Sample(_master(paper, sheet, dpi), round(min(dpi, _DPI)))
    angle = (sheet.angle + 90 * turns + 180) % 360 - 180
    return PhotoPrint(judge(measures, found, policy), sample, sheet, angle, dpi)


def _usual(image: Image) -> int:
    """What a scan without a resolution is likely to have been taken with."""
    return 600 if max(image.shape[:2]) > 3600 else 300  # 300 dpi: A4 has 3508 pixels


def _misfit(sheet: Outline) -> float:
    return abs(sheet.width - WIDTH) + abs(sheet.height - HEIGHT)


def _measure(name: str, value: float | None, unit: str) -> Measure:
    return Measure(f"print.{name}", value, unit, ALGORITHM)


def _placed(sheets: tuple[Outline, ...], sheet: Outline, dpi: float | None) -> tuple[Measure, ...]:
    """How the paper lies and how large it is; None without a scale, or without edges to go by."""
    measured = dpi is not None and sheet.support >= _EDGES
    return (
        _measure("found", 1.0, "count"),
        _measure("count", float(len(sheets)), "count"),
        _measure("width", round(sheet.width, 2) if measured else None, "mm"),
        _measure("height", round(sheet.height, 2) if measured else None, "mm"),
        _measure("touch", round(sheet.touch, 1), "mm"),
        _measure("resolution", dpi, "dpi"),
        _measure("support", round(sheet.support, 3), "ratio"),
    )


def _cut(sheet: Outline, shape: tuple[int, ...], dpi: float) -> float:
    """How much of the paper is missing where it meets the border of the scan, mm."""
    if sheet.touch <= _TOUCH:
        return 0.0
    size = np.array((shape[1], shape[0]))
    beyond = np.maximum(-sheet.corners, sheet.corners - size).max() * MM / dpi
    return round(max(0.0, float(beyond), WIDTH - sheet.width, HEIGHT - sheet.height), 2)


def _straight(image: Image, sheet: Outline) -> Image:
    """The paper alone, its short sides above and below, at the resolution of the scan."""
    top, side = (sheet.corners[n] - sheet.corners[n - 1] for n in (1, 2))
    width, height = (max(8, round(float(np.hypot(*edge)))) for edge in (top, side))
    target = np.array(((0, 0), (width, 0), (width, height), (0, height)), np.float32) - 0.5
    turn = cv2.getPerspectiveTransform(sheet.corners.astype(np.float32), target)
    seen = cv2.warpPerspective(
        image, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(seen, np.uint8)


def _upright(paper: Image, sheet: Outline) -> tuple[Image, int, float]:
    """The paper with the head up, by how many quarter turns it had been turned, how sure."""
    square = sheet.width > _SQUARE * sheet.height
    turns, sure = head_up(paper, (0, 1, 2, 3) if square else (0, 2))
    return np.ascontiguousarray(np.rot90(paper, turns)), turns, sure


def _master(paper: Image, sheet: Outline, dpi: float) -> Image:
    """The photograph at 600 dpi or less; one of nearly 35 x 45 mm is cut to that, centred."""
    if dpi > _DPI:
        shrink = _DPI / dpi
        small = cv2.resize(paper, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        paper, dpi = np.asarray(small, np.uint8), _DPI
    if _misfit(sheet) > 2 * _MASTER or paper.shape[1] > paper.shape[0]:
        return paper
    wanted = (round(HEIGHT * dpi / MM), round(WIDTH * dpi / MM))
    for axis, size in enumerate(wanted):
        paper = _centred(paper, axis, size)
    return np.ascontiguousarray(paper)


def _centred(paper: Image, axis: int, size: int) -> Image:
    """`size` pixels of the middle along `axis`; where paper is missing its border goes on."""
    spare = paper.shape[axis] - size
    places = np.clip(np.arange(size) + spare // 2, 0, paper.shape[axis] - 1)
    return np.asarray(np.take(paper, places, axis), np.uint8)
