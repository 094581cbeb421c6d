"""Where the features of a portrait are, known from its making: truth for tests of measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulators.faces import head
from simulators.faces.build import Build
from simulators.faces.eyes import HALF_WIDTH, lids
from simulators.faces.mouth import CORNER
from simulators.faces.view import View
from simulators.floats import Floats, floats

if TYPE_CHECKING:
    from simulators.faces.params import Params

_LID_PAIRS = (-0.5, 0.0, 0.5)  # cm from the middle of the eye


def truth(params: Params) -> dict[str, tuple[float, float]]:
    """Landmarks of `render(params)` by name, (x, y) in pixels; left is that of the picture.

    Of each eye `outer`, `inner` and three pairs of `lid_top` and `lid_bottom`; of the mouth the
    corners and the inner lips; the tip of the nose, the chin, and the crown without its hair.
    """
    build = Build.of(params, np.random.default_rng(params.seed))
    flat = _eyes(params, build) | _below(params, build)
    xy = floats([(x, build.height(y)) for x, y in flat.values()])
    chin, crown = head.ends(build, params.mouth)
    points = np.vstack([np.column_stack([xy, _depth(params, build, xy)]), [chin, crown]])
    pixels = View.of(params, build).project(floats(points))
    names = (*flat, "chin", "crown")
    return {name: (float(x), float(y)) for name, (x, y) in zip(names, pixels, strict=True)}


def _eyes(params: Params, build: Build) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    for name, side, opening in (("left", -1, params.eye_l), ("right", 1, params.eye_r)):
        middle = side * head.EYE * build.eyes
        half = HALF_WIDTH * build.eye
        found[f"{name}_eye_outer"] = (middle + side * half, 0)
        found[f"{name}_eye_inner"] = (middle - side * half, 0)
        tops, bottoms = lids(np.array(_LID_PAIRS), opening, build.eye)
        for rank, x in enumerate(_LID_PAIRS):
            found[f"{name}_lid_top_{rank}"] = (middle + x, float(tops[rank]))
            found[f"{name}_lid_bottom_{rank}"] = (middle + x, float(bottoms[rank]))
    return found


def _below(params: Params, build: Build) -> dict[str, tuple[float, float]]:
    drop = params.mouth * head.JAW_DROP
    corner = CORNER[1] + 0.7 * params.smile
    return {
        "nose_tip": (0, head.NOSE_TIP * build.nose),
        "left_mouth_corner": (-CORNER[0], corner),
        "right_mouth_corner": (CORNER[0], corner),
        "lip_inner_top": (0, CORNER[1] + 0.1),
        "lip_inner_bottom": (0, CORNER[1] + 0.1 - drop),
    }


def _depth(params: Params, build: Build, xy: Floats) -> Floats:
    """How far before the middle of the head the skin is, marching straight at it."""
    z: Floats = np.full(len(xy), 14, np.float32)
    for _ in range(200):
        z = z - 0.6 * np.clip(head.skin((xy[:, 0], xy[:, 1], z), build, params.mouth), -1, 2)
    return z
