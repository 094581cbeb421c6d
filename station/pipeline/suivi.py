"""What the agent may know of sealed dossiers: number, state, why, until when, a masked name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from station.cert.messages import read_decision
from station.errors import ReceiptInvalid
from station.outbox.cycle import Etat, Nature
from station.outbox.receipts import pinned
from station.pipeline.sealing import name_of
from station.rules.regles import echeance, en_vigueur

if TYPE_CHECKING:
    from datetime import date

    from cryptography.x509 import Certificate

    from station.cert.messages import Decision
    from station.outbox.tables import Entry
    from station.pipeline.recueil import Recueil


@dataclass(frozen=True, slots=True)
class Suivi:
    """One dossier after its seal; `titulaire` is masked, and empty once it was forgotten.

    `echeance` is the day on which the CERT rejects a dossier whose complement has not come, or
    destroys a title that nobody came for; None in the other states. `parts` are its complements
    and its hand-over. `decision` is None before the first, and when what is stored does not hold.
    """

    entry: Entry
    titulaire: str = field(repr=False)
    decision: Decision | None
    echeance: date | None
    parts: tuple[Entry, ...]


def suivi(recueil: Recueil, *states: Etat) -> tuple[Suivi, ...]:
    """Every dossier, or those in `states`, oldest first; raises `StorageError`, `ConfigError`.

    `suivi(recueil, Etat.COMPLEMENT_DEMANDE)` are the complements that are asked for,
    `suivi(recueil, Etat.DISPONIBLE)` the titles to hand over.
    """
    centre = pinned(recueil.settings.centre.receipt_cert)
    found = recueil.outbox.entries(*states)
    return tuple(_of(recueil, entry, centre) for entry in found if entry.nature is Nature.DOSSIER)


def suivi_of(recueil: Recueil, entry: Entry) -> Suivi:
    """What the agent may know of the dossier of `entry`; raises `StorageError`, `ConfigError`."""
    return _of(recueil, entry, pinned(recueil.settings.centre.receipt_cert))


def _of(recueil: Recueil, entry: Entry, centre: Certificate) -> Suivi:
    try:
        decision = None if entry.decision is None else read_decision(entry.decision, centre)
    except ReceiptInvalid:  # altered here, or the CERT has changed its key
        decision = None
    parts = tuple(recueil.outbox.children(entry.id))
    return Suivi(entry, name_of(recueil, entry), decision, _echeance(entry, decision), parts)


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
