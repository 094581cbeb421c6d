"""Everything that talks to the CERT, opened from the settings and closed together."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from station.dossier import drafts
from station.journal import Journal
from station.outbox.delivery import Delivery
from station.outbox.link import connect
from station.outbox.receipts import pinned
from station.outbox.sender import Sender
from station.outbox.store import Outbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.config import Settings


@contextmanager
def delivering(settings: Settings) -> Iterator[Delivery]:
    """A delivery as `settings` describe it; raises `ConfigError` or `StorageError`."""
    centre = settings.centre
    certificate = pinned(centre.receipt_cert)
    tls = (centre.ca, centre.client_cert, centre.client_key)
    with Outbox(settings.outbox_path) as outbox, connect(str(centre.url), *tls) as client:
        sender = Sender(outbox, client, settings.station.id)
        destroy = partial(drafts.destroy, settings.drafts_path)
        yield Delivery(sender, certificate, Journal(settings.journal_path), destroy)
