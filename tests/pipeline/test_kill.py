"""The station killed at random moments of seal, queue and send: nothing lost, nothing doubled."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from simulators.cert.decisions import Scenario
from simulators.lab import Laboratory
from tests.clear_text import clear_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATION = (sys.executable, "-c", "from station.cli.main import main; main()")
KILLS = 50
DOSSIERS = 3
COMPLEMENT_KILLS = 4


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    with Laboratory(tmp_path_factory.mktemp("lab"), seed=11) as laboratory:
        yield laboratory


def station(laboratory: Laboratory, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*STATION, *arguments, "--config", str(laboratory.config)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def finished(process: subprocess.Popen[str], laboratory: Laboratory) -> str:
    said, _ = process.communicate(laboratory.pin + "\n", timeout=60)
    return said


def killed(process: subprocess.Popen[str], laboratory: Laboratory, after: float) -> None:
    """SIGKILL `after` seconds, or at its own end if that comes first."""
    assert process.stdin is not None
    process.stdin.write(laboratory.pin + "\n")
    process.stdin.close()
    process.stdin = None
    deadline = time.monotonic() + after
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    process.kill()
    process.communicate()


def test_fifty_kills_lose_no_dossier_and_double_none(laboratory: Laboratory) -> None:
    chance = random.Random(2013)
    begun: set[str] = set()
    for _ in range(DOSSIERS):  # each cut somewhere between its last piece and its seal
        process = station(laboratory, "dossier", "take", str(laboratory.form))
        begun.add(_killed_after_the_pieces(process, laboratory, chance.uniform(0, 0.03)))
    assert "" not in begun
    for _ in range(KILLS - DOSSIERS):
        command = chance.choice((("dossier", "finish"), ("outbox", "send")))
        killed(station(laboratory, *command), laboratory, chance.uniform(0.2, 1.6))
    finished(station(laboratory, "dossier", "finish"), laboratory)
    finished(station(laboratory, "outbox", "send"), laboratory)
    listed = finished(station(laboratory, "outbox", "list", "--json"), laboratory)
    entries = [json.loads(line) for line in listed.splitlines()]
    assert {e["dossier"] for e in entries} == begun
    assert all(e["etat"] == "VALIDE" and e["purge"] for e in entries)
    assert sorted(d for d, _ in laboratory.cert.centre.store.dossiers()) == sorted(begun)
    assert len({e["numero"] for e in entries}) == DOSSIERS
    verified = subprocess.run(
        [*STATION, "journal", "verify", str(laboratory.folder / "data" / "journal.jsonl")],
        check=False,
    )
    assert verified.returncode == 0
    assert clear_text(laboratory.folder / "data") == []


def test_kills_around_a_complement_lose_nothing_and_double_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    chance = random.Random(1726)
    folder = tmp_path_factory.mktemp("lab")
    with Laboratory(folder, seed=11, scenario=Scenario.COMPLEMENT) as laboratory:
        finished(station(laboratory, "dossier", "take", str(laboratory.form)), laboratory)
        finished(station(laboratory, "outbox", "send"), laboratory)
        asked = json.loads(finished(station(laboratory, "complement", "list"), laboratory))
        assert asked["demande"]["pieces"] == ["JUSTIF_DOMICILE"]
        take = ("complement", "take", asked["numero"], str(_answer(laboratory)))
        for _ in range(COMPLEMENT_KILLS):  # each somewhere between its piece, its seal, its queue
            _killed_after_the_pieces(station(laboratory, *take), laboratory, chance.uniform(0, 0.1))
            killed(station(laboratory, "outbox", "send"), laboratory, chance.uniform(0.3, 1.6))
        for command in (take, ("dossier", "finish"), ("outbox", "send")):
            finished(station(laboratory, *command), laboratory)
        listed = finished(station(laboratory, "outbox", "list", "--json"), laboratory)
        first, second = (json.loads(line) for line in listed.splitlines())
        assert (first["nature"], first["etat"]) == ("DOSSIER", "VALIDE")
        assert (second["nature"], second["etat"]) == ("COMPLEMENT", "ACCUSE")
        assert (second["de"], second["numero"]) == (first["dossier"], f"{first['numero']}-C1")
        assert first["purge"]
        assert second["purge"]
        taken = [dossier for dossier, _ in laboratory.cert.centre.store.dossiers()]
        assert sorted(taken) == sorted((first["dossier"], second["dossier"]))
        assert list((folder / "data" / "drafts").glob("*.key")) == []
        assert clear_text(folder / "data") == []


def _answer(laboratory: Laboratory) -> Path:
    """The form of a complement: the proof of address of the application, once more."""
    form = json.loads(laboratory.form.read_text())
    kept = [p for p in form["pieces"] if p["reference"]["type"] == "JUSTIF_DOMICILE"]
    path = laboratory.form.with_name("complement.json")
    path.write_text(json.dumps({"pieces": kept}))
    return path


def _killed_after_the_pieces(
    process: subprocess.Popen[str], laboratory: Laboratory, after: float
) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(laboratory.pin + "\n")
    process.stdin.close()
    process.stdin = None
    dossier = ""
    for line in process.stdout:
        step = json.loads(line)
        dossier = step.get("dossier", dossier)
        if step["step"] == "pieces":
            break
    time.sleep(after)
    process.kill()
    process.communicate()
    return dossier
