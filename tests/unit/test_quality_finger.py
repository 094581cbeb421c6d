"""Fingers: what is a print, what is none, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from simulators import prints
from simulators.people import Person
from station.capture import Finger, Sample
from station.errors import NotAnImage
from station.quality.finger import assess_finger
from station.quality.report import Verdict
from tests import quality_pictures as pictures

if TYPE_CHECKING:
    from collections.abc import Callable

    from station.quality.report import QualityReport


def _assess(grey: pictures.Grey, dpi: int | None = 500) -> QualityReport:
    return assess_finger(Sample(grey, dpi))


def _values(report: QualityReport) -> dict[str, float | None]:
    return {f.measure.name: f.measure.value for f in report.findings}


def _codes(report: QualityReport) -> set[str]:
    return {f.rule.code for f in report.findings if f.verdict}


def _portrait_in_grey() -> pictures.Grey:
    face = cv2.resize(pictures.portrait(), (400, 500), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(face, cv2.COLOR_BGR2GRAY), np.uint8)


@pytest.mark.parametrize("period", [7.0, 9.0, 12.0])
def test_a_print_passes(period: float) -> None:
    report = _assess(pictures.finger(period))
    assert report.verdict is Verdict.PASS, _values(report)


@pytest.mark.parametrize(
    "picture",
    [
        pictures.noise,
        pictures.gradient,
        pictures.text_page,
        pictures.platen,
        _portrait_in_grey,
        lambda: np.zeros((500, 400), np.uint8),
        lambda: np.full((500, 400), 255, np.uint8),
    ],
    ids=["noise", "gradient", "text", "platen", "face", "black", "white"],
)
def test_what_is_no_finger_is_refused(picture: Callable[[], pictures.Grey]) -> None:
    report = _assess(picture())
    area = next(f for f in report.findings if f.measure.name == "finger.ridge_area")
    assert report.verdict >= Verdict.FAIL
    assert area.verdict is Verdict.FAIL


@pytest.mark.parametrize("picture", [pictures.grating, pictures.rings, pictures.knitting])
def test_lines_that_never_end_are_no_ridges(picture: Callable[[], pictures.Grey]) -> None:
    report = _assess(picture())
    assert report.verdict is Verdict.FAIL
    assert "PAS_UN_DOIGT" in _codes(report)
    assert "finger.indice" not in _values(report), "no figure of quality for a surface"


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_an_image_of_another_resolution_is_named(scale: float) -> None:
    wrong = cv2.resize(Person(3).print_of(Finger.RIGHT_INDEX), None, fx=scale, fy=scale)
    report = _assess(np.asarray(wrong, np.uint8))
    assert report.verdict is Verdict.FAIL
    assert "RESOLUTION_DOUTEUSE" in _codes(report)


def test_ridges_too_wide_apart_for_a_finger_are_not_counted() -> None:
    assert _values(_assess(pictures.finger(30.0)))["finger.ridge_area"] == pytest.approx(0, abs=5)


def test_the_area_is_in_square_millimetres() -> None:
    oval = np.pi * 180 * 230 * (25.4 / 500) ** 2
    area = _values(_assess(pictures.finger()))["finger.ridge_area"]
    assert area == pytest.approx(oval, rel=0.15)


def test_half_a_finger_is_partial() -> None:
    grey = pictures.finger()
    grey[200:] = 252
    grey[:, :230] = 252
    assert "PARTIEL" in _codes(_assess(grey))


def test_a_pale_print_is_told() -> None:
    assert _codes(_assess(pictures.finger(dark=170, light=245))) == {"CONTRASTE_FAIBLE"}


def test_a_wet_print_is_told() -> None:
    assert "TROP_HUMIDE" in _codes(_assess(pictures.finger(light=180, duty=0.4)))


def test_a_dry_print_is_told() -> None:
    grey = pictures.finger(duty=-0.4)
    breaks = cv2.GaussianBlur(np.random.default_rng(3).normal(size=grey.shape), (0, 0), 1.5)
    grey[breaks > 0.3 * breaks.std()] = 250
    assert "TROP_SEC" in _codes(_assess(grey))


def test_a_black_print_is_told() -> None:
    assert "SATURE" in _codes(_assess(pictures.finger(dark=0, light=190, duty=0.5)))


def test_a_blurred_print_is_told() -> None:
    blurred = cv2.GaussianBlur(pictures.finger(14.0), (0, 0), 3)
    assert "FLOU" in _codes(_assess(np.asarray(blurred, np.uint8)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_fingers_of_a_simulated_applicant_pass(seed: int) -> None:
    report = _assess(Person(seed).finger(2))
    assert report.verdict is Verdict.PASS, _values(report)


@pytest.mark.parametrize(
    ("grade", "code"),
    [
        ("sec", "TROP_SEC"),
        ("humide", "TROP_HUMIDE"),
        ("partiel", "PARTIEL"),
        ("pale", "CONTRASTE_FAIBLE"),
    ],
)
def test_what_is_wrong_with_a_simulated_finger_is_told(grade: str, code: str) -> None:
    print_ = Person(1).print_of(Finger.RIGHT_INDEX, prints.GRADES[grade])
    assert _codes(_assess(print_)) - {"QUALITE_FAIBLE"} == {code}


@pytest.mark.parametrize(
    ("grey", "dpi"),
    [
        (np.zeros((1, 1), np.uint8), 500),
        (np.zeros((30, 400), np.uint8), 500),
        (np.zeros((4000, 400), np.uint8), 500),
        (np.zeros((500, 400, 3), np.uint8), 500),
        (np.zeros((500, 400), np.uint8), 300),
        (np.zeros((500, 400), np.uint8), None),
    ],
)
def test_what_cannot_be_measured_is_an_error_not_a_verdict(
    grey: pictures.Grey, dpi: int | None
) -> None:
    with pytest.raises(NotAnImage):
        _assess(grey, dpi)


def test_every_figure_names_its_algorithm_and_its_clause() -> None:
    for finding in _assess(pictures.finger()).findings:
        assert finding.measure.algorithm.version
        assert finding.rule.clause
