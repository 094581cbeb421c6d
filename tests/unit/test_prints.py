from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulators.prints import GRADES, Conditions, Pattern, impression, master, pattern
from station.capture import Finger

if TYPE_CHECKING:
    import numpy.typing as npt

    Image = npt.NDArray[np.uint8]

SKIN = master(42, Finger.RIGHT_INDEX)
CENTRE = np.s_[190:310, 140:260]  # well inside the pad


def laid(conditions: Conditions) -> Image:
    return impression(SKIN, 7, conditions)


def test_the_same_seed_gives_the_same_print() -> None:
    master.cache_clear()
    again = master(42, Finger.RIGHT_INDEX)
    assert again is not SKIN
    assert np.array_equal(again, SKIN)
    assert np.array_equal(impression(again, 7), impression(SKIN, 7))


@pytest.mark.parametrize(("seed", "finger"), [(42, Finger.LEFT_INDEX), (43, Finger.RIGHT_INDEX)])
def test_another_finger_or_another_person_has_other_ridges(seed: int, finger: Finger) -> None:
    assert abs(correlation(SKIN, master(seed, finger))) < 0.2


def test_two_placements_of_a_finger_differ_and_still_show_the_same_ridges() -> None:
    first, second = impression(SKIN, 7), impression(SKIN, 8)
    assert not np.array_equal(first, second)
    assert correlation(first[CENTRE], second[CENTRE]) > 0.5


def test_a_print_fills_the_platen_of_the_scanner() -> None:
    print_ = impression(SKIN, 7)
    assert print_.shape == (500, 400)
    assert print_.dtype == np.uint8
    assert print_[:10, :10].min() > 225  # bare glass in the corner
    assert print_[CENTRE].std() > 60


def test_the_skin_of_a_finger_cannot_be_changed_by_who_reads_it() -> None:
    with pytest.raises(ValueError, match="read-only"):
        SKIN[0, 0] = 1


@pytest.mark.parametrize("seed", [1, 2])
def test_ridges_are_8_to_11_pixels_apart(seed: int) -> None:
    assert 8 <= ridge_period(impression(master(seed, Finger.LEFT_INDEX), seed)) <= 11


@pytest.mark.parametrize(
    ("finger", "ulnar", "share"),
    [
        (Finger.RIGHT_MIDDLE, Pattern.RIGHT_LOOP, 0.94),
        (Finger.LEFT_MIDDLE, Pattern.LEFT_LOOP, 0.94),
        (Finger.LEFT_INDEX, Pattern.LEFT_LOOP, 0.75),
    ],
)
def test_loops_open_towards_the_little_finger(finger: Finger, ulnar: Pattern, share: float) -> None:
    rng = np.random.default_rng(0)
    drawn = Counter(pattern(rng, finger) for _ in range(2000))
    loops = drawn[Pattern.LEFT_LOOP] + drawn[Pattern.RIGHT_LOOP]
    assert drawn[ulnar] / loops == pytest.approx(share, abs=0.03)


def test_classes_come_as_often_as_in_the_population() -> None:
    rng = np.random.default_rng(0)
    drawn = Counter(pattern(rng, Finger.RIGHT_RING) for _ in range(2000))
    loops = drawn[Pattern.LEFT_LOOP] + drawn[Pattern.RIGHT_LOOP]
    assert loops / 2000 == pytest.approx(0.655, abs=0.04)
    assert drawn[Pattern.WHORL] / 2000 == pytest.approx(0.279, abs=0.04)


def test_a_dry_finger_is_light_and_a_wet_one_dark() -> None:
    dry, good, wet = (laid(GRADES[name])[CENTRE].mean() for name in ("sec", "bon", "humide"))
    assert dry > good + 20
    assert wet < good - 20


def test_the_ridges_of_a_wet_finger_are_wider() -> None:
    good, wet = ((laid(GRADES[name])[CENTRE] < 110).mean() for name in ("bon", "humide"))
    assert wet > good + 0.05


def test_a_pale_finger_has_less_contrast() -> None:
    assert laid(GRADES["pale"])[CENTRE].std() < 0.6 * laid(GRADES["bon"])[CENTRE].std()


def test_a_partial_print_leaves_most_of_the_glass_bare() -> None:
    def touched(name: str) -> float:
        return float((laid(GRADES[name]) < 128).mean())

    assert touched("partiel") < 0.4 * touched("bon")


def test_noise_breaks_the_ridges() -> None:
    clean = correlation(laid(Conditions(noise=0.8))[CENTRE], SKIN[CENTRE])
    noisy = correlation(laid(Conditions(noise=2.3))[CENTRE], SKIN[CENTRE])
    assert abs(noisy) < abs(clean) - 0.1


def test_scars_whiten_the_ridges_they_cross() -> None:
    ridges = laid(Conditions()) < 90
    assert (ridges & (laid(Conditions(scars=9)) > 180)).sum() > 100


def test_a_turned_finger_is_the_same_finger_turned() -> None:
    turned = laid(Conditions(rotation=180, slip=0, noise=0.8))
    straight = laid(Conditions(slip=0, noise=0.8))
    assert correlation(turned[::-1, ::-1][CENTRE], straight[CENTRE]) > 0.3
    assert abs(correlation(turned[CENTRE], straight[CENTRE])) < 0.2


def correlation(a: npt.NDArray[np.generic], b: npt.NDArray[np.generic]) -> float:
    return float(np.corrcoef(a.ravel().astype(float), b.ravel().astype(float))[0, 1])


def ridge_period(print_: Image) -> float:
    """Pixels between ridges around the middle: the strongest ring of the spectrum."""
    part = print_[122:378, 72:328].astype(float)
    window = np.hanning(256)[:, None] * np.hanning(256)
    power = np.abs(np.fft.fft2((part - part.mean()) * window)) ** 2
    frequency = np.hypot(np.fft.fftfreq(256)[:, None], np.fft.fftfreq(256))
    rings = np.bincount((frequency * 256).round().astype(int).ravel(), power.ravel())
    return 256 / (4 + float(np.argmax(rings[4:])))
