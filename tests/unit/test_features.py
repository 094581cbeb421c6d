"""Features of ISO/IEC 29794-4: hand-made blocks, NFIQ 2 as the judge, and the model over them."""

from __future__ import annotations

import contextlib
import json
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.people import Person
from simulators.prints import GRADES
from station.capture import Finger
from station.quality.features import TooLittle, features
from station.quality.features.frame import cropped
from station.quality.features.histogram import LIMITS, histogram
from station.quality.indice import INPUTS, Indice, inputs
from station.quality.nfiq2 import Nbis, installed

if TYPE_CHECKING:
    import numpy.typing as npt

    Grey = npt.NDArray[np.uint8]

OF_REGION = ("Coherence", "ROIArea", "Foreground")  # the wide blurs run at half resolution
NEEDS_NFIQ2 = pytest.mark.skipif(installed() is None, reason="the extra nfiq2 is not installed")


def wave(period: float, angle: float, side: int = 320) -> Grey:
    y, x = np.mgrid[:side, :side]
    phase = 2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / period
    return np.asarray(np.rint(128 + 100 * np.sin(phase)), np.uint8)


def finger(seed: int, grade: str = "bon") -> Grey:
    return Person(seed).print_of(Finger.RIGHT_INDEX, GRADES[grade])


@pytest.mark.parametrize("angle", [0.0, 0.4, 1.1, 2.0])
def test_a_pure_wave_has_one_direction_and_no_flow(angle: float) -> None:
    found = features(wave(9, angle))
    assert found["OCL_Bin10_Mean"] > 0.95
    assert found["OF_Bin10_Mean"] == 0
    assert found["OrientationMap_ROIFilter_CoherenceRel"] > 0.9


def test_noise_has_no_direction() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (320, 320), np.uint8)
    assert features(noise)["OCL_Bin10_Mean"] < 0.25


def test_the_spectrum_of_a_pure_wave_is_sharper_than_that_of_noise() -> None:
    noise = np.random.default_rng(1).normal(0, 60, (320, 320))
    mixed = np.clip(wave(8, 0.0) + noise, 0, 255).astype(np.uint8)
    assert features(wave(8, 0.0))["FDA_Bin10_Mean"] > features(mixed)["FDA_Bin10_Mean"]


def test_a_wave_of_even_ridges_has_ratios_of_one() -> None:
    assert features(wave(8, 0.0))["RVUP_Bin10_Mean"] == pytest.approx(1.0, abs=0.1)


def test_a_shift_by_whole_tiles_changes_no_histogram() -> None:
    tile = np.tile(wave(8, 0.0, 32), (12, 12))
    first, second = features(tile[:320, :320]), features(tile[32:352, 32:352])
    assert {k: v for k, v in first.items() if "_Bin10_" in k} == {
        k: v for k, v in second.items() if "_Bin10_" in k
    }


def test_a_value_on_a_limit_belongs_above_it() -> None:
    for family, limits in LIMITS.items():
        found = histogram(family, np.array(limits))
        assert [found[f"{family}_Bin10_{n}"] for n in range(10)] == [0] + [1] * 9


def test_a_white_border_is_cropped_and_changes_nothing() -> None:
    bare = wave(9, 0.4)
    framed = np.pad(bare, ((40, 7), (13, 60)), constant_values=255)
    assert (cropped(framed) == bare).all()
    assert features(framed) == features(bare)


@pytest.mark.parametrize(
    "grey",
    [
        np.full((500, 400), 255, np.uint8),
        np.zeros((500, 400), np.uint8),
        np.zeros((1, 1), np.uint8),
        np.full((30, 30), 128, np.uint8),
        np.random.default_rng(1).integers(0, 255, (1500, 1600), np.uint8),
        np.random.default_rng(1).integers(0, 255, (64, 96), np.uint8),
    ],
    ids=["white", "black", "one pixel", "small", "slap", "few blocks"],
)
def test_what_is_no_single_print_is_refused_with_a_reason(grey: Grey) -> None:
    with pytest.raises(TooLittle):
        features(grey)
    score = Indice.load().assess(grey)
    assert score.score is None
    assert score.refusal


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 120), st.integers(1, 120), st.integers(0, 2**31))
def test_no_size_and_no_content_upsets_the_features(rows: int, columns: int, seed: int) -> None:
    grey = np.random.default_rng(seed).integers(0, 256, (rows, columns), np.uint8)
    with contextlib.suppress(TooLittle):
        assert all(np.isfinite(v) for v in features(grey).values())


@NEEDS_NFIQ2
@pytest.mark.parametrize("grade", sorted(GRADES))
def test_features_are_those_of_nfiq2(grade: str) -> None:
    with_nbis = Nbis()
    try:
        for seed in (21, 22):
            grey = finger(seed, grade)
            own = features(grey)
            answer = with_nbis.score(grey)
            assert isinstance(answer, tuple)
            for name, value in answer[1].items():
                if name in own:
                    tolerance = 0.015 if any(part in name for part in OF_REGION) else 0.001
                    assert own[name] == pytest.approx(value, rel=tolerance, abs=0.001), name
    finally:
        with_nbis.close()


def test_grades_come_in_their_order() -> None:
    engine = Indice.load()
    means = {}
    for grade in ("bon", "moyen", "sec", "mauvais"):
        scores = [engine.assess(finger(seed, grade)).score for seed in range(31, 37)]
        means[grade] = np.mean([s for s in scores if s is not None])
    assert means["bon"] > means["moyen"] > means["sec"] > means["mauvais"]


def test_indice_carries_its_own_name_and_the_figures_of_its_fit() -> None:
    engine = Indice.load()
    assert engine.algorithm.name == "indice"
    fit = json.loads((resources.files("station.quality") / "indice.json").read_text())
    for figures in fit["cross_validated"].values():
        assert figures["spearman"] >= 0.90
        assert figures["mae"] <= 8


def test_inputs_do_not_depend_on_the_size_of_the_platen() -> None:
    found = features(wave(9, 0.4, 320))
    larger = features(wave(9, 0.4, 640))
    shares = [n for n, name in enumerate(INPUTS) if name.split()[-1].isdigit()]
    small, large = np.array(inputs(found))[shares], np.array(inputs(larger))[shares]
    assert abs(small - large).max() < 0.35
