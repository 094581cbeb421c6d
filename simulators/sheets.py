"""What an applicant brings on paper: pages of A4 and a signature, drawn line by line."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Image = npt.NDArray[np.uint8]

_A4 = (8.27, 11.69)  # inches
_PAPER, _INK, _WATERMARK = (248, 250, 250), (40, 36, 36), (228, 232, 234)
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_PAD = (300, 900)  # rows and columns of a signature: 25 x 76 mm at 300 dpi


def page(title: str, lines: Sequence[str], dpi: int = 150) -> Image:
    """A sheet of A4, (rows, columns, 3) in B, G, R, with a watermark that says SPECIMEN.

    Accents are dropped: the font of OpenCV has none.
    """
    width, height = (round(side * dpi) for side in _A4)
    sheet = np.full((height, width, 3), _PAPER, np.uint8)
    for top in (0.45, 0.70, 0.95):
        _write(sheet, "SPECIMEN", (1.2, top * _A4[1]), _WATERMARK, 1.0)
    _write(sheet, title, (0.8, 1.4), _INK, 0.22)
    for rank, line in enumerate(lines):
        _write(sheet, line, (0.8, 2.2 + 0.4 * rank), _INK, 0.14)
    return sheet


def signature(seed: int) -> Image:
    """Pen strokes of one hand, (300, 900) grey: dark on white, the same for the same seed."""
    rng = np.random.default_rng([seed, 9])
    height, width = _PAD
    pad = np.full(_PAD, 255, np.uint8)
    for stroke in range(rng.integers(2, 4)):
        knots = int(rng.integers(4, 8))
        start, end = sorted(rng.uniform(0.08, 0.92, 2)) if stroke else (0.1, 0.9)
        x = np.linspace(start, end, knots) + rng.normal(0, 0.03, knots)
        y = rng.uniform(0.25, 0.75, knots)
        _ink(pad, _curve(np.stack([x * width, y * height], 1)), int(rng.integers(4, 7)))
    return pad


def sign(sheet: Image, strokes: Image) -> None:
    """Put a signature at the foot of a page, at half its width."""
    width = sheet.shape[1] // 2
    height = width * strokes.shape[0] // strokes.shape[1]
    small = cv2.resize(strokes, (width, height), interpolation=cv2.INTER_AREA)
    foot = sheet[-2 * height : -height, width // 2 : width // 2 + width]
    np.minimum(foot, small[..., None].astype(np.uint8), out=foot)


def png(image: Image) -> bytes:
    """The image as a PNG file."""
    _, data = cv2.imencode(".png", image)
    return data.tobytes()


def _write(
    sheet: Image,
    text: str,
    inches: tuple[float, float],
    colour: tuple[int, int, int],
    size: float,
) -> None:
    """Text whose capitals are `size` inches high, its foot at `inches` from the top left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    dpi = sheet.shape[1] / _A4[0]
    scale = size * dpi / 21  # the font is 21 pixels high at scale 1
    at = (round(inches[0] * dpi), round(inches[1] * dpi))
    cv2.putText(sheet, plain, at, _FONT, scale, colour, max(1, round(2 * scale)), cv2.LINE_AA)


def _curve(knots: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.floating[Any]]:
    """Cubic Bezier arcs through `knots`, smooth where they meet (Catmull-Rom)."""
    slopes = np.gradient(knots, axis=0) / 3
    t = np.linspace(0, 1, 30)[:, None]
    arcs = []
    for (a, out), (b, into) in pairwise(zip(knots, slopes, strict=True)):
        middle = 3 * (1 - t) ** 2 * t * (a + out) + 3 * (1 - t) * t**2 * (b - into)
        arcs.append((1 - t) ** 3 * a + middle + t**3 * b)
    return np.concatenate(arcs)


def _ink(pad: Image, points: npt.NDArray[np.floating[Any]], width: int) -> None:
    """A stroke `width` pixels wide, thinner where the pen goes fast."""
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    widths = np.clip(width * np.median(steps) / (steps + 1e-6), 2, width)
    sixteenths = np.round(points * 16).astype(int).tolist()
    for (start, end), thick in zip(pairwise(sixteenths), widths, strict=True):
        cv2.line(pad, start, end, 25, round(float(thick)), cv2.LINE_AA, 4)
