"""Automatic capture of portraits: frames of which the landmarks are known, without any model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulators.applicant import Pose, seated
from simulators.faces import Params, render, truth
from station.capture import Sample
from station.errors import CaptureTimeout, ConfigError, NoSingleFace
from station.faces.advice import GOOD, faults
from station.faces.autocapture import PortraitCapture, State
from station.faces.landmarks import Eye, Face, Pixels, Points
from station.faces.landmarks import Pose as Held
from station.faces.sight import look
from station.quality.report import Algorithm
from station.rules.acquisition import acquisition_portrait

if TYPE_CHECKING:
    from station.live.machine import Step

RULES = acquisition_portrait()
PERIOD = 0.04  # seconds between two frames
WELL = seated(2)


class TrueLandmarks:
    """The renderer's own landmarks: whoever made a frame knows where its face is."""

    algorithm = Algorithm("renderer", "1")

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[Face, ...]] = {}

    def frame(self, *people: Params) -> Sample:
        """A frame that shows `people`, of whom the first is drawn."""
        pixels = render(people[0]).copy() if people else np.full((720, 1280, 3), 190, np.uint8)
        self._known[pixels[::90, ::90].tobytes()] = tuple(_face(params) for params in people)
        return Sample(pixels, None)

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        return self._known.get(pixels[::90, ::90].tobytes(), ())

    def turned(self, pixels: Pixels) -> int:  # noqa: ARG002 - the protocol has it
        return 0

    def person(self, pixels: Pixels) -> None:  # noqa: ARG002 - the protocol has it
        return None


def _face(params: Params) -> Face:
    marks = {name: np.array(at) for name, at in truth(params).items()}
    outline = np.stack(list(marks.values()))
    return Face(
        left=_eye(marks, "left", params),
        right=_eye(marks, "right", params),
        chin=marks["chin"],
        outline=outline,
        gap=float(np.hypot(*(marks["lip_inner_bottom"] - marks["lip_inner_top"]))),
        pose=Held(params.yaw, params.pitch, params.roll),
    )


def _eye(marks: dict[str, Points], side: str, params: Params) -> Eye:
    corners = np.stack([marks[f"{side}_eye_outer"], marks[f"{side}_eye_inner"]])
    lids = marks[f"{side}_lid_bottom_1"] - marks[f"{side}_lid_top_1"]
    return Eye(corners.mean(0), corners, float(np.hypot(*lids)), (params.gaze * 0.25, 0.0))


@pytest.fixture
def landmarks() -> TrueLandmarks:
    return TrueLandmarks()


def words(landmarks: TrueLandmarks, *people: Params) -> tuple[str, ...]:
    return faults(look(landmarks.frame(*people).pixels, landmarks), RULES.vue)


def run(machine: PortraitCapture, frames: list[Sample], start: float = 0.0) -> list[Step]:
    return [machine.see(frame, start + n * PERIOD) for n, frame in enumerate(frames)]


def said(steps: list[Step]) -> list[str]:
    return [step.word for step in steps if step.word]


def film(landmarks: TrueLandmarks, params: Params, count: int) -> list[Sample]:
    first = landmarks.frame(params)
    return [first, *(Sample(first.pixels.copy(), None) for _ in range(count - 1))]


def test_nothing_is_wrong_with_who_sits_well(landmarks: TrueLandmarks) -> None:
    assert words(landmarks, WELL) == ()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"head_ratio": 0.35}, "nearer"),
        ({"head_ratio": 0.9}, "farther"),
        ({"cx": 0.3}, "move-left"),
        ({"cx": 0.7}, "move-right"),
        ({"cy": 0.7}, "higher"),
        ({"cy": 0.3}, "lower"),
        ({"roll": 10.0}, "upright"),
        ({"yaw": -12.0}, "straight"),
        ({"pitch": 14.0}, "chin-down"),
        ({"pitch": -14.0}, "chin-up"),
        ({"eye_l": 0.1}, "open-eyes"),
        ({"gaze": 0.6}, "look"),
        ({"mouth": 0.6}, "close-mouth"),
        ({"exposure": 0.1}, "more-light"),
        ({"exposure": 4.0}, "less-light"),
        ({"light_az": 80.0, "ambient": 0.1}, "even-light"),
        ({"blur": 7.0}, "sharper"),
        ({"motion": 25}, "sharper"),
    ],
)
def test_each_fault_has_its_word(
    landmarks: TrueLandmarks, change: dict[str, float], word: str
) -> None:
    assert words(landmarks, replace(WELL, **change))[0] == word  # type: ignore[arg-type]


@pytest.mark.parametrize("tone", [0, 3, 6, 9])
def test_no_skin_is_told_anything_for_being_light_or_dark(
    landmarks: TrueLandmarks, tone: int
) -> None:
    from simulators.faces.params import SKINS  # noqa: PLC0415

    assert words(landmarks, replace(WELL, skin=SKINS[tone])) == ()


def test_who_is_there_is_told_before_anything_else(landmarks: TrueLandmarks) -> None:
    assert words(landmarks) == ("face",)
    assert words(landmarks, replace(WELL, eye_l=0.0), seated(3)) == ("alone",)


def test_a_covered_lens_is_dark_and_has_no_face(landmarks: TrueLandmarks) -> None:
    assert words(landmarks, replace(WELL, exposure=0.0)) == ("more-light",)


def test_a_good_face_is_taken_once_it_was_still_for_long_enough(landmarks: TrueLandmarks) -> None:
    with PortraitCapture(landmarks, RULES) as machine:
        steps = run(machine, film(landmarks, WELL, 30))
        assert said(steps) == ["look", "hold"]
        assert list(dict.fromkeys(step.state for step in steps)) == [
            State.ADJUST, State.STEADY, State.DONE,
        ]  # fmt: skip
        done = [step.state for step in steps].index(State.DONE)
        assert done * PERIOD * 1000 >= RULES.etapes.stable
        machine.best().wipe()
        with pytest.raises(NoSingleFace):
            machine.best()


def test_a_face_that_moves_is_told_to_hold_and_not_taken(landmarks: TrueLandmarks) -> None:
    frames = [landmarks.frame(replace(WELL, cx=0.5 + 0.02 * (n % 2))) for n in range(2)] * 15
    with PortraitCapture(landmarks, RULES) as machine:
        steps = run(machine, [Sample(f.pixels.copy(), None) for f in frames])
        assert said(steps) == ["look", GOOD]
        assert not machine.is_done
        assert machine.has_seen


def test_the_sharper_of_good_frames_is_kept(landmarks: TrueLandmarks) -> None:
    sharp, soft = (film(landmarks, replace(WELL, blur=blur), 8) for blur in (0.0, 0.9))
    best = sharp[0].pixels.copy()
    with PortraitCapture(landmarks, RULES) as machine:
        run(machine, [*soft[:4], *sharp, *soft[4:]])
        kept = machine.best()
        assert np.array_equal(kept.pixels, best)
        kept.wipe()


def test_frames_that_are_not_kept_are_wiped(landmarks: TrueLandmarks) -> None:
    frames = [*film(landmarks, replace(WELL, roll=12.0), 4), *film(landmarks, WELL, 25)]
    machine = PortraitCapture(landmarks, RULES)
    run(machine, frames)
    assert sum(bool(frame.pixels.any()) for frame in frames) == 1
    machine.__exit__()
    assert not any(frame.pixels.any() for frame in frames)


def test_when_the_face_leaves_nothing_of_it_stays(landmarks: TrueLandmarks) -> None:
    with PortraitCapture(landmarks, RULES) as machine:
        frames = film(landmarks, WELL, 6)
        run(machine, frames)
        assert machine.has_seen
        machine.see(landmarks.frame(), 1.0)
        assert not any(frame.pixels.any() for frame in frames)
        with pytest.raises(NoSingleFace):
            machine.best()


def test_darkness_is_no_missing_face(landmarks: TrueLandmarks) -> None:
    with PortraitCapture(landmarks, RULES) as machine:
        machine.see(Sample(np.full((720, 1280, 3), 3, np.uint8), None), 0.0)
        with pytest.raises(CaptureTimeout):
            machine.best()


def test_a_good_face_may_get_a_little_worse_before_it_is_told(landmarks: TrueLandmarks) -> None:
    limit = RULES.vue.roulis
    with PortraitCapture(landmarks, RULES) as machine:
        steps = run(machine, film(landmarks, replace(WELL, roll=limit - 0.2), 6))
        worse = landmarks.frame(replace(WELL, roll=limit + 0.3))
        steps.append(machine.see(worse, 6 * PERIOD))
        assert steps[-1].state is State.STEADY
    with PortraitCapture(landmarks, RULES) as machine:
        steps = run(machine, film(landmarks, replace(WELL, roll=limit + 0.3), 20))
        assert said(steps) == ["look", "upright"]


def test_an_instruction_stands_before_the_next_one(landmarks: TrueLandmarks) -> None:
    frames = [
        *film(landmarks, seated(2, Pose.LEANING), 12),
        *film(landmarks, seated(2, Pose.MOUTH_OPEN), 40),
    ]
    with PortraitCapture(landmarks, RULES) as machine:
        steps = run(machine, frames)
    times = {step.word: n * PERIOD * 1000 for n, step in enumerate(steps) if step.word}
    assert list(times) == ["look", "upright", "close-mouth"]
    assert times["upright"] >= RULES.etapes.consigne_voulue
    assert times["close-mouth"] - times["upright"] >= RULES.etapes.consigne_ms


def test_unknown_rules_are_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match="portrait-1999"):
        acquisition_portrait("portrait-1999")
