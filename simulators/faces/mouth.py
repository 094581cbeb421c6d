"""Lips and teeth, painted on the skin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulators.faces.canvas import Paint, band, tinted
from simulators.faces.head import JAW_DROP

if TYPE_CHECKING:
    from simulators.faces.canvas import Canvas
    from simulators.faces.params import Params

CORNER = (2.45, -7.15)  # cm
_INSIDE, _TEETH = (30, 22, 60), (205, 214, 220)


def paint_mouth(canvas: Canvas, params: Params) -> None:
    """The mouth, open or closed, smiling or not."""
    x = np.linspace(-CORNER[0], CORNER[0], 61)
    u = x / CORNER[0]
    round_ = 1 - u * u
    drop = params.mouth * JAW_DROP
    seam = CORNER[1] + 0.06 * np.cos(u * 6) * round_ + 0.7 * params.smile * u * u
    upper = seam + (0.52 - 0.16 * np.exp(-((u / 0.16) ** 2))) * round_**0.8
    lower = seam - 0.78 * round_**0.7 - drop * round_**0.5
    lip, dark = tinted(params.skin, 0.66, 0.58, 0.86), tinted(params.skin, 0.34, 0.36, 0.46)
    canvas.fill(band(x, upper, lower), Paint(lip, 0.92, 0.05))
    if params.mouth > 0.02:
        inner = seam - drop * round_**0.55
        teeth = np.maximum(inner, seam - 0.45 * params.mouth**0.5 * round_**0.5)
        canvas.fill(band(x, seam, inner), Paint(_INSIDE, soft=0.03))
        canvas.fill(band(x * 0.8, seam, teeth), Paint(_TEETH, soft=0.03))
    canvas.fill(band(x, seam + 0.05, seam - 0.06), Paint(tinted(lip, 0.42, 0.42, 0.42), 0.9, 0.02))
    canvas.fill(band(x * 0.6, lower - 0.25, lower - 0.5), Paint(dark, 0.22, 0.15))
