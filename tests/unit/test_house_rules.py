"""Rules no linter checks."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from station.errors import StationError

ROOT = Path(__file__).parents[2]
TRACKED = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    if (ROOT / name).is_file()
]
SOURCES = [path for path in TRACKED if path.suffix in {".py", ".c", ".h"}]
REGISTRIES = re.compile(
    r"py" r"pi\.org|python" r"hosted|npm" r"js\.|deb\.deb" r"ian|index-url\s+http"
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_fits_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


def test_every_error_names_itself_and_its_cure() -> None:
    leaves = [e for e in _family(StationError) if not e.__subclasses__()]
    codes = [e.code for e in leaves]
    assert len(set(codes)) == len(codes)
    assert [e.__name__ for e in leaves if "remedy" not in vars(e)] == []


def test_no_file_names_a_package_registry() -> None:
    guilty = [p for p in TRACKED if REGISTRIES.search(p.read_text(errors="ignore"))]
    assert guilty == []


def _family(root: type[StationError]) -> list[type[StationError]]:
    return [root, *(e for child in root.__subclasses__() for e in _family(child))]
