"""What lies on the glass: which fingers, in which state, under which names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulators.prints import GRADES, Conditions
from simulators.sbi import record
from simulators.sbi.faults import SbiFault
from station.capture import FOUR, Finger, Hand

if TYPE_CHECKING:
    import numpy.typing as npt

    from simulators.faults import Stock
    from simulators.people import Person

    Grey = npt.NDArray[np.uint8]

SUB_IDS = {"1": Hand.LEFT, "2": Hand.RIGHT}
NAMES = {
    finger: f"{finger.hand.title()} {part}"
    for hand in Hand
    for finger, part in zip(
        FOUR[hand], ("IndexFinger", "MiddleFinger", "RingFinger", "LittleFinger"), strict=True
    )
}
_CONDITIONS = {
    SbiFault.SMEAR: Conditions(contrast=0.05),
    SbiFault.WET: GRADES["humide"],
    SbiFault.DRY: GRADES["sec"],
}
_WHITE = 250
_BAD = Conditions(fill=0.3)
_FIRST = 0  # rank of the bad finger among good ones


@dataclass(frozen=True, slots=True)
class Shown:
    """One finger as the service calls it: its name, its record, the score it is given."""

    name: str
    record: bytes
    score: int


class Glass:
    """The fingers of `person`, laid down anew for each capture."""

    def __init__(self, person: Person, faults: Stock[SbiFault]) -> None:
        self._person, self._faults = person, faults
        self._prints: dict[tuple[Finger, Conditions | None], Grey] = {}
        self._laying = 0

    def shown(self, bio: dict[str, Any]) -> list[Shown]:
        """The fingers of one capture, from index to little finger."""
        if not self._faults.spend(SbiFault.FROZEN_GLASS):
            self._laying += 1
        laid = self._laid(bio)
        names = self._names(laid)
        bad = _FIRST if self._faults.spend(SbiFault.ONE_BAD_FINGER) else None
        found = [
            Shown(name, self._record(f, _BAD if i == bad else None), 12 if i == bad else 80)
            for i, (name, f) in enumerate(zip(names, laid, strict=True))
        ]
        if self._faults.spend(SbiFault.WRONG_ORDER):
            found.reverse()
        return found

    def _laid(self, bio: dict[str, Any]) -> list[Finger]:
        hand = SUB_IDS.get(bio["deviceSubId"])
        if hand is None:
            return [f for f, name in NAMES.items() if name in bio["bioSubType"]][:1]
        if self._faults.spend(SbiFault.WRONG_HAND):
            hand = next(other for other in Hand if other is not hand)
        excepted = set(bio["exception"])
        if self._faults.spend(SbiFault.EXCEPTION_FINGER_PRESENT):
            excepted = set()
        laid = [f for f in FOUR[hand] if NAMES[f] not in excepted]
        return self._misplaced(laid)

    def _misplaced(self, laid: list[Finger]) -> list[Finger]:
        if self._faults.spend(SbiFault.THREE_OF_FOUR):
            laid.pop()
        if self._faults.spend(SbiFault.SAME_FINGER_TWICE):
            laid[1] = laid[0]
        if self._faults.spend(SbiFault.EXTRA_FINGER):
            other = next(hand for hand in Hand if hand is not laid[0].hand)
            laid.append(FOUR[other][0])
        return laid

    def _names(self, laid: list[Finger]) -> list[str]:
        names = [NAMES[f] for f in laid]
        if self._faults.spend(SbiFault.SWAPPED_FINGERS):
            names[:2] = names[1::-1]
        if self._faults.spend(SbiFault.UNKNOWN_SUBTYPE):
            names[0] = "UNKNOWN"
        return names

    def _record(self, finger: Finger, conditions: Conditions | None) -> bytes:
        grey = self._print(finger, conditions)
        position, ppi = int(finger), 500
        if self._faults.spend(SbiFault.POSITION_CODE_MISMATCH):
            position = 10 if position != 10 else 2
        if self._faults.spend(SbiFault.WRONG_DPI):
            ppi = 300
        if self._faults.spend(SbiFault.CORRUPT_IMAGE):
            noise = np.random.default_rng(0).bytes(4000)
            return record.wrapped(noise, grey.shape[::-1], position, ppi)
        return record.record(grey, position, ppi)

    def _print(self, finger: Finger, conditions: Conditions | None) -> Grey:
        """Drawn once; the noise of the sensor makes each laying another image."""
        for fault, spoilt in _CONDITIONS.items():
            if self._faults.spend(fault):
                conditions = spoilt
        if (finger, conditions) not in self._prints:
            self._prints[finger, conditions] = self._person.print_of(finger, conditions)
        grey = self._prints[finger, conditions]
        if self._faults.spend(SbiFault.BLANK):
            grey = np.full_like(grey, _WHITE)
        noise = np.random.default_rng([self._laying, finger]).integers(0, 2, grey.shape, np.uint8)
        return np.asarray(grey ^ noise, np.uint8)
