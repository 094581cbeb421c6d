"""Dates, sizes, durations and punctuation as a French reader expects them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime, timedelta

FINE = "\u202f"  # narrow, does not break: before ; ! ? and between thousands
INSECABLE = "\u00a0"  # does not break: before a colon, inside « », before a unit
_HIGH = re.compile(r"[ \u00a0\u202f]*([;!?])(?=\s|$)")
_COLON = re.compile(r"[ \u00a0\u202f]+:(?=\s|$)")
_UNITS = ("octets", "Ko", "Mo", "Go", "To")


def date_fr(day: date | str | None) -> str:
    """JJ/MM/AAAA; of an ISO text as much as it says: 1980-05 is 05/1980. None is empty."""
    if day is None:
        return ""
    iso = day if isinstance(day, str) else day.strftime("%Y-%m-%d")
    return "/".join(reversed(iso.split("-")))


def heure_fr(moment: datetime) -> str:
    """14 h 05, in the time zone of `moment`."""
    return f"{moment.hour}{INSECABLE}h{INSECABLE}{moment.minute:02}"


def octets(size: int) -> str:
    """A size in bytes, in decimal units: 1 200 000 is 1,2 Mo."""
    amount, unit = float(size), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    text = f"{amount:.0f}" if unit == 0 or amount >= 100 else f"{amount:.1f}".replace(".", ",")
    return f"{text.removesuffix(',0')}{INSECABLE}{_UNITS[unit]}"


def duree(span: timedelta) -> str:
    """A duration in words, in its two largest units: 3 min, 2 h 05, 1 jour 4 h."""
    minutes = int(span.total_seconds()) // 60
    hours, days = minutes // 60, minutes // 1440
    if minutes < 1:
        return "moins d’une minute"
    if hours < 1:
        return f"{minutes}{INSECABLE}min"
    if days < 1:
        return f"{hours}{INSECABLE}h{INSECABLE}{minutes % 60:02}"
    rest = f" {hours % 24}{INSECABLE}h" if hours % 24 else ""
    return f"{pluriel(days, 'jour')}{rest}"


def nombre(number: int) -> str:
    """An integer, thousands apart: 12 345."""
    return f"{number:,}".replace(",", FINE)


def pluriel(number: int, one: str, many: str = "") -> str:
    """The number and its word; French says « 0 dossier »."""
    return f"{nombre(number)}{INSECABLE}{one if abs(number) < 2 else many or one + 's'}"


def fine(text: str) -> str:
    """The spaces that do not break before ; : ! ? and inside « », and the curved apostrophe."""
    text = _COLON.sub(f"{INSECABLE}:", _HIGH.sub(rf"{FINE}\1", text))
    text = re.sub(r"«\s*", f"«{INSECABLE}", re.sub(r"\s*»", f"{INSECABLE}»", text))
    return text.replace("'", "’")


FILTERS: Final[Mapping[str, Callable[..., str]]] = {
    one.__name__: one for one in (date_fr, heure_fr, octets, duree, nombre, pluriel, fine)
}
"""The filters of the templates, by name."""
