"""What was tried of the fingers of one dossier: how often, and the best print that is in memory.

It lives as long as the dossier is in hand, so that leaving a finger and coming back to it begins
nothing anew; what a crash or a lock takes away is counted again from the draft.
"""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.dossier.controle_empreintes import QUALITE
from station.dossier.jugements import kept_print
from station.quality.finger import merit

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from station.capture import Capture, Finger, Sample
    from station.dossier.draft import Draft
    from station.quality.report import QualityReport
    from station.records.encoded import Encoded

    Rank = tuple[bool, tuple[int, float]]

ATTEMPTS = "finger.attempts"  # the measure that says at which attempt a print was taken


@dataclass(frozen=True, eq=False, slots=True)
class Candidate:
    """One print: a capture of its own, its report, and the questions it raises."""

    capture: Capture
    report: QualityReport
    questions: tuple[str, ...]

    @property
    def sample(self) -> Sample:
        """The print itself."""
        return self.capture.samples[0]

    @property
    def stands(self) -> bool:
        """Whether it enters the draft without the agent's reason."""
        return self.report.verdict.accepts and not self.questions

    @property
    def rank(self) -> Rank:
        """The larger is the better."""
        return not self.questions, merit(self.report)

    @property
    def codes(self) -> tuple[str, ...]:
        """What a reason to keep it answers."""
        refused = () if self.report.verdict.accepts else (QUALITE,)
        return (*self.questions, *refused)


class Essais:
    """Counts and candidates, by finger; `guard` is held while the draft changes."""

    def __init__(
        self, draft: Draft, guard: Callable[[], AbstractContextManager[object]] = nullcontext
    ) -> None:
        self.guard = guard
        self.best: dict[Finger, Candidate] = {}
        self._draft = draft
        self._made: Counter[Finger] = Counter()
        self._spared: Counter[Finger] = Counter()
        for finger, encoded in draft.empreintes.items():
            self._made[finger] = _attempts(encoded)

    def made(self, finger: Finger) -> int:
        """How many captures there were of `finger`."""
        return self._made[finger]

    def rank(self, finger: Finger) -> int:
        """How many of them count against the number that the rules allow."""
        return self._made[finger] - self._spared[finger]

    def count(self, fingers: tuple[Finger, ...]) -> None:
        """One more capture of `fingers`."""
        self._made.update(fingers)

    def spare(self, finger: Finger) -> None:
        """Begin `finger` anew: its print was erased, by name. Captures stay counted."""
        self._spared[finger] = self._made[finger]
        self.drop(finger)

    def offer(self, finger: Finger, candidate: Candidate) -> bool:
        """Keep `candidate` if it is the best in memory; it is wiped if it is not."""
        before = self.best.get(finger)
        if before is not None and before.rank >= candidate.rank:
            candidate.sample.wipe()
            return False
        self.drop(finger)
        self.best[finger] = candidate
        return True

    def outranks(self, finger: Finger) -> bool:
        """Whether the best in memory is better than what the draft has of `finger`."""
        held = kept_rank(self._draft, finger)
        return finger in self.best and (held is None or self.best[finger].rank > held)

    def drop(self, finger: Finger) -> None:
        """Wipe what is in memory of `finger`."""
        candidate = self.best.pop(finger, None)
        if candidate is not None:
            candidate.sample.wipe()

    def forget(self) -> None:
        """Wipe every print in memory."""
        for finger in tuple(self.best):
            self.drop(finger)


def kept_rank(draft: Draft, finger: Finger) -> Rank | None:
    """The rank of the print that the draft has of `finger`; None when it has none."""
    report = kept_print(draft, finger)
    if report is None:
        return None
    about = f"EMPREINTE_{finger:02d}_"
    asked = {j.code.removeprefix(about) for j in draft.justifications if j.code.startswith(about)}
    return not asked - {QUALITE}, merit(report)


def _attempts(encoded: Encoded) -> int:
    return next((int(m.value or 0) for m in encoded.quality if m.name == ATTEMPTS), 0)
