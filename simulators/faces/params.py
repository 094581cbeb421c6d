"""What a portrait can be asked to show, and how one person differs from the next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

import numpy as np

Colour = tuple[float, float, float]  # B, G, R

SKINS: tuple[Colour, ...] = (  # ten steps from the lightest to the darkest, as scales of tone have
    (200, 216, 240), (182, 204, 236), (150, 178, 224), (130, 162, 212), (110, 140, 190),
    (84, 114, 162), (64, 88, 130), (48, 66, 98), (40, 52, 74), (34, 42, 56),
)  # fmt: skip
_USUAL = (1, 2, 4, 7)  # of those, whom `person` draws
HAIRS: tuple[Colour, ...] = ((36, 48, 70), (20, 20, 24), (96, 140, 176), (60, 84, 130))
WHITE_HAIR: Colour = (206, 208, 210)
CLOTHS: tuple[Colour, ...] = ((110, 72, 48), (60, 60, 62), (52, 92, 60), (56, 48, 120))
IRISES: tuple[Colour, ...] = ((96, 84, 52), (28, 50, 84), (150, 112, 72), (20, 26, 36))


@unique
class Glasses(StrEnum):
    """What stands before the eyes."""

    NONE = "none"
    CLEAR = "clear"
    DARK = "dark"
    TINTED = "tinted"  # the eyes show through
    THICK = "thick"  # a heavy frame
    LOW = "low"  # slid down: the frame crosses the eyes


@unique
class Occlusion(StrEnum):
    """What hides a part of the face."""

    NONE = "none"
    MASK = "mask"
    HAND = "hand"
    FRINGE = "fringe"  # hair over the eyes


@unique
class HairCut(StrEnum):
    """How the hair is worn."""

    SHORT = "short"
    LONG = "long"
    FULL = "full"  # a ball around the head
    NONE = "none"  # bald


@unique
class Headgear(StrEnum):
    """What is worn on the head."""

    NONE = "none"
    HAT = "hat"
    HEADBAND = "headband"
    SCARF = "scarf"  # over the hair and around the neck, the face free


@unique
class Second(StrEnum):
    """Where somebody else stands."""

    NONE = "none"
    BESIDE = "beside"  # as large, to the right of the picture
    BEHIND = "behind"  # half as large, over the shoulder


@dataclass(frozen=True, slots=True)
class Params:
    """One portrait; the defaults make one that meets the rules.

    Left and right are those of the picture. Angles are in degrees: yaw turns to the right of
    the picture, pitch up, roll clockwise. Openings and whatever spoils a picture go from 0, not
    at all, to 1; `gaze` and `smile` from -1. `noise` is in grey levels.
    """

    width: int = 600
    height: int = 771
    head_ratio: float = 0.74  # chin to crown over the height of the picture
    cx: float = 0.5  # the point between the eyes, as a share of the width and of the height
    cy: float = 0.5
    distance: float = 130.0  # from the camera to the middle of the head
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    eye_l: float = 1.0
    eye_r: float = 1.0
    gaze: float = 0.0
    mouth: float = 0.0
    smile: float = 0.0
    red_eyes: float = 0.0
    beard: float = 0.0
    skin: Colour = SKINS[2]
    hair: Colour = HAIRS[0]
    haircut: HairCut = HairCut.SHORT
    iris: Colour = (96, 84, 52)
    cloth: Colour = CLOTHS[0]
    bg: Colour = (218, 212, 205)
    bg_pattern: float = 0.0
    bg_shadow: float = 0.0
    bg_slope: float = 0.0  # how much darker the wall is at the bottom
    light_az: float = 0.0
    light_el: float = 20.0
    ambient: float = 0.62
    face_shadow: float = 0.0  # of something beside the lamp, over the left of the face
    exposure: float = 1.0  # gain, in linear light
    cast: Colour = (1.0, 1.0, 1.0)  # gain of each colour
    grey: float = 0.0  # 1 is black and white
    glasses: Glasses = Glasses.NONE
    glare: float = 0.0
    occlusion: Occlusion = Occlusion.NONE
    headgear: Headgear = Headgear.NONE
    second: Second = Second.NONE
    blur: float = 0.0  # pixels, standard deviation
    motion: int = 0  # pixels, horizontal
    noise: float = 1.2
    jpeg: int = 0  # quality, 1 to 100; 0 is no compression
    age: float = 30.0  # years, from 3
    seed: int = 0  # who it is; 0 is the mean head


def person(seed: int, width: int, height: int) -> Params:
    """An ordinary portrait of the person `seed`, never the mean head."""
    rng = np.random.default_rng([seed, 5])
    return Params(
        width=width,
        height=height,
        skin=SKINS[_USUAL[rng.integers(len(_USUAL))]],
        hair=HAIRS[rng.integers(len(HAIRS))],
        cloth=CLOTHS[rng.integers(len(CLOTHS))],
        seed=seed + 1,
    )
