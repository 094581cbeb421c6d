"""A station whose clock went back, over HTTP."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx

from station.api import server
from station.config import load
from tests.web.agents import POSTE, begin, login

if TYPE_CHECKING:
    from pathlib import Path

    from simulators.lab import Laboratory


def test_a_clock_that_went_back_is_said_on_every_page(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    ahead = datetime.now(UTC) + timedelta(days=3)
    line = {"seq": 1, "ts": ahead.isoformat(), "hash": "0" * 64}
    (tmp_path / "journal.jsonl").write_text(json.dumps(line) + "\n")
    settings = load(laboratory.config).model_copy(update={"data": tmp_path})
    with (
        server.listening(settings, POSTE, 0) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        assert login(client, laboratory.pin).is_success
        dossier = begin(client)
        deadline = time.monotonic() + 15
        while "L’horloge du poste paraît fausse" not in client.get("/accueil").text:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert "en retard" in client.get(f"/dossiers/{dossier}/adresse").text
