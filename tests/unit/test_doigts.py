"""Which two fingers: the table of the decree, and every combination there is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.capture import Finger
from station.dossier.doigts import Cas, Creneaux, creneaux
from station.dossier.model import MotifExemption
from station.rules.regles import en_vigueur

REGLES = en_vigueur(date(2026, 3, 2))
F = Finger
RIGHT = (F.RIGHT_INDEX, F.RIGHT_MIDDLE, F.RIGHT_RING)
LEFT = (F.LEFT_INDEX, F.LEFT_MIDDLE, F.LEFT_RING)


@pytest.mark.parametrize(
    ("available", "taken"),
    [
        (set(range(1, 11)), (2, 7)),
        (set(range(1, 11)) - {2}, (3, 7)),
        (set(range(1, 11)) - {2, 3, 7}, (4, 8)),
        ({6, 7, 8, 9, 10}, (7, 8)),
        ({6, 8, 9, 10}, (8, 9)),
        ({9}, (9,)),
        (set(), ()),
    ],
)
def test_the_two_fingers_follow_the_decree(available: set[int], taken: tuple[int, ...]) -> None:
    passed = {finger: MotifExemption.ABSENT for finger in F if finger not in available}
    assert creneaux(40, passed, REGLES.empreinte).doigts == taken


@given(
    st.dictionaries(st.sampled_from(F), st.sampled_from(MotifExemption)),
    st.integers(0, 110),
)
def test_the_slots_hold_for_every_hand_and_every_age(
    passed: dict[Finger, MotifExemption], age: int
) -> None:
    slots = creneaux(age, passed, REGLES.empreinte)
    if age < 12:
        assert slots == Creneaux((), Cas.AGE)
        return
    lawful = {f for f, motif in passed.items() if motif not in {"REFUS", "AGE"}}
    right, left = ([f for f in hand if f not in lawful] for hand in (RIGHT, LEFT))
    assert not set(slots.doigts) & lawful
    assert set(slots.doigts) <= {*RIGHT, *LEFT}, "no thumb, no little finger"
    assert len(slots.doigts) == min(2, len(right) + len(left))
    if right and left:
        assert slots.doigts == (right[0], left[0])
    else:
        assert slots.doigts == tuple((right or left)[:2])
    assert (slots.cas is Cas.AUCUN) == (len(slots.doigts) == 2)
    assert (slots.cas is Cas.TOTAL) == (not slots.doigts)
    temporary = slots.cas is Cas.TOTAL and "BLESSURE_TEMPORAIRE" in passed.values()
    assert slots.limite_mois == (12 if temporary else None)


def test_every_combination_of_missing_fingers_has_its_slots() -> None:
    for bits in range(1 << 10):
        passed = {f: MotifExemption.ABSENT for f in F if bits >> (f - 1) & 1}
        taken = creneaux(30, passed, REGLES.empreinte).doigts
        again = creneaux(30, passed | dict.fromkeys(taken, MotifExemption.ABSENT), REGLES.empreinte)
        assert not set(taken) & set(again.doigts), "a finger skipped is never asked for again"
