"""A person before the camera, who comes nearer, blinks, turns, and holds still in the end."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum, unique
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from simulators.camera import Film, film_of
from simulators.faces import Second, random_conforming, render
from simulators.faces.negatives import Negative, negative

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.faces import Params

SIZE = (1280, 720)  # pixels of a live frame
_CLOSE = 0.6  # chin to crown over the height of a frame, when the applicant sits well


@unique
class Pose(StrEnum):
    """What the applicant does, by what he should be told."""

    WELL = "well"
    FAR = "far"
    NEAR = "near"
    ASIDE = "aside"
    LOW = "low"
    TURNED = "turned"
    NODDING = "nodding"
    LEANING = "leaning"
    EYES_SHUT = "eyes-shut"
    WINKING = "winking"
    LOOKING_AWAY = "looking-away"
    MOUTH_OPEN = "mouth-open"
    DARK = "dark"
    SIDE_LIT = "side-lit"
    BLURRED = "blurred"
    ACCOMPANIED = "accompanied"
    ABSENT = "absent"


_CHANGES: Mapping[Pose, Mapping[str, Any]] = {
    Pose.WELL: {},
    Pose.FAR: {"head_ratio": 0.30},
    Pose.NEAR: {"head_ratio": 0.95},
    Pose.ASIDE: {"cx": 0.27},
    Pose.LOW: {"cy": 0.74},
    Pose.TURNED: {"yaw": 25.0},
    Pose.NODDING: {"pitch": -22.0},
    Pose.LEANING: {"roll": 16.0},
    Pose.EYES_SHUT: {"eye_l": 0.0, "eye_r": 0.0},
    Pose.WINKING: {"eye_r": 0.0},
    Pose.LOOKING_AWAY: {"gaze": 0.85},
    Pose.MOUTH_OPEN: {"mouth": 0.8},
    Pose.DARK: {"exposure": 0.08},
    Pose.SIDE_LIT: {"light_az": 80.0, "ambient": 0.12},
    Pose.BLURRED: {"blur": 6.0},
    Pose.ACCOMPANIED: {"second": Second.BESIDE, "cx": 0.32},
}


def seated(seed: int, pose: Pose = Pose.WELL) -> Params:
    """The applicant `seed` as the camera sees him in `pose`, which is not `ABSENT`."""
    usual = replace(
        random_conforming(seed, *SIZE), head_ratio=_CLOSE, cx=0.5, cy=0.48, jpeg=0, noise=0.5
    )
    return replace(usual, **_CHANGES[pose])


@lru_cache(maxsize=48)
def filmed(seed: int, pose: Pose = Pose.WELL) -> Film:
    """The frames of one pose, made once: six, which differ by the noise of the sensor."""
    if pose is Pose.ABSENT:
        return film_of(negative(Negative.WALL, seed, *SIZE))
    return film_of(render(seated(seed, pose)))


def acts(seed: int, *poses: tuple[Pose, int]) -> list[tuple[Film, int]]:
    """What `CameraSimulator.play` shows first: poses of `seed`, each for a number of frames."""
    return [(filmed(seed, pose), frames) for pose, frames in poses]
