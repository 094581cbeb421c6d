"""From likenesses to characters: what is sure, what is not, what a check digit settles.

A character is sure when one glyph that may stand there looks right and clearly more so than the
next. Otherwise it is unsure and shown as `?` with its alternatives. A check digit settles it only
when exactly one combination of alternatives fits, and that is said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from station.codes.mrz.glyphs import GLYPHS
from station.codes.mrz.layouts import CNI, LAYOUTS, Check, Layout, holds

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from station.codes.mrz.glyphs import Scores

    May = npt.NDArray[np.bool_]

UNSURE = "?"
_LEAST, _MARGIN = 0.70, 0.045  # likeness of a sure glyph, and its lead over the next
_CLEAR, _POOR_MARGIN = 0.87, 0.12  # mean likeness of clear print; the lead where it is not
_NEAR, _MOST = 0.09, 4  # what counts as an alternative: within this of the best, so many
_TWINS, _TWIN_MARGIN = frozenset("0O"), 0.2  # two glyphs of one shape, where both may stand
_CONTRADICTION = 0.12  # a glyph that may not stand there, this much likelier, makes a doubt
_COMBINATIONS = 64

_DIGITS, _LETTERS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
_KINDS = {
    "type": _LETTERS, "issuer": _LETTERS, "nationality": _LETTERS, "names": _LETTERS,
    "surname": _LETTERS, "given": _LETTERS, "birth": _DIGITS + "<", "expiry": _DIGITS,
    "sex": "MFX<", "number": GLYPHS, "optional": GLYPHS, "optional2": GLYPHS,
    "office": _DIGITS + "AB<",
}  # fmt: skip
_CNI_NUMBER = _DIGITS + "AB"  # Corsica is 2A and 2B

Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Doubt:
    """An unsure character: line and column from 0, what it may be, whether a digit settled it."""

    line: int
    column: int
    alternatives: tuple[str, ...] = field(repr=False)
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A zone as it was read: `?` where it is unsure. `likeness` is the mean over sure cells."""

    layout: Layout
    lines: tuple[str, ...] = field(repr=False)
    doubts: tuple[Doubt, ...]
    likeness: float

    @property
    def sound(self) -> int:
        """How many check digits hold; one that covers an unsure character does not."""
        return sum(_sound(self.lines, check) for check in self.layout.checks)


def decide(scores: Scores) -> Reading | None:
    """The reading of (lines, columns, glyphs) likenesses; None when no format has that size.

    Of the two formats of 2 x 36 the one that makes more of it.
    """
    rows, columns, _ = scores.shape
    fitting = [found for found in LAYOUTS if (found.lines, found.width) == (rows, columns)]
    read = [_read(scores, found) for found in fitting]
    return max(read, key=lambda r: (r.sound, r.likeness), default=None)


def _read(scores: Scores, found: Layout) -> Reading:
    may = _allowed(found)
    seen = _masked(scores, may)
    lines = [[GLYPHS[glyph] for glyph in line] for line in seen.argmax(axis=2).tolist()]
    likeness = float(seen.max(axis=2)[~np.isnan(scores).any(axis=2)].mean())
    margin = _MARGIN if likeness > _CLEAR else _POOR_MARGIN
    doubts = dict(_doubts(scores, may, margin))
    settled = _settled(lines, doubts, found)
    for spot in doubts:
        lines[spot[0]][spot[1]] = settled.get(spot, UNSURE)
    listed = tuple(Doubt(*spot, tuple(a), spot in settled) for spot, a in sorted(doubts.items()))
    return Reading(found, tuple("".join(line) for line in lines), listed, likeness)


def _allowed(found: Layout) -> May:
    """(lines, columns, glyphs): what may stand in each cell of the format."""
    may = np.zeros((found.lines, found.width, len(GLYPHS)), bool)
    for place in found.places:
        kind = _KINDS[place.name]
        kind = _CNI_NUMBER if (found is CNI and place.name == "number") else kind
        may[place.span.line, place.span.start : place.span.end] = [g in kind for g in GLYPHS]
    for check in found.checks:
        kind = _DIGITS + ("<" if check.optional or check.name == "number" else "")
        may[check.digit.line, check.digit.start] = [g in kind for g in GLYPHS]
    return may


def _masked(scores: Scores, may: May) -> Scores:
    """The likenesses of what may stand there; -1 for the rest, and for an empty cell."""
    return np.asarray(np.where(may & ~np.isnan(scores), scores, -1.0))


def _doubts(scores: Scores, may: May, margin: float) -> Iterator[tuple[Spot, list[str]]]:
    for row in range(scores.shape[0]):
        for column in range(scores.shape[1]):
            cell = scores[row, column]
            if np.isnan(cell).any():
                yield (row, column), []  # nothing to see there: it may be anything
                continue
            seen = _masked(cell, may[row, column])
            order = np.argsort(-seen)
            best, second = float(seen[order[0]]), float(seen[order[1]])
            denied = float(cell.max()) - best > _CONTRADICTION
            twins = {GLYPHS[int(i)] for i in order[:2]} == _TWINS
            lead = _TWIN_MARGIN if twins else margin
            if best < _LEAST or best - second < lead or denied:
                near = max(_NEAR, lead)
                yield (
                    (row, column),
                    [GLYPHS[int(i)] for i in order[:_MOST] if seen[i] > best - near],
                )


def _settled(
    lines: list[list[str]], doubts: dict[Spot, list[str]], found: Layout
) -> dict[Spot, str]:
    """The unsure characters for which exactly one combination of alternatives fits a digit."""
    settled: dict[Spot, str] = {}
    for check in found.checks:
        spots = [s for s in _spots(check) if s in doubts and s not in settled]
        ways = [doubts[spot] for spot in spots]
        if not spots or not all(ways) or math.prod(map(len, ways)) > _COMBINATIONS:
            continue
        fitting = []
        for way in product(*ways):
            tried = [list(line) for line in lines]
            for (row, column), char in (*settled.items(), *zip(spots, way, strict=True)):
                tried[row][column] = char
            if holds(tuple("".join(line) for line in tried), check):
                fitting.append(way)
        if len(fitting) == 1:
            settled |= dict(zip(spots, fitting[0], strict=True))
    return settled


def _spots(check: Check) -> list[Spot]:
    """Every cell that takes part in a check."""
    return [
        (s.line, column) for s in (*check.spans, check.digit) for column in range(s.start, s.end)
    ]


def _sound(lines: tuple[str, ...], check: Check) -> bool:
    covered = "".join(span.of(lines) for span in (*check.spans, check.digit))
    return UNSURE not in covered and holds(lines, check)
