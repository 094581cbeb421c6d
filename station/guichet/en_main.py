"""Which dossier is in hand: one identifier on disk, so that a crash leads back to it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from station.dossier import files
from station.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

_MAX = 64  # bytes


class EnMain:
    """The identifier of the dossier the agent is at; it says nothing of anybody."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: UUID | None = self._read()

    def get(self) -> UUID | None:
        """The dossier in hand; None when there is none."""
        return self._known

    def put(self, number: UUID) -> None:
        """Take `number` in hand; a full disk costs the way back after a crash alone."""
        if number != self._known:
            with suppress(StorageError):
                files.make_folder(self._path.parent)
                files.replace(self._path, str(number).encode())
            self._known = number

    def clear(self) -> None:
        """None is any more."""
        if self._known is not None:
            files.remove(self._path)
            self._known = None

    def _read(self) -> UUID | None:
        try:
            return UUID(files.read(self._path, _MAX).decode())
        except ValueError:  # absent, or no identifier: nothing was in hand
            return None
