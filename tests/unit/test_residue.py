"""What the applicant before left: told from a hand that lies anywhere else."""

from __future__ import annotations

from uuid import uuid4

import numpy as np
import pytest

from simulators.people import Person
from simulators.prints import SlapConditions
from station.capture import Finger, Hand
from station.fingers.residue import Platen, coincidence, trace
from station.rules.acquisition import acquisition

LIMIT = acquisition().comparaison.residu
PEOPLE = range(80, 84)


def test_two_hands_coincide_by_chance_only() -> None:
    shown = [trace(Person(n).slap(Hand.RIGHT).pixels) for n in PEOPLE]
    again = [trace(Person(n).slap(Hand.RIGHT, None, 2).pixels) for n in PEOPLE]
    figures = [coincidence(a, b) for n, a in enumerate(shown) for b in shown[:n]]
    figures += [coincidence(a, b) for a, b in zip(shown, again, strict=True)]
    assert max(figures) < LIMIT - 2


@pytest.mark.parametrize("ghost", [0.15, 0.3])
def test_residue_shows_under_the_next_hand(ghost: float) -> None:
    platen, before = Platen(), Person(80).slap(Hand.RIGHT).pixels
    assert platen.residue(uuid4(), before) == 0
    after = Person(81).slap(Hand.RIGHT, SlapConditions(ghost=ghost, before=before))
    assert platen.residue(uuid4(), after.pixels) > LIMIT


def test_residue_still_shows_at_the_second_attempt() -> None:
    platen, before = Platen(), Person(80).slap(Hand.RIGHT).pixels
    platen.residue(uuid4(), before)
    dossier = uuid4()
    for attempt in (1, 2):
        uncleaned = SlapConditions(ghost=0.2, before=before)
        shown = Person(81).slap(Hand.RIGHT, uncleaned, attempt)
        assert platen.residue(dossier, shown.pixels) > LIMIT
    clean = Person(81).slap(Hand.RIGHT, None, 3)
    assert platen.residue(dossier, clean.pixels) < LIMIT


def test_a_finger_that_stays_on_the_glass_is_no_residue() -> None:
    platen, dossier = Platen(), uuid4()
    shown = Person(80).print_of(Finger.RIGHT_INDEX)
    assert platen.residue(dossier, shown) == 0
    assert platen.residue(dossier, shown) == 0
    assert platen.residue(uuid4(), shown) > LIMIT


def test_sensors_of_two_sizes_are_not_compared() -> None:
    platen = Platen()
    platen.residue(uuid4(), Person(80).slap(Hand.RIGHT).pixels)
    assert platen.residue(uuid4(), Person(80).print_of(Finger.RIGHT_INDEX)) == 0


def test_a_few_phases_are_remembered_and_no_picture() -> None:
    remembered = trace(Person(80).slap(Hand.RIGHT).pixels)
    assert remembered.phases.nbytes < 70_000
    assert "complex" not in repr(remembered)
    assert np.allclose(np.abs(remembered.phases), 1, atol=0.1)
