"""What the journal says of a package: its own events, in words, however long the journal is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from station.errors import StorageError
from station.guichet import historique
from station.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path


def test_events_are_told_newest_first_and_of_no_other_package(tmp_path: Path) -> None:
    path, mine, other = tmp_path / "journal", str(uuid4()), str(uuid4())
    journal = Journal(path)
    journal.append("a", "dossier.champ", mine, octets=3)
    journal.append("a", "dossier.scelle", mine, octets=3)
    journal.append("a", "envoi.echec", other, code="CEN-001", raison="no answer from 10.0.0.1")
    journal.append("a", "envoi.echec", mine, code="CEN-001", raison="no answer from 10.0.0.1")
    journal.append("a", "decision", mine, issue="COMPLEMENT_DEMANDE", rang=4)
    found = [(one.quoi, one.detail) for one in historique.historique(path, mine)]
    assert found == [
        ("Le centre dit", "complément demandé"),
        ("Envoi non abouti", "CEN-001"),
        ("Dossier scellé", ""),
    ]


def test_only_the_end_of_a_long_journal_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(historique, "_TAIL", 900)
    path, mine = tmp_path / "journal", str(uuid4())
    journal = Journal(path)
    for _ in range(20):
        journal.append("a", "envoi.accuse", mine)
    assert 0 < len(historique.historique(path, mine)) < 20


def test_lines_that_are_none_are_passed_over(tmp_path: Path) -> None:
    path, mine = tmp_path / "journal", str(uuid4())
    torn = b'{"dossier": "%b", "what": "decision"}\n' % mine.encode()
    path.write_bytes(b'[1]\n{"dossier": 3}\n\xff\n' + torn)
    assert historique.historique(path, mine) == ()
    with pytest.raises(StorageError):
        historique.historique(tmp_path / "absent", mine)
