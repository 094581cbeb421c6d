"""Live guidance and automatic capture: frames in, one instruction and one image out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from simulators import faces, sheets
from simulators.people import Person
from simulators.prints import GRADES
from station.capture import Finger, Sample
from station.errors import CaptureTimeout, ConfigError
from station.fingers.advice import GOOD, advise
from station.fingers.autocapture import AutoCapture, State
from station.fingers.sight import Sight, look
from station.rules.acquisition import acquisition

if TYPE_CHECKING:
    from station.live.machine import Step

RULES = acquisition()
PERIOD = 0.04  # seconds between two frames


def finger(grade: str = "bon", seed: int = 1) -> np.ndarray:
    return Person(seed).print_of(Finger.RIGHT_INDEX, GRADES[grade])


def glass() -> np.ndarray:
    noise = np.random.default_rng(5).normal(250, 2, (500, 400))
    return np.clip(noise, 0, 255).astype(np.uint8)


def word(grey: np.ndarray, expected: int = 1) -> str:
    return advise(look(grey), expected, RULES.vue)


def clarity(_frame: Sample, sight: Sight) -> float:
    return sight.area


@pytest.mark.parametrize(
    ("grade", "said"),
    [("bon", GOOD), ("sec", "moisten"), ("humide", "wipe"), ("pale", "press"), ("partiel", "flat")],
)
def test_each_condition_has_its_word(grade: str, said: str) -> None:
    words = [word(finger(grade, seed)) for seed in (1, 2, 3)]
    assert words.count(said) >= 2, words


def test_bare_glass_asks_for_a_finger() -> None:
    assert word(glass()) == "place"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_face_is_no_finger(seed: int) -> None:
    face = cv2.cvtColor(faces.render(faces.person(seed, 400, 500)), cv2.COLOR_BGR2GRAY)
    assert word(face) == "not-a-finger"


def test_a_page_is_no_finger() -> None:
    page = sheets.page("TITRE", ("quelques lignes de texte",) * 20)
    grey = page if page.ndim == 2 else cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    assert word(grey[:600, :600]) == "not-a-finger"


def test_noise_is_no_finger() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (500, 400), np.uint8)
    assert word(noise) == "not-a-finger"


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [(0, -240, "right"), (0, 240, "left"), (-330, 0, "down"), (330, 0, "up")],
)
def test_a_finger_beside_the_middle_is_sent_back(rows: int, columns: int, said: str) -> None:
    shifted = np.full((500, 400), 252, np.uint8)
    source = finger()
    height, width = 500 - abs(rows), 400 - abs(columns)
    top, left = max(0, rows), max(0, columns)
    shifted[top : top + height, left : left + width] = source[
        max(0, -rows) : max(0, -rows) + height, max(0, -columns) : max(0, -columns) + width
    ]
    assert word(shifted) == said


def test_a_hand_cut_by_the_left_edge_moves_right() -> None:
    hand = np.full((700, 1600), 252, np.uint8)
    for n in range(4):
        hand[150:650, 350 * n : 350 * n + 400] = np.minimum(
            hand[150:650, 350 * n : 350 * n + 400], finger(seed=n + 1)
        )
    cut = hand[:, 150:]
    assert word(cut, expected=4) == "right"


def run(machine: AutoCapture, frames: list[np.ndarray], start: float = 0.0) -> list[Step]:
    return [machine.see(sample(f), start + n * PERIOD) for n, f in enumerate(frames)]


def sample(pixels: np.ndarray) -> Sample:
    return Sample(pixels.copy(), 500, Finger.RIGHT_INDEX)


def said(steps: list[Step]) -> list[str]:
    return [step.word for step in steps if step.word]


def jittered(grey: np.ndarray, count: int) -> list[np.ndarray]:
    rng = np.random.default_rng(8)
    return [
        np.clip(grey + rng.normal(0, 2, grey.shape), 0, 255).astype(np.uint8) for _ in range(count)
    ]


def test_a_whole_capture_from_clean_glass_to_clear_glass() -> None:
    with AutoCapture(1, RULES, clarity) as machine:
        steps = run(machine, [glass()] * 8 + jittered(finger(), 20) + [glass()] * 20)
        assert said(steps) == ["place", "hold", "lift"]
        states = list(dict.fromkeys(step.state for step in steps))
        assert states == [
            State.PLATEN, State.WAIT, State.PRESENT, State.STABLE, State.REMOVE, State.DONE,
        ]  # fmt: skip
        best = machine.best()
        assert abs(best.pixels.astype(int) - finger()).mean() < 5
        with pytest.raises(CaptureTimeout):
            machine.best()


def test_nothing_is_taken_before_the_glass_was_clean() -> None:
    with AutoCapture(1, RULES, clarity) as machine:
        steps = run(machine, jittered(finger(), 100))
        assert {step.state for step in steps} == {State.PLATEN}
        assert said(steps) == ["lift", "clean"]
        assert not machine.has_seen


def test_a_moving_finger_is_not_taken() -> None:
    moving = [np.roll(finger(), 6 * (n % 9), 1) for n in range(60)]
    with AutoCapture(1, RULES, clarity) as machine:
        steps = run(machine, [glass()] * 8 + moving)
        assert State.REMOVE not in {step.state for step in steps}
        assert machine.has_seen


def test_a_finger_that_stays_dry_is_taken_in_the_end() -> None:
    dry = finger("sec", 2)
    with AutoCapture(1, RULES, clarity) as machine:
        steps = run(machine, [glass()] * 8)
        slow = [machine.see(sample(dry), 1 + n * 0.5) for n in range(22)]
        assert said(steps + slow)[:2] == ["place", "moisten"]
        assert slow[-1].state is State.REMOVE
        machine.best().wipe()


def test_instructions_do_not_flicker() -> None:
    frames = [finger("sec", 2), finger("humide", 2)] * 25
    with AutoCapture(1, RULES, clarity) as machine:
        run(machine, [glass()] * 8)
        told = [machine.see(sample(f), 1 + n * PERIOD).word for n, f in enumerate(frames)]
        times = [n * PERIOD for n, word in enumerate(told) if word]
        gaps = np.diff(times)
        assert len(times) >= 2
        assert gaps.min() * 1000 >= RULES.mouvement.consigne_ms


def test_frames_that_are_not_kept_are_wiped() -> None:
    seen = [sample(f) for f in [glass()] * 8 + jittered(finger(), 20)]
    machine = AutoCapture(1, RULES, clarity)
    for n, frame in enumerate(seen):
        machine.see(frame, n * PERIOD)
    assert sum(bool(frame.pixels.any()) for frame in seen) == 1
    machine.__exit__()
    assert not any(frame.pixels.any() for frame in seen)


def test_unknown_acquisition_rules_are_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match="1999-01"):
        acquisition("1999-01")
