"""One package from the queue to its purge, each outcome in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.errors import CentreError
from station.outbox.purge import acknowledge, purge
from station.outbox.store import WAITING

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from cryptography import x509

    from station.journal import Journal
    from station.outbox.sender import Sender
    from station.outbox.store import Entry


@dataclass(frozen=True, slots=True)
class Delivery:
    """What it takes to deliver: `certificate` signs receipts, `destroy_draft` forgets a draft."""

    sender: Sender
    certificate: x509.Certificate
    journal: Journal
    destroy_draft: Callable[[UUID], None]

    def waiting(self) -> list[Entry]:
        """What is still to be sent, oldest first."""
        return self.sender.outbox.entries(*WAITING)

    def deliver(self, entry: Entry) -> None:
        """Send and verify the receipt; raises a leaf of `CentreError`, and then all is kept."""
        try:
            receipt = self.sender.send(entry)
            acknowledge(self.sender.outbox, entry, receipt, self.certificate)
        except CentreError as error:
            self._write("envoi.echec", entry, code=error.code, raison=str(error))
            raise
        self._write("envoi.accuse", entry, sha256=entry.sha256)

    def purge(self) -> None:
        """Purge what was acknowledged, here or before a crash."""
        for entry in purge(self.sender.outbox, self.certificate, self.destroy_draft):
            self._write("envoi.purge", entry, octets=entry.size)

    def _write(self, what: str, entry: Entry, **detail: str | int) -> None:
        self.journal.append(self.sender.station, what, str(entry.id), **detail)
