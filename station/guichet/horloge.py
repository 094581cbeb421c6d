"""Whether the clock of the post can be right: held against what was written, and signed, before.

A clock only goes forward. Earlier than the last lines of the journal, or than the last receipt
that the CERT signed, it is wrong; much later than both, it is doubtful, and stays so whatever is
written under it, until a receipt of the CERT says the same. Nothing is refused for that: dates of
the dossier would be wrong all the same, so the agent sees it and the journal says so.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import jwt

if TYPE_CHECKING:
    from pathlib import Path

    from station.outbox.store import Outbox

_FIRST: Final = 4 * 1024 * 1024  # bytes of the journal looked at first: two days of a busy post
_TAIL: Final = 64 * 1024  # and then, each time
_RECEIPTS: Final = 20  # packages that are looked at, the newest
_TOLERANCE: Final = timedelta(minutes=5)
_LONGEST: Final = timedelta(days=400)  # that a post may have stood unused


class Horloge:
    """The clock of one post, for as long as its station runs; for any thread.

    What was seen once is kept: after a few dossiers under a wrong clock the end of the journal
    would hold its dates alone. The first look goes further back, and is what a restart knows.
    """

    def __init__(self, journal: Path, outbox: Outbox) -> None:
        self._journal, self._outbox = journal, outbox
        self._known = Repere()

    def repere(self) -> Repere:
        """What is known of the time that has been; raises `StorageError`."""
        lines = _lines(self._journal, _TAIL if self._known.dernier else _FIRST)
        self._known = self._known.et(lines, _receipts(self._outbox))
        return self._known

    def doute(self, now: datetime) -> str:
        """`doute` of `now`; raises `StorageError`."""
        return doute(now, self.repere())


@dataclass(frozen=True, slots=True)
class Repere:
    """Two moments, None of a new post: the latest that was written, and the latest to be believed.

    A line is believed unless it comes too long after everything before it: the clock it was
    written under had gone forward, or the post stood unused, which a receipt of the CERT proves.
    """

    dernier: datetime | None = None
    cru: datetime | None = None

    def et(self, lines: list[datetime], receipts: list[datetime]) -> Repere:
        """With what was written and signed since."""
        cru = self.cru
        for moment in sorted([*lines, *receipts]):
            if cru is None or moment <= cru + _LONGEST or moment in receipts:
                cru = moment if cru is None else max(cru, moment)
        known = [] if self.dernier is None else [self.dernier]
        return Repere(max([*known, *lines, *receipts], default=None), cru)


def doute(now: datetime, repere: Repere) -> str:
    """What makes `now` doubtful, as the agent reads it; empty when nothing does."""
    dernier, cru = repere.dernier, repere.cru
    if dernier is not None and now < dernier - _TOLERANCE:
        return f"Elle est en retard sur le dernier enregistrement du poste ({_shown(dernier)})."
    if cru is not None and now > cru + _LONGEST:
        return f"Elle est loin en avance sur le dernier enregistrement sûr ({_shown(cru)})."
    return ""


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone():%d/%m/%Y à %H:%M}"


def _lines(journal: Path, tail: int) -> list[datetime]:
    """When the lines in the last `tail` bytes of the journal were written."""
    try:
        with journal.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - tail))
            raw = file.read(tail)
    except OSError:  # no journal yet
        return []
    found = []
    for line in raw.splitlines():
        with suppress(ValueError, KeyError, TypeError):
            found.append(_moment(datetime.fromisoformat(json.loads(line)["ts"])))
    return found


def _receipts(outbox: Outbox) -> list[datetime]:
    """When the CERT signed its receipts, which were verified when they came."""
    found = []
    for entry in outbox.newest(_RECEIPTS):
        if entry.receipt is not None:
            with suppress(jwt.PyJWTError, KeyError, ValueError, TypeError):
                claims = jwt.decode(entry.receipt, options={"verify_signature": False})
                found.append(datetime.fromtimestamp(int(claims["iat"]), UTC))
    return found


def _moment(when: datetime) -> datetime:
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)
