"""Colours of what the camera sees, in linear light: a lamp, the sky, and the shade of hollows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.faces.canvas import HALF_HEIGHT, HALF_WIDTH
from simulators.faces.march import Material
from simulators.faces.params import Headgear
from simulators.floats import Floats, floats

if TYPE_CHECKING:
    from simulators.faces.canvas import Canvas
    from simulators.faces.march import Scene, Surface
    from simulators.faces.params import Colour, Params

GAMMA = 2.2
_GEAR: dict[Headgear, Colour] = {
    Headgear.HAT: (60, 40, 150),
    Headgear.HEADBAND: (150, 60, 40),
    Headgear.SCARF: (96, 70, 120),
}
_FALLEN = 0.85  # how much of the light the shadow takes at most


def linear(colour: Floats) -> Floats:
    """Colours of 0 to 255 as amounts of light, 0 to 1."""
    return floats((colour / 255) ** GAMMA)


def lit(scene: Scene, surface: Surface, skin: Canvas, behind: Floats) -> Floats:
    """The person before what is `behind`, (rows, columns, 3) in linear light."""
    params, lamp = scene.params, lamp_of(scene.params)
    light = _shade(params, surface, lamp)[..., None]
    person = linear(_colours(scene, surface, skin)) * light
    person = person + _shine(params, surface, lamp)[..., None]
    edge = floats(cv2.GaussianBlur(surface.cover, (0, 0), 0.5))[..., None]
    return person * edge + behind * (1 - edge)


def lamp_of(params: Params) -> Floats:
    """The unit direction to the lamp, in the frame of the camera."""
    azimuth, elevation = np.radians([params.light_az, params.light_el])
    flat = np.cos(elevation)
    return floats([np.sin(azimuth) * flat, np.sin(elevation), np.cos(azimuth) * flat])


def _shade(params: Params, surface: Surface, lamp: Floats) -> Floats:
    """How much light falls on each pixel."""
    direct = np.clip((surface.normals @ lamp + 0.25) / 1.25, 0, 1)
    sky = 0.5 + 0.5 * surface.normals[..., 1]
    soft = params.ambient * (0.78 + 0.22 * sky)
    light = floats(soft * surface.open + (1 - params.ambient) * 1.25 * direct * surface.seen)
    if params.face_shadow:
        light = light * (1 - params.face_shadow * _fallen(surface.points))
    return light


def _fallen(points: Floats) -> Floats:
    """The shadow of something beside the lamp: 1 on the left of the face, with a soft edge."""
    edge = 1.2 + 0.12 * points[..., 1]
    return floats(_FALLEN * np.clip(0.5 + (edge - points[..., 0]) / 1.6, 0, 1))


def _shine(params: Params, surface: Surface, lamp: Floats) -> Floats:
    """The gloss of skin, and half as much of hair."""
    halfway = lamp + floats([0, 0, 1])
    halfway = halfway / np.linalg.norm(halfway)
    gloss = np.clip(surface.normals @ halfway, 0, 1) ** 24
    glossy = surface.shares[Material.SKIN] + 0.5 * surface.shares[Material.HAIR]
    return floats(0.07 * (1 - params.ambient) * glossy * gloss * surface.seen)


def _colours(scene: Scene, surface: Surface, skin: Canvas) -> Floats:
    """The colour of each pixel, whatever the light: materials mix where they meet."""
    params = scene.params
    knit = 1 + 0.04 * np.sin(surface.points[..., :1] * 22)
    of = {
        Material.SKIN: _draped(scene, surface.points, skin),
        Material.HAIR: _hair(params, surface.points),
        Material.CLOTH: floats(params.cloth) * knit,
        Material.NECK: floats(params.skin) * 0.93,
        Material.GEAR: floats(_GEAR.get(params.headgear, params.cloth)) * knit,
    }
    mixed = sum(of[kind] * surface.shares[kind][..., None] for kind in Material)
    whole = floats(sum(surface.shares))[..., None]
    return floats(mixed / (whole + 1e-3))


def _draped(scene: Scene, points: Floats, skin: Canvas) -> Floats:
    """The painted skin on the front of the head, plain skin on its sides."""
    across = (points[..., 0] + HALF_WIDTH) * skin.scale
    down = (HALF_HEIGHT - scene.build.flat(points[..., 1])) * skin.scale
    painted = floats(
        cv2.remap(
            skin.pixels,
            floats(across),
            floats(down),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )
    front = np.clip((points[..., 2] - 2.0) / 1.5, 0, 1)[..., None]
    return floats(painted * front + floats(scene.params.skin) * (1 - front))


def _hair(params: Params, points: Floats) -> Floats:
    """Strands from the crown: coarse ones and fine ones, none of them a regular stripe."""
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    around = np.arctan2(x, np.abs(y - 2) + 2)
    waves = 0.5 * np.sin(0.9 * y + 1.3 * z) + 0.4 * np.sin(1.7 * x - 0.8 * z)
    strands = np.sin(31 * around + 3 * waves) + np.sin(73 * around - 5 * waves + z)
    strands = strands + np.sin(149 * around + 7 * waves) * np.sin(2.3 * y + 9 * around)
    return floats(floats(params.hair) * (1 + 0.11 * strands[..., None]))
