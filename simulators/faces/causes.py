"""Portraits that conform to the French rules, and the same with one thing wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum, unique
from typing import Any

import numpy as np

from simulators.faces.light import GAMMA
from simulators.faces.params import (
    CLOTHS,
    HAIRS,
    IRISES,
    SKINS,
    WHITE_HAIR,
    Colour,
    Glasses,
    HairCut,
    Headgear,
    Occlusion,
    Params,
    Second,
)

WIDTH, HEIGHT = 630, 810  # pixels of 35 x 45 mm at 457 dpi
_GROUNDS: tuple[Colour, ...] = ((212, 206, 200), (222, 208, 192), (204, 204, 206), (226, 214, 200))
_CUTS = (*HairCut,) * 2 + (HairCut.SHORT,) * 4
_SHAVES = 20  # years

Changes = Mapping[str, Any]  # fields of Params


@unique
class Cause(StrEnum):
    """One thing that makes a photograph unfit, by what would be said of it."""

    YAW = "yaw"
    PITCH = "pitch"
    ROLL = "roll"
    EYES_CLOSED = "eyes_closed"
    ONE_EYE_CLOSED = "one_eye_closed"
    GAZE = "gaze"
    MOUTH_OPEN = "mouth_open"
    SMILE = "smile"  # with teeth
    SIDE_LIGHT = "side_light"
    FACE_SHADOW = "face_shadow"
    OVEREXPOSED = "overexposed"
    UNDEREXPOSED = "underexposed"
    COLOUR_CAST = "colour_cast"
    BLACK_AND_WHITE = "black_and_white"
    WHITE_GROUND = "white_ground"
    DARK_GROUND = "dark_ground"
    VIVID_GROUND = "vivid_ground"
    PATTERNED_GROUND = "patterned_ground"
    SLOPING_GROUND = "sloping_ground"  # from light to dark
    SHADOW_ON_GROUND = "shadow_on_ground"
    DARK_GLASSES = "dark_glasses"
    TINTED_GLASSES = "tinted_glasses"
    THICK_FRAME = "thick_frame"
    FRAME_OVER_EYES = "frame_over_eyes"
    REFLECTIONS = "reflections"
    MASK = "mask"
    HAND = "hand"
    FRINGE = "fringe"
    HAT = "hat"
    HEADBAND = "headband"
    SCARF = "scarf"
    RED_EYES = "red_eyes"
    FACE_BESIDE = "face_beside"
    FACE_BEHIND = "face_behind"
    DEFOCUS = "defocus"
    MOTION = "motion"
    TOO_NEAR = "too_near"
    TOO_FAR = "too_far"
    OFF_CENTRE = "off_centre"
    COMPRESSION = "compression"
    NOISE = "noise"


def random_conforming(seed: int, width: int = WIDTH, height: int = HEIGHT) -> Params:
    """A portrait of 35 x 45 mm that nobody should refuse, of a person no other seed gives.

    The face is 33 to 35 mm high, turned by 3 degrees at most, before a plain light ground.
    """
    rng = np.random.default_rng([seed, 11])
    age = float(rng.choice((rng.uniform(4, 16), rng.uniform(16, 60), rng.uniform(60, 90))))
    white = rng.random() < (age - 45) / 30
    return Params(
        width=width,
        height=height,
        head_ratio=rng.uniform(33.0, 35.0) / 45,
        cx=0.5 + rng.uniform(-0.02, 0.02),
        cy=rng.uniform(0.47, 0.5),
        yaw=rng.uniform(-3, 3),
        pitch=rng.uniform(-3, 3),
        roll=rng.uniform(-3, 3),
        eye_l=rng.uniform(0.9, 1.05),
        eye_r=rng.uniform(0.9, 1.05),
        gaze=rng.uniform(-0.08, 0.08),
        smile=rng.uniform(-0.1, 0.2),
        beard=_sometimes(rng, 0.3, 0.3, 1.0) if age > _SHAVES else 0.0,
        skin=_one(rng, SKINS),
        hair=WHITE_HAIR if white else _one(rng, HAIRS),
        haircut=_CUTS[rng.integers(len(_CUTS))],
        iris=_one(rng, IRISES),
        cloth=_one(rng, CLOTHS),
        bg=_one(rng, _GROUNDS),
        light_az=rng.uniform(-12, 12),
        light_el=rng.uniform(12, 28),
        ambient=rng.uniform(0.55, 0.72),
        exposure=rng.uniform(0.92, 1.06),
        glasses=Glasses.CLEAR if rng.random() < 0.2 else Glasses.NONE,
        noise=rng.uniform(0.8, 2.0),
        age=age,
        seed=seed + 1,
    )


def with_cause(seed: int, cause: Cause, width: int = WIDTH, height: int = HEIGHT) -> Params:
    """The portrait `random_conforming(seed)` with `cause`, how strong is drawn too."""
    rng = np.random.default_rng([seed, 13, *cause.value.encode()])
    usual = random_conforming(seed, width, height)
    spoilt = replace(usual, **_CHANGES[cause](rng))
    if cause is Cause.OVEREXPOSED:
        return replace(spoilt, exposure=spoilt.exposure / _paleness(usual.skin))
    return spoilt


def _paleness(skin: Colour) -> float:
    """How much green light the skin sends back: what bleaches one leaves another in order."""
    return float((skin[1] / 255) ** GAMMA)


def _sometimes(rng: np.random.Generator, share: float, low: float, high: float) -> float:
    """0, or for a share of the draws something between the bounds."""
    drawn = rng.uniform(low, high)
    return float(drawn) if rng.random() < share else 0.0


def _one(rng: np.random.Generator, colours: tuple[Colour, ...]) -> Colour:
    return colours[rng.integers(len(colours))]


def _either(rng: np.random.Generator, low: float, high: float) -> float:
    """Between the bounds, to one side or the other."""
    return float(rng.uniform(low, high) * rng.choice((-1, 1)))


def _wink(rng: np.random.Generator) -> Changes:
    return {str(rng.choice(("eye_l", "eye_r"))): float(rng.uniform(0, 0.12))}


def _vivid(rng: np.random.Generator) -> Changes:
    return {"bg": _one(rng, ((70, 60, 200), (80, 170, 60), (60, 200, 230), (190, 90, 30)))}


def _tinge(rng: np.random.Generator) -> Changes:
    return {"cast": _one(rng, ((0.55, 0.9, 1.2), (1.35, 1.0, 0.65), (0.8, 1.25, 0.75)))}


def _beside(rng: np.random.Generator) -> Changes:
    return {
        "second": Second.BESIDE,
        "head_ratio": float(rng.uniform(0.42, 0.5)),
        "cx": float(rng.uniform(0.27, 0.31)),
        "glasses": Glasses.NONE,
    }


def _behind(rng: np.random.Generator) -> Changes:
    return {
        "second": Second.BEHIND,
        "head_ratio": float(rng.uniform(0.5, 0.56)),
        "cx": float(rng.uniform(0.40, 0.44)),
    }


def _glare(rng: np.random.Generator) -> Changes:
    return {"glasses": Glasses.CLEAR, "glare": float(rng.uniform(0.6, 1.0))}


def _aside(rng: np.random.Generator) -> Changes:
    return {"light_az": _either(rng, 60, 85), "ambient": float(rng.uniform(0.08, 0.25))}


_CHANGES: Mapping[Cause, Callable[[np.random.Generator], Changes]] = {
    Cause.YAW: lambda rng: {"yaw": _either(rng, 12, 30)},
    Cause.PITCH: lambda rng: {"pitch": _either(rng, 13, 25)},
    Cause.ROLL: lambda rng: {"roll": _either(rng, 11, 25)},
    Cause.EYES_CLOSED: lambda rng: dict.fromkeys(("eye_l", "eye_r"), rng.uniform(0, 0.12)),
    Cause.ONE_EYE_CLOSED: _wink,
    Cause.GAZE: lambda rng: {"gaze": _either(rng, 0.55, 0.9)},
    Cause.MOUTH_OPEN: lambda rng: {"mouth": rng.uniform(0.45, 1.0)},
    Cause.SMILE: lambda rng: {"smile": rng.uniform(0.8, 1.0), "mouth": rng.uniform(0.35, 0.5)},
    Cause.SIDE_LIGHT: _aside,
    Cause.FACE_SHADOW: lambda rng: {"face_shadow": rng.uniform(0.6, 1.0)},
    Cause.OVEREXPOSED: lambda rng: {"exposure": rng.uniform(1.2, 2.0)},  # times, see `_paleness`
    Cause.UNDEREXPOSED: lambda rng: {"exposure": rng.uniform(0.06, 0.15)},
    Cause.COLOUR_CAST: _tinge,
    Cause.BLACK_AND_WHITE: lambda _: {"grey": 1.0},
    Cause.WHITE_GROUND: lambda _: {"bg": (254, 254, 254), "exposure": 1.04},
    Cause.DARK_GROUND: lambda rng: {"bg": (rng.uniform(20, 95),) * 3},
    Cause.VIVID_GROUND: _vivid,
    Cause.PATTERNED_GROUND: lambda rng: {"bg_pattern": rng.uniform(0.25, 0.8)},
    Cause.SLOPING_GROUND: lambda rng: {"bg_slope": rng.uniform(0.5, 0.9)},
    Cause.SHADOW_ON_GROUND: lambda rng: {"bg_shadow": rng.uniform(0.35, 0.8)},
    Cause.DARK_GLASSES: lambda _: {"glasses": Glasses.DARK},
    Cause.TINTED_GLASSES: lambda _: {"glasses": Glasses.TINTED},
    Cause.THICK_FRAME: lambda _: {"glasses": Glasses.THICK},
    Cause.FRAME_OVER_EYES: lambda _: {"glasses": Glasses.LOW},
    Cause.REFLECTIONS: _glare,
    Cause.MASK: lambda _: {"occlusion": Occlusion.MASK},
    Cause.HAND: lambda _: {"occlusion": Occlusion.HAND},
    Cause.FRINGE: lambda _: {"occlusion": Occlusion.FRINGE},
    Cause.HAT: lambda _: {"headgear": Headgear.HAT},
    Cause.HEADBAND: lambda _: {"headgear": Headgear.HEADBAND},
    Cause.SCARF: lambda _: {"headgear": Headgear.SCARF},
    Cause.RED_EYES: lambda rng: {"red_eyes": rng.uniform(0.7, 1.0)},
    Cause.FACE_BESIDE: _beside,
    Cause.FACE_BEHIND: _behind,
    Cause.DEFOCUS: lambda rng: {"blur": rng.uniform(3.5, 7.0)},
    Cause.MOTION: lambda rng: {"motion": int(rng.integers(14, 30))},
    Cause.TOO_NEAR: lambda rng: {"head_ratio": rng.uniform(0.92, 1.1)},
    Cause.TOO_FAR: lambda rng: {"head_ratio": rng.uniform(0.4, 0.6)},
    Cause.OFF_CENTRE: lambda rng: {"cx": 0.5 + _either(rng, 0.12, 0.18)},
    Cause.COMPRESSION: lambda rng: {"jpeg": int(rng.integers(4, 12))},
    Cause.NOISE: lambda rng: {"noise": rng.uniform(14, 24)},
}
