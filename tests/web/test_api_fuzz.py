"""The interface asked what its own OpenAPI document allows, and what it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from simulators.lab import Laboratory
from tests.web.browser.served import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
CONFIG = Path(__file__).with_name("schemathesis.toml")
_END = 240.0  # seconds; it takes about 30


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Served]:
    with Laboratory(tmp_path) as laboratory, Served(laboratory.config) as station:
        yield station
        assert station.tracebacks() == ""


def test_every_route_keeps_to_the_document(station: Served, tmp_path: Path) -> None:
    head = {"Authorization": f"Bearer {station.token}"}
    with httpx.Client(base_url=station.url, headers=head, timeout=30) as client:
        paths = client.get("/openapi.json").json()["paths"]
        capture = client.post("/api/appareils/photo/captures", json={}).json()["id"]
    known = {"STATION_TOKEN": station.token, "STATION_CAPTURE": capture}
    done = subprocess.run(
        [SCHEMATHESIS, "--no-color", "--config-file", CONFIG, "run", f"{station.url}/openapi.json"],
        cwd=tmp_path,
        env={**os.environ, **known},
        capture_output=True,
        text=True,
        timeout=_END,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    operations = sum(len(path) for path in paths.values())
    assert f"Selected: {operations}/{operations}\n  Tested: {operations}\n" in done.stdout
