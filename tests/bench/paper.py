"""Paper: a print found and cropped, a page judged, pages put together; one core."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

from simulators.faces import person, render
from simulators.paper import PageScan, PhotoScan, page_scan, photo_scan
from station.capture import Sample
from station.quality.image import read_page
from station.quality.paper.page import check_page
from station.quality.paper.photo import find_photo
from station.records.pdf_reading import read_pdf
from station.records.pdf_writing import pages_pdf
from tests.bench.figure import Figure, median_ms

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

RUNS = 7
_A5 = (148.0, 210.0)


def measure(_: Path) -> list[Figure]:
    """A scan of A5 at 600 dpi, a page of A4 at 300 dpi; beside each, reading it from a PNG."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        return [*_photo(), *_page()]
    finally:
        cv2.setNumThreads(threads)


def _photo() -> list[Figure]:
    scan = photo_scan(render(person(3, 413, 531)), PhotoScan(glass=_A5, angle=94, dust=10))
    sample = Sample(scan, 600)
    found = median_ms(lambda: find_photo(sample), RUNS)
    decoded = _reading(scan)
    return [
        Figure("print found, cropped, judged, A5 at 600 dpi", found, "ms", aim=400),
        Figure("print beside reading its PNG", found, "ms", beside=decoded, aim=1),
    ]


def _page() -> list[Figure]:
    scan = page_scan(PageScan(skew=2, turned=1))
    sample = Sample(scan, 300)
    judged = median_ms(lambda: check_page(sample), RUNS)
    pages = [check_page(sample).sample] * 3
    made = pages_pdf(pages, "SPECIMEN")
    return [
        Figure("page judged and straightened, A4 at 300 dpi", judged, "ms", aim=300),
        Figure("page beside reading its PNG", judged, "ms", beside=_reading(scan)),
        Figure("three pages to one PDF", median_ms(lambda: pages_pdf(pages, "SPECIMEN"), 3), "ms"),
        Figure(
            "PDF of three pages opened in a process",
            median_ms(lambda: read_pdf(made, "a"), 3),
            "ms",
        ),
    ]


def _reading(scan: npt.NDArray[np.uint8]) -> float:
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(scan[:, :, ::-1])).save(out, "PNG", compress_level=1)
    return median_ms(lambda: read_page(out.getvalue(), "a.png"), 3)
