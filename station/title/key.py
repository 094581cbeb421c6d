"""What is typed at the counter, made the key that opens a chip (ICAO Doc 9303-11, 4.3.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from station.capture import TitleKey
from station.codes.mrz import lines, zone
from station.codes.mrz.layouts import check_digit
from station.errors import ChipKeyInvalid, MrzInvalid

if TYPE_CHECKING:
    from datetime import date

    from station.codes.mrz.zone import Mrz

_CAN = re.compile(r"[0-9]{6}")


def of_can(text: str) -> TitleKey:
    """The key of six digits; raises `ChipKeyInvalid`."""
    digits = "".join(text.split())
    if not _CAN.fullmatch(digits):
        raise ChipKeyInvalid("a CAN has six digits")
    return TitleKey(can=digits.encode())


def of_zone(raw: bytes, today: date) -> tuple[TitleKey, Mrz]:
    """The key of a zone as a reader or the agent gives it, and what the zone says.

    Raises `ChipKeyInvalid` for no zone, or one of a title that has no chip.
    """
    try:
        found = zone.parse(lines.gather(raw), today)
    except MrzInvalid as error:
        raise ChipKeyInvalid(f"no zone: {error}") from error
    return of_mrz(found), found


def of_mrz(mrz: Mrz) -> TitleKey:
    """The key that the chip behind this zone has; raises `ChipKeyInvalid` for a CNI without."""
    if mrz.birth is None or mrz.expires is None:
        raise ChipKeyInvalid(f"a {mrz.format} has no chip, or no whole birth")
    parts = (mrz.number.ljust(9, "<"), *_dates(mrz))
    return TitleKey(mrz="".join(part + check_digit(part) for part in parts).encode())


def _dates(mrz: Mrz) -> tuple[str, str]:
    """Birth and expiry as the zone spells them: unknown months and days are fillers."""
    birth = mrz.birth
    if birth is None or mrz.expires is None:
        raise ChipKeyInvalid("a zone without birth or expiry")
    month, day = ("<<" if part is None else f"{part:02d}" for part in (birth.month, birth.day))
    return f"{birth.year % 100:02d}{month}{day}", f"{mrz.expires:%y%m%d}"
