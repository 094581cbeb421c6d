"""What the documents promise, held against the code."""

from __future__ import annotations

import importlib
import re
import subprocess
from pathlib import Path

import pytest

import drivers
import drivers.wire
import simulators
from station.errors import StationError

ROOT = Path(__file__).parents[2]
DRIVER_GUIDE = ROOT / "docs" / "writing-a-driver.md"
GUIDE = (ROOT / "docs" / "guide-technicien.md").read_text()
TABLE = GUIDE.partition("\n## Codes d’erreur\n")[2].partition("\n## ")[0]
DOCUMENTS = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    if (ROOT / name).is_file()
]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
EXAMPLE = re.compile(r"^```python\n# (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def leaves(root: type[StationError] = StationError) -> list[type[StationError]]:
    children = root.__subclasses__()
    below = [leaf for child in children for leaf in leaves(child)]
    return [root, *below] if "remedy" in vars(root) else below


@pytest.mark.parametrize("error", leaves()[1:], ids=lambda e: e.__name__)
def test_every_error_is_in_the_guide_with_its_remedy(error: type[StationError]) -> None:
    rows = [line for line in TABLE.splitlines() if line.startswith(f"| `{error.code}` ")]
    assert len(rows) == 1
    assert f"| {error.remedy} |" in rows[0]


def test_the_guide_names_no_error_that_is_gone() -> None:
    named = set(re.findall(r"^\| `([A-Z]{3}-\d{3})` ", TABLE, re.MULTILINE))
    assert named == {error.code for error in leaves()[1:]}


def test_the_first_screen_of_the_readme_names_both_commands() -> None:
    screen = (ROOT / "README.md").read_text().splitlines()[:40]
    assert any(line.startswith("make demo") for line in screen)
    assert any(line.startswith("make test") for line in screen)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    links = [link for link in LINK.findall(document.read_text()) if "://" not in link]
    assert [link for link in links if not leads_somewhere(document, link)] == []


def leads_somewhere(document: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (document.parent / name) if name else document
    return target.exists() and (not anchor or anchor in anchors(target))


def anchors(document: Path) -> set[str]:
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(document.read_text())
    }


def test_the_driver_of_the_guide_passes_the_tests_of_the_guide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = dict(EXAMPLE.findall(DRIVER_GUIDE.read_text()))
    for name, code in examples.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)
    for package in (drivers, drivers.wire, simulators):
        folder = tmp_path / package.__name__.replace(".", "/")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
    importlib.invalidate_caches()
    tests = [str(tmp_path / name) for name in examples if name.startswith("tests/")]
    outcome = pytest.main(["-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), *tests])
    assert tests
    assert outcome == pytest.ExitCode.OK
