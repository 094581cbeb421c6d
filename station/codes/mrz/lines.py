"""The lines of a zone out of what a reader sent: one tolerant parser for all of them.

Readers frame their lines as they please: CR, LF, both, STX and ETX, a length and a check before and
behind, a flag before the first line, absent lines as empty ones, `_` or spaces for fillers. What
is framed is known: two lines of 44 or 36, three of 30, or all of them in one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from station.codes.mrz.layouts import LAYOUTS, holds, layout
from station.errors import MrzInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 512  # bytes
_FILLERS = str.maketrans({"_": "<", "\u00ab": "<", "\u2039": "<"})
_RUN = re.compile(r"[A-Z0-9<]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def looks_like(raw: bytes) -> bool:
    """Whether `raw` has the lines of a zone, sound or not; every zone has a filler."""
    return len(raw) <= _MOST and any("<" in "".join(found) for found in _zones(raw))


def gather(raw: bytes) -> tuple[str, ...]:
    """The two or three lines in `raw`: of several ways to see them, one whose digits hold.

    Raises `MrzInvalid` when there is none of the right size.
    """
    if len(raw) > _MOST:
        raise MrzInvalid(f"more than {_MOST} bytes")
    found = list(dict.fromkeys(_zones(raw)))
    if not found:
        raise MrzInvalid("no two lines of 44 or 36 characters, and no three of 30")
    return max(found, key=_soundness)  # the first of the best


def _soundness(lines: tuple[str, ...]) -> int:
    found = layout(lines)
    return 0 if found is None else sum(holds(lines, check) for check in found.checks)


def _zones(raw: bytes) -> Iterator[tuple[str, ...]]:
    """Every way to see a zone in `raw`, the most literal first."""
    text = raw.decode("utf-8", "replace").translate(_FILLERS).upper()
    for spaces in ("", "<"):  # a space is nothing, or a filler
        parts = _CONTROL.split(text.replace(" ", spaces))
        runs = [run for part in parts for run in _RUN.findall(part)]
        for found in LAYOUTS:
            yield from _of_runs(runs, found.lines, found.width)


def _of_runs(runs: list[str], lines: int, width: int) -> Iterator[tuple[str, ...]]:
    for i in range(len(runs) - lines + 1):
        together = runs[i : i + lines]
        if all(len(run) == width for run in together[1:]) and len(together[0]) in (
            width,
            width + 1,
        ):
            yield (together[0][-width:], *together[1:])  # without a flag before the first line
    for run in runs:
        if len(run) in (lines * width, lines * width + 1):
            whole = run[-lines * width :]
            yield tuple(whole[i : i + width] for i in range(0, len(whole), width))
