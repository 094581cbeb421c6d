"""The counter: one agent at a time, logged in by card; everything of theirs goes with the lock.

The session ends when the card is gone, when nobody has done anything for a while, or when the
agent locks it. Then captures stop, what is in memory is dropped, and only the encrypted drafts
stay: the same agent finds the same screen again.
"""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Self

from station.config import CARTE
from station.dossier.formulaire import Ecran
from station.dossier.saisie import Origine
from station.errors import SessionLocked, StationError
from station.guichet import taches
from station.guichet.en_cours import EnCours
from station.guichet.en_main import EnMain
from station.guichet.nouvelles import Nouvelles
from station.guichet.taches import Taches
from station.pipeline import open_draft, resume
from station.rules.agents import regles_agents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from station.agents.admission import Agent
    from station.capture import PortraitSource
    from station.device import PinStatus
    from station.dossier.draft import Draft
    from station.opening import Station
    from station.pipeline import Recueil
    from station.session import Session

_LOOK = 0.1  # seconds between two looks at the session
_OPEN = 6  # dossiers kept decrypted in memory
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
class _Ouvert:
    """One session, from login to lock."""

    recueil: Recueil
    session: Session
    jetons: Jetons
    taches: Taches = field(default_factory=Taches)
    dossiers: dict[UUID, EnCours] = field(default_factory=dict)


class Guichet:
    """Who is at the counter and what is in hand, for any number of requests at once."""

    def __init__(self, station: Station, inactivite: float | None = None) -> None:
        """`inactivite` in seconds; without it, as the rules of agents say."""
        known = regles_agents().session.inactivite_secondes
        self._idle = known if inactivite is None else inactivite
        self.station = station
        self.nouvelles = Nouvelles()
        self.fin: Fin | None = None  # why the last session ended
        self._lock = threading.RLock()
        self._stack = ExitStack()
        self._ouvert: _Ouvert | None = None
        self._acted = time.monotonic()
        self._main = EnMain(station.settings.data / "en-main")
        self._closed = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._closed.set()
        self._watch.join()
        self.close(Fin.ARRET)

    def login(self, pin: bytearray | None, *, last_try: bool = False) -> Jetons:
        """Open a session in place of any other; raises any `StationError`. Wipes `pin`."""
        with self._lock:
            self.close(Fin.RELEVE)
            stack = ExitStack()
            with stack:
                recueil, session = stack.enter_context(self.station.session(pin, last_try=last_try))
                self._stack = stack.pop_all()
            self.fin = None
            self._acted = time.monotonic()
            recueil = replace(recueil, begun=taches.begun)
            self._ouvert = _Ouvert(recueil, session, Jetons.new())
            self.nouvelles.tell("session", etat="ouverte")
            return self._ouvert.jetons

    def close(self, why: Fin) -> None:
        """End the session, if there is one, with everything that runs in it."""
        with self._lock:
            ouvert, self._ouvert = self._ouvert, None
            if ouvert is None:
                return
            self.fin = why
            self.nouvelles.tell("session", etat="fermee", pourquoi=why)
            ouvert.taches.stop()
            for en_cours in ouvert.dossiers.values():
                en_cours.forget()
            self._stack.close()

    def acted(self) -> None:
        """The agent did something: the session lives on."""
        self._acted = time.monotonic()

    @property
    def jetons(self) -> Jetons | None:
        """The tokens of the session, None when there is none."""
        ouvert = self._ouvert
        return None if ouvert is None else ouvert.jetons

    @property
    def agent(self) -> Agent:
        """Who is logged in; raises `SessionLocked`."""
        return self.recueil.agent

    @property
    def recueil(self) -> Recueil:
        """What the steps of a dossier need; raises `SessionLocked`."""
        return self._open().recueil

    @property
    def session(self) -> Session:
        """The agent's card; raises `SessionLocked`."""
        return self._open().session

    @property
    def taches(self) -> Taches:
        """What runs beside the requests; raises `SessionLocked`."""
        return self._open().taches

    def pin_status(self) -> PinStatus:
        """The tries left of the PIN of the card in the reader; raises leaves of `CardError`."""
        status: PinStatus = self.station.bench.call(CARTE, "pin_status")
        return status

    def begin(self, source: PortraitSource, usuels: Mapping[str, str]) -> EnCours:
        """A new dossier with its usual values; raises `RoleForbidden`, `SessionLocked`."""
        with self._lock:
            ouvert = self._open()
            en_cours = EnCours(ouvert.recueil, open_draft(ouvert.recueil, source))
            en_cours.prefill(usuels, Origine.USUEL)
            return self._hold(ouvert, en_cours)

    def dossier(self, number: UUID) -> EnCours:
        """The dossier in hand, taken up from its draft if need be.

        Raises `DraftForeign` for that of another agent, `DraftDamaged`, `SessionLocked`.
        """
        with self._lock:
            ouvert = self._open()
            held = ouvert.dossiers.get(number)
            if held is not None:
                return held
            return self._hold(ouvert, EnCours(ouvert.recueil, resume(ouvert.recueil, number)))

    def seen(self, number: UUID) -> Draft:
        """The draft `number` as it is, without taking it in hand; raises as `dossier` does."""
        ouvert = self._open()
        held = ouvert.dossiers.get(number)
        return resume(ouvert.recueil, number) if held is None else held.draft

    def enter(self, en_cours: EnCours, ecran: Ecran) -> None:
        """Note that the agent is at `ecran` of this dossier: a login after a crash leads there."""
        self.acted()
        en_cours.show(ecran)
        self._main.put(en_cours.draft.id)

    def leave(self) -> None:
        """No dossier is in hand any more; all of them stay as drafts."""
        self.acted()
        self._main.clear()

    @property
    def en_main(self) -> str | None:
        """The page where the agent was when the session, the browser or the machine stopped."""
        number = self._main.get()
        if number is None:
            return None
        try:
            ecran = self.dossier(number).draft.ecran
        except StationError:  # sealed since, or of another agent
            return None
        return f"/dossiers/{number}/{ecran or Ecran.OUVERTURE}"

    def drop(self, number: UUID) -> None:
        """Forget a dossier that was sealed or given up."""
        with self._lock:
            held = self._open().dossiers.pop(number, None)
            if held is not None:
                held.forget()

    def _hold(self, ouvert: _Ouvert, en_cours: EnCours) -> EnCours:
        ouvert.dossiers[en_cours.draft.id] = en_cours
        while len(ouvert.dossiers) > _OPEN:
            ouvert.dossiers.pop(next(iter(ouvert.dossiers))).forget()
        return en_cours

    def _open(self) -> _Ouvert:
        ouvert = self._ouvert
        if ouvert is None:
            raise SessionLocked("nobody is logged in")
        return ouvert

    def _look(self) -> None:
        """Close the session when its card is gone, or nobody is there any more."""
        while not self._closed.wait(_LOOK):
            ouvert = self._ouvert
            if ouvert is None:
                continue
            if ouvert.session.locked:
                self.close(Fin.CARTE)
            elif time.monotonic() - self._acted > self._idle:
                self.close(Fin.INACTIVITE)
