"""A printed photograph on the glass: found, straightened, cropped, judged."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from simulators.faces import person, render
from simulators.paper import PhotoScan, Recapture, photo_scan
from station.capture import Sample
from station.errors import NotAnImage
from station.quality.paper.photo import PhotoPrint, find_photo
from station.quality.report import Verdict

if TYPE_CHECKING:
    import numpy.typing as npt

BEDS = (240, 250, 225, 205, 30)


@cache
def _face(who: int = 3) -> npt.NDArray[np.uint8]:
    return render(person(who, 413, 531))


def _found(how: PhotoScan, dpi: int | None = None) -> PhotoPrint:
    return find_photo(Sample(photo_scan(_face(), how), dpi or how.dpi))


def _codes(found: PhotoPrint, least: Verdict = Verdict.QUESTION) -> set[str]:
    return {f.rule.code for f in found.report.findings if f.verdict >= least}


@pytest.mark.parametrize("bed", BEDS)
@pytest.mark.parametrize("angle", [0.0, -15.0, 12.5])
def test_a_print_is_measured_to_a_tenth_of_a_millimetre_whatever_the_lid(
    bed: int, angle: float
) -> None:
    found = _found(PhotoScan(bed=bed, angle=angle, seed=bed))
    assert found.report.value("print.width") == pytest.approx(35, abs=0.1)
    assert found.report.value("print.height") == pytest.approx(45, abs=0.1)
    assert found.angle == pytest.approx(angle, abs=0.1)
    assert _codes(found) == set()


@pytest.mark.parametrize("shadow", [0.0, 1.0])
def test_a_shadow_beside_the_paper_is_no_paper(shadow: float) -> None:
    found = _found(PhotoScan(shadow=shadow, angle=4))
    assert found.report.value("print.width") == pytest.approx(35, abs=0.15)


@pytest.mark.parametrize("turn", [90.0, 180.0, -90.0, 97.0, -172.0])
def test_the_head_is_up_however_the_paper_lies(turn: float) -> None:
    found = _found(PhotoScan(angle=turn))
    assert (found.angle - turn + 180) % 360 - 180 == pytest.approx(0, abs=0.1)
    assert found.sample is not None
    upright = cv2.resize(_face(), (827, 1063)).astype(float)
    assert np.abs(found.sample.pixels - upright).mean() < 6


@pytest.mark.parametrize(
    ("dpi", "size"),
    [(600, (1063, 827)), (300, (531, 413)), (400, (709, 551)), (1200, (1063, 827))],
)
def test_the_crop_is_at_600_dpi_at_most_and_never_made_larger(
    dpi: int, size: tuple[int, int]
) -> None:
    found = _found(PhotoScan(dpi=dpi, glass=(60, 70), angle=3))
    assert found.sample is not None
    assert found.sample.pixels.shape[:2] == size
    assert found.sample.dpi == min(dpi, 600)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        (PhotoScan(size=(30, 40)), "DIMENSIONS"),
        (PhotoScan(size=(50, 50)), "DIMENSIONS"),
        (PhotoScan(size=(100, 150), glass=(148, 210), dpi=300), "DIMENSIONS"),
        (PhotoScan(count=2), "PLUSIEURS_PHOTOS"),
        (PhotoScan(count=0), "AUCUNE_PHOTO"),
        (PhotoScan(count=0, bed=30, dust=30), "AUCUNE_PHOTO"),
        (PhotoScan(off_edge=5, angle=6), "PHOTO_COUPEE"),
        (PhotoScan(off_edge=5), "PHOTO_COUPEE"),
        (PhotoScan(raster=0.7), "TRAME"),
        (PhotoScan(recapture=Recapture.PRINT), "PHOTO_DE_PHOTO"),
        (PhotoScan(recapture=Recapture.SCREEN), "PHOTO_DE_PHOTO"),
        (PhotoScan(dpi=200), "RESOLUTION"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_what_the_centre_would_refuse_is_refused(how: PhotoScan, code: str) -> None:
    assert code in _codes(_found(how), Verdict.FAIL)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        (PhotoScan(folds=1, seed=6), "PLI"),
        (PhotoScan(stains=1, seed=4), "TACHE"),
        (PhotoScan(dust=150), "POUSSIERES"),
        (PhotoScan(glare=0.7), "REFLET"),
        (PhotoScan(dpi=300), "RESOLUTION"),
        (PhotoScan(off_edge=0.05), "PHOTO_AU_BORD"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_what_can_be_doubted_is_said_or_asked_and_refuses_nothing(
    how: PhotoScan, code: str
) -> None:
    found = _found(how)
    assert code in _codes(found)
    assert found.report.verdict is not Verdict.FAIL


def test_a_fold_is_shown_where_it_is() -> None:
    found = _found(PhotoScan(folds=1, seed=4))
    (region,) = [f.measure.region for f in found.report.findings if f.rule.code == "PLI"]
    assert region is not None
    assert max(region.width, region.height) > 400


def test_a_lid_darker_to_one_side_with_a_strip_beside_it_hides_no_photograph() -> None:
    scan = photo_scan(_face(), PhotoScan(angle=4)).astype(float)
    columns = scan.shape[1]
    scan -= 25 * (np.arange(columns) / columns)[None, :, None] ** 2
    scan[:, :60] = 12
    scan[:40] = 15
    found = find_photo(Sample(np.clip(scan, 0, 255).astype(np.uint8), 600))
    assert found.report.value("print.width") == pytest.approx(35, abs=0.1)
    assert _codes(found) == set()


def test_what_the_edges_do_not_show_is_not_measured() -> None:
    face = cv2.resize(_face(), (827, 1063))
    scan = np.empty((1748, 2480, 3), np.uint8)
    scan[:] = face[5, 5]  # the lid has the colour of the ground, and there is no shadow
    scan[300:1363, 700:1527] = face
    found = find_photo(Sample(scan, 600))
    assert found.report.value("print.width") is None
    assert found.report.verdict is Verdict.NOT_ASSESSED
    assert "CONTOUR_INCERTAIN" in _codes(found)


def test_a_scan_without_a_scale_has_a_crop_but_no_size() -> None:
    scan = photo_scan(_face(), PhotoScan(angle=5))
    found = find_photo(Sample(scan, None))
    assert found.report.value("print.width") is None
    assert found.report.verdict is Verdict.NOT_ASSESSED
    assert found.sample is not None
    assert found.sample.pixels.shape[:2] == (1063, 827)


def test_a_photograph_that_fills_the_scan_or_is_noise_does_no_harm() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (800, 900, 3), np.uint8)
    for image in (noise, np.array(_face()), np.zeros((400, 300, 3), np.uint8)):
        assert find_photo(Sample(image, 300)).report.verdict >= Verdict.NOT_ASSESSED


@pytest.mark.parametrize("shape", [(1, 1, 3), (900, 800), (150, 4000, 3)])
def test_what_is_no_scan_is_an_error(shape: tuple[int, ...]) -> None:
    with pytest.raises(NotAnImage):
        find_photo(Sample(np.zeros(shape, np.uint8), 600))


def test_the_same_scan_gives_the_same_crop() -> None:
    one, other = (_found(PhotoScan(angle=3, dust=9)) for _ in range(2))
    assert one.report == other.report
    assert one.sample is not None
    assert other.sample is not None
    assert np.array_equal(one.sample.pixels, other.sample.pixels)
