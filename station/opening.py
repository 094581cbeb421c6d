"""A station at work, opened from its settings: devices, agent, drafts, queue and journal."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from station import registry
from station.agents.admission import load_trust
from station.bench.bench import Bench
from station.bench.reader_watch import ReaderWatch
from station.config import CARTE, Profile
from station.dossier.drafts import Drafts, station_key
from station.errors import DeviceUntrusted
from station.journal import Journal
from station.outbox.store import Outbox
from station.pipeline import Recueil, purge_drafts
from station.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from station.config import Settings


@contextmanager
def recueil(
    settings: Settings, pin: bytearray | None, *, last_try: bool = False
) -> Iterator[tuple[Recueil, Session]]:
    """Log in with `pin`, None on the reader's keys, and open everything a dossier needs.

    Raises any `StationError`.
    """
    with Bench(settings.devices) as bench, Outbox(settings.outbox_path) as outbox:
        station = Station(settings, bench, outbox)
        with station.session(pin, last_try=last_try) as opened:
            yield opened


@dataclass(frozen=True, slots=True)
class Station:
    """What outlives a session: the devices and the queue."""

    settings: Settings
    bench: Bench
    outbox: Outbox

    @contextmanager
    def session(
        self, pin: bytearray | None, *, last_try: bool = False
    ) -> Iterator[tuple[Recueil, Session]]:
        """Log in with `pin`, with what is known of cards at this moment.

        Raises any `StationError`; leaving the block logs out.
        """
        settings = self.settings
        trust = load_trust(settings, datetime.now(UTC))
        with _watch(settings) as watch, Session(self.bench, trust, watch) as session:
            if settings.profile is Profile.PRODUCTION and self.bench.info(CARTE).simulated:
                raise DeviceUntrusted("a simulated agent card in production")
            agent = session.login(pin, last_try=last_try)
            drafts = Drafts(
                settings.drafts_path, station_key(settings.data / "drafts.kek"), agent.fingerprint
            )
            journal = Journal(settings.journal_path)
            journal.append(agent.fingerprint, "session.ouverte", role=agent.role)
            purge_drafts(settings, journal)
            yield Recueil(settings, self.bench, agent, drafts, self.outbox, journal), session
            journal.append(agent.fingerprint, "session.fermee")


def _watch(settings: Settings) -> AbstractContextManager[ReaderWatch | None]:
    """The monitor of the readers, where the agent's card is in one that can be watched."""
    card = settings.devices.get(CARTE)
    if card is None or not registry.watches(card.port):
        return nullcontext()
    return ReaderWatch(card.port)
