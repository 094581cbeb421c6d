"""One session of the counter: its tokens, what it holds, and why it ended."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Self

from station.guichet.depots import Depots
from station.guichet.kept import Kept
from station.guichet.remises import Remises
from station.guichet.taches import Taches

if TYPE_CHECKING:
    from uuid import UUID

    from station.guichet.brouillons import Vu
    from station.guichet.en_cours import EnCours
    from station.pipeline import Recueil
    from station.session import Session

_TOKEN = 32  # bytes


@unique
class Fin(StrEnum):
    """Why a session ended."""

    CARTE = "carte"  # the card left its reader
    INACTIVITE = "inactivite"
    AGENT = "agent"  # who asked for it
    ARRET = "arret"  # the station stops
    RELEVE = "releve"  # another login took its place


@dataclass(frozen=True, slots=True)
class Jetons:
    """What proves a request to be of this session: read by cookie, change by a header alone."""

    lecture: str = field(repr=False)  # HttpOnly cookie: pages, pictures, streams
    page: str = field(repr=False)  # header, known to the agent's pages
    usager: str = field(repr=False)  # header, known to the applicant's screen

    @classmethod
    def new(cls) -> Self:
        """Three fresh tokens."""
        return cls(*(secrets.token_urlsafe(_TOKEN) for _ in range(3)))


@dataclass(slots=True)
class Ouverte:
    """One session, from login to lock."""

    recueil: Recueil
    session: Session
    jetons: Jetons
    depots: Depots
    remises: Remises
    taches: Taches = field(default_factory=Taches)
    dossiers: dict[UUID, EnCours] = field(default_factory=dict)
    vus: dict[UUID, Vu] = field(default_factory=dict, repr=False)  # drafts as they were listed

    @classmethod
    def of(cls, recueil: Recueil, session: Session) -> Self:
        """A session that has just begun, with what its agent kept of the day."""
        settings, drafts = recueil.settings, recueil.drafts
        depots = Depots(Kept(drafts.beside(settings.depots_path)))
        remises = Remises(Kept(drafts.beside(settings.remises_path)))
        return cls(recueil, session, Jetons.new(), depots, remises)
