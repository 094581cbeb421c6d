"""What a code is, by its content alone: a kind that its form proves, or unknown.

    2d-doc       begins as one; parsed, or the reason why it is not well formed
    timbre       16 digits, nothing else (process.md §8)
    mrz          the lines of a zone, of a title; parsed, or why not
    pre-demande  10 capitals and digits, nothing else, and not digits alone: that is a telephone
    numero       the number of a file, as the papers of the counter bear it (process.md §9)
    unknown      everything else: never guessed

What the QR code of a recap or of a stamp holds beside the number is not public. A code that holds
more than the number is unknown, and the agent types the number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from station.codes import two_d_doc
from station.codes.mrz import lines, zone
from station.errors import MrzInvalid, TwoDDocInvalid

if TYPE_CHECKING:
    from datetime import date

    from station.codes.mrz.zone import Mrz
    from station.codes.two_d_doc import TwoDDoc

_TIMBRE = re.compile(rb"\d{16}")
_NUMERO = re.compile(rb"(?:\d{5}|2[AB]\d{3})-\d\d-\d{4}-\d{6}-\d\d(?:-C\d{1,2}|-R)?")
_PREDEMANDE = re.compile(rb"(?=.*[A-Z])[A-Z0-9]{10}")


@unique
class Kind(StrEnum):
    """What a code can be."""

    TWO_D_DOC = "2d-doc"
    TIMBRE = "timbre"
    PREDEMANDE = "pre-demande"
    MRZ = "mrz"
    NUMERO = "numero"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Content:
    """`kind` and what follows from it: a `number` (stamp, pre-demande, file), `doc`, or `mrz`.

    What begins as a 2D-Doc, or has the lines of a zone, and is not sound has its `fault` instead.
    """

    kind: Kind
    number: str | None = field(default=None, repr=False)
    doc: TwoDDoc | None = None
    mrz: Mrz | None = None
    fault: TwoDDocInvalid | MrzInvalid | None = None


def recognise(raw: bytes, today: date) -> Content:
    """The content of `raw`, a code or a zone as a reader gave it; `today` settles centuries."""
    if _TIMBRE.fullmatch(raw):
        return Content(Kind.TIMBRE, raw.decode())
    if _PREDEMANDE.fullmatch(raw):
        return Content(Kind.PREDEMANDE, raw.decode())
    if _NUMERO.fullmatch(raw):
        return Content(Kind.NUMERO, raw.decode())
    if two_d_doc.looks_like(raw):  # longer than a number that begins alike
        return _of_doc(raw)
    if lines.looks_like(raw):
        return _of_zone(raw, today)
    return Content(Kind.UNKNOWN)


def _of_doc(raw: bytes) -> Content:
    try:
        return Content(Kind.TWO_D_DOC, doc=two_d_doc.parse(raw))
    except TwoDDocInvalid as error:
        return Content(Kind.TWO_D_DOC, fault=error)


def _of_zone(raw: bytes, today: date) -> Content:
    try:
        return Content(Kind.MRZ, mrz=zone.parse(lines.gather(raw), today))
    except MrzInvalid as error:
        return Content(Kind.MRZ, fault=error)
