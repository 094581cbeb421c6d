"""Frames around the fingers of a preview: one for each finger, none on a clean glass."""

from __future__ import annotations

import cv2
import numpy as np

from simulators.people import Person
from simulators.prints import SlapConditions
from station.capture import Finger, Hand
from station.fingers.overlay import draw, patches


def small(pixels: np.ndarray) -> np.ndarray:
    scale = 480 / max(pixels.shape)
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def test_a_clean_glass_has_no_finger() -> None:
    assert patches(np.full((375, 400), 250, np.uint8)) == []


def test_one_finger_is_framed_whole() -> None:
    glass = np.full((480, 480), 250, np.uint8)
    seen = small(Person(1).print_of(Finger.RIGHT_INDEX))[:300, :260]
    glass[90 : 90 + seen.shape[0], 110 : 110 + seen.shape[1]] = seen
    before = glass.copy()
    ((x, y, width, height),) = patches(glass)
    assert (x, y) >= (100, 80)
    assert min(width, height) > 100
    draw(glass)
    assert not np.array_equal(glass, before)


def test_four_fingers_are_four_frames() -> None:
    slap = Person(2).slap(Hand.RIGHT, SlapConditions(tilt=0, phalanges=False))
    assert len(patches(small(slap.pixels))) == 4
