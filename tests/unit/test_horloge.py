"""The clock of the post, held against what was written and signed before."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from station.guichet.horloge import doute, repere
from station.journal import Journal
from station.outbox.store import Outbox

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known", "mot"),
    [
        (None, ""),
        (NOW - timedelta(days=300), ""),
        (NOW + timedelta(minutes=4), ""),
        (NOW + timedelta(minutes=6), "retard"),
        (NOW + timedelta(days=4000), "retard"),
        (NOW - timedelta(days=401), "avance"),
    ],
)
def test_a_clock_is_doubtful_behind_what_has_been_and_far_beyond_it(
    known: datetime | None, mot: str
) -> None:
    said = doute(NOW, known)
    assert bool(said) is bool(mot)
    assert mot in said


def test_the_latest_line_of_the_journal_counts_and_not_the_last(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    ahead = datetime.now(UTC) + timedelta(days=2)
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        assert repere(path, outbox) is None
        path.write_text(json.dumps({"ts": ahead.isoformat()}) + "\n" + "no line\n")
        assert repere(path, outbox) == ahead
        path.unlink()
        Journal(path).append("station", "session.ouverte")
        known = repere(path, outbox)
    assert known is not None
    assert doute(datetime.now(UTC), known) == ""
