"""The counter: one agent at a time, logged in by card; everything of theirs goes with the lock.

The session ends when the card is gone, when nobody has done anything for a while, or when the
agent locks it. Then captures stop, what is in memory is dropped, and only the encrypted drafts
stay: the same agent finds the same screen again.
"""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from station import heap
from station.cert.liaison import Liaison
from station.config import CARTE
from station.dossier.formulaire import Ecran
from station.dossier.saisie import Origine
from station.errors import DossierSealed, SessionLocked, StationError, WrongState
from station.guichet import taches
from station.guichet.codes import Codes
from station.guichet.en_cours import EnCours
from station.guichet.en_main import EnMain
from station.guichet.horloge import Horloge
from station.guichet.nouvelles import Nouvelles
from station.guichet.ouverte import Fin, Ouverte
from station.guichet.second_ecran import SecondEcran
from station.guichet.sources import Sources
from station.pipeline import open_complement, open_draft, resume
from station.referentiel import opened
from station.rules.agents import regles_agents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from station.agents.admission import Agent
    from station.capture import PortraitSource
    from station.device import PinStatus
    from station.dossier.draft import Draft
    from station.guichet.brouillons import Vu
    from station.guichet.depots import Depot, Depots
    from station.guichet.ouverte import Jetons
    from station.guichet.remises import Remises
    from station.guichet.taches import Taches
    from station.opening import Station
    from station.pipeline import Recueil
    from station.session import Session

_LOOK = 0.1  # seconds between two looks at the session
_ENDED = 1.0  # seconds after which the request that dropped a dossier has ended
_OPEN = 6  # dossiers kept decrypted in memory


class Guichet:
    """Who is at the counter and what is in hand, for any number of requests at once."""

    def __init__(
        self, station: Station, inactivite: float | None = None, sources: Sources | None = None
    ) -> None:
        """`inactivite` in seconds; without it, as the rules of agents say.

        Without `sources` places are those of the small table, and no 2D-Doc is ever verified.
        """
        known = regles_agents().session.inactivite_secondes
        self._idle = known if inactivite is None else inactivite
        self.station = station
        self.sources = sources or Sources(opened.small())
        self.codes = Codes(self)
        self.nouvelles = Nouvelles()
        self.horloge = Horloge(station.settings.journal_path, station.outbox)
        self.second_ecran = SecondEcran(self)
        self.liaison = Liaison(self._line_changed)  # with the CERT: how it is; wakes the sender
        self.fin: Fin | None = None  # why the last session ended
        self._lock = threading.RLock()
        self._stack = ExitStack()
        self._ouvert: Ouverte | None = None
        self._acted = time.monotonic()
        self._dropped = self._freed = self._acted  # the last dossier, and memory given back since
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
            self._ouvert = Ouverte.of(recueil, session)
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
            self.codes.forget()
            self._dropped = time.monotonic()
            for en_cours in ouvert.dossiers.values():
                en_cours.forget()
            ouvert.remises.clear()
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

    def complement(self, number: UUID) -> EnCours:
        """The answer to what the CERT asks about the sealed dossier `number`, begun or taken up.

        Raises what `open_complement` raises, `SessionLocked`.
        """
        with self._lock:
            ouvert = self._open()
            entry = self.station.outbox.entry(number)
            if entry is None:
                raise WrongState("no such dossier")
            draft = open_complement(ouvert.recueil, entry)
            return ouvert.dossiers.get(draft.id) or self._hold(
                ouvert, EnCours(ouvert.recueil, draft)
            )

    def dossier(self, number: UUID) -> EnCours:
        """The dossier in hand, taken up from its draft if need be.

        Raises `DraftForeign` for that of another agent, `DraftDamaged`, `SessionLocked`, and
        `DossierSealed` for one whose package is in the queue, or was sent.
        """
        with self._lock:
            ouvert = self._open()
            held = ouvert.dossiers.get(number)
            if held is not None:
                return held
            queued = self.station.outbox.entry(number)
            if queued is not None:
                raise DossierSealed(queued.numero)
            return self._hold(ouvert, EnCours(ouvert.recueil, resume(ouvert.recueil, number)))

    def seen(self, number: UUID) -> Draft:
        """The draft `number` as it is, without taking it in hand; raises as `dossier` does."""
        ouvert = self._open()
        held = ouvert.dossiers.get(number)
        return resume(ouvert.recueil, number) if held is None else held.draft

    def held(self, number: UUID) -> bool:
        """Whether the draft `number` is in hand; raises `SessionLocked`."""
        return number in self._open().dossiers

    @property
    def vus(self) -> dict[UUID, Vu]:
        """The drafts as this session listed them last; raises `SessionLocked`."""
        return self._open().vus

    def enter(self, en_cours: EnCours, ecran: Ecran) -> None:
        """Note that the agent is at `ecran` of this dossier: a login after a crash leads there."""
        self.acted()
        en_cours.show(ecran)
        self._main.put(en_cours.draft.id)
        self._elsewhere()

    def leave(self) -> None:
        """No dossier is in hand any more; all of them stay as drafts."""
        self.acted()
        self._main.clear()
        self._elsewhere()

    def _elsewhere(self) -> None:
        """Who was deposing or fetching a title has left the agent's screen."""
        self.depots.leave()
        self.remises.leave()
        self.nouvelles.tell("usager")

    @property
    def devant(self) -> EnCours | None:
        """The dossier whose applicant is at the counter, None between two of them."""
        number = self._main.get()
        return None if number is None else self._open().dossiers.get(number)

    @property
    def depots(self) -> Depots:
        """What this agent sealed today; raises `SessionLocked`."""
        return self._open().depots

    @property
    def remises(self) -> Remises:
        """The hand-overs in hand; raises `SessionLocked`."""
        return self._open().remises

    @property
    def en_main(self) -> str | None:
        """The page where the agent was when the session, the browser or the machine stopped."""
        number = self._main.get()
        if number is None:
            return None
        try:
            ecran = self.dossier(number).draft.ecran
        except DossierSealed:  # the machine stopped right after
            ecran = Ecran.SCELLEMENT
        except StationError:  # of another agent
            return None
        return f"/dossiers/{number}/{ecran or Ecran.OUVERTURE}"

    def settle(self, number: UUID, depot: Depot | None = None) -> None:
        """A dossier is sealed: nothing of its draft stays in memory, and it is sent."""
        self.drop(number)
        if depot is not None:
            self.depots.sealed(depot)
        self.release(number)
        self.liaison.wake()
        self.nouvelles.tell("scelle", dossier=str(number))

    def _line_changed(self) -> None:
        self.nouvelles.tell("etat")

    def release(self, number: UUID) -> None:
        """The dossier `number` is not in hand any more, if it was."""
        if self._main.get() == number:
            self._main.clear()

    def drop(self, number: UUID) -> None:
        """Forget a dossier that was sealed or given up."""
        with self._lock:
            ouvert = self._open()
            ouvert.taches.abandon(number)
            self._dropped = time.monotonic()
            held = ouvert.dossiers.pop(number, None)
            if held is not None:
                held.forget()

    def _hold(self, ouvert: Ouverte, en_cours: EnCours) -> EnCours:
        ouvert.dossiers[en_cours.draft.id] = en_cours
        while len(ouvert.dossiers) > _OPEN:
            ouvert.dossiers.pop(next(iter(ouvert.dossiers))).forget()
        return en_cours

    def _open(self) -> Ouverte:
        ouvert = self._ouvert
        if ouvert is None:
            raise SessionLocked("nobody is logged in")
        return ouvert

    def _look(self) -> None:
        """Close the session when its card is gone, or nobody is there any more."""
        while not self._closed.wait(_LOOK):
            self._give_back()
            ouvert = self._ouvert
            if ouvert is None:
                continue
            if ouvert.session.locked:
                self.close(Fin.CARTE)
            elif time.monotonic() - self._acted > self._idle:
                self.close(Fin.INACTIVITE)

    def _give_back(self) -> None:
        """Free a dropped dossier, once the request that dropped it has ended."""
        now = time.monotonic()
        if self._freed < self._dropped < now - _ENDED:
            self._freed = now
            heap.forget()
