"""Ask the CERT what it has decided, and believe only what it signed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.cert.messages import Decision, read_decision, read_feed
from station.errors import CentreError, CentreUnreachable, ReceiptInvalid, StorageError
from station.outbox.cycle import Etat, Nature, may
from station.outbox.link import call
from station.outbox.sender import back_off

if TYPE_CHECKING:
    from random import Random

    from station.cert.liaison import Liaison
    from station.outbox.delivery import Delivery
    from station.outbox.tables import Entry

_REST = 60.0  # seconds between two exchanges when all goes well
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one exchange with the CERT brought; a failure stops neither of the two halves."""

    delivered: tuple[Entry, ...]
    decisions: tuple[Decision, ...]
    failures: tuple[CentreError, ...]


def exchange(delivery: Delivery) -> Round:
    """Deliver what waits, then ask for decisions. Raises `StorageError` only."""
    delivered, failures = [], []
    for entry in delivery.waiting():
        try:
            delivery.deliver(entry)
            delivered.append(entry)
        except CentreError as error:
            failures.append(error)
            if isinstance(error, CentreUnreachable):
                break
    delivery.purge()
    decisions: list[Decision] = []
    try:
        decisions = poll(delivery)
    except CentreError as error:
        failures.append(error)
    delivery.tidy()
    return Round(tuple(delivered), tuple(decisions), tuple(failures))


def keep_exchanging(delivery: Delivery, liaison: Liaison, chance: Random) -> None:
    """Exchange until `liaison` is stopped: every minute, or at once when it is woken.

    After failures it waits as `back_off` says. `liaison` is told how each exchange went: a CERT
    that refuses or says what does not hold was reached all the same.
    """
    failed = 0
    while not liaison.stopped:
        try:
            failures = exchange(delivery).failures
            unreached = [f for f in failures if isinstance(f, CentreUnreachable)]
            if unreached:
                liaison.down(unreached[-1])
            else:
                liaison.up()
            failed = failed + 1 if failures else 0
        except StorageError as error:
            failed += 1
            liaison.down(error)
            logger.warning("outbox: %s", error)
        liaison.wait(back_off(failed, chance) if failed else _REST)


def poll(delivery: Delivery) -> list[Decision]:
    """The decisions published since the last one noted; each is noted and journaled.

    Raises `CentreUnreachable`, or `ReceiptInvalid` at the first that does not hold: those before
    it are noted.
    """
    sender = delivery.sender
    query = {"station": sender.station, "depuis": str(sender.outbox.last_rank())}
    response = call(sender.client, sender.client.build_request("GET", "/decisions", params=query))
    if response.status_code != 200:
        raise CentreUnreachable(f"no decisions: {response.status_code}")
    noted = []
    for token in read_feed(response.text).decisions:
        decision = _believe(delivery, token)
        entry = sender.outbox.entry(decision.dossier)
        if entry is None:
            logger.warning("decision %d is about a dossier unknown here", decision.rang)
            continue
        if entry.receipt is None:
            break  # it will be told again, after the receipt
        if _note(delivery, entry, decision, token):
            noted.append(decision)
    return noted


def _believe(delivery: Delivery, token: str) -> Decision:
    try:
        return read_decision(token, delivery.certificate)
    except ReceiptInvalid as error:
        station = delivery.sender.station
        delivery.journal.append(station, "decision.invalide", raison=str(error))
        raise


def _note(delivery: Delivery, entry: Entry, decision: Decision, token: str) -> bool:
    """Keep a decision about this very package; False for one that may not follow its state.

    Such a one is journaled and passed over: the next ones count all the same.
    """
    if (decision.numero, decision.sha256) != (entry.numero, entry.sha256):
        raise ReceiptInvalid("a decision about another package")
    after = Etat(decision.issue)
    outbox = delivery.sender.outbox
    if entry.nature is Nature.DOSSIER and may(entry.state, after):
        _write(delivery, "decision", decision)
        said = {"state": after, "decision": token, "code": decision.code, "rang": decision.rang}
        if outbox.note(entry.id, (entry.state,), **said):
            return True  # else the counter has moved it meanwhile
    _write(delivery, "decision.hors_cycle", decision)
    outbox.note(entry.id, rang=decision.rang)
    return False


def _write(delivery: Delivery, what: str, decision: Decision) -> None:
    about = {"issue": decision.issue.value, "rang": decision.rang}
    delivery.journal.append(delivery.sender.station, what, str(decision.dossier), **about)
