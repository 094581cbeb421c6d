"""Titles of people named SPECIMEN on the glass of a scanner, their zone in OCR-B.

Glyphs come from a strip (scripts/ocrb_strips.py); how they are printed, worn and scanned is
drawn here: weight of the ink, jitter, a patterned ground, rotation, blur, noise, JPEG.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Image = npt.NDArray[np.uint8]

_GLYPHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
_STRIP = Path(__file__).with_name("ocrb.png")
_SIZES = {44: (125, 88), 36: (105, 74), 30: (86, 54)}  # mm, by the width of a line
_PITCH, _LEADING = 2.54, 4.23  # mm: 10 characters and 6 lines an inch
_MARGIN = 25  # mm of glass around the title
_PAPER, _GLASS, _INK = 226, 238, 38  # grey levels
_FONT = cv2.FONT_HERSHEY_SIMPLEX


@dataclass(frozen=True, slots=True)
class Wear:
    """What printing and scanning do: degrees, pixels, grey levels, quality, seed of the noise."""

    angle: float = 0.0
    blur: float = 0.7
    noise: float = 5.0
    weight: float = 0.0  # of the strokes: above 0 bolder, below 0 lighter
    jpeg: int = 85
    seed: int = 1


def scan(lines: tuple[str, ...], dpi: int = 300, wear: Wear | None = None) -> Image:
    """A title with its zone on the glass, (rows, columns) grey."""
    wear = wear or Wear()
    rng = np.random.default_rng([wear.seed, 5])
    title = _title(lines, dpi, wear, rng)
    border = round(_MARGIN * dpi / 25.4)
    glass = cv2.copyMakeBorder(
        title, border, border, border, border, cv2.BORDER_CONSTANT, value=(_GLASS,)
    )
    return _scanned(np.asarray(glass, np.uint8), wear, rng)


def zone(lines: tuple[str, ...], dpi: int, wear: Wear, rng: np.random.Generator) -> Image:
    """The lines alone, black on white, each character where a printer puts it, nearly."""
    strip = np.asarray(cv2.imread(str(_STRIP), cv2.IMREAD_GRAYSCALE), np.uint8)
    cell = strip.shape[1] // len(_GLYPHS)
    pitch, leading = (mm * dpi / 25.4 for mm in (_PITCH, _LEADING))
    size = (round(pitch), round(strip.shape[0] * pitch / cell))
    height, width = round(leading * len(lines) + size[1]), round(pitch * (len(lines[0]) + 1))
    drawn = np.full((height, width), 255, np.uint8)
    for rank, line in enumerate(lines):
        for column, char in enumerate(line):
            at = _GLYPHS.index(char) * cell
            glyph = _weighed(strip[:, at : at + cell], wear.weight)
            small = cv2.resize(glyph, size, interpolation=cv2.INTER_AREA)
            y, x = rank * leading + rng.normal(0, 0.01) * pitch, (column + 0.3) * pitch
            top, left = round(max(0.0, y)), round(x + rng.normal(0, 0.012) * pitch)
            there = drawn[top : top + size[1], left : left + size[0]]
            np.minimum(there, small[: there.shape[0], : there.shape[1]], out=there)
    return drawn


def _title(lines: tuple[str, ...], dpi: int, wear: Wear, rng: np.random.Generator) -> Image:
    """The page of the title: a portrait, some text, a pattern, the zone at its foot."""
    width, height = (round(mm * dpi / 25.4) for mm in _SIZES[len(lines[0])])
    page = _ground(height, width, dpi)
    if len(lines[0]) > 30:  # the zone of the small card is on its back, alone
        _print(page, dpi)
    drawn = zone(lines, dpi, wear, rng)
    left = max(0, (width - drawn.shape[1]) // 2)
    top = height - drawn.shape[0] - round(1.5 * dpi / 25.4)
    there = page[top : top + drawn.shape[0], left : left + drawn.shape[1]]
    ink = 1 - drawn[: there.shape[0], : there.shape[1]].astype(np.float32) / 255
    there[:] = (there * (1 - ink) + _INK * ink).astype(np.uint8)
    return page


def _ground(height: int, width: int, dpi: int) -> Image:
    """Paper with fine waves, as on a title."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) * (25.4 / dpi)
    waves = np.sin(4.1 * (y + 1.3 * np.sin(0.35 * x))) + np.sin(3.3 * (x + 0.9 * np.sin(0.5 * y)))
    return np.asarray(_PAPER + 7 * waves, np.float32).clip(0, 255).astype(np.uint8)


def _print(page: Image, dpi: int) -> None:
    mm = dpi / 25.4
    scale, thick = 2.2 * mm / 21, max(1, round(0.3 * mm))
    cv2.rectangle(page, (round(5 * mm), round(8 * mm)), (round(28 * mm), round(38 * mm)), 150, -1)
    for rank, text in enumerate(("REPUBLIQUE FRANCAISE - SPECIMEN", "NOM : SPECIMEN", "NE LE")):
        at = (round(32 * mm), round((10 + 6 * rank) * mm))
        cv2.putText(page, text, at, _FONT, scale, 70, thick, cv2.LINE_AA)


def _weighed(glyph: Image, weight: float) -> Image:
    """Bolder or lighter strokes: the level at which a blurred stroke ends."""
    if not weight:
        return glyph
    soft = cv2.GaussianBlur(glyph, (0, 0), 2.0).astype(np.float32)
    return np.asarray(((soft - 127 - 60 * weight) * 4 + 127).clip(0, 255), np.uint8)


def _scanned(glass: Image, wear: Wear, rng: np.random.Generator) -> Image:
    rows, columns = glass.shape
    turn = cv2.getRotationMatrix2D((columns / 2, rows / 2), wear.angle, 1)
    seen: Any = cv2.warpAffine(
        glass, turn, (columns, rows), flags=cv2.INTER_CUBIC, borderValue=(_GLASS,)
    )
    if wear.blur:
        seen = cv2.GaussianBlur(seen, (0, 0), wear.blur)
    shade = cv2.resize(
        rng.normal(0, 6, (5, 7)).astype(np.float32), (columns, rows), interpolation=cv2.INTER_CUBIC
    )
    noisy = np.clip(seen + shade + rng.normal(0, wear.noise, seen.shape), 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", noisy, (cv2.IMWRITE_JPEG_QUALITY, wear.jpeg))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
