"""French dates, sizes, durations, punctuation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from station.web import typographie as t

N, F = t.INSECABLE, t.FINE


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 1, 5), "05/01/2026"),
        (datetime(2026, 11, 25, 14, 5, tzinfo=UTC), "25/11/2026"),
        ("1980-05-12", "12/05/1980"),
        ("1980-05", "05/1980"),
        ("1980", "1980"),
        (None, ""),
    ],
)
def test_a_date_says_as_much_as_is_known(day: date | str | None, text: str) -> None:
    assert t.date_fr(day) == text


def test_an_hour() -> None:
    assert t.heure_fr(datetime(2026, 11, 25, 9, 5, tzinfo=UTC)) == f"9{N}h{N}05"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, f"0{N}octets"),
        (999, f"999{N}octets"),
        (1200, f"1,2{N}Ko"),
        (2_000_000, f"2{N}Mo"),
        (312_400_000, f"312{N}Mo"),
        (5_000_000_000_000_000, f"5000{N}To"),
    ],
)
def test_a_size(size: int, text: str) -> None:
    assert t.octets(size) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(seconds=59), "moins d’une minute"),
        (timedelta(minutes=3, seconds=50), f"3{N}min"),
        (timedelta(hours=2, minutes=5), f"2{N}h{N}05"),
        (timedelta(hours=24), f"1{N}jour"),
        (timedelta(days=2, hours=4), f"2{N}jours 4{N}h"),
    ],
)
def test_a_duration_in_words(span: timedelta, text: str) -> None:
    assert t.duree(span) == text


def test_a_number_and_its_word() -> None:
    assert t.pluriel(0, "dossier") == f"0{N}dossier"
    assert t.pluriel(2, "dossier") == f"2{N}dossiers"
    assert t.pluriel(12345, "travail", "travaux") == f"12{F}345{N}travaux"


def test_punctuation_stays_with_its_word() -> None:
    assert t.fine("L'acte : reçu ? « Oui » ; à 10:30") == (
        f"L’acte{N}: reçu{F}? «{N}Oui{N}»{F}; à 10:30"
    )
