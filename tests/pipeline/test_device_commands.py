"""`station device` as a technician uses it, on the laboratory's scanner."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from typer.testing import CliRunner

from simulators import platen
from simulators.lab import Laboratory
from simulators.prints import SlapConditions
from station.capture import Finger, Hand
from station.cli.main import app
from station.errors import CaptureTimeout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    with Laboratory(tmp_path_factory.mktemp("lab"), seed=7) as laboratory:
        laboratory.lay_hands()
        yield laboratory


def device(laboratory: Laboratory, *arguments: object) -> Result:
    words = ["device", *map(str, arguments), "--config", str(laboratory.config)]
    return CliRunner().invoke(app, words)


def test_the_scanner_says_that_it_takes_fingers_and_slaps(laboratory: Laboratory) -> None:
    said = json.loads(device(laboratory, "info", "empreintes", "--json").stdout)
    assert said["modalities"] == ["finger", "slap"]


@pytest.mark.parametrize(("hand", "fingers"), [("right", "2, 3, 4, 5"), ("left", "10, 9, 8, 7")])
def test_a_hand_is_taken_and_its_fingers_are_named(
    laboratory: Laboratory, tmp_path: Path, hand: str, fingers: str
) -> None:
    picture = tmp_path / "main.png"
    done = device(laboratory, "capture", "empreintes", "--hand", hand, "-o", picture)
    assert done.exit_code == 0
    assert "1600×1500 pixels" in done.stdout
    assert f"doigts reconnus : {fingers}" in done.stdout
    with Image.open(picture) as written:
        assert written.size == (1600, 1500)


def test_a_single_finger_is_taken_as_before(laboratory: Laboratory) -> None:
    done = device(laboratory, "capture", "empreintes", "--finger", 7)
    assert done.exit_code == 0
    assert "400×500 pixels" in done.stdout


def test_a_hand_with_a_missing_finger_is_taken_when_it_is_declared(laboratory: Laboratory) -> None:
    how = SlapConditions(tilt=0, missing=frozenset({Finger.LEFT_LITTLE}))
    laboratory.scanner.lay(Hand.LEFT, platen.hand(laboratory.person.slap(Hand.LEFT, how)))
    order = ("capture", "empreintes", "--hand", "left")
    done = device(laboratory, *order, "--seconds", 3)
    assert isinstance(done.exception, CaptureTimeout)
    assert "Écartez" in done.stderr
    done = device(laboratory, *order, "--missing", 10)
    assert done.exit_code == 0
    assert "doigts reconnus : 9, 8, 7" in done.stdout


@pytest.mark.parametrize(
    "options",
    [
        ("--finger", 2, "--hand", "right"),
        ("--missing", 3),
        ("--hand", "right", "--missing", 7),
        ("--hand", "right", "--missing", "2,3,4,5"),
        ("--hand", "right", "--missing", "x"),
    ],
    ids=str,
)
def test_an_impossible_hand_is_wrong_usage(
    laboratory: Laboratory, options: tuple[object, ...]
) -> None:
    assert device(laboratory, "capture", "empreintes", *options).exit_code == 2
