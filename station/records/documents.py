"""A supporting document as a file: an image or a PDF, each page of it judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from station.capture import Sample
from station.quality.image import read_page
from station.quality.paper.page import ALGORITHM, check_page, format_of
from station.quality.policy import rules
from station.quality.report import Measure, QualityReport, judge
from station.records.pdf_reading import MAGIC, read_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.records.pdf_reading import PdfPage

_MM = 25.4


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One page: its report, its size in mm where known, and how it lay.

    `sample` is the page straight and upright; None for a page of a PDF that is not one image,
    of which only size and emptiness are judged.
    """

    report: QualityReport
    size: tuple[float, float] | None
    form: str | None = None
    skew: float | None = None
    turned: int = 0
    sample: Sample | None = field(default=None, repr=False)


def is_pdf(data: bytes) -> bool:
    """Whether `data` begins as a PDF does."""
    return data.startswith(MAGIC)


def seen_pages(data: bytes, name: str, dpi: int | None = None) -> Iterator[Seen]:
    """Every page of the file called `name`, one after the other.

    `dpi` overrules what an image says of itself. Raises `NotAnImage` and `PdfRefused`.
    """
    if not is_pdf(data):
        yield seen_page(read_page(data, name, dpi))
        return
    for rank, page in enumerate(read_pdf(data, name), 1):
        yield _of_pdf(page, f"{name}, page {rank}")


def seen_page(scan: Sample) -> Seen:
    """One page of a scanner; raises `NotAnImage` for what is none."""
    page = check_page(scan)
    height, width = (
        round(side * _MM / (page.sample.dpi or 1), 1) for side in page.sample.pixels.shape[:2]
    )
    known = page.report.value("page.resolution") is not None
    size = (width, height) if known else None
    return Seen(page.report, size, page.form, page.skew, page.turned, page.sample)


def _of_pdf(page: PdfPage, name: str) -> Seen:
    if page.image is None:
        return _drawn(page)
    scan = read_page(page.image, name)
    pixels = np.ascontiguousarray(np.rot90(scan.pixels, -(page.rotate // 90)))
    return seen_page(Sample(pixels, max(1, round(pixels.shape[1] * _MM / max(page.width, 1)))))


def _drawn(page: PdfPage) -> Seen:
    """A page of text and lines: its size, and whether there is anything on it."""
    size = (round(page.width, 1), round(page.height, 1))
    form, apart = format_of(size)
    found, policy = rules("page")
    measures = (
        Measure("page.size", round(apart, 1), "mm", ALGORITHM),
        Measure("page.drawn", float(page.drawn), "count", ALGORITHM),
    )
    return Seen(judge(measures, found, policy), size, form)
