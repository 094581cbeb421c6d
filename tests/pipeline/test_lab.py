"""The laboratory: a dossier with a hand scanner, and the titles on its second reader."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from simulators.card_bed import missing
from simulators.lab import Laboratory, Laid
from simulators.title_chip import Defect, Kind
from tests.needs import need

if TYPE_CHECKING:
    from pathlib import Path

STATION = (sys.executable, "-c", "from station.cli.main import main; main()")


def run(laboratory: Laboratory, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*STATION, *arguments, "--config", str(laboratory.config)],
        input=laboratory.pin + "\n",
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def station(laboratory: Laboratory, *arguments: str) -> str:
    done = run(laboratory, *arguments)
    done.check_returncode()
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
        can = laboratory.title.printed.can
        said = json.loads(station(laboratory, "chip", "read", "--can", can, "--prints", "--json"))
        assert {item["status"] for item in said["findings"]} == {"verified"}


@pytest.mark.pcsc
@pytest.mark.parametrize(
    ("defect", "check"), [(Defect.TAMPERED_FACE, "dg2"), (Defect.REVOKED_SIGNER, "revocation")]
)
def test_a_title_with_a_defect_may_lie_there_too(
    defect: Defect, check: str, tmp_path: Path
) -> None:
    need(missing())
    laid = Laid(Kind.NEW_PASSPORT, defect)
    with Laboratory(tmp_path / "un dossier", laid=laid) as laboratory:
        assert laboratory.title is not None
        zone = tmp_path / "zone.txt"
        zone.write_text("\n".join(laboratory.title.printed.zone))
        assert any(laboratory.title.printed.zone[1] in line for line in laboratory.description())
        done = run(laboratory, "chip", "read", "--mrz", str(zone), "--json")
        assert done.returncode == 1
        findings = json.loads(done.stdout)["findings"]
        failed = [item["check"] for item in findings if item["status"] == "failed"]
        assert failed[0] == check  # what hangs on it fails too


def test_the_pre_demandes_of_the_day_are_there(tmp_path: Path) -> None:
    with Laboratory(tmp_path / "un dossier", slap=True) as laboratory:
        first = laboratory.predemandes.book.day[0]
        assert any(first.numero in line for line in laboratory.description())
        assert (laboratory.form.parent / f"recapitulatif-{first.numero}.png").is_file()
        station(laboratory, "config", "check")
        assert "5 pré-demande(s)" in station(laboratory, "predemande", "prefetch")
        assert first.numero in station(laboratory, "predemande", "day")
        assert "service" in station(laboratory, "predemande", "show", first.numero)
    assert "copie" in station(laboratory, "predemande", "show", first.numero)
    (laboratory.keys / "predemande.pem").unlink()
    done = run(laboratory, "config", "check")
    assert (done.returncode, "predemande.pem" in done.stderr) == (1, True)
