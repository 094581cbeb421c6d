"""Station number `<INSEE5>-<poste2>-<AAAA>-<NNNNNN>-<cle>` (process.md §9; the key is our own).

The key is ISO 7064 MOD 97-10 over the four parts without hyphens, letters of Corsican communes
read as A = 10, B = 11 as in an IBAN: every single wrong digit and every swap of two neighbours is
found. The real number format of TES is not public.
"""

from __future__ import annotations

import re
from typing import Final

from station.errors import InvalidField

_SHAPE: Final = re.compile(r"(\d{5}|2[AB]\d{3})-(\d{2})-(\d{4})-(\d{6})-(\d{2})", re.ASCII)
_MODULUS: Final = 97
_MAX_COMPLEMENTS: Final = 99


def numero(station: str, annee: int, rang: int) -> str:
    """The number of the `rang`-th dossier of `station` (`<INSEE5>-<poste2>`) in `annee`.

    Raises `InvalidField` when a part does not fit.
    """
    body = f"{station}-{annee:04d}-{rang:06d}"
    key = _MODULUS + 1 - _digits(body) * 100 % _MODULUS
    number = f"{body}-{key:02d}"
    if not _SHAPE.fullmatch(number):
        raise InvalidField("numero (station, year or rank)")
    return number


def of_complement(number: str, rang: int) -> str:
    """The number of the `rang`-th complement of the dossier `number`: `<number>-C<rang>`.

    Raises `InvalidField` for a number that is none, or beyond the ninety-ninth.
    """
    if not 1 <= rang <= _MAX_COMPLEMENTS:
        raise InvalidField("numero (rank of the complement)")
    return f"{check(number)}-C{rang}"


def check(number: str) -> str:
    """The number itself when its shape and its key hold; raises `InvalidField` otherwise."""
    if not _SHAPE.fullmatch(number) or _digits(number) % _MODULUS != 1:
        raise InvalidField("numero (key)")
    return number


def _digits(text: str) -> int:
    try:
        return int("".join(str(int(c, 36)) for c in text.replace("-", "")))
    except ValueError as error:
        raise InvalidField("numero (character)") from error
