"""After a verified receipt, and only then: forget. The draft's key goes first."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from station.errors import ReceiptInvalid
from station.outbox.cycle import WAITING, Etat
from station.outbox.receipts import check_receipt

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from cryptography import x509

    from station.outbox.store import Outbox
    from station.outbox.tables import Entry

logger = logging.getLogger(__name__)


def acknowledge(outbox: Outbox, entry: Entry, receipt: str, certificate: x509.Certificate) -> None:
    """Keep a receipt that holds; raises `ReceiptInvalid`, and then the package stays to be sent."""
    try:
        check_receipt(receipt, entry, certificate)
    except ReceiptInvalid as error:
        outbox.note(entry.id, WAITING, tries=entry.tries + 1, code=error.code)
        raise
    outbox.note(entry.id, WAITING, state=Etat.ACCUSE, receipt=receipt, code=None)


def purge(
    outbox: Outbox, certificate: x509.Certificate, destroy_draft: Callable[[UUID], None]
) -> list[Entry]:
    """Purge every acknowledged package that is still here and whose receipt holds; returns them.

    The receipt is verified again, from what is stored: a state in a table is no proof. Killed
    anywhere, it does the rest when called again; `destroy_draft` must bear being called twice.
    """
    done = []
    for entry in outbox.kept():
        if entry.receipt is None:
            continue
        try:
            check_receipt(entry.receipt, entry, certificate)
        except ReceiptInvalid as error:  # altered here, or the CERT has changed its key
            logger.warning("package of %s stays: %s", entry.id, error)
            continue
        destroy_draft(entry.id)
        outbox.drop_blob(entry.id)
        done.append(entry)
    return done
