"""Ask the CERT what it has decided, and believe only what it signed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from station.errors import CentreUnreachable, ReceiptInvalid
from station.outbox.link import call
from station.outbox.receipts import claims
from station.outbox.store import Etat

if TYPE_CHECKING:
    import httpx
    from cryptography import x509

    from station.outbox.store import Entry, Outbox


@unique
class Issue(StrEnum):
    """What the CERT decides of a dossier (process.md §9)."""

    VALIDE = "VALIDE"
    COMPLEMENT_DEMANDE = "COMPLEMENT_DEMANDE"
    REJETE = "REJETE"


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome, with the CERT's code and French sentence when it is not a yes."""

    issue: Issue
    code: str | None
    motif: str | None


def poll(
    client: httpx.Client, outbox: Outbox, entry: Entry, certificate: x509.Certificate
) -> Decision | None:
    """The decision on one acknowledged dossier, noted in the outbox; None while it is examined.

    Raises `CentreUnreachable` or `ReceiptInvalid`.
    """
    response = call(client, client.build_request("GET", f"/dossiers/{entry.id}/decision"))
    if response.status_code == 202:
        return None
    if response.status_code != 200:
        raise CentreUnreachable(f"no decision: {response.status_code}")
    decision = read_decision(response.text, entry, certificate)
    outbox.note(entry.id, state=Etat(decision.issue), decision=response.text, code=decision.code)
    return decision


def read_decision(token: str, entry: Entry, certificate: x509.Certificate) -> Decision:
    """Verify a signed decision and that it is about this dossier; raises `ReceiptInvalid`."""
    said = claims(token, "decision", certificate)
    about = (said["dossier"], said["numero"], said["sha256"])
    if about != (str(entry.id), entry.numero, entry.sha256):
        raise ReceiptInvalid("about another package")
    if said.get("issue") not in set(Issue):
        raise ReceiptInvalid("no outcome this station knows")
    code, motif = said.get("code"), said.get("motif")
    return Decision(
        Issue(said["issue"]),
        None if code is None else str(code)[:64],
        None if motif is None else str(motif)[:500],
    )
