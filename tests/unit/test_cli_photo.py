"""`station photo crop` as a technician and a script use it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from typer.testing import CliRunner

from simulators.faces import person, render
from simulators.paper import PhotoScan, photo_scan
from station.cli.main import app

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result


def crop(*args: object) -> Result:
    return CliRunner().invoke(app, ["photo", "crop", *map(str, args), "--json"])


def _scan(path: Path, how: PhotoScan) -> Path:
    face = render(person(3, 413, 531))
    Image.fromarray(photo_scan(face, how)[:, :, ::-1]).save(path, dpi=(how.dpi, how.dpi))
    return path


def test_a_scan_gives_one_object_and_the_photograph(tmp_path: Path) -> None:
    out = tmp_path / "photo.png"
    result = crop(_scan(tmp_path / "scan.png", PhotoScan(angle=-7)), "-o", out)
    said = json.loads(result.stdout)
    assert result.exit_code == 0
    assert said["verdict"] == "PASS"
    assert said["print"]["width_mm"] == pytest.approx(35, abs=0.1)
    assert said["print"]["angle"] == pytest.approx(-7, abs=0.1)
    assert said["out"] == str(out)
    with Image.open(out) as image:
        assert image.size == (827, 1063)
        assert image.info["dpi"] == pytest.approx((600, 600), abs=0.1)


def test_an_empty_glass_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / "photo.png"
    result = crop(_scan(tmp_path / "scan.png", PhotoScan(count=0)), "-o", out)
    said = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [f["code"] for f in said["findings"]] == ["AUCUNE_PHOTO"]
    assert said["print"] is None
    assert said["out"] is None
    assert "INP-008" in result.stderr
    assert not out.exists()


@pytest.mark.parametrize("content", [b"", b"no image", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_what_is_no_image_is_one_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "scan.png").write_bytes(content)
    result = crop(tmp_path / "scan.png")
    assert result.exit_code == 1
    assert result.stderr.count("INP-001") == 1
    assert result.stdout == ""


def test_a_folder_that_is_not_there_is_one_error(tmp_path: Path) -> None:
    scan = _scan(tmp_path / "scan.png", PhotoScan())
    result = crop(scan, "-o", tmp_path / "absent" / "photo.png")
    assert result.exit_code == 1
    assert "STO-001" in result.stderr
