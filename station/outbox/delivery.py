"""One package from the queue to its purge, each outcome in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from station.errors import CentreError, InvalidField, WrongState
from station.outbox.cycle import WAITING, Etat
from station.outbox.purge import acknowledge, purge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from cryptography import x509

    from station.journal import Journal
    from station.outbox.sender import Sender
    from station.outbox.store import Outbox
    from station.outbox.tables import Entry


_MAX_RAISON = 200  # characters


@dataclass(frozen=True, slots=True)
class Delivery:
    """What it takes to deliver: `certificate` signs receipts, `destroy_draft` forgets a draft.

    `expire_drafts` destroys the drafts that are past their time, and says which.
    """

    sender: Sender
    certificate: x509.Certificate
    journal: Journal
    destroy_draft: Callable[[UUID], None]
    expire_drafts: Callable[[], Iterable[UUID]] = tuple

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

    def tidy(self) -> None:
        """Forget what is past its day: drafts, masked names, and those of closed dossiers."""
        for draft in self.expire_drafts():
            self.journal.append(self.sender.station, "dossier.expire", str(draft))
        if gone := self.sender.outbox.forget_names(datetime.now(UTC).date()):
            self.journal.append(self.sender.station, "envoi.noms_oublies", None, nombre=gone)

    def _write(self, what: str, entry: Entry, **detail: str | int) -> None:
        self.journal.append(self.sender.station, what, str(entry.id), **detail)


def retry(outbox: Outbox, journal: Journal, entry: Entry, who: str, raison: str) -> None:
    """Let the refused package of `entry` be sent again, because of `raison`, which is journaled.

    `who` is the station, or the fingerprint of an agent. Raises `WrongState` for a package that
    was not refused, `InvalidField` without a reason of one line of at most 200 characters.
    """
    if not 0 < len(raison.strip()) <= _MAX_RAISON or not raison.isprintable():
        raise InvalidField("raison")
    if entry.state is not Etat.REFUSE:
        raise WrongState("only a package that the CERT refused is sent again")
    code = entry.code or ""
    journal.append(who, "envoi.repris", str(entry.id), code=code, motif=raison.strip())
    outbox.retry(entry.id)
