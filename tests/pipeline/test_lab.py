"""The laboratory with a hand scanner: one dossier from the card to the decision of the CERT."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from simulators.card_bed import missing
from simulators.lab import Laboratory
from tests.needs import need

if TYPE_CHECKING:
    from pathlib import Path

STATION = (sys.executable, "-c", "from station.cli.main import main; main()")


def station(laboratory: Laboratory, *arguments: str) -> str:
    done = subprocess.run(
        [*STATION, *arguments, "--config", str(laboratory.config)],
        input=laboratory.pin + "\n",
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    return done.stdout


def test_a_dossier_with_two_slaps_is_taken_and_accepted(tmp_path: Path) -> None:
    with Laboratory(tmp_path / "un dossier", slap=True) as laboratory:
        said = station(laboratory, "dossier", "take", str(laboratory.form))
        steps = [json.loads(line)["step"] for line in said.splitlines()]
        assert {"main right", "main left"} <= {*steps}
        station(laboratory, "outbox", "send")
        (entry,) = map(json.loads, station(laboratory, "outbox", "list", "--json").splitlines())
        assert (entry["etat"], entry["purge"]) == ("VALIDE", True)
        assert len(laboratory.service.model.asked) == 2


@pytest.mark.pcsc
def test_the_applicants_old_title_lies_on_the_second_reader(tmp_path: Path) -> None:
    need(missing())
    with Laboratory(tmp_path / "un dossier") as laboratory:
        assert laboratory.title is not None
        assert any(laboratory.title.printed.can in line for line in laboratory.description())
        listed = map(json.loads, station(laboratory, "device", "list", "--json").splitlines())
        (found,) = (device for device in listed if device["name"] == "titre")
        assert (found["vendor"], found["simulated"]) == ("Virtual PCD 00 01", True)
        for name in ("csca.pem", "master-list.ml", "csca.crl", "inspection/is.key.pem"):
            assert (laboratory.keys / "titres" / name).stat().st_size
