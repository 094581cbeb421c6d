"""Portraits: what can be told without landmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from simulators.people import Person
from station.capture import Sample
from station.errors import NotAnImage
from station.quality.face import assess_face
from station.quality.report import Verdict
from tests import quality_pictures as pictures

if TYPE_CHECKING:
    from station.quality.report import QualityReport


def _assess(image: pictures.Grey) -> QualityReport:
    return assess_face(Sample(image, None))


def _codes(report: QualityReport) -> set[str]:
    return {f.rule.code for f in report.findings if f.verdict}


@pytest.mark.parametrize("skin", [(150, 178, 224), (50, 70, 105)], ids=["light", "dark"])
def test_a_good_portrait_passes_whatever_the_skin(skin: tuple[int, int, int]) -> None:
    report = _assess(pictures.portrait(skin=skin))
    assert report.verdict is Verdict.PASS, report.reasons


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
@pytest.mark.parametrize("size", [(622, 800), (1280, 720)], ids=str)
def test_a_simulated_applicant_passes_as_a_camera_sends_it(
    seed: int, size: tuple[int, int]
) -> None:
    _, jpeg = cv2.imencode(".jpg", Person(seed).portrait(*size))
    image = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    report = _assess(np.asarray(image, np.uint8))
    assert report.verdict is Verdict.PASS, report.reasons


def test_a_blurred_portrait_is_refused() -> None:
    blurred = cv2.GaussianBlur(pictures.portrait(), (0, 0), 6)
    assert "FLOU" in _codes(_assess(np.asarray(blurred, np.uint8)))


@pytest.mark.parametrize("background", [40, 254], ids=["dark", "white"])
def test_a_background_neither_light_nor_off_white_is_refused(background: int) -> None:
    report = _assess(pictures.portrait(background))
    assert "FOND" in _codes(report)
    assert report.verdict is Verdict.FAIL


def test_a_shadow_behind_the_head_is_told() -> None:
    image = pictures.portrait()
    image[:, :80] = 150
    assert "FOND_NON_UNI" in _codes(_assess(image))


@pytest.mark.parametrize("gain", [0.15, 2.5], ids=["dark", "burnt"])
def test_a_badly_lit_portrait_is_told(gain: float) -> None:
    image = np.clip(pictures.portrait() * gain, 0, 255).astype(np.uint8)
    assert _codes(_assess(image)) & {"EXPOSITION", "SUREXPOSITION"}


def test_a_small_portrait_is_refused() -> None:
    small = cv2.resize(pictures.portrait(), (300, 386), interpolation=cv2.INTER_AREA)
    assert "IMAGE_PETITE" in _codes(_assess(np.asarray(small, np.uint8)))


@pytest.mark.parametrize("shape", [(1, 1, 3), (500, 400), (9000, 100, 3)])
def test_what_is_no_portrait_is_an_error(shape: tuple[int, ...]) -> None:
    with pytest.raises(NotAnImage):
        _assess(np.zeros(shape, np.uint8))
