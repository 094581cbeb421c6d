from __future__ import annotations

import numpy as np
import pytest

from simulators.faces import Cause, random_conforming, render, truth, with_cause

SIZE = (140, 180)


@pytest.mark.parametrize("seed", range(20))
def test_a_conforming_portrait_has_its_face_where_the_rules_want_it(seed: int) -> None:
    asked = random_conforming(seed, *SIZE)
    marks = truth(asked)
    between = (marks["left_eye_inner"][0] + marks["right_eye_inner"][0]) / 2
    assert 32 <= 45 * asked.head_ratio <= 36
    assert 0.45 <= between / SIZE[0] <= 0.55
    assert all(0 < x < SIZE[0] and 0 < y < SIZE[1] for x, y in marks.values())


def test_two_seeds_give_two_people() -> None:
    first, second = (random_conforming(seed, *SIZE) for seed in (1, 2))
    assert first.seed != second.seed
    assert truth(first) != truth(second)


@pytest.mark.parametrize("cause", Cause)
def test_each_cause_shows_in_the_picture(cause: Cause) -> None:
    usual, spoilt = render(random_conforming(3, *SIZE)), render(with_cause(3, cause, *SIZE))
    moved = np.abs(usual.astype(int) - spoilt.astype(int)).max(axis=2)
    assert spoilt.shape == usual.shape
    assert (moved > 12).mean() > 0.0005


def test_a_cause_and_a_seed_give_one_portrait() -> None:
    assert with_cause(5, Cause.YAW) == with_cause(5, Cause.YAW)
    assert with_cause(5, Cause.YAW) != with_cause(6, Cause.YAW)
    assert with_cause(5, Cause.MASK).yaw == random_conforming(5).yaw
