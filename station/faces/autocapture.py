"""When a live frame becomes the portrait: a state machine over frames, without a clock of its own.

    SEEK     no face, or several: what was kept is wiped, for it may be of somebody else
    ADJUST   one face; the instruction that helps most is told
    STEADY   good and still: the best of these frames is kept
    DONE     good and still for long enough

Times and limits are those of `station.rules.acquisition`. What is not kept is wiped.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TYPE_CHECKING, Self

import numpy as np

from station.errors import CaptureTimeout, NoSingleFace
from station.faces import overlay
from station.faces.advice import GOOD, faults
from station.faces.sight import look
from station.live.keeper import Keeper
from station.live.machine import Step
from station.live.voice import Voice

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.capture import Sample
    from station.faces.landmarks import Face, LandmarkProvider
    from station.faces.sight import Sight
    from station.rules.acquisition import AcquisitionPortrait

_FIRST = "look"


@unique
class State(StrEnum):
    """Where an automatic capture stands."""

    SEEK = "seek"
    ADJUST = "adjust"
    STEADY = "steady"
    DONE = "done"


class PortraitCapture:
    """One automatic capture of a portrait, by the landmarks of `provider`."""

    def __init__(self, provider: LandmarkProvider, rules: AcquisitionPortrait) -> None:
        self.state = State.SEEK
        self._provider, self._rules = provider, rules
        self._kept = Keeper()
        self._voice = Voice(rules.etapes.consigne_ms / 1000, rules.etapes.consigne_voulue / 1000)
        self._since, self._frames = 0.0, 0  # of the calm under way
        self._begun = self._lit = False  # whether there was a frame, and a lit one
        self._size = (0, 0)  # rows and columns of the frame seen last
        self._sight: Sight | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """Wipe what was kept and not taken."""
        self._kept.drop()

    @property
    def is_done(self) -> bool:
        """Whether a face was good and still for long enough."""
        return self.state is State.DONE

    @property
    def is_steady(self) -> bool:
        """Whether the face is good and still."""
        return self.state is State.STEADY

    @property
    def has_seen(self) -> bool:
        """Whether any frame since the last change of person showed one face."""
        return self._kept.has_any

    def see(self, frame: Sample, at: float) -> Step:
        """React to `frame`, seen at `at` (seconds of any steady clock); the frame becomes ours."""
        step = self._react(frame, at)
        if not self._begun:
            self._begun = True
            return Step(step.state, self._voice.begin(_FIRST))
        return step

    def _react(self, frame: Sample, at: float) -> Step:
        before, sight = self._sight, look(frame.pixels, self._provider)
        self._sight, self._size = sight, frame.pixels.shape[:2]
        self._lit = self._lit or sight.level >= self._rules.vue.sombre
        if sight.face is None or sight.count > 1:
            frame.wipe()
            self._kept.drop()
            return self._enter(State.SEEK, self._wrong(sight), at)
        wrong, still = self._wrong(sight), self._is_still(before, sight.face)
        calm = still and not wrong
        self._kept.offer(frame, _rank(sight, wrong, calm=calm))
        return self._steady(at) if calm else self._enter(State.ADJUST, wrong, at)

    def best(self) -> Sample:
        """The best frame, handed over once: whoever asks owns it.

        Raises `CaptureTimeout` when every frame was dark, else `NoSingleFace`.
        """
        kept = self._kept.take()
        if kept is not None:
            return kept
        if not self._lit:
            raise CaptureTimeout("the camera saw nothing but darkness")
        raise NoSingleFace("no frame showed exactly one face")

    def draw(self, preview: npt.NDArray[np.uint8]) -> None:
        """Draw where the face should be, and the lines of its height, over a small copy."""
        face = None if self._sight is None else self._sight.face
        overlay.draw(preview, face, preview.shape[0] / max(self._size[0], 1))

    # --- states -----------------------------------------------------------------------------

    def _wrong(self, sight: Sight) -> tuple[str, ...]:
        """A face that was good may get a little worse before it is told so."""
        slack = self._rules.vue.tolerance if self.state is State.STEADY else 0.0
        return faults(sight, self._rules.vue, slack)

    def _enter(self, state: State, wrong: tuple[str, ...], at: float) -> Step:
        self.state, self._frames = state, 0
        return Step(state, self._voice.say(wrong[0] if wrong else GOOD, at))

    def _steady(self, at: float) -> Step:
        if self.state is not State.STEADY:
            self.state, self._since, self._frames = State.STEADY, at, 0
        self._frames += 1
        steps = self._rules.etapes
        if self._frames >= steps.images and (at - self._since) * 1000 >= steps.stable:
            self.state = State.DONE
        return Step(self.state, self._voice.say(GOOD, at, urgent=True))

    def _is_still(self, before: Sight | None, face: Face) -> bool:
        """Whether the eyes are where they were in the frame before."""
        if before is None or before.face is None:
            return False
        moved = np.hypot(*(face.middle - before.face.middle)) / face.ied
        grown = abs(face.ied / before.face.ied - 1)
        return bool(max(moved, grown) < self._rules.vue.deplacement)


def _rank(sight: Sight, wrong: tuple[str, ...], *, calm: bool) -> tuple[float, ...]:
    """Good and still before good, few faults before many, then the sharper."""
    sharp = 0.0 if sight.light is None else sight.light.sharp
    return (float(calm), -float(len(wrong)), sharp)
