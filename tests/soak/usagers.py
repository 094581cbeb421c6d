"""Several people who come to the counter in turn: the one before is a residue on the glass."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from simulators.people import Person
from station.capture import Finger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulators.lab import Laboratory

_FINGERS = (Finger.RIGHT_INDEX, Finger.LEFT_INDEX)
_FIRST = 100  # seeds nobody else has


def usagers(laboratory: Laboratory, count: int) -> Iterator[Person]:
    """For ever one of `count` people after the other, with their fingers on the scanner."""
    people = [Person(_FIRST + rank) for rank in range(count)]
    prints = {person.seed: {f: person.finger(f) for f in _FINGERS} for person in people}
    for person in cycle(people):
        for finger, image in prints[person.seed].items():
            laboratory.scanner.present(finger, image)
        yield person
