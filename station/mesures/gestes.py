"""Gestures of an agent on one screen of one dossier, as the pages count them; no key, no text.

    {"dossier": "…", "ecran": "etat-civil", "actes": 7, "touches": 41, "clics": 1, "pointages": 1,
     "mains": 2, "attente_ms": 310, "duree_ms": 24000}

A line names a dossier by its number in the station, never an agent or an applicant.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID  # noqa: TC003 (pydantic reads annotations at run time)

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from station import bounded
from station.errors import ConfigError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAX_FILE: Final = 64 * 1024 * 1024  # bytes; a year of a busy counter is a tenth of it
_DAY: Final = 24 * 3600 * 1000  # ms
Compte = Annotated[int, Field(ge=0, le=100_000, strict=True)]
Duree = Annotated[int, Field(ge=0, le=_DAY, strict=True)]


class Gestes(BaseModel):
    """What was done on a screen while it was open once; durations in milliseconds.

    An act is one intention: a field given its value, a button, a shortcut, a code presented. Keys
    and pointings are what it cost. `attente_ms` is the time the agent could only wait.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ecran: Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,23}$")]
    actes: Compte = 0
    touches: Compte = 0
    clics: Compte = 0
    pointages: Compte = 0
    mains: Compte = 0  # moves of a hand between keyboard and pointer
    attente_ms: Duree = 0
    duree_ms: Duree = 0


class Ligne(Gestes):
    """The gestures of one visit to a screen, with their dossier."""

    dossier: UUID


def note(path: Path, ligne: Ligne) -> None:
    """Append `ligne` to the file, unless it is full; raises `StorageError`."""
    data = f"{ligne.model_dump_json()}\n".encode()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if os.fstat(descriptor).st_size < _MAX_FILE:
                os.write(descriptor, data)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StorageError(f"{path.name}: {error.strerror}") from error


def lignes(path: Path) -> Iterator[Ligne]:
    """Every line of the file that can be read, oldest first; one torn by a crash is passed over.

    Raises `ConfigError` for a file that is absent or too large.
    """
    for line in bounded.content(path, _MAX_FILE, ConfigError).splitlines():
        try:
            yield Ligne.model_validate(json.loads(line))
        except (ValueError, ValidationError):
            continue
