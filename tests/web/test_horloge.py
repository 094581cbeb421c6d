"""A station whose clock is wrong, over HTTP."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from station.api import server
from station.config import load
from tests.web.agents import POSTE, begin, fill, login
from tests.web.browser.served import until

if TYPE_CHECKING:
    from pathlib import Path

    from simulators.lab import Laboratory


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param(timedelta(days=3), "en retard", id="went back"),
        pytest.param(timedelta(days=-500), "loin en avance", id="went forward"),
    ],
)
def test_a_clock_that_is_wrong_is_said_on_every_page_and_stops_nothing(
    laboratory: Laboratory, tmp_path: Path, wrong: timedelta, said: str
) -> None:
    """`wrong`: how far the last line of the journal lies ahead of the clock."""
    last = datetime.now(UTC) + wrong
    line = {"seq": 1, "ts": last.isoformat(), "hash": "0" * 64}
    (tmp_path / "journal.jsonl").write_text(json.dumps(line) + "\n")
    settings = load(laboratory.config).model_copy(update={"data": tmp_path})
    with (
        server.listening(settings, POSTE, 0) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        assert login(client, laboratory.pin).is_success
        dossier = begin(client)
        until(lambda: _doubted(client) or None, "the clock is not doubted", 15)
        page = client.get(f"/dossiers/{dossier}/adresse").text
        assert said in page
        assert fill(client, dossier, "usager.nom_famille", "SPECIMEN").is_success


def _doubted(client: httpx.Client) -> bool:
    return "L’horloge du poste paraît fausse" in client.get("/accueil").text
