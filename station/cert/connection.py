"""Everything that talks to the CERT, opened from the settings and closed together."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from station.dossier import drafts
from station.dossier.expiration import purge_expired
from station.journal import Journal
from station.outbox.delivery import Delivery
from station.outbox.link import connect
from station.outbox.receipts import pinned
from station.outbox.sender import Sender
from station.outbox.store import Outbox
from station.rules.regles import en_vigueur

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from station.config import Settings


@contextmanager
def delivering(settings: Settings) -> Iterator[Delivery]:
    """A delivery as `settings` describe it; raises `ConfigError` or `StorageError`."""
    centre = settings.centre
    certificate = pinned(centre.receipt_cert)
    tls = (centre.ca, centre.client_cert, centre.client_key)
    with Outbox(settings.outbox_path) as outbox, connect(str(centre.url), *tls) as client:
        sender = Sender(outbox, client, settings.station.id)
        journal = Journal(settings.journal_path)
        destroy = partial(drafts.destroy, settings.drafts_path)
        yield Delivery(sender, certificate, journal, destroy, partial(_expire, settings))


def _expire(settings: Settings) -> tuple[UUID, ...]:
    now = datetime.now(UTC)
    rules = en_vigueur(now.date())
    return purge_expired(settings.drafts_path, now, rules, settings.fleeting_paths)
