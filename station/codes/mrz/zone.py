"""A zone of two or three lines, made an identity; an error names the field that is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from station.codes.mrz.layouts import CNI, Layout, check_digit, holds, layout
from station.errors import MrzInvalid

_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<")
_AHEAD = 30  # years: no title of today is valid longer; beyond, the century is the last one


@dataclass(frozen=True, slots=True)
class Birth:
    """A date of birth; month or day may be unknown (ICAO Doc 9303-3, 4.8)."""

    year: int
    month: int | None
    day: int | None


@dataclass(frozen=True, slots=True)
class Mrz:
    """The identity a zone gives, every check digit of it sound. Shows no value in its repr.

    `surname` and `given` are as the zone spells them, without fillers; `surname_cut` and
    `given_cut` say that they may go on beyond the last column. `expires` is None for a format
    that has no such date.
    """

    format: str
    type: str
    issuer: str
    number: str = field(repr=False)
    nationality: str = field(repr=False)
    surname: str = field(repr=False)
    given: tuple[str, ...] = field(repr=False)
    surname_cut: bool = field(repr=False)
    given_cut: bool = field(repr=False)
    birth: Birth | None = field(repr=False)
    sex: str | None = field(repr=False)
    expires: date | None = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)


def parse(lines: tuple[str, ...], today: date) -> Mrz:
    """The identity of `lines`; centuries are those that `today` makes possible.

    Raises `MrzInvalid` naming the line, field or check digit that is wrong.
    """
    found = _checked(lines)
    texts = {place.name: place.span.of(lines) for place in found.places}
    names = _of_cni(texts) if found is CNI else _of_one_field(texts["names"])
    return Mrz(
        format=found.name,
        type=texts["type"].rstrip("<"),
        issuer=texts["issuer"].rstrip("<"),
        number=_number(lines, found, texts),
        nationality=texts.get("nationality", texts["issuer"]).rstrip("<"),
        surname=names.surname,
        given=names.given,
        surname_cut=names.surname_cut,
        given_cut=names.given_cut,
        birth=_birth(texts["birth"], today),
        sex=texts["sex"] if texts["sex"] in "MFX" else None,
        expires=_expiry(texts["expiry"], today) if "expiry" in texts else None,
        lines=lines,
    )


def _checked(lines: tuple[str, ...]) -> Layout:
    for rank, line in enumerate(lines, 1):
        if not _ALPHABET.issuperset(line):
            raise MrzInvalid(f"line {rank}: a character that no zone has")
    found = layout(lines)
    if found is None:
        sizes = ", ".join(str(len(line)) for line in lines)
        raise MrzInvalid(f"{len(lines)} lines of {sizes} characters are no zone")
    for place in found.places:
        if not place.form.fullmatch(place.span.of(lines)):
            raise MrzInvalid(f"{place.name}: not what a {found.name} has there")
    for check in found.checks:
        if not (check.name == "number" and _is_long(lines, found)) and not holds(lines, check):
            raise MrzInvalid(f"{check.name}: its check digit is wrong")
    return found


def _is_long(lines: tuple[str, ...], found: Layout) -> bool:
    """Whether the number goes on in the optional data (ICAO Doc 9303-5 and -6, 4.2.4)."""
    digit = next(c for c in found.checks if c.name == "number").digit.of(lines)
    return found.name in ("TD1", "TD2") and digit == "<"


def _number(lines: tuple[str, ...], found: Layout, texts: dict[str, str]) -> str:
    number = texts["number"].rstrip("<")
    if not _is_long(lines, found):
        return number
    more = texts["optional"].split("<")[0]
    if not more or check_digit(texts["number"] + more[:-1]) != more[-1]:
        raise MrzInvalid("number: its check digit, in the optional data, is wrong")
    return number + more[:-1]


@dataclass(frozen=True, slots=True)
class _Names:
    surname: str
    given: tuple[str, ...]
    surname_cut: bool
    given_cut: bool


def _of_cni(texts: dict[str, str]) -> _Names:
    """Two fields; one filler stands within a name, two between names."""
    surname, given = texts["surname"], texts["given"]
    apart = tuple(_spaced(name) for name in given.split("<<") if name.strip("<"))
    return _Names(_spaced(surname), apart, surname[-1] != "<", given[-1] != "<")


def _of_one_field(text: str) -> _Names:
    """Surname, two fillers, given names with one filler between any two words."""
    surname, _, given = text.partition("<<")
    full, apart = text[-1] != "<", tuple(name for name in given.split("<") if name)
    return _Names(_spaced(surname), apart, full and not apart, full and bool(apart))


def _spaced(text: str) -> str:
    return " ".join(part for part in text.split("<") if part)


def _birth(text: str, today: date) -> Birth | None:
    """The latest such date that is not to come; a person of over a hundred is not told apart."""
    if text == "<" * 6:
        return None
    month, day = (None if part == "<<" else int(part) for part in (text[2:4], text[4:6]))
    for century in (today.year // 100 * 100, today.year // 100 * 100 - 100):
        year = century + int(text[:2])
        first = (1 if month is None else month), (1 if day is None else day)
        if _day(year, *first, "birth") <= today:
            return Birth(year, month, day)
    raise MrzInvalid("birth: in a year to come")


def _expiry(text: str, today: date) -> date:
    year = today.year // 100 * 100 + int(text[:2])
    if year > today.year + _AHEAD:
        year -= 100
    return _day(year, int(text[2:4]), int(text[4:6]), "expiry")


def _day(year: int, month: int, day: int, name: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise MrzInvalid(f"{name}: no such day") from None
