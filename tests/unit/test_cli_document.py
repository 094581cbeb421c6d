"""`station document check` as a technician and a script use it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pikepdf
import pytest
from PIL import Image
from typer.testing import CliRunner

from simulators.paper import Kind, PageScan, page_scan
from station.capture import Sample
from station.cli.main import app
from station.records.pdf_writing import pages_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result


def check(*args: object) -> Result:
    return CliRunner().invoke(app, ["document", "check", *map(str, args), "--json"])


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def _scan(path: Path, how: PageScan) -> Path:
    Image.fromarray(page_scan(how)[:, :, ::-1]).save(path, dpi=(how.dpi, how.dpi))
    return path


def test_images_and_pdf_give_objects_of_one_form(tmp_path: Path) -> None:
    png = _scan(tmp_path / "a.png", PageScan(dpi=200, skew=2, turned=2))
    pages = [Sample(page_scan(PageScan(kind=kind, dpi=200)), 200) for kind in Kind]
    (tmp_path / "b.pdf").write_bytes(pages_pdf(pages, "Pages"))
    image, pdf = lines(check(png, tmp_path / "b.pdf"))
    assert set(image) == set(pdf) == {"file", "kind", "verdict", "pages", "ms"}
    assert (image["kind"], pdf["kind"]) == ("image", "pdf")
    assert (image["verdict"], pdf["verdict"]) == ("PASS", "PASS")
    assert [page["page"] for page in pdf["pages"]] == [1, 2, 3]
    assert image["pages"][0]["turned"] == 2
    assert image["pages"][0]["skew"] == pytest.approx(2, abs=0.15)
    assert all(page["format"] == "A4" for page in pdf["pages"])


def test_a_page_of_text_in_a_pdf_is_taken_as_it_is_and_an_empty_one_is_not(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        for content in (b"BT (SPECIMEN) Tj ET", b""):
            page = pdf.add_blank_page(page_size=(595, 842))
            page.Contents = pdf.make_stream(content)
        pdf.save(tmp_path / "a.pdf")
    (said,) = lines(check(tmp_path / "a.pdf"))
    assert [page["verdict"] for page in said["pages"]] == ["PASS", "FAIL"]
    assert said["pages"][1]["findings"][0]["code"] == "PAGE_BLANCHE"
    assert said["verdict"] == "FAIL"


def test_a_page_that_was_scanned_on_its_side_is_read_as_the_pdf_shows_it(tmp_path: Path) -> None:
    scan = Sample(page_scan(PageScan(dpi=200, turned=1)), 200)
    (tmp_path / "a.pdf").write_bytes(pages_pdf([scan], "Page"))
    with pikepdf.open(tmp_path / "a.pdf", allow_overwriting_input=True) as pdf:
        pdf.pages[0].Rotate = 270
        pdf.save(tmp_path / "a.pdf")
    (said,) = lines(check(tmp_path / "a.pdf"))
    assert said["pages"][0]["turned"] == 0
    assert said["pages"][0]["width_mm"] == pytest.approx(210, abs=1)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.png", b"", "INP-001"),
        ("a.png", b"no image", "INP-001"),
        ("a.pdf", b"%PDF-1.7\nnothing more", "INP-009"),
    ],
)
def test_what_cannot_be_read_is_one_error_and_the_others_are_judged(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    good = _scan(tmp_path / "good.png", PageScan(dpi=150))
    result = check(tmp_path / name, good, tmp_path / "absent.png")
    assert result.exit_code == 1
    assert [said["file"] for said in lines(result)] == [str(good)]
    assert result.stderr.count("INP-") == 2
    assert code in result.stderr


@pytest.mark.parametrize("size", [(1, 1), (10_000, 10_000)])
def test_one_pixel_and_a_hundred_million_are_an_error(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    Image.new("1", size).save(tmp_path / "a.png")
    result = check(tmp_path / "a.png")
    assert result.exit_code == 1
    assert result.stderr.count("INP-001") == 1


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA"])
def test_other_kinds_of_colour_are_judged_too(tmp_path: Path, mode: str) -> None:
    scan = Image.fromarray(np.ascontiguousarray(page_scan(PageScan(dpi=150))[:, :, ::-1]))
    scan.convert(mode).save(tmp_path / "a.png", dpi=(150, 150))
    (said,) = lines(check(tmp_path / "a.png"))
    assert said["pages"][0]["format"] == "A4"
    assert said["verdict"] in {"PASS", "WARN"}
