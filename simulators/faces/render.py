"""From parameters to a picture: shape, light, lens and sensor."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.faces.light import GAMMA, lit
from simulators.faces.march import Scene, march
from simulators.faces.params import Build, Params
from simulators.faces.texture import texture
from simulators.faces.view import View
from simulators.faces.worn import put_on
from simulators.floats import Floats, floats

if TYPE_CHECKING:
    import numpy.typing as npt


@lru_cache(maxsize=8)
def render(params: Params) -> npt.NDArray[np.uint8]:
    """The portrait, (height, width, 3) in B, G, R; read-only, and kept for the next call."""
    rng = np.random.default_rng(params.seed)
    scene = Scene(params, Build.of(params.seed, rng), View.of(params))
    surface = march(scene)
    light = lit(params, surface, texture(params, scene.build, rng))
    put_on(light, params, scene.view)
    picture = _sensor(params, _lens(params, light), rng)
    picture.setflags(write=False)
    return picture


def _lens(params: Params, light: Floats) -> Floats:
    """Exposure, colour cast, and the two kinds of blur."""
    image = floats(light * params.exposure * floats(params.cast))
    if params.blur:
        image = floats(cv2.GaussianBlur(image, (0, 0), params.blur))
    if params.motion > 1:
        image = floats(cv2.blur(image, (params.motion, 1)))
    return image


def _sensor(params: Params, light: Floats, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Grey levels of amounts of light, with noise."""
    levels = 255 * np.clip(light, 0, 1) ** (1 / GAMMA)
    noise = params.noise * rng.standard_normal(levels.shape).astype(np.float32)
    return np.clip(levels + noise + 0.5, 0, 255).astype(np.uint8)
