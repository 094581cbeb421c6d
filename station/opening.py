"""A station at work, opened from its settings: devices, agent, drafts, queue and journal."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from station.bench.bench import Bench
from station.config import CARTE, Profile
from station.dossier.drafts import Drafts, station_key
from station.errors import DeviceUntrusted
from station.journal import Journal
from station.outbox.store import Outbox
from station.pipeline import Recueil
from station.seal.keys import load_certificate
from station.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.config import Settings


@contextmanager
def recueil(settings: Settings, pin: bytearray) -> Iterator[tuple[Recueil, Session]]:
    """Log in with `pin` and open everything a dossier needs; raises any `StationError`."""
    authority = load_certificate(settings.station.agents_ca, datetime.now(UTC))
    with (
        Bench(settings.devices) as bench,
        Session(bench, authority) as session,
        Outbox(settings.outbox_path) as outbox,
    ):
        if settings.profile is Profile.PRODUCTION and bench.info(CARTE).simulated:
            raise DeviceUntrusted("a simulated agent card in production")
        agent = session.login(pin)
        drafts = Drafts(
            settings.drafts_path, station_key(settings.data / "drafts.kek"), agent.fingerprint
        )
        journal = Journal(settings.journal_path)
        journal.append(agent.fingerprint, "session.ouverte")
        yield Recueil(settings, bench, agent, drafts, outbox, journal), session
        journal.append(agent.fingerprint, "session.fermee")
