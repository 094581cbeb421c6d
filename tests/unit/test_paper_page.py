"""Pages before they are accepted: straightened, set upright, judged."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from simulators.faces import person, render
from simulators.paper import Kind, PageScan, page_scan
from station.capture import Sample
from station.errors import NotAnImage
from station.quality.paper.page import Page, check_page
from station.quality.report import Verdict


def _seen(how: PageScan) -> Page:
    return check_page(Sample(page_scan(how), how.dpi))


def _codes(page: Page, least: Verdict = Verdict.QUESTION) -> set[str]:
    return {f.rule.code for f in page.report.findings if f.verdict >= least}


@cache
def _plain(kind: Kind) -> np.ndarray:
    return page_scan(PageScan(kind=kind, dpi=150))


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("how", [{}, {"skew": 3.2}, {"skew": -4.0, "bed": 30}, {"coffee": 0.9}])
def test_a_page_that_can_be_read_is_accepted(kind: Kind, how: dict[str, float]) -> None:
    page = _seen(PageScan(kind=kind, dpi=200, seed=3, **how))  # type: ignore[arg-type]
    assert page.report.verdict is Verdict.PASS, page.report.reasons
    assert page.form == "A4"
    assert page.skew == pytest.approx(how.get("skew", 0), abs=0.15)


@pytest.mark.parametrize("turned", [0, 1, 2, 3])
@pytest.mark.parametrize("skew", [0.0, 2.5])
def test_a_page_is_set_upright_and_straight_however_it_lay(turned: int, skew: float) -> None:
    page = _seen(PageScan(dpi=200, turned=turned, skew=skew))
    assert page.turned == turned
    straight = cv2.resize(page_scan(PageScan(dpi=200, noise=0)), (165, 234)).astype(float)
    kept = cv2.resize(page.sample.pixels, (165, 234)).astype(float)
    assert np.abs(kept - straight).mean() < 8


@pytest.mark.parametrize(
    ("how", "code"),
    [
        (PageScan(blank=True, dpi=200), "PAGE_BLANCHE"),
        (PageScan(blank=True, dpi=200, bed=30, skew=2), "PAGE_BLANCHE"),
        (PageScan(blur=0.4, dpi=200), "FLOU"),
        (PageScan(cut=30, dpi=200), "PAGE_COUPEE"),
        (PageScan(cut=45, dpi=200, bed=30, skew=1), "PAGE_COUPEE"),
        (PageScan(glare=0.9, dpi=200), "REFLET"),
        (PageScan(ink=220, dpi=200), "CONTRASTE_FAIBLE"),
        (PageScan(dpi=100), "RESOLUTION"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_page_nobody_could_read_is_refused(how: PageScan, code: str) -> None:
    assert code in _codes(_seen(how), Verdict.FAIL)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        (PageScan(blur=0.2), "FLOU"),
        (PageScan(dpi=150), "RESOLUTION"),
        (PageScan(skew=12, dpi=200), "PAGE_DE_TRAVERS"),
        (PageScan(ink=190, dpi=200), "CONTRASTE_FAIBLE"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_page_that_is_merely_poor_is_said_to_be(how: PageScan, code: str) -> None:
    page = _seen(how)
    assert code in _codes(page)
    assert page.report.verdict.accepts


def test_a_sheet_of_a4_needs_no_resolution_to_be_known() -> None:
    page = check_page(Sample(_plain(Kind.BILL), None))
    assert page.report.value("page.resolution") == pytest.approx(150, abs=0.5)
    assert page.form == "A4"


def test_a_card_alone_on_the_glass_is_cut_out_of_its_scan() -> None:
    glass = np.full((1100, 1000, 3), 245, np.uint8)
    card = cv2.resize(_plain(Kind.FORM)[200:700, 100:900], (674, 425))
    glass[300:725, 150:824] = np.minimum(card, 200)
    page = check_page(Sample(glass, 200))
    assert page.form == "ID-1"
    assert max(page.sample.pixels.shape) < 700


def test_a_picture_on_a_page_is_no_sheet_of_its_own() -> None:
    sheet = np.array(_plain(Kind.BIRTH))
    sheet[900:1500, 200:1000] = cv2.resize(render(person(3, 413, 531)), (800, 600))
    page = check_page(Sample(sheet, 150))
    assert page.sample.pixels.shape == sheet.shape
    assert page.report.verdict.accepts


def test_a_photograph_or_noise_instead_of_a_page_does_no_harm() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (900, 700, 3), np.uint8)
    for image in (noise, np.array(render(person(3, 413, 531))), np.zeros((300, 400, 3), np.uint8)):
        assert check_page(Sample(image, 200)).sample.pixels.ndim == 3


@pytest.mark.parametrize("shape", [(1, 1, 3), (900, 800), (100, 4000, 3)])
def test_what_is_no_page_is_an_error(shape: tuple[int, ...]) -> None:
    with pytest.raises(NotAnImage):
        check_page(Sample(np.zeros(shape, np.uint8), 200))
