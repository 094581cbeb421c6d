"""`station quality face` as a technician and a script use it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from typer.testing import CliRunner

from simulators import faces
from simulators.faces import random_conforming
from station.cli.main import app
from station.errors import ConfigError, LandmarksInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

RULE = {
    "rule", "code", "message", "value", "unit", "limits", "verdict", "method", "version", "clause",
    "region",
}  # fmt: skip
POINTS = {"left_eye": [230, 390], "right_eye": [400, 390], "chin": [315, 700], "crown": [315, 90]}


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "a.png"
    Image.fromarray(faces.render(random_conforming(3))[:, :, ::-1]).save(path)
    return path


def run(*args: object) -> Result:
    return CliRunner().invoke(app, ["quality", "face", *map(str, args), "--json"])


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_portrait_is_one_object_with_a_record_for_each_rule(
    photo: Path, model_folder: Path
) -> None:
    (said,) = lines(run(photo, "--models", model_folder))
    assert (said["verdict"], said["source"]) == ("PASS", "PHOTO_PAPIER_SCAN")
    assert said["landmarks"]["faces"] == 1
    assert said["ms"] > 0
    assert all(set(rule) == RULE for rule in said["rules"])
    assert len({rule["rule"] for rule in said["rules"]}) == len(said["rules"]) > 40
    yaw = next(rule for rule in said["rules"] if rule["code"] == "TETE_TOURNEE")
    assert yaw["limits"]["good"][0] < yaw["value"] < yaw["limits"]["good"][1]


def test_one_bad_file_is_one_error_and_the_others_are_judged(
    photo: Path, model_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing behind")
    Image.new("RGB", (1, 1)).save(tmp_path / "tiny.png")
    bad = (tmp_path / "bad.jpg", tmp_path / "tiny.png", tmp_path / "absent.png")
    result = run(bad[0], photo, *bad[1:], photo, "--models", model_folder)
    assert result.exit_code == 1
    assert [said["file"] for said in lines(result)] == [str(photo)] * 2
    assert result.stderr.count("INP-001") == 3


def test_without_models_the_verdict_is_not_assessed(photo: Path, tmp_path: Path) -> None:
    result = run(photo, "--models", tmp_path)
    (said,) = lines(result)
    assert result.exit_code == 0
    assert said["verdict"] == "NOT_ASSESSED"
    assert said["landmarks"] == {"provider": "no landmarks", "version": "1", "faces": None}


def test_the_agents_points_are_taken_as_text_or_from_a_file(photo: Path, tmp_path: Path) -> None:
    (tmp_path / "points.json").write_text(json.dumps(POINTS))
    (one,) = lines(run(photo, "--landmarks", json.dumps(POINTS)))
    (other,) = lines(run(photo, "--landmarks", tmp_path / "points.json"))
    assert one["landmarks"] == other["landmarks"]
    assert one["landmarks"]["crown"] == [315, 90]
    assert one["landmarks"]["crown_estimated"] is False


def test_wrong_points_and_unknown_exemptions_are_refused(photo: Path, tmp_path: Path) -> None:
    assert isinstance(run(photo, "--landmarks", "{}").exception, LandmarksInvalid)
    assert isinstance(run(photo, "--landmarks", tmp_path / "no").exception, LandmarksInvalid)
    unknown = run(photo, "--landmarks", json.dumps(POINTS), "--exemption", "chance")
    assert unknown.exit_code == 1
    assert ConfigError.code in unknown.stderr
