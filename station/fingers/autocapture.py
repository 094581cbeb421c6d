"""When a live frame becomes the capture: a state machine over frames, without a clock of its own.

    PLATEN  the glass must be clean first, or the last person's finger is taken with the next's
    WAIT    nothing on the glass
    PRESENT fingers on it, not yet well placed or not yet still
    STABLE  still for a while: the best of these frames is kept
    REMOVE  captured; the glass must be clear before anything else begins
    DONE

Times and limits are those of `station.rules.acquisition`. What is not kept is wiped.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TYPE_CHECKING, Self

import cv2
import numpy as np

from station.errors import CaptureTimeout
from station.fingers import overlay
from station.fingers.advice import GOOD, advise
from station.fingers.sight import MM, look
from station.live.keeper import Keeper
from station.live.machine import Step
from station.live.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from station.capture import Sample
    from station.fingers.sight import Sight
    from station.rules.acquisition import Acquisition

_SMALL = 4  # times smaller, for the comparison of two frames


@unique
class State(StrEnum):
    """Where an automatic capture stands."""

    PLATEN = "platen"
    WAIT = "wait"
    PRESENT = "present"
    STABLE = "stable"
    REMOVE = "remove"
    DONE = "done"


class AutoCapture:
    """One automatic capture of `expected` fingers; `rank` tells a good frame from a better one."""

    def __init__(
        self, expected: int, rules: Acquisition, rank: Callable[[Sample, Sight], float]
    ) -> None:
        self.state = State.PLATEN
        self._expected, self._rules, self._rank = expected, rules, rank
        self._since: float | None = None  # when the state, or the calm in it, began
        self._begun: float | None = None  # when a finger was first seen
        self._before: tuple[Sight, npt.NDArray[np.float32]] | None = None
        self._kept = Keeper()
        self._voice = Voice(rules.mouvement.consigne_ms / 1000)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """Wipe what was kept and not taken."""
        self._kept.drop()

    def see(self, frame: Sample, at: float) -> Step:
        """React to `frame`, seen at `at` (seconds of any steady clock); the frame becomes ours."""
        sight = look(frame.pixels)
        since = self._since if self._since is not None else at
        self._since = since
        match self.state:
            case State.PLATEN:
                return self._platen(frame, sight, at)
            case State.WAIT | State.PRESENT | State.STABLE:
                return self._presented(frame, sight, at)
            case State.REMOVE:
                return self._remove(frame, sight, at)
        return Step(self.state)

    @property
    def is_done(self) -> bool:
        """Whether the finger was captured and has left the glass."""
        return self.state is State.DONE

    @property
    def is_steady(self) -> bool:
        """Whether the finger lies still and well."""
        return self.state is State.STABLE

    @property
    def has_seen(self) -> bool:
        """Whether any frame showed fingers: `best` has something to give."""
        return self._kept.has_any

    def best(self) -> Sample:
        """The best frame, handed over once: whoever asks owns it; raises `CaptureTimeout`."""
        kept = self._kept.take()
        if kept is None:
            raise CaptureTimeout("no finger was seen")
        return kept

    def draw(self, preview: npt.NDArray[np.uint8]) -> None:
        """Frame each finger that lies on the glass."""
        overlay.draw(preview)

    # --- states -----------------------------------------------------------------------------

    def _platen(self, frame: Sample, sight: Sight, at: float) -> Step:
        frame.wipe()
        steps = self._rules.etapes
        clean = sight.texture < self._rules.vue.surface_propre
        if not clean:
            self._begun = at if self._begun is None else self._begun
            self._since = None
            dirty = (at - self._begun) * 1000 >= steps.vitre_sale
            return self._tell("clean" if dirty else "lift", at)
        if self._lasted(at) * 1000 < steps.vitre_propre:
            return Step(self.state)
        self._enter(State.WAIT)
        self._begun = None
        return self._tell("place", at)

    def _presented(self, frame: Sample, sight: Sight, at: float) -> Step:
        word = advise(sight, self._expected, self._rules.vue)
        if word in {"place", "not-a-finger"}:
            frame.wipe()
            self._before = None
            self._enter(State.WAIT)
            return self._tell(word, at)
        self._begun = at if self._begun is None else self._begun
        still = self._is_still(frame, sight)
        self._kept.offer(frame, (self._rank(frame, sight),))
        if not still or word != GOOD:
            self._enter(State.PRESENT)
        elif self.state is not State.STABLE:
            self._enter(State.STABLE, at)
        if self._is_ripe(at):
            return self._take(at)
        return self._tell(word, at)

    def _is_ripe(self, at: float) -> bool:
        steps = self._rules.etapes
        calm = self.state is State.STABLE and self._lasted(at) * 1000 >= steps.stable
        tried = self._begun is not None and (at - self._begun) * 1000 >= steps.essai
        return calm or tried

    def _take(self, at: float) -> Step:
        self._enter(State.REMOVE)
        self._begun = at
        self._before = None
        return Step(self.state, "lift")

    def _remove(self, frame: Sample, sight: Sight, at: float) -> Step:
        frame.wipe()
        steps = self._rules.etapes
        if sight.area >= self._rules.vue.surface_propre:
            self._since = None
        waited = (at - (self._begun or at)) * 1000
        if self._lasted(at) * 1000 >= steps.retrait or waited >= steps.retrait_limite:
            self._enter(State.DONE)
        return Step(self.state)

    # --- memory -----------------------------------------------------------------------------

    def _enter(self, state: State, at: float | None = None) -> None:
        self.state, self._since = state, at

    def _lasted(self, at: float) -> float:
        return 0.0 if self._since is None else at - self._since

    def _tell(self, word: str, at: float) -> Step:
        """Say `word`, unless it stands already or the one before has not been read yet."""
        return Step(self.state, self._voice.say(word, at))

    def _is_still(self, frame: Sample, sight: Sight) -> bool:
        """Whether the finger lies where it lay in the frame before."""
        small = cv2.resize(
            frame.pixels, None, fx=1 / _SMALL, fy=1 / _SMALL, interpolation=cv2.INTER_AREA
        ).astype(np.float32)
        before, self._before = self._before, (sight, small)
        if before is None or before[1].shape != small.shape:
            return False
        limits = self._rules.mouvement
        change = abs(sight.area - before[0].area) / max(before[0].area, 1.0)
        if change > limits.surface:
            return False
        (right, down), _ = cv2.phaseCorrelate(before[1], small)
        return bool(np.hypot(right, down) * _SMALL * MM < limits.deplacement_mm)
