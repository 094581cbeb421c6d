"""The interface asked what its own OpenAPI document allows, and what it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import httpx
import pytest

from simulators.lab import Laboratory
from tests.web.agents import begin, login
from tests.web.browser.served import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMATHESIS = str(Path(sys.executable).parent / "schemathesis")
RULES = Template(Path(__file__).with_name("schemathesis.toml").read_text())
SESSION = "/api/session"  # opens a session and ends it: asked last, when there is none
STREAMS = ("/api/evenements", "/api/usager/evenements")  # have no end to wait for
_END = 240.0  # seconds


@pytest.fixture
def laboratory(tmp_path: Path) -> Iterator[Laboratory]:
    """One of its own: its card is blocked afterwards, for nobody guesses PINs as this does."""
    with Laboratory(tmp_path) as laboratory:
        yield laboratory


@pytest.fixture
def station(laboratory: Laboratory) -> Iterator[Served]:
    with Served(laboratory.config) as station:
        yield station
        assert station.tracebacks() == ""


@pytest.fixture
def known(station: Served, laboratory: Laboratory) -> dict[str, str]:
    """A session, and what is there to be named in it."""
    with httpx.Client(base_url=station.url, timeout=30) as client:
        login(client, laboratory.pin, poste=station.token).raise_for_status()
        capture = client.post("/api/appareils/photo/captures", json={})
        return {
            "token": client.headers["X-Station-Token"],
            "dossier": begin(client),
            "capture": capture.json()["id"],
        }


def asked(station: Served, folder: Path, known: dict[str, str], *which: str) -> int:
    """How many operations there are, all of which kept to the document."""
    rules = folder / "schemathesis.toml"
    rules.write_text(RULES.substitute(known))
    command = [SCHEMATHESIS, "--no-color", "--config-file", str(rules), "run", *which]
    done = subprocess.run(
        [*command, f"{station.url}/openapi.json"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_END,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return int(done.stdout.split("Tested: ")[1].split()[0])


def test_every_route_keeps_to_the_document(
    station: Served, known: dict[str, str], tmp_path: Path
) -> None:
    paths = httpx.get(f"{station.url}/openapi.json").json()["paths"]
    others = [word for path in (SESSION, *STREAMS) for word in ("--exclude-path", path)]
    count = asked(station, tmp_path, known, *others)
    nobody = ("--include-path", SESSION, "--warnings", "off")  # that the end of none is a 401
    count += asked(station, tmp_path, known | {"token": station.token}, *nobody)
    assert count == sum(len(path) for name, path in paths.items() if name not in STREAMS)
