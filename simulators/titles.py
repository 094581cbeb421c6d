"""Zones of titles that do not exist, of people named SPECIMEN.

Written from ICAO Doc 9303 and docs/protocols/mrz.md, not from the station's parser.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORMS = {"Ä": "AE", "Ö": "OE", "Ü": "UE", "Æ": "AE", "Œ": "OE", "Ø": "OE", "Å": "AA"}


@dataclass(frozen=True, slots=True)
class Holder:
    """What a title says of its holder; dates as YYMMDD."""

    surname: str
    given: tuple[str, ...]
    birth: str
    sex: str
    number: str = "99SP00123"
    expiry: str = "310101"
    state: str = "FRA"

    @classmethod
    def of(cls, civil: Mapping[str, Any], number: str = "99SP00123") -> Holder:
        """The title of a `usager` of the form."""
        day = civil["date_naissance"]
        birth = f"{day['annee'] % 100:02}{day['mois']:02}{day['jour']:02}"
        return cls(civil["nom_famille"], tuple(civil["prenoms"]), birth, civil["sexe"], number)


def digit(text: str) -> str:
    """The check digit over `text`."""
    weights = (7, 3, 1) * 34
    worth = ("0" if c == "<" else c for c in text)
    return str(sum(int(c, 36) * w for c, w in zip(worth, weights, strict=False)) % 10)


def td3(holder: Holder) -> tuple[str, ...]:
    """The two lines of a passport."""
    two = _checked(holder.number.ljust(9, "<")) + holder.state.ljust(3, "<")
    two += _checked(holder.birth) + holder.sex + _checked(holder.expiry) + _checked("<" * 14)
    two += digit(two[0:10] + two[13:20] + two[21:43])
    return _filled(f"P<{holder.state.ljust(3, '<')}{_names(holder)}", 44), two


def td2(holder: Holder) -> tuple[str, ...]:
    """The two lines of a card of the second size."""
    two = _checked(holder.number.ljust(9, "<")) + holder.state.ljust(3, "<")
    two += _checked(holder.birth) + holder.sex + _checked(holder.expiry) + "<" * 7
    two += digit(two[0:10] + two[13:20] + two[21:35])
    return _filled(f"I<{holder.state.ljust(3, '<')}{_names(holder)}", 36), two


def td1(holder: Holder) -> tuple[str, ...]:
    """The three lines of a card of the first size; a number over nine characters goes on."""
    number = holder.number
    shown = _checked(number.ljust(9, "<"))
    if len(number) > 9:
        shown = f"{number[:9]}<{number[9:]}{digit(number[:9] + number[9:])}<"
    one = _filled(f"ID{holder.state.ljust(3, '<')}{shown}", 30)
    two = _checked(holder.birth) + holder.sex + _checked(holder.expiry)
    two = _filled(two + holder.state.ljust(3, "<"), 29)
    two += digit(one[5:] + two[0:7] + two[8:15] + two[18:29])
    return one, two, _filled(_names(holder), 30)


def cni(holder: Holder, number: str = "120675000123") -> tuple[str, ...]:
    """The two lines of a French card before 2021."""
    one = _filled("IDFRA" + _filled(_spelt(holder.surname), 25), 30) + "075001"
    given = _filled("<<".join(_spelt(name) for name in holder.given), 14)
    two = _checked(number) + given + _checked(holder.birth) + holder.sex
    return one, two + digit(one + two)


def _names(holder: Holder) -> str:
    return f"{_spelt(holder.surname)}<<{'<'.join(map(_spelt, holder.given))}"


def _spelt(name: str) -> str:
    """Capitals without accents; hyphens and spaces as fillers, apostrophes dropped."""
    wide = "".join(_FORMS.get(c, c) for c in unicodedata.normalize("NFC", name).upper())
    plain = unicodedata.normalize("NFKD", wide).replace("’", "").replace("'", "")
    return "".join(c if c.isalpha() else "<" for c in plain if not unicodedata.combining(c))


def _checked(text: str) -> str:
    return text + digit(text)


def _filled(text: str, width: int) -> str:
    return text[:width].ljust(width, "<")
