"""What a dossier costs: gestures noted without a name, and the model of their time."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from pydantic import ValidationError

from station.errors import StorageError
from station.mesures.bilan import bilans, milieu
from station.mesures.gestes import Gestes, Ligne, lignes, note
from station.mesures.klm import modele

if TYPE_CHECKING:
    from pathlib import Path

ONE, OTHER = UUID(int=1), UUID(int=2)


def test_the_model_is_that_of_the_paper() -> None:
    gestes = Gestes(ecran="photo", actes=2, touches=10, clics=1, pointages=1, mains=1)
    made = modele([gestes])
    assert made.agent == pytest.approx(2 * 1.35 + 10 * 0.2 + 2 * 0.1 + 1.1 + 0.4)
    assert (made.actes, made.machine) == (2, 0)


def test_waiting_is_time_of_the_machine() -> None:
    made = modele([Gestes(ecran="photo", attente_ms=1500), Gestes(ecran="photo", attente_ms=500)])
    assert (made.agent, made.machine, made.total) == (0, 2, 2)


def test_dossiers_are_told_apart_and_screens_added(tmp_path: Path) -> None:
    path = tmp_path / "mesures.jsonl"
    for dossier, ecran, actes in ((ONE, "photo", 3), (OTHER, "photo", 5), (ONE, "pieces", 4)):
        note(path, Ligne(dossier=dossier, ecran=ecran, actes=actes, duree_ms=1000))
    one, other = bilans(lignes(path))
    assert (one.dossier, one.modele.actes, one.ecrans) == (ONE, 7, {"photo": 1.0, "pieces": 1.0})
    assert other.modele.actes == 5
    assert milieu((one, other)).actes == 6


def test_a_line_torn_by_a_crash_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "mesures.jsonl"
    note(path, Ligne(dossier=ONE, ecran="photo"))
    path.write_bytes(path.read_bytes() + b'{"dossier": "tor\xff')
    assert [line.dossier for line in lignes(path)] == [ONE]


def test_no_dossier_at_all_is_no_error() -> None:
    assert milieu(()).actes == 0


@pytest.mark.parametrize(
    "said", [{"actes": -1}, {"ecran": "SPECIMEN Jean"}, {"duree_ms": 1e12}, {"nom": "SPECIMEN"}]
)
def test_what_is_no_count_is_not_noted(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Gestes.model_validate({"ecran": "photo", **said})


def test_a_disk_that_fails_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        note(tmp_path, Ligne(dossier=ONE, ecran="photo"))
