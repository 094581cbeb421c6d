"""How long a draft survives on the station (process.md §15.2: until midnight, a setting).

The biometrics of somebody who did not come back are nobody's business the next day. The age counts
from the first step of a draft, as its files have it: the draft of another agent cannot be read.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from station.dossier import drafts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID

    from station.rules.regles import Regles


def expired(begun: datetime, now: datetime, regles: Regles) -> bool:
    """Whether a draft begun at `begun` is past its midnight at `now`, by the clock of the station.

    Each day of `delais.brouillon_jours` adds a midnight. Both have a time zone.
    """
    last = begun.astimezone().date() + timedelta(days=regles.delais.brouillon_jours.valeur)
    return now.astimezone().date() > last


def purge_expired(
    folder: Path, now: datetime, regles: Regles, beside: Iterable[Path] = ()
) -> tuple[UUID, ...]:
    """Destroy every draft in `folder` past its time, any agent's, the key first; which ones.

    So ends what is kept like drafts in the folders `beside`. Raises `StorageError`; what was
    destroyed before stays destroyed.
    """
    for other in beside:
        purge_expired(other, now, regles)
    gone = []
    for draft in drafts.ids(folder):
        begun = drafts.begun(folder, draft)
        if begun is not None and expired(begun, now, regles):
            drafts.destroy(folder, draft)
            gone.append(draft)
    return tuple(gone)
