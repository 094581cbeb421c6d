"""`station quality finger` as a technician and a script use it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from simulators.people import Person
from station.capture import Finger
from station.cli.main import app
from station.records import finger_record, wsq_coding
from station.records.coding import Coding
from station.records.finger_image import FingerImage

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

KEYS = {
    "file",
    "width",
    "height",
    "dpi",
    "algorithm",
    "version",
    "score",
    "findings",
    "measures",
    "ms",
}


@pytest.fixture(scope="module")
def grey() -> np.ndarray:
    return Person(51).print_of(Finger.LEFT_INDEX)


def run(*args: object) -> Result:
    return CliRunner().invoke(app, ["quality", "finger", *map(str, args), "--json"])


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("name", ["a.png", "a.pgm", "a.bmp"])
def test_pictures_give_one_object_a_line(tmp_path: Path, grey: np.ndarray, name: str) -> None:
    Image.fromarray(grey).save(tmp_path / name)
    result = run(tmp_path / name, "--engine", "indice")
    (said,) = lines(result)
    assert set(said) >= KEYS
    assert (said["width"], said["height"], said["dpi"]) == (400, 500, 500)
    assert said["algorithm"] == "indice"
    assert isinstance(said["score"], int)


def test_wsq_and_records_are_read_as_pictures_are(tmp_path: Path, grey: np.ndarray) -> None:
    coded, (rows, columns) = wsq_coding.encode(grey)
    (tmp_path / "a.wsq").write_bytes(coded)
    image = FingerImage(Finger.LEFT_INDEX, columns, rows, 500, Coding.WSQ, coded)
    (tmp_path / "a.fir").write_bytes(finger_record.write(image))
    Image.fromarray(grey).save(tmp_path / "a.png")
    said = lines(run(*sorted(tmp_path.iterdir()), "--engine", "indice"))
    assert len(said) == 3
    scores = [s["score"] for s in said]
    assert max(scores) - min(scores) <= 8, scores


def test_one_bad_file_is_one_error_and_the_others_are_measured(
    tmp_path: Path, grey: np.ndarray
) -> None:
    Image.fromarray(grey).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"no image at all")
    (tmp_path / "c.wsq").write_bytes(wsq_coding.encode(grey)[0][:900])
    Image.fromarray(grey).save(tmp_path / "d.png")
    result = run(*sorted(tmp_path.iterdir()), "--engine", "indice")
    assert result.exit_code == 1
    assert [str(s["file"])[-5:] for s in lines(result)] == ["a.png", "d.png"]
    assert result.stderr.count("INP-") == 2


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (Image.new("L", (1, 1)), "1x1"),
        (Image.new("L", (20_000, 40)), "20000x40"),
    ],
)
def test_sizes_no_print_has_are_refused(tmp_path: Path, picture: Image.Image, said: str) -> None:
    picture.save(tmp_path / "a.png")
    result = run(tmp_path / "a.png")
    assert result.exit_code == 1
    assert said in result.stderr


def test_sixteen_bits_colour_and_transparency_are_brought_to_grey(
    tmp_path: Path, grey: np.ndarray
) -> None:
    deep = Image.fromarray(grey.astype(np.uint16) * 257)
    deep.save(tmp_path / "deep.png")
    Image.fromarray(grey).convert("RGB").save(tmp_path / "rgb.png")
    Image.fromarray(grey).convert("RGBA").save(tmp_path / "rgba.png")
    said = lines(run(*sorted(tmp_path.iterdir()), "--engine", "indice"))
    assert len({s["score"] for s in said}) == 1
    assert len(said) == 3


def test_another_resolution_is_reduced_or_refused(tmp_path: Path, grey: np.ndarray) -> None:
    fine = Image.fromarray(grey).resize((800, 1000), Image.Resampling.BICUBIC)
    fine.save(tmp_path / "fine.png", dpi=(1000, 1000))
    (said,) = lines(run(tmp_path / "fine.png", "--engine", "indice"))
    assert (said["width"], said["height"], said["dpi"]) == (400, 500, 500)
    coarse = run(tmp_path / "fine.png", "--dpi", 300)
    assert coarse.exit_code == 1
    assert "300 dpi" in coarse.stderr


def test_what_is_no_print_has_no_score_but_a_reason(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (500, 400), np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.png")
    (said,) = lines(run(tmp_path / "a.png"))
    assert said["score"] is None
    assert "PAS_UN_DOIGT" in {f["code"] for f in said["findings"]}
