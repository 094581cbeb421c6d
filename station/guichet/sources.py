"""What the counter asks beside devices and drafts: places, who signs 2D-Doc, pre-demandes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.codes import trust_files
from station.predemande.opening import agenda
from station.referentiel import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.codes.trust import TrustList
    from station.config import Settings
    from station.predemande.agenda import Agenda
    from station.referentiel.lookup import Referentiel


@dataclass(frozen=True, slots=True)
class Sources:
    """All of it answers without a network; only `agenda`, None where there is none, has one."""

    lieux: Referentiel
    confiance: TrustList | None = None
    agenda: Agenda | None = None


@contextmanager
def sources(settings: Settings) -> Iterator[Sources]:
    """What `settings` name; raises `TableInvalid`, `ConfigError` or `StorageError`."""
    trust = settings.codes.trust
    confiance = None if trust is None else trust_files.load(trust)
    with opened.load(settings.referentiel) as lieux:
        yield Sources(lieux, confiance, agenda(settings))
