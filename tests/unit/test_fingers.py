"""Slaps: where the fingers are, which they are, what is wrong, and that the rest is wiped."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from typer.testing import CliRunner

from simulators import faces, sheets
from simulators.people import Person
from simulators.prints import Conditions, Slap, SlapConditions
from station.capture import FOUR, Finger, Hand, Sample
from station.cli.main import app
from station.errors import NotAnImage, RecordInvalid
from station.fingers import findings
from station.fingers.boxes import Box, cut
from station.fingers.comparison import compare, likeness, signature
from station.fingers.hands import name
from station.fingers.segmentation import segment
from station.fingers.selection import select
from station.rules.acquisition import acquisition

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Grey = npt.NDArray[np.uint8]

LIMITS = acquisition().comparaison
WANTED = (Finger.RIGHT_INDEX,)
CASES = {
    "plain": SlapConditions(),
    "tilt -30": SlapConditions(tilt=-30),
    "tilt 30": SlapConditions(tilt=30),
    "touching": SlapConditions(spread=0.8),
    "touching and tilted": SlapConditions(spread=0.8, tilt=29),
    "dry": SlapConditions(every=Conditions(wet=-1.0)),
    "wet": SlapConditions(every=Conditions(wet=1.0)),
    "pale": SlapConditions(every=Conditions(contrast=0.3)),
    "residue": SlapConditions(ghost=0.2),
    "grey glass": SlapConditions(glass=205),
}


@pytest.fixture(scope="module")
def right() -> Slap:
    return Person(70).slap(Hand.RIGHT)


def of(slap: Slap, hand: Hand) -> Sample:
    return Sample(slap.pixels.copy(), 500, None, hand)


def codes(found: Any) -> set[str]:
    return {f.code for f in found}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("hand", list(Hand))
def test_every_finger_is_found_where_it_lies(case: str, hand: Hand) -> None:
    shown = Person(71).slap(hand, CASES[case])
    seen = segment(shown.pixels)
    assert len(seen.segments) == 4
    for placed, found in zip(shown.truth, seen.segments, strict=True):
        truth = Box(placed.cx, placed.cy, placed.width, placed.height, placed.angle)
        assert truth.overlap(found.box) > 0.88
    named = name([s.box for s in seen.segments])
    assert named.hand is hand
    assert named.fingers == tuple(placed.finger for placed in shown.truth)


@pytest.mark.parametrize("gone", range(4))
@pytest.mark.parametrize("hand", list(Hand))
def test_three_fingers_are_named_whichever_is_missing(gone: int, hand: Hand) -> None:
    shown = Person(72).slap(hand, SlapConditions(missing=frozenset({FOUR[hand][gone]})))
    seen = segment(shown.pixels, 3)
    truth = tuple(placed.finger for placed in shown.truth)
    assert name([s.box for s in seen.segments]).fingers == truth
    declared = name([s.box for s in seen.segments], missing={FOUR[hand][gone]})
    assert declared.fingers == truth


@pytest.mark.parametrize("boxes", [[], [Box(100, 100, 200, 300, 0)]])
def test_fewer_than_two_fingers_name_no_hand(boxes: list[Box]) -> None:
    assert name(boxes).hand is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            Box,
            st.floats(0, 1600),
            st.floats(0, 1500),
            st.floats(100, 400),
            st.floats(100, 600),
            st.floats(-90, 90),
        ),
        min_size=2,
        max_size=4,
    )
)
def test_any_boxes_are_named_or_not_without_trouble(boxes: list[Box]) -> None:
    named = name(boxes)
    assert len(named.fingers) == len(boxes)
    assert named.margin >= 0


def test_a_box_around_a_finger_cuts_it_upright(right: Slap) -> None:
    tilted = Person(70).slap(Hand.RIGHT, SlapConditions(tilt=25, phalanges=False))
    box = segment(tilted.pixels).segments[0].box
    assert box.angle == pytest.approx(25, abs=12)
    upright = cut(tilted.pixels, box)
    assert upright.shape == (round(box.height + 16), round(box.width + 16))
    assert upright.flags.owndata or upright.base is None
    alone = cut(right.pixels, segment(right.pixels).segments[0].box)
    assert compare(upright, alone).score > LIMITS.poc


def test_empty_glass_and_noise_hold_no_finger() -> None:
    rng = np.random.default_rng(1)
    glass = np.clip(rng.normal(250, 3, (1500, 1600)), 0, 255).astype(np.uint8)
    noise = rng.integers(0, 255, (1500, 1600), np.uint8)
    for grey in (glass, noise):
        found = findings.of_segmentation(grey, segment(grey), 4)
        assert codes(found) == {"PAS_UNE_MAIN"}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_face_is_no_hand(seed: int) -> None:
    colour = faces.render(faces.person(seed, 1200, 1500))
    face = np.asarray(cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY), np.uint8)
    assert codes(findings.of_segmentation(face, segment(face), 4)) == {"PAS_UNE_MAIN"}


def test_a_page_is_no_hand() -> None:
    page = sheets.page("TITRE", ("quelques lignes de texte",) * 30)
    grey = np.asarray(page if page.ndim == 2 else cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), np.uint8)
    assert codes(findings.of_segmentation(grey, segment(grey), 4)) == {"PAS_UNE_MAIN"}


@pytest.mark.parametrize("shape", [(1, 1), (50, 1600), (20_000, 300), (1500, 1600, 3)])
def test_sizes_no_slap_has_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(NotAnImage):
        segment(np.zeros(shape, np.uint8))


def test_only_the_wanted_finger_survives_a_selection(right: Slap) -> None:
    slap = of(right, Hand.RIGHT)
    chosen = select(slap, FOUR[Hand.RIGHT], WANTED)
    assert not slap.pixels.any()
    (sample,) = chosen.samples
    assert (sample.position, sample.dpi) == (Finger.RIGHT_INDEX, 500)
    single = Person(70).print_of(Finger.RIGHT_INDEX)
    other = Person(70).print_of(Finger.RIGHT_MIDDLE)
    print_ = signature(sample.pixels)
    same, different = likeness(print_, [signature(single), signature(other)])
    assert same.score > LIMITS.poc > different.score
    assert not chosen.findings


def test_the_wrong_hand_is_refused_and_wiped() -> None:
    slap = of(Person(70).slap(Hand.LEFT), Hand.RIGHT)
    chosen = select(slap, FOUR[Hand.RIGHT], WANTED)
    assert chosen.refused
    assert codes(chosen.findings) == {"MAUVAISE_MAIN"}
    assert not chosen.samples
    assert not slap.pixels.any()


@pytest.mark.parametrize(
    ("shown", "presented", "code"),
    [
        (SlapConditions(missing=frozenset({Finger.RIGHT_RING})), FOUR[Hand.RIGHT], "TROP_PEU"),
        (SlapConditions(bandaged=frozenset({Finger.RIGHT_RING})), FOUR[Hand.RIGHT][:3], "TROP_DE"),
        (SlapConditions(), FOUR[Hand.RIGHT][:3], "TROP_DE"),
        (SlapConditions(shift=(-24, 0), tilt=0), FOUR[Hand.RIGHT], "DOIGT_COUPE"),
    ],
)
def test_each_fault_of_a_hand_has_its_name(
    shown: SlapConditions, presented: tuple[Finger, ...], code: str
) -> None:
    chosen = select(of(Person(73).slap(Hand.RIGHT, shown), Hand.RIGHT), presented, WANTED)
    assert any(found.startswith(code) for found in codes(chosen.findings))
    assert not chosen.samples


def test_the_finger_that_the_border_cuts_is_named() -> None:
    shown = Person(73).slap(Hand.RIGHT, SlapConditions(shift=(-24, 0), tilt=0))
    chosen = select(of(shown, Hand.RIGHT), FOUR[Hand.RIGHT], WANTED)
    cut_off = [f.finger for f in chosen.findings if f.code == "DOIGT_COUPE"]
    assert cut_off == [Finger.RIGHT_INDEX]


def test_the_same_finger_twice_is_asked_about() -> None:
    shown = Person(74).slap(Hand.RIGHT, SlapConditions(tilt=0, phalanges=False))
    index, middle = shown.truth[:2]
    box = Box(index.cx, index.cy, index.width, index.height, index.angle)
    pixels = shown.pixels.copy()
    print_ = cut(shown.pixels, box, 0)
    top, left = round(middle.cy - print_.shape[0] / 2), round(middle.cx - print_.shape[1] / 2)
    pixels[top - 40 : top + print_.shape[0] + 40, left - 25 : left + print_.shape[1] + 25] = 252
    pixels[top : top + print_.shape[0], left : left + print_.shape[1]] = print_
    chosen = select(Sample(pixels, 500, None, Hand.RIGHT), FOUR[Hand.RIGHT], WANTED)
    (twin,) = chosen.findings
    assert (twin.code, twin.finger) == ("DOIGT_DEJA_SAISI", Finger.RIGHT_MIDDLE)


def test_a_sample_that_is_no_slap_is_wiped_too() -> None:
    sample = Sample(Person(70).print_of(Finger.RIGHT_INDEX), 500, Finger.RIGHT_INDEX)
    with pytest.raises(RecordInvalid):
        select(sample, FOUR[Hand.RIGHT], WANTED)
    assert not sample.pixels.any()


def test_genuine_pairs_stand_out_and_impostors_do_not() -> None:
    people = range(80, 88)
    first = [signature(Person(s).print_of(Finger.LEFT_INDEX)) for s in people]
    turned = Conditions(rotation=7, slip=1.3)
    second = [signature(Person(s).print_of(Finger.LEFT_INDEX, turned, 2)) for s in people]
    scores = np.array([[found.score for found in likeness(one, first)] for one in second])
    assert (scores.diagonal() > LIMITS.poc).sum() >= len(people) - 1
    assert scores[~np.eye(len(people), dtype=bool)].max() < LIMITS.poc


# --- the commands ---------------------------------------------------------------------------


def run(*args: object) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["fingers", *map(str, args), "--json"])
    assert result.exit_code == 0, result.stderr
    said: dict[str, Any] = json.loads(result.stdout)
    return said


def test_segment_gives_boxes_names_and_findings(tmp_path: Path, right: Slap) -> None:
    Image.fromarray(right.pixels).save(tmp_path / "slap.png", dpi=(500, 500))
    said = run("segment", tmp_path / "slap.png", "--expect", 4, "--hand", "right")
    assert [box["finger"] for box in said["boxes"]] == [2, 3, 4, 5]
    assert (said["hand"], said["findings"]) == ("right", [])
    wrong = run("segment", tmp_path / "slap.png", "--hand", "left")
    assert [f["code"] for f in wrong["findings"]] == ["MAUVAISE_MAIN"]


def test_a_slap_at_1000_ppi_gives_the_same_boxes(tmp_path: Path, right: Slap) -> None:
    image = Image.fromarray(right.pixels)
    image.save(tmp_path / "a.png", dpi=(500, 500))
    image.resize((3200, 3000), Image.Resampling.BICUBIC).save(tmp_path / "b.png", dpi=(1000, 1000))
    one, two = (run("segment", tmp_path / n)["boxes"] for n in ("a.png", "b.png"))
    for box, other in zip(one, two, strict=True):
        assert box["cx"] == pytest.approx(other["cx"], abs=6)
        assert box["height"] == pytest.approx(other["height"], abs=16)


@pytest.mark.parametrize("shape", [(1, 1), (500, 3), (2, 20_000)])
def test_what_is_no_print_is_not_compared(shape: tuple[int, int]) -> None:
    with pytest.raises(NotAnImage):
        signature(np.zeros(shape, np.uint8))


def test_compare_names_its_algorithms(tmp_path: Path) -> None:
    person = Person(75)
    for name_, finger, attempt in (("a", 2, 1), ("b", 2, 2), ("c", 7, 1)):
        Image.fromarray(person.print_of(Finger(finger), None, attempt)).save(
            tmp_path / f"{name_}.png"
        )
    same = run("compare", tmp_path / "a.png", tmp_path / "b.png")["scores"]
    other = run("compare", tmp_path / "a.png", tmp_path / "c.png")["scores"]
    assert same[0]["algorithm"] == "phase-only correlation"
    assert all(score["same"] for score in same)
    assert not any(score["same"] for score in other)


def test_a_file_that_is_no_image_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"nothing")
    done = CliRunner().invoke(app, ["fingers", "segment", str(tmp_path / "a.png")])
    assert done.exit_code == 1
