"""Documents from the glass of the scanner, where the settings name it beside the feeder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from station.api import server
from station.config import PIECES, PIECES_VITRE, load
from tests.web.agents import POSTE, begin, task

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from simulators.lab import Laboratory


@pytest.fixture(scope="module")
def url(laboratory: Laboratory) -> Iterator[str]:
    settings = load(laboratory.config)
    glass = f"{laboratory.pages.url}?source=platen&region=a5&dpi=150"
    named = settings.devices[PIECES].model_copy(update={"port": glass})
    devices = {**settings.devices, PIECES_VITRE: named}
    with server.listening(settings.model_copy(update={"devices": devices}), POSTE, 0) as url:
        yield url


def test_one_page_lies_on_the_glass(agent: httpx.Client) -> None:
    dossier = begin(agent)
    base = f"/api/dossiers/{dossier}/pieces/DOC_PHOTO"
    assert "Sur la vitre" in agent.post(f"{base}/choix").text
    said = task(agent, agent.post(f"{base}/numerisation", params={"vitre": "true"}))
    assert said["code"] is None
    assert "3 pages" not in said["annonce"]  # those of the feeder
