"""The clock of the post, held against what was written and signed before."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from station.guichet.horloge import Horloge, Repere, doute
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
    said = doute(NOW, Repere(known, known))
    assert bool(said) is bool(mot)
    assert mot in said


def test_the_latest_line_of_the_journal_counts_and_not_the_last(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    ahead = datetime.now(UTC) + timedelta(days=2)
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        assert Horloge(path, outbox).repere() == Repere()
        path.write_text(json.dumps({"ts": ahead.isoformat()}) + "\n" + "no line\n")
        assert Horloge(path, outbox).repere() == Repere(ahead, ahead)
        path.unlink()
        Journal(path).append("station", "session.ouverte")
        known = Horloge(path, outbox).repere()
    assert known.dernier is not None
    assert doute(datetime.now(UTC), known) == ""


def test_a_long_day_under_a_wrong_clock_does_not_make_it_right(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    ahead = datetime.now(UTC) + timedelta(days=2)
    line = json.dumps({"ts": ahead.isoformat(), "what": "x" * 300}) + "\n"
    wrong = json.dumps({"ts": datetime.now(UTC).isoformat(), "what": "x" * 300}) + "\n"
    day = wrong * 6000  # lines of 100 dossiers
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        path.write_text(line)
        running = Horloge(path, outbox)
        assert "retard" in running.doute(datetime.now(UTC))
        path.write_text(line + day)
        assert "retard" in running.doute(datetime.now(UTC))
        assert "retard" in Horloge(path, outbox).doute(datetime.now(UTC))  # started again


YEARS = timedelta(days=500)


def test_lines_written_under_a_clock_that_went_forward_are_not_believed() -> None:
    before = Repere().et([NOW - YEARS], [])
    under = before.et([NOW, NOW + timedelta(hours=1)], [])
    assert "avance" in doute(NOW + timedelta(hours=2), under)
    assert "avance" in doute(NOW, Repere().et([NOW - YEARS, NOW], []))  # started again
    assert "retard" in doute(NOW - YEARS, under)  # put right, dossiers lie ahead of it


def test_a_receipt_of_the_cert_proves_that_a_post_stood_unused() -> None:
    idle = Repere().et([NOW - YEARS, NOW], [])
    assert doute(NOW, idle.et([NOW], [NOW])) == ""
    assert "avance" in doute(NOW, idle.et([NOW], [NOW - YEARS + timedelta(days=3)]))


def test_a_post_used_every_day_for_years_is_not_doubted() -> None:
    days = [NOW - YEARS * 3 + timedelta(days=number) for number in range(1500)]
    assert doute(NOW, Repere().et(days, [])) == ""
