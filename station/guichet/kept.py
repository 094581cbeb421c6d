"""What outlives a session without being a draft: encrypted like one, and gone at its midnight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from station.errors import DraftDamaged, DraftForeign

if TYPE_CHECKING:
    from uuid import UUID

    from station.dossier.drafts import Drafts

_STEP: Final = "kept"


class Kept:
    """One value for each dossier, on disk under a key of its own, which its agent alone can read.

    Any call raises `StorageError` when the disk fails.
    """

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts

    def put(self, dossier: UUID, value: bytes) -> None:
        """Keep `value`, in place of what this agent or another one kept of `dossier`."""
        if self.get(dossier) is None:
            self._drafts.destroy(dossier)
            self._drafts.create(dossier)
        self._drafts.append(dossier, _STEP, value)

    def get(self, dossier: UUID) -> bytes | None:
        """What was put last; None without it, when it is another agent's, or was altered."""
        if dossier not in self._drafts.ids():
            return None
        try:
            steps = self._drafts.read(dossier).steps
        except (DraftForeign, DraftDamaged):
            return None
        return steps[-1].payload if steps else None

    def drop(self, dossier: UUID) -> None:
        """Forget it: its key first; absent is done."""
        self._drafts.destroy(dossier)
