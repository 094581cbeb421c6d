"""Pages of the laboratory: through the process of the driver, to whoever checks them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from simulators.document_scanner import Mishap
from simulators.lab import Laboratory
from simulators.people import Person, pages
from station import opening
from station.cli.main import app
from station.config import PIECES, load
from station.device import Guidance, Preview, Progress
from station.errors import DeviceUnconfigured, PaperJam
from station.pipeline import take_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result

    from station.config import Settings

SEED = 7


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    with Laboratory(tmp_path_factory.mktemp("lab"), seed=SEED) as laboratory:
        yield laboratory


def with_pieces(laboratory: Laboratory, driver: str, port: str) -> Settings:
    """The laboratory's settings, with another device for the pieces."""
    settings = load(laboratory.config)
    other = settings.devices[PIECES].model_copy(update={"driver": driver, "port": port})
    return settings.model_copy(update={"devices": settings.devices | {PIECES: other}})


def test_the_pieces_of_the_form_arrive_as_they_lie_in_the_feeder(laboratory: Laboratory) -> None:
    told: list[Any] = []
    with opening.recueil(load(laboratory.config), bytearray(laboratory.pin.encode())) as (work, _):
        capture = take_page(work, told.append)
    assert len(capture.samples) == 3
    sheets = list(pages(Person(SEED)).values())
    for sample, png in zip(capture.samples, sheets, strict=True):
        assert sample.dpi == 150
        assert np.abs(sample.pixels.astype(int) - decoded(png)).mean() < 2
    assert told.count(Guidance.PAGE_DONE) == 3
    assert {p.page for p in told if isinstance(p, Progress)} == {1, 2, 3}
    assert sum(isinstance(t, Preview) for t in told) == 3


def decoded(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB"))[..., ::-1].astype(int)


def test_a_jam_is_told_and_the_next_scan_works_in_the_same_process(laboratory: Laboratory) -> None:
    with opening.recueil(load(laboratory.config), bytearray(laboratory.pin.encode())) as (work, _):
        laboratory.pages.mishaps.arm(Mishap.JAM)
        with pytest.raises(PaperJam):
            take_page(work, lambda _: None)
        laboratory.pages.clear()
        assert len(take_page(work, lambda _: None).samples) == 3


def test_a_camera_is_no_scanner_of_pieces(laboratory: Laboratory) -> None:
    settings = with_pieces(laboratory, "video-camera", laboratory.camera.url)
    with (
        opening.recueil(settings, bytearray(laboratory.pin.encode())) as (work, _),
        pytest.raises(DeviceUnconfigured),
    ):
        take_page(work, lambda _: None)


def capture(config: Path, *arguments: object) -> Result:
    words = ["device", "capture", "pieces", *map(str, arguments), "--config", str(config)]
    return CliRunner().invoke(app, words)


def test_a_trial_scan_writes_each_page(laboratory: Laboratory, tmp_path: Path) -> None:
    done = capture(laboratory.config, "-o", tmp_path / "page.png")
    assert done.exit_code == 0
    assert "image 3 sur 3, 1240×1754 pixels, 150 dpi" in done.stdout
    assert sorted(p.name for p in tmp_path.iterdir()) == ["page-2.png", "page-3.png", "page.png"]
    with Image.open(tmp_path / "page-3.png") as written:
        assert written.size == (1240, 1754)


def test_the_printed_photograph_lies_on_the_glass(laboratory: Laboratory, tmp_path: Path) -> None:
    config = laboratory.folder / "photo.toml"
    text = laboratory.config.read_text()
    config.write_text(text.replace("source=adf&dpi=150", "region=photo&dpi=600"))
    done = capture(config, "-o", tmp_path / "photo.png")
    assert done.exit_code == 0
    assert "image 1 sur 1, 1654×2126 pixels, 600 dpi" in done.stdout
