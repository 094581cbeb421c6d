"""Measures of a single flat print at 500 ppi: is it there, is it whole, dry, wet or pale.

Our own, named and versioned, beside one figure of quality from an engine (`station.quality.score`),
which sees neither faces nor pale prints. Blocks of 32 x 32 pixels every 16 are handled all at
once: no Python loop runs over them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.errors import NotAnImage
from station.quality.endings import endings
from station.quality.indice import Indice
from station.quality.policy import rules
from station.quality.report import Algorithm, Measure, judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from station.capture import Sample
    from station.quality.report import QualityReport, Rule
    from station.quality.score import FingerQuality

    Floats = npt.NDArray[np.float32]

ALGORITHM = Algorithm("dr-station finger", "1.1")
PPI = 500
_SIDES = (64, 2048)  # pixels
_BLOCK, _STEP = 32, 16  # pixels
_TEXTURE = 6.0  # grey levels: below, a block is bare glass
_COHERENCE = 0.35
_PERIODS = (5, 15)  # pixels between two ridges
_PEAK_SHARE = 0.55  # of the power within two bins of the peak
_LINES = 0.15  # of the textured blocks: fewer tell no period
_ACROSS = np.arange(_BLOCK, dtype=np.float32) - _BLOCK / 2
_HANN = np.hanning(_BLOCK).astype(np.float32)
_SMALL_RIDGE = 60  # pixels; a dark piece below is a broken ridge
_SMALL_HOLE = 40  # pixels; a light piece below is a pore, or a valley run full
_WINDOW = 15  # pixels: one to two ridges
_LIGHT = 200.0  # grey level of a valley that is bare glass
_INSIDE = {
    "dryness": "ratio",
    "wetness": "ratio",
    "holes": "1/mm2",
    "valley": "grey",
    "contrast": "grey",
    "saturation": "ratio",
    "sharpness": "1/px",
}


def assess_finger(sample: Sample, engine: FingerQuality | None = None) -> QualityReport:
    """Measure `sample` and judge it by the policy in force, NFIQ 2 counting where `engine` is it.

    Raises `NotAnImage` unless it is grey, 500 ppi and 64 to 2048 pixels a side.
    """
    found, policy = rules("finger")
    measured = measures(sample)
    if _is_present(measured, found):
        measured += scores(sample, engine)
    return judge(measured, found, policy)


def scores(sample: Sample, engine: FingerQuality | None = None) -> tuple[Measure, ...]:
    """`finger.indice`, and `finger.nfiq2` beside it when `engine` is NFIQ 2 and works."""
    indice = Indice.load()
    own = indice.assess(sample.pixels)
    found = [Measure("finger.indice", own.score, "0-100", own.algorithm)]
    if engine is not None and engine.algorithm != indice.algorithm:
        record = engine.assess(sample.pixels)
        if record.score is not None:
            found.append(Measure("finger.nfiq2", record.score, "0-100", record.algorithm))
    return tuple(found)


def merit(report: QualityReport) -> tuple[int, float]:
    """What tells the better of two captures of one finger: the verdict, then the figure."""
    figures = (report.value("finger.nfiq2"), report.value("finger.indice"), 0.0)
    return -report.verdict, next(figure for figure in figures if figure is not None)


def _is_present(measured: tuple[Measure, ...], found: Mapping[str, Rule]) -> bool:
    """Whether there is a print at all: a score of anything else would mean nothing."""
    presence = ("finger.ridge_area", "finger.ridge_share", "finger.endings")
    return all(found[m.name].judge(m.value).accepts for m in measured if m.name in presence)


def measures(sample: Sample) -> tuple[Measure, ...]:
    """What can be told without an engine; None for what a bare platen does not allow to measure."""
    grey = _checked(sample)
    ridges, textured, period = _ridge_blocks(grey)
    area = float(ridges.sum()) * (_STEP / PPI * 25.4) ** 2
    share = float(ridges.sum() / max(1, textured.sum()))
    region = _region(ridges, grey.shape)
    values = _ridge_values(grey, region) if region.any() else {}
    # hair and cloth may look like ridges, but seldom with bare glass between them
    light = min(1.0, values.get("valley", _LIGHT) / _LIGHT) ** 2
    return (
        _measure("ridge_area", area, "mm2"),
        _measure("ridge_share", share * light, "ratio"),
        _measure("endings", endings(grey, region), "1/mm2"),
        _measure("period", period, "px"),
        *(_measure(name, values.get(name), unit) for name, unit in _INSIDE.items()),
    )


def _checked(sample: Sample) -> npt.NDArray[np.uint8]:
    pixels = sample.pixels
    if pixels.ndim != 2 or sample.dpi != PPI:
        raise NotAnImage(f"a print is grey at {PPI} ppi; this is {pixels.ndim}-D, {sample.dpi} ppi")
    if not all(_SIDES[0] <= side <= _SIDES[1] for side in pixels.shape):
        raise NotAnImage(f"{pixels.shape[1]}x{pixels.shape[0]} pixels: no print of one finger")
    return pixels


def _measure(name: str, value: float | None, unit: str) -> Measure:
    return Measure(f"finger.{name}", value, unit, ALGORITHM)


def _ridge_blocks(
    grey: npt.NDArray[np.uint8],
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], float | None]:
    """Which blocks show ridges, which show anything, and how far apart the lines are.

    Both (block rows, block columns); pixels, None where few blocks show lines of any period.
    """
    blocks = np.lib.stride_tricks.sliding_window_view(grey, (_BLOCK, _BLOCK))[::_STEP, ::_STEP]
    textured = np.asarray(blocks.std((2, 3)) >= _TEXTURE)
    found = np.zeros_like(textured)
    if not textured.any():
        return found, textured, None
    angle, coherence = _orientation(blocks[textured].astype(np.float32))
    centres = np.argwhere(textured).astype(np.float32) * _STEP + _BLOCK / 2
    period, share = _waves(_profiles(grey, centres, angle))
    lines = (coherence > _COHERENCE) & (share > _PEAK_SHARE)
    found[textured] = lines & (period >= _PERIODS[0]) & (period <= _PERIODS[1])
    many = lines.mean() > _LINES
    return found, textured, float(np.median(period[lines])) if many else None


def _orientation(blocks: Floats) -> tuple[Floats, Floats]:
    """Direction across the ridges (radians) and coherence of each block, from its gradients."""
    dy, dx = np.gradient(blocks, axis=(1, 2))
    a, b, c = (dx * dx).mean((1, 2)), (dy * dy).mean((1, 2)), (dx * dy).mean((1, 2))
    strength = np.hypot(a - b, 2 * c)
    return 0.5 * np.arctan2(2 * c, a - b), strength / (a + b + 1e-6)


def _profiles(grey: npt.NDArray[np.uint8], centres: Floats, angle: Floats) -> Floats:
    """Grey levels across the ridges at each (row, column) centre: (blocks, 32), 16 lines averaged.

    The turned window reaches beyond its block, where the neighbours' pixels are read.
    """
    cos, sin = np.cos(angle)[:, None, None], np.sin(angle)[:, None, None]
    along, across = _ACROSS[None, ::2, None] * 0.5, _ACROSS[None, None, :]
    x = centres[:, 1, None, None] + across * cos - along * sin
    y = centres[:, 0, None, None] + across * sin + along * cos
    flat = (len(centres), _BLOCK // 2 * _BLOCK)  # OpenCV maps have fewer than 32 768 rows
    window = cv2.remap(
        grey, x.reshape(flat), y.reshape(flat), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    lines = window.reshape(len(centres), _BLOCK // 2, _BLOCK)
    return np.asarray(lines.mean(1, dtype=np.float32))


def _waves(profiles: Floats) -> tuple[Floats, Floats]:
    """Period of each profile (px), and the share of its power that lies around it.

    From a 64-point spectrum without the constant.
    """
    centred = (profiles - profiles.mean(1, keepdims=True)) * _HANN
    power = np.abs(np.fft.rfft(centred, 64)) ** 2
    power[:, 0] = 0
    peak = power.argmax(1)
    near = np.abs(np.arange(power.shape[1])[None, :] - peak[:, None]) <= 2
    share = (power * near).sum(1) / (power.sum(1) + 1e-6)
    period = 64 / np.maximum(peak, 1)
    return np.asarray(period, np.float32), np.asarray(share, np.float32)


def _region(ridges: npt.NDArray[np.bool_], shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Pixels that belong to a ridge block."""
    mask = np.zeros(shape, np.uint8)
    rows, columns = ridges.shape
    small = cv2.resize(
        ridges.astype(np.uint8), (columns * _STEP, rows * _STEP), interpolation=cv2.INTER_NEAREST
    )
    offset = (_BLOCK - _STEP) // 2
    mask[offset : offset + small.shape[0], offset : offset + small.shape[1]] = small[
        : shape[0] - offset, : shape[1] - offset
    ]
    return mask.astype(bool)


def _ridge_values(grey: npt.NDArray[np.uint8], region: npt.NDArray[np.bool_]) -> dict[str, float]:
    """What the ridges themselves show."""
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.2)
    kernel = np.ones((_WINDOW, _WINDOW), np.uint8)
    low, high = cv2.erode(smooth, kernel), cv2.dilate(smooth, kernel)
    dark = (smooth < (low.astype(np.int16) + high) / 2) & region
    dark_share = float(dark.sum() / region.sum())
    contrast = float((high[region].astype(np.float32) - low[region]).mean())
    area = float(region.sum()) * (25.4 / PPI) ** 2
    broken = _specks(dark, _SMALL_RIDGE) / area
    gradient = cv2.magnitude(
        cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=1 / 8),
        cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=1 / 8),
    )
    return {
        # 1.0 is the edge of dry: 2 broken ridges per mm² where 28 % of the pixels are dark
        "dryness": float(min(broken / 2.0, 2.0) * min(0.28 / max(dark_share, 1e-3), 1.0)),
        "wetness": dark_share,
        "holes": _specks(region & ~dark, _SMALL_HOLE) / area,
        "valley": float(high[region].mean()),
        "contrast": contrast,
        "saturation": float((grey[region] < 30).mean()),
        # an edge takes the contrast in 2 or 3 pixels when sharp, in 5 when blurred
        "sharpness": float(np.percentile(gradient[region], 95) / max(contrast, 1.0)),
    }


def _specks(mask: npt.NDArray[np.bool_], size: int) -> int:
    """How many connected pieces of `mask` have fewer than `size` pixels."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    return int((stats[1:, cv2.CC_STAT_AREA] < size).sum())
