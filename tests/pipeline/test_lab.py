"""The laboratory with a hand scanner: one dossier from the card to the decision of the CERT."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from simulators.lab import Laboratory

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
