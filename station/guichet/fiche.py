"""One sealed dossier: its state, what the CERT says and asks, its parts and its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.agents.admission import check_may
from station.dossier.complement import demandes
from station.dossier.mots import MOTS, phrase
from station.errors import WrongState
from station.guichet.historique import Evenement, historique
from station.guichet.suivis import Ligne, of_entry, of_suivi
from station.outbox import mots
from station.outbox.cycle import Etat, Nature
from station.outbox.delivery import retry
from station.pipeline import suivi_of
from station.rules.agents import Acte

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from station.guichet.guichet import Guichet


@dataclass(frozen=True, slots=True)
class Fiche:
    """Everything an agent may know of a dossier after its seal.

    `demandes` are the parts that the CERT asks for, in words; `titres` the kinds and numbers of
    the titles at the counter; `parties` the complements and the hand-over.
    """

    ligne: Ligne
    suite: str
    depose: datetime
    recu: bool  # the signed receipt of the CERT is here
    octets: int
    sha256: str
    decide: datetime | None
    demandes: tuple[str, ...]
    titres: tuple[tuple[str, str], ...]
    parties: tuple[Ligne, ...]
    evenements: tuple[Evenement, ...]

    @property
    def complement(self) -> bool:
        """Whether a complement may be begun, or taken up."""
        return self.ligne.etat is Etat.COMPLEMENT_DEMANDE

    @property
    def remise(self) -> bool:
        """Whether titles may be handed over."""
        return self.ligne.etat is Etat.DISPONIBLE


def fiche(guichet: Guichet, number: UUID) -> Fiche | None:
    """What is known of the dossier `number`; None for no dossier of this station.

    Raises `SessionLocked`, `StorageError`, `ConfigError`.
    """
    recueil = guichet.recueil
    entry = recueil.outbox.entry(number)
    if entry is None or entry.nature is not Nature.DOSSIER:
        return None
    one = suivi_of(recueil, entry)
    said = one.decision
    asked = said.demande if said is not None and entry.state is Etat.COMPLEMENT_DEMANDE else None
    parts = recueil.outbox.children(number)
    ids = (str(number), *(str(part.id) for part in parts))
    return Fiche(
        ligne=of_suivi(one),
        suite=mots.SUITES[entry.state],
        depose=entry.queued_at.astimezone(),
        recu=entry.receipt is not None,
        octets=entry.size,
        sha256=entry.sha256,
        decide=None if said is None else said.signee_le.astimezone(),
        demandes=() if asked is None else demandes(asked),
        titres=() if said is None else tuple(
            (phrase(MOTS[titre.type_titre]), titre.numero) for titre in said.titres
        ),
        parties=tuple(map(of_entry, parts)),
        evenements=historique(recueil.settings.journal_path, *ids),
    )  # fmt: skip


def renvoyer(guichet: Guichet, number: UUID, raison: str) -> UUID:
    """Let a refused package be sent again, at once; which dossier it is about.

    The reason is journaled.

    Raises `WrongState` for any other package, `InvalidField` for a reason that is no line of text,
    `RoleForbidden`.
    """
    recueil = guichet.recueil
    check_may(recueil.agent, Acte.SUIVRE)
    entry = recueil.outbox.entry(number)
    if entry is None:
        raise WrongState("no such package")
    retry(recueil.outbox, recueil.journal, entry, recueil.agent.fingerprint, raison)
    guichet.liaison.wake()
    guichet.nouvelles.tell("envoi", dossier=str(number))
    return entry.parent or entry.id
