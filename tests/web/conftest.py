"""One laboratory and one station for the tests of the interface, and agents who log in to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from simulators.lab import Laboratory
from station.api import server
from station.config import load
from tests.web.agents import POSTE, login

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """Every simulator, the agent's card among them (or the token that stands in for it)."""
    with Laboratory(tmp_path_factory.mktemp("lab")) as laboratory:
        yield laboratory


@pytest.fixture(autouse=True)
def _spent(request: pytest.FixtureRequest) -> Iterator[None]:
    """A fault that a test armed and a cancelled capture did not meet is not for the next test."""
    asked = "laboratory" in request.fixturenames
    laboratory = request.getfixturevalue("laboratory") if asked else None
    yield
    if laboratory is not None:
        laboratory.scanner.faults.disarm()


@pytest.fixture(scope="module")
def url(laboratory: Laboratory) -> Iterator[str]:
    with server.listening(load(laboratory.config), POSTE, 0) as url:
        yield url


@pytest.fixture
def agent(url: str, laboratory: Laboratory) -> Iterator[httpx.Client]:
    """An agent who has just logged in, as a browser holds the session."""
    with httpx.Client(base_url=url, timeout=30) as client:
        answer = login(client, laboratory.pin)
        assert answer.is_success, answer.text
        yield client
