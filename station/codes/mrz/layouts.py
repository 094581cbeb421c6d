"""Where the fields of a zone stand, as data: lines and columns from 0, ends not included.

TD3   2 x 44  passports                     ICAO Doc 9303-4, 4.2
TD2   2 x 36                                ICAO Doc 9303-6, 4.2
TD1   3 x 30  cards, French CNI since 2021  ICAO Doc 9303-5, 4.2
CNI   2 x 36  French CNI before 2021        public descriptions; its composite digit covers
                                            both lines
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS, _LETTERS = "[0-9]", "[A-Z]"


@dataclass(frozen=True, slots=True)
class Span:
    """Columns `start` to `end` of one line."""

    line: int
    start: int
    end: int

    def of(self, lines: tuple[str, ...]) -> str:
        """The characters there."""
        return lines[self.line][self.start : self.end]


@dataclass(frozen=True, slots=True)
class Place:
    """A field and the characters it may hold."""

    name: str
    span: Span
    form: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Check:
    """A check digit over `spans`; `optional`: `<` stands for 0 when nothing is there."""

    name: str
    digit: Span
    spans: tuple[Span, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """One format of zone."""

    name: str
    lines: int
    width: int
    places: tuple[Place, ...]
    checks: tuple[Check, ...]

    def place(self, name: str) -> Place | None:
        """The field `name`, None where this format has none."""
        return next((p for p in self.places if p.name == name), None)


def _place(name: str, line: int, start: int, end: int, form: str) -> Place:
    return Place(name, Span(line, start, end), re.compile(form))


def _check(name: str, digit: tuple[int, int], *spans: tuple[int, int, int]) -> Check:
    line, column = digit
    return Check(name, Span(line, column, column + 1), tuple(Span(*s) for s in spans))


_DATE = f"(?:{_DIGITS}{{6}}|{_DIGITS}{{4}}<<|{_DIGITS}{{2}}<<<<|<{{6}})"
_STATE = f"{_LETTERS}{{1,3}}<*"
_NUMBER = "[A-Z0-9][A-Z0-9<]*"
_NAMES = "[A-Z][A-Z<]*"
_SEX = "[MFX<]"
_ANY = "[A-Z0-9<]*"


def _identity(line: int, birth: int, sex: int, expiry: int) -> tuple[Place, ...]:
    return (
        _place("birth", line, birth, birth + 6, _DATE),
        _place("sex", line, sex, sex + 1, _SEX),
        _place("expiry", line, expiry, expiry + 6, f"{_DIGITS}{{6}}"),
    )


TD3 = Layout(
    "TD3", 2, 44,
    (
        _place("type", 0, 0, 2, "P[A-Z<]"),
        _place("issuer", 0, 2, 5, _STATE),
        _place("names", 0, 5, 44, _NAMES),
        _place("number", 1, 0, 9, _NUMBER),
        _place("nationality", 1, 10, 13, _STATE),
        *_identity(1, 13, 20, 21),
        _place("optional", 1, 28, 42, _ANY),
    ),
    (
        _check("number", (1, 9), (1, 0, 9)),
        _check("birth", (1, 19), (1, 13, 19)),
        _check("expiry", (1, 27), (1, 21, 27)),
        Check("optional", Span(1, 42, 43), (Span(1, 28, 42),), optional=True),
        _check("composite", (1, 43), (1, 0, 10), (1, 13, 20), (1, 21, 43)),
    ),
)  # fmt: skip
TD2 = Layout(
    "TD2", 2, 36,
    (
        _place("type", 0, 0, 2, "[ACI][A-Z<]"),
        _place("issuer", 0, 2, 5, _STATE),
        _place("names", 0, 5, 36, _NAMES),
        _place("number", 1, 0, 9, _NUMBER),
        _place("nationality", 1, 10, 13, _STATE),
        *_identity(1, 13, 20, 21),
        _place("optional", 1, 28, 35, _ANY),
    ),
    (
        _check("number", (1, 9), (1, 0, 9)),
        _check("birth", (1, 19), (1, 13, 19)),
        _check("expiry", (1, 27), (1, 21, 27)),
        _check("composite", (1, 35), (1, 0, 10), (1, 13, 20), (1, 21, 35)),
    ),
)  # fmt: skip
TD1 = Layout(
    "TD1", 3, 30,
    (
        _place("type", 0, 0, 2, "[ACI][A-Z<]"),
        _place("issuer", 0, 2, 5, _STATE),
        _place("number", 0, 5, 14, _NUMBER),
        _place("optional", 0, 15, 30, _ANY),
        *_identity(1, 0, 7, 8),
        _place("nationality", 1, 15, 18, _STATE),
        _place("optional2", 1, 18, 29, _ANY),
        _place("names", 2, 0, 30, _NAMES),
    ),
    (
        _check("number", (0, 14), (0, 5, 14)),
        _check("birth", (1, 6), (1, 0, 6)),
        _check("expiry", (1, 14), (1, 8, 14)),
        _check("composite", (1, 29), (0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)),
    ),
)  # fmt: skip
CNI = Layout(
    "CNI", 2, 36,
    (
        _place("type", 0, 0, 2, "ID"),
        _place("issuer", 0, 2, 5, "FRA"),
        _place("surname", 0, 5, 30, _NAMES),
        _place("office", 0, 30, 36, _ANY),
        _place("number", 1, 0, 12, f"{_DIGITS}{{4}}[0-9AB]{{3}}{_DIGITS}{{5}}"),
        _place("given", 1, 13, 27, _NAMES),
        _place("birth", 1, 27, 33, _DATE),
        _place("sex", 1, 34, 35, "[MF]"),
    ),
    (
        _check("number", (1, 12), (1, 0, 12)),
        _check("birth", (1, 33), (1, 27, 33)),
        _check("composite", (1, 35), (0, 0, 36), (1, 0, 35)),
    ),
)  # fmt: skip
LAYOUTS = (TD3, TD1, CNI, TD2)


def layout(lines: tuple[str, ...]) -> Layout | None:
    """The format of `lines`, by their number, their width and how they begin."""
    for found in LAYOUTS:
        if len(lines) == found.lines and all(len(line) == found.width for line in lines):
            begins = found.place("type"), found.place("issuer")
            if found is not CNI or all(p and p.form.fullmatch(p.span.of(lines)) for p in begins):
                return found
    return None


def check_digit(text: str) -> str:
    """The digit over `text`: weights 7, 3, 1; `<` is 0, A is 10 (ICAO Doc 9303-3, 4.9)."""
    total = sum(_value(c) * (7, 3, 1)[i % 3] for i, c in enumerate(text))
    return str(total % 10)


def _value(char: str) -> int:
    return 0 if char == "<" else int(char, 36)


def holds(lines: tuple[str, ...], check: Check) -> bool:
    """Whether the digit of `check` is the one that its characters ask for."""
    digit = check.digit.of(lines)
    wanted = check_digit("".join(span.of(lines) for span in check.spans))
    return digit == wanted or (check.optional and digit == "<" and wanted == "0")
