"""From parameters to a picture: shape, light, lens and sensor."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.faces.build import Build
from simulators.faces.light import GAMMA, lamp_of, lit
from simulators.faces.march import Scene, march
from simulators.faces.params import Params, Second, person
from simulators.faces.texture import texture
from simulators.faces.view import View
from simulators.faces.wall import wall
from simulators.faces.worn import put_on
from simulators.floats import Floats, floats

if TYPE_CHECKING:
    import numpy.typing as npt

    from simulators.faces.march import Surface

_SHAPE = (
    "width", "height", "head_ratio", "cx", "cy", "distance", "yaw", "pitch", "roll", "mouth",
    "haircut", "headgear", "light_az", "light_el", "age", "seed",
)  # fmt: skip
_LUMINANCE = (0.0722, 0.7152, 0.2126)  # of B, G, R, in linear light
_CRISP = 0.5  # how much a camera sharpens
_OTHER = 7919  # from one person to the one beside
_PLACES = {Second.BESIDE: (0.44, 0.0, 1.0), Second.BEHIND: (0.32, -0.2, 0.5)}


@lru_cache(maxsize=8)
def render(params: Params) -> npt.NDArray[np.uint8]:
    """The portrait, (height, width, 3) in B, G, R; read-only, and kept for the next call."""
    rng = np.random.default_rng(params.seed)
    light = _portrayed(params, rng)
    picture = _coded(params, _sensor(params, _lens(params, light), rng))
    picture.setflags(write=False)
    return picture


def _portrayed(params: Params, rng: np.random.Generator) -> Floats:
    """The person before the wall, or before somebody else, in linear light."""
    build = Build.of(params, rng)
    scene = Scene(params, build, View.of(params, build))
    surface = _surface(Params(**{name: getattr(params, name) for name in _SHAPE}), build)
    if params.second is Second.NONE:
        behind = wall(params, surface.cover)
    else:
        behind = _portrayed(_companion(params), rng)
    light = lit(scene, surface, texture(scene, rng), behind)
    put_on(light, params, scene.view)
    return light


@lru_cache(maxsize=1)
def _surface(shape: Params, build: Build) -> Surface:
    """What the camera sees of a person, whatever its colours: kept for the next portrait of it."""
    return march(Scene(shape, build, View.of(shape, build)), lamp_of(shape))


def _companion(params: Params) -> Params:
    """Somebody else in the same picture: the other hair, upright, alone."""
    other = person(params.seed + _OTHER, params.width, params.height)
    across, down, size = _PLACES[params.second]
    return replace(
        other,
        cx=params.cx + across,
        cy=params.cy + down,
        head_ratio=params.head_ratio * size,
        bg=params.bg,
        light_az=params.light_az,
        ambient=params.ambient,
    )


def _lens(params: Params, light: Floats) -> Floats:
    """Exposure, the colours of the light and of the film, and the two kinds of blur."""
    crisp = light + _CRISP * (light - floats(cv2.GaussianBlur(light, (0, 0), 1.0)))
    image = floats(np.maximum(crisp, 0) * params.exposure * floats(params.cast))
    if params.grey:
        luminance = image @ floats(_LUMINANCE)
        image = floats(image * (1 - params.grey) + luminance[..., None] * params.grey)
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


def _coded(params: Params, picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """What is left of it after the compression asked for."""
    if not params.jpeg:
        return picture
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, params.jpeg])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
