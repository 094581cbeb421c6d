"""The reason for a refused print: it comes with the print, goes with it, and so after a crash."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from simulators.people import Person
from simulators.prints import Conditions
from simulators.serial_finger import SerialFingerSimulator
from station import pipeline
from station.capture import Finger
from station.dossier.model import MotifExemption
from station.errors import AttemptsSpent, InvalidField, StationError
from station.quality.report import Verdict
from tests.recueils import begun, nobody

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.dossier.draft import Draft
    from station.pipeline import Recueil
    from tests.recueils import Opened

INDEX = Finger.RIGHT_INDEX


@pytest.fixture
def scanner() -> Iterator[SerialFingerSimulator]:
    with SerialFingerSimulator() as scanner:
        yield scanner


@contextmanager
def refused(
    recueil: Recueil, scanner: SerialFingerSimulator
) -> Iterator[tuple[Draft, pipeline.Attempts]]:
    """A dossier begun, and attempts of which the first gave too little of the finger."""
    draft = begun(recueil)
    scanner.present(INDEX, Person(1).print_of(INDEX, Conditions(fill=0.3)))
    with pipeline.Attempts.of_finger(recueil, draft, INDEX) as attempts:
        assert attempts.take(nobody).reports[0][1].verdict is Verdict.FAIL
        yield draft, attempts


def test_a_refused_print_is_kept_with_a_typed_reason_only(
    opened: Opened, scanner: SerialFingerSimulator
) -> None:
    recueil = opened("serial-finger", scanner.url)
    draft = begun(recueil)
    scanner.present(INDEX, Person(1).print_of(INDEX, Conditions(fill=0.3)))
    with pipeline.Attempts.of_finger(recueil, draft, INDEX) as attempts:
        assert attempts.take(nobody).reports[0][1].verdict is Verdict.FAIL
        assert INDEX not in draft.empreintes
        with pytest.raises(InvalidField):
            attempts.accept("")
        attempts.accept("peau abîmée, trois essais")
    assert INDEX in draft.empreintes
    (reason,) = pipeline.resume(recueil, draft.id).justifications
    assert (reason.code, reason.raison) == ("EMPREINTE_02_QUALITE", "peau abîmée, trois essais")


def test_a_finger_passed_over_after_accept_takes_its_reason_along(
    opened: Opened, scanner: SerialFingerSimulator
) -> None:
    recueil = opened("serial-finger", scanner.url)
    with refused(recueil, scanner) as (draft, attempts):
        attempts.accept("peau abîmée, trois essais")
    assert [j.code for j in draft.justifications] == ["EMPREINTE_02_QUALITE"]
    pipeline.pass_over(recueil, draft, INDEX, MotifExemption.BLESSURE_TEMPORAIRE)
    again = pipeline.resume(recueil, draft.id)
    assert not draft.empreintes
    assert not draft.justifications
    assert again == draft


def test_a_finger_passed_over_between_attempts_is_not_kept_any_more(
    opened: Opened, scanner: SerialFingerSimulator
) -> None:
    recueil = opened("serial-finger", scanner.url)
    with refused(recueil, scanner) as (draft, attempts):
        assert attempts.waiting == (INDEX,)
        pipeline.pass_over(recueil, draft, INDEX, MotifExemption.BLESSURE_TEMPORAIRE)
        with pytest.raises(AttemptsSpent):
            attempts.accept("peau abîmée, trois essais")
        with pytest.raises(AttemptsSpent):
            attempts.take(nobody)
    assert not draft.empreintes


def test_a_better_print_needs_no_reason_of_the_one_before(
    opened: Opened, scanner: SerialFingerSimulator
) -> None:
    recueil = opened("serial-finger", scanner.url)
    with refused(recueil, scanner) as (draft, attempts):
        with pytest.raises(AttemptsSpent):
            attempts.accept("peau abîmée, trois essais", Finger.LEFT_INDEX)
        attempts.accept("peau abîmée, trois essais", INDEX)
        scanner.present(INDEX, Person(1).print_of(INDEX))
        assert attempts.take(nobody).reports[0][1].verdict.accepts
    assert not draft.justifications
    assert pipeline.resume(recueil, draft.id) == draft


def test_a_refused_print_and_its_reason_are_one_step(
    opened: Opened, scanner: SerialFingerSimulator
) -> None:
    recueil = opened("serial-finger", scanner.url)
    with refused(recueil, scanner) as (draft, attempts):
        before = len(recueil.drafts.read(draft.id).steps)
        attempts.accept("peau abîmée, trois essais")
    assert len(recueil.drafts.read(draft.id).steps) == before + 1
    assert pipeline.resume(recueil, draft.id) == draft


def test_what_does_not_reach_the_disk_is_not_in_the_draft(
    opened: Opened, scanner: SerialFingerSimulator
) -> None:
    recueil = opened("serial-finger", scanner.url)
    with refused(recueil, scanner) as (draft, attempts):
        recueil.drafts.destroy(draft.id)
        with pytest.raises(StationError):
            attempts.accept("peau abîmée, trois essais")
        with pytest.raises(StationError):
            pipeline.pass_over(recueil, draft, INDEX, MotifExemption.BLESSURE_TEMPORAIRE)
    assert (draft.empreintes, draft.exemptions, draft.justifications) == ({}, {}, [])
