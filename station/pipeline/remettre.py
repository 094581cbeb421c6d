"""The hand-over recorded: what the agent says happened, a message to the CERT, the state REMIS."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid5

from station.agents.admission import check_may
from station.dossier.acte_remise import Controle, empechements
from station.errors import HandOverRefused, WrongState
from station.outbox.cycle import Etat, Nature
from station.outbox.tables import Lien
from station.pipeline.complement import decision_of
from station.pipeline.sealing import seal_context
from station.rules.agents import Acte
from station.rules.regles import en_vigueur
from station.seal.remise import Sujet, seal_remise

if TYPE_CHECKING:
    from cryptography import x509

    from station.dossier.acte_remise import ActeRemise, Empechement
    from station.dossier.champs import DatePartielle
    from station.outbox.tables import Entry
    from station.pipeline.recueil import Recueil
    from station.pipeline.remise import Remise
    from station.seal.keys import Signer


def controle_of(remise: Remise) -> Controle:
    """The outcome of the print check, as the hand-over records it: no score, no image."""
    doigt = None if remise.doigt is None else int(remise.doigt)
    return Controle(issue=remise.issue.value, raison=remise.raison, doigt=doigt)


def check_remise(
    recueil: Recueil, entry: Entry, acte: ActeRemise, naissance: DatePartielle
) -> tuple[Empechement, ...]:
    """What forbids to hand over the titles of `entry` as `acte` says; for the page.

    `naissance` is the holder's, read on the title; it is kept nowhere. Raises `WrongState` when
    the titles are not there, `ReceiptInvalid`.
    """
    decision = decision_of(recueil, entry)
    if entry.state is not Etat.DISPONIBLE or decision is None or not decision.titres:
        raise WrongState("no title of this dossier is at the counter")
    today = datetime.now(UTC).date()
    attendus = frozenset(titre.numero for titre in decision.titres)
    return empechements(acte, attendus, naissance.age(today), en_vigueur(today))


def record_remise(
    recueil: Recueil,
    entry: Entry,
    acte: ActeRemise,
    naissance: DatePartielle,
    sealing: tuple[Signer, x509.Certificate],
) -> Entry:
    """Record that the titles of `entry` were handed over: queued for the CERT, state REMIS.

    `sealing` is the station's key and the certificate of the CERT. Recorded twice, it is one.
    Raises `RoleForbidden`, `WrongState`, `HandOverRefused` naming what is in the way, `SealError`.
    """
    check_may(recueil.agent, Acte.REMETTRE)
    if found := check_remise(recueil, entry, acte, naissance):
        raise HandOverRefused(tuple(one.code for one in found))
    now = datetime.now(UTC)
    sujet = Sujet(
        id=uuid5(entry.id, "remise"),
        numero=f"{entry.numero}-R",
        dossier=entry.id,
        numero_dossier=entry.numero,
        sha256=entry.sha256,
        station=recueil.settings.station.id,
        agent=recueil.agent.fingerprint,
    )
    message = seal_remise(acte, sujet, *sealing, seal_context(recueil, now))
    recueil.note(
        "remise.faite",
        entry.id,
        controle=acte.controle.issue,
        ancien_titre=acte.ancien_titre.value,
        receveur=acte.receveur.value,
        sha256=message.sha256,
    )
    recueil.outbox.put(message, Lien(nature=Nature.REMISE, parent=entry.id))
    done = recueil.outbox.entry(sujet.id)
    if done is None:
        raise WrongState("the hand-over is not in the queue")
    return done
