"""Whether the clock of the post can be right: held against what was written, and signed, before.

A clock only goes forward. Earlier than the last lines of the journal, or than the last receipt
that the CERT signed, it is wrong; much later than both, it is doubtful. Nothing is refused for
that: dates of the dossier would be wrong all the same, so the agent sees it and the journal says
so.
"""

from __future__ import annotations

import json
from contextlib import suppress
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
        self._known: datetime | None = None

    def repere(self) -> datetime | None:
        """The latest moment that is known to have been; None of a new post.

        Raises `StorageError`.
        """
        known = self._known
        found = [*_lines(self._journal, _TAIL if known else _FIRST), *_receipts(self._outbox)]
        self._known = max(found if known is None else [known, *found], default=None)
        return self._known

    def doute(self, now: datetime) -> str:
        """`doute` of `now`; raises `StorageError`."""
        return doute(now, self.repere())


def doute(now: datetime, repere: datetime | None) -> str:
    """What makes `now` doubtful, as the agent reads it; empty when nothing does."""
    if repere is None:
        return ""
    shown = f"{repere.astimezone():%d/%m/%Y à %H:%M}"
    if now < repere - _TOLERANCE:
        return f"Elle est en retard sur le dernier enregistrement du poste ({shown})."
    if now > repere + _LONGEST:
        return f"Elle est loin en avance sur le dernier enregistrement du poste ({shown})."
    return ""


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
