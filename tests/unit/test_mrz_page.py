"""Zones out of scanned titles: what is sure is right, what is unsure is said, the rest is none."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from simulators import sheets, title_pages, titles
from simulators.people import Person
from simulators.title_pages import Wear
from simulators.titles import Holder
from station.codes.mrz import grid, page
from station.codes.mrz.decide import UNSURE, decide
from station.codes.mrz.finder import candidates
from station.codes.mrz.glyphs import GLYPHS

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = date(2026, 11, 25)
FORMATS: dict[str, Callable[[Holder], tuple[str, ...]]] = {
    "TD3": titles.td3,
    "TD1": titles.td1,
    "CNI": titles.cni,
}


def holder(seed: int) -> Holder:
    rng = np.random.default_rng([seed, 3])
    letters = "".join(rng.choice(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 2))
    number = f"{rng.integers(10, 99)}{letters}{rng.integers(0, 99999):05}"
    return Holder.of(Person(seed).civil(), number)


def wear(seed: int, angle: float | None = None) -> Wear:
    rng = np.random.default_rng([seed, 4])
    return Wear(
        angle=float(rng.uniform(-5, 5)) if angle is None else angle,
        blur=float(rng.uniform(0.5, 1.2)),
        noise=float(rng.uniform(3, 9)),
        weight=float(rng.uniform(-0.4, 0.4)),
        jpeg=int(rng.integers(60, 90)),
        seed=seed,
    )


def wrong(truth: tuple[str, ...], read: tuple[str, ...]) -> list[str]:
    """What was read as something else, and not shown as unsure."""
    pairs = zip("".join(truth), "".join(read), strict=True)
    return [a + b for a, b in pairs if b not in (a, UNSURE)]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("seed", range(5))
def test_a_title_at_300_dpi_gives_its_identity(name: str, seed: int) -> None:
    lines = FORMATS[name](holder(seed))
    found = page.find(title_pages.scan(lines, 300, wear(seed)), TODAY)
    assert found is not None
    assert found.reading.layout.name == name
    assert found.reading.lines == lines
    assert found.mrz is not None
    assert found.mrz.surname == "SPECIMEN"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("seed", range(5))
def test_at_150_dpi_nothing_wrong_is_taken_for_sure(name: str, seed: int) -> None:
    lines = FORMATS[name](holder(seed))
    found = page.find(title_pages.scan(lines, 150, wear(seed)), TODAY)
    assert found is not None
    assert wrong(lines, found.reading.lines) == []
    unsure = {(d.line, d.column) for d in found.reading.doubts if not d.settled}
    shown = {
        (r, c) for r, n in enumerate(found.reading.lines) for c, x in enumerate(n) if x == UNSURE
    }
    assert unsure == shown
    assert (found.mrz is None) == bool(unsure)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_title_may_lie_any_way_round(quarters: int) -> None:
    lines = titles.td3(holder(2))
    scan = title_pages.scan(lines, 200, Wear(angle=2.0))
    found = page.find(np.ascontiguousarray(np.rot90(scan, -quarters)), TODAY)
    assert found is not None
    assert found.quarters == quarters
    assert found.mrz is not None


def test_a_title_on_a_page_full_of_text_is_found() -> None:
    text = tuple(f"LIGNE {n} D'UN TEXTE QUI N'EST PAS UNE ZONE DE LECTURE" for n in range(20))
    sheet = cv2.cvtColor(sheets.page("PHOTOCOPIE", text, 200), cv2.COLOR_BGR2GRAY)
    lines = titles.cni(holder(4))
    title = title_pages.scan(lines, 200, Wear(angle=-1.5))
    sheet[-title.shape[0] - 40 : -40, 100 : 100 + title.shape[1]] = title
    found = page.find(np.asarray(sheet, np.uint8), TODAY)
    assert found is not None
    assert found.reading.lines == lines


def askew(grey: np.ndarray, seed: int) -> np.ndarray:
    """The picture as a hand-held camera sees it: its corners moved by up to 2 %."""
    rows, columns = grey.shape
    corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    moved = corners + np.random.default_rng(seed).uniform(-0.02, 0.02, (4, 2)) * columns
    turn = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    return np.asarray(
        cv2.warpPerspective(grey, turn, (columns, rows), borderValue=(235,)), np.uint8
    )


def dark(grey: np.ndarray, seed: int) -> np.ndarray:
    """The picture underexposed."""
    return np.asarray(grey * 0.45 + 10 + seed, np.uint8)


@pytest.mark.parametrize("spoil", [askew, dark])
@pytest.mark.parametrize("seed", range(3))
def test_a_picture_that_is_askew_or_dark_gives_nothing_wrong(
    spoil: Callable[[np.ndarray, int], np.ndarray], seed: int
) -> None:
    lines = titles.td3(holder(seed))
    found = page.find(spoil(title_pages.scan(lines, 250, wear(seed)), seed), TODAY)
    assert found is not None
    assert wrong(lines, found.reading.lines) == []


def test_corners_stand_around_the_zone() -> None:
    scan = title_pages.scan(titles.td3(holder(1)), 200, Wear(angle=0.0))
    found = page.find(scan, TODAY)
    assert found is not None
    (left, top), _, (right, foot), _ = found.corners
    blank = scan.copy()
    blank[max(0, top) : foot, max(0, left) : right] = 230
    assert page.find(blank, TODAY) is None


@pytest.mark.parametrize("seed", range(3))
def test_other_print_is_no_zone(seed: int) -> None:
    text = tuple(f"{n} FACTURE D'ENERGIE NUMERO 12{seed}45{n}89 DU SPECIMEN" for n in range(18))
    sheet = cv2.cvtColor(sheets.page("JUSTIFICATIF DE DOMICILE", text), cv2.COLOR_BGR2GRAY)
    assert page.find(np.asarray(sheet, np.uint8), TODAY) is None


def test_a_covered_character_is_unsure_and_not_guessed() -> None:
    lines = titles.td3(holder(3))
    scan = title_pages.scan(lines, 300, Wear(angle=0.0))
    whole = page.find(scan, TODAY)
    assert whole is not None
    (left, top), _, (right, foot), _ = whole.corners
    middle = (top + foot) // 2
    name = left + (right - left) * 8 // 46  # within the surname, on the first line
    scan[top + (foot - top) // 8 : middle, name : name + 28] = 60
    found = page.find(scan, TODAY)
    assert found is not None
    assert UNSURE in found.reading.lines[0]
    assert found.mrz is None
    assert found.fault is not None


# --- decisions -----------------------------------------------------------------------------------


def likenesses(
    lines: tuple[str, ...], rivals: dict[tuple[int, int], dict[str, float]]
) -> np.ndarray:
    """Sure likenesses of `lines`, but for the cells of `rivals`."""
    scores = np.full((len(lines), len(lines[0]), len(GLYPHS)), 0.3)
    for row, line in enumerate(lines):
        for column, char in enumerate(line):
            scores[row, column, GLYPHS.index(char)] = 0.95
    for spot, likes in rivals.items():
        scores[spot] = 0.3
        for char, like in likes.items():
            scores[spot][GLYPHS.index(char)] = like
    return scores


TD3 = titles.td3(Holder("SPECIMEN", ("CAMILLE",), "800229", "F", number="99SP00123"))


def test_a_check_digit_settles_one_doubt_and_says_so() -> None:
    reading = decide(likenesses(TD3, {(1, 4): {"O": 0.93, "0": 0.92}}))
    assert reading is not None
    assert reading.lines == TD3
    (doubt,) = reading.doubts
    assert doubt.settled
    assert set(doubt.alternatives) == {"0", "O"}


def test_what_weighs_the_same_is_not_settled() -> None:
    """1 and L are equal modulo 10, and so are 6 and G, 8 and S, 0 and U."""
    reading = decide(likenesses(TD3, {(1, 6): {"1": 0.93, "L": 0.92}}))
    assert reading is not None
    assert reading.lines[1][6] == UNSURE
    assert not reading.doubts[0].settled


def test_no_alternative_that_fits_settles_nothing() -> None:
    reading = decide(likenesses(TD3, {(1, 0): {"7": 0.93, "4": 0.92}}))
    assert reading is not None
    assert reading.lines[1][0] == UNSURE


def test_a_name_has_no_digit_that_could_settle_it() -> None:
    reading = decide(likenesses(TD3, {(0, 5): {"S": 0.93, "B": 0.92}}))
    assert reading is not None
    assert reading.lines[0][5] == UNSURE
    assert reading.doubts[0].alternatives == ("S", "B")


def test_a_digit_where_only_letters_stand_is_read_as_the_letter() -> None:
    reading = decide(likenesses(TD3, {(0, 3): {"8": 0.90, "R": 0.85}}))
    assert reading is not None
    assert reading.lines == TD3


def test_print_that_contradicts_its_place_is_a_doubt() -> None:
    reading = decide(likenesses(TD3, {(0, 3): {"8": 0.95, "R": 0.75}}))
    assert reading is not None
    assert reading.lines[0][3] == UNSURE


def test_an_empty_cell_is_unsure_without_alternatives() -> None:
    scores = likenesses(TD3, {})
    scores[0, 20] = np.nan
    reading = decide(scores)
    assert reading is not None
    assert reading.lines[0][20] == UNSURE
    assert reading.doubts[0].alternatives == ()


@pytest.mark.parametrize("shape", [(2, 30, 37), (3, 44, 37), (1, 44, 37)])
def test_a_size_of_no_format_is_none(shape: tuple[int, int, int]) -> None:
    assert decide(np.full(shape, 0.9)) is None


# --- hostile pictures ----------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 90), st.integers(1, 160))))
def test_any_picture_has_an_answer(grey: np.ndarray) -> None:
    assert page.find(grey, TODAY) is None


@pytest.mark.parametrize("period", [7, 20, 60])
@pytest.mark.parametrize("level", [0, 120, 255])
def test_stripes_grids_and_flat_pictures_are_no_zone(period: int, level: int) -> None:
    rows = (np.arange(400)[:, None] // period) % 2
    columns = (np.arange(900)[None, :] // max(3, period // 3)) % 2
    for picture in (rows | columns, rows & columns, rows * np.ones_like(columns), rows * 0):
        grey = np.asarray(255 - picture * (255 - level), np.uint8)
        assert page.find(grey, TODAY) is None


def test_a_picture_of_a_million_bars_takes_bounded_work() -> None:
    rng = np.random.default_rng(1)
    rows = np.repeat(rng.integers(0, 2, 400), 4)[:, None] * np.ones((1, 1600), int)
    assert len(list(candidates(np.asarray(255 - 200 * rows, np.uint8)))) <= 12


def test_a_candidate_that_is_a_bar_is_no_grid() -> None:
    grey = np.full((300, 1600), 240, np.uint8)
    for top in (80, 140):
        grey[top : top + 30, 100:1500] = 20
    assert all(grid.scores(c) is None for c in candidates(grey))
