"""What the agent may know of sealed dossiers: number, state, why, until when, a masked name."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from station.cert.messages import read_decision
from station.errors import ReceiptInvalid
from station.outbox.cycle import Etat
from station.outbox.receipts import pinned
from station.pipeline.sealing import name_of
from station.rules.regles import echeance, en_vigueur

if TYPE_CHECKING:
    from datetime import date

    from cryptography.x509 import Certificate

    from station.cert.messages import Decision
    from station.outbox.choice import Choice
    from station.outbox.tables import Entry
    from station.pipeline.recueil import Recueil

_KEPT: Final = 256  # decisions


@dataclass(frozen=True, slots=True)
class Suivi:
    """One dossier after its seal; `titulaire` is masked, and empty once it was forgotten.

    `echeance` is the day on which the CERT rejects a dossier whose complement has not come, or
    destroys a title that nobody came for; None in the other states. `decision` is None before the
    first, and when what is stored does not hold.
    """

    entry: Entry
    titulaire: str = field(repr=False)
    decision: Decision | None
    echeance: date | None


def suivi(recueil: Recueil, choice: Choice) -> tuple[Suivi, ...]:
    """The dossiers of `choice`, in its order; raises `StorageError`, `ConfigError`."""
    centre = pinned(recueil.settings.centre.receipt_cert)
    return tuple(_of(recueil, entry, centre) for entry in recueil.outbox.dossiers(choice))


def suivi_of(recueil: Recueil, entry: Entry) -> Suivi:
    """What the agent may know of the dossier of `entry`; raises `StorageError`, `ConfigError`."""
    return _of(recueil, entry, pinned(recueil.settings.centre.receipt_cert))


def _of(recueil: Recueil, entry: Entry, centre: Certificate) -> Suivi:
    try:
        decision = None if entry.decision is None else _believed(entry.decision, centre)
    except ReceiptInvalid:  # altered here, or the CERT has changed its key
        decision = None
    return Suivi(entry, name_of(recueil, entry), decision, _echeance(entry, decision))


@lru_cache(maxsize=_KEPT)
def _believed(token: str, centre: Certificate) -> Decision:
    """What was verified once of these very bytes: a page of the list holds fifty signatures."""
    return read_decision(token, centre)


def _echeance(entry: Entry, decision: Decision | None) -> date | None:
    if decision is None:
        return None
    signed = decision.signee_le.date()
    delais = en_vigueur(signed).delais
    if entry.state is Etat.COMPLEMENT_DEMANDE:
        return echeance(signed, delais.complement_mois)
    if entry.state is Etat.DISPONIBLE:
        return echeance(signed, delais.retrait_mois)
    return None
