"""The complement that the CERT asks for, from the decision to the queue (process.md §9).

open_complement → fill, Attempts, Portraits, page … → complete_complement → seal_complement
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from station.agents.admission import check_may
from station.capture import PortraitSource
from station.cert.messages import read_decision
from station.config import Profile
from station.dossier import numero, reprise
from station.dossier.complement import ComplementDraft, Reponse
from station.dossier.formulaire import CHAMPS
from station.errors import InvalidField, WrongState
from station.outbox.cycle import Etat, Nature
from station.outbox.receipts import pinned
from station.outbox.tables import Lien
from station.pipeline.recueil import keep, new_seance
from station.pipeline.sealing import name_of, seal_context
from station.rules.agents import Acte
from station.rules.regles import en_vigueur
from station.seal.sealing import seal

if TYPE_CHECKING:
    from uuid import UUID

    from cryptography import x509

    from station.cert.messages import Decision
    from station.dossier.complement import Complement
    from station.outbox.tables import Entry
    from station.pipeline.recueil import Recueil
    from station.seal.keys import Signer
    from station.seal.sealing import SealedPackage


def decision_of(recueil: Recueil, entry: Entry) -> Decision | None:
    """What the CERT last signed about a dossier, verified again; None before its first decision.

    Raises `ReceiptInvalid` when what is stored does not hold, `ConfigError`.
    """
    if entry.decision is None:
        return None
    return read_decision(entry.decision, pinned(recueil.settings.centre.receipt_cert))


def open_complement(
    recueil: Recueil, entry: Entry, source: PortraitSource = PortraitSource.CAMERA_DR
) -> ComplementDraft:
    """The draft that answers the CERT about the dossier of `entry`: a new one, or the one begun.

    Raises `RoleForbidden`, `WrongState` when the dossier awaits no complement or the CERT does not
    say which parts it wants, `InvalidField` when it wants a field that this form does not have,
    `DraftForeign` when another agent has begun it, `ReceiptInvalid`.
    """
    check_may(recueil.agent, Acte.PRENDRE)
    decision = decision_of(recueil, entry)
    if entry.state is not Etat.COMPLEMENT_DEMANDE or decision is None or decision.demande is None:
        raise WrongState("the dossier awaits no complement")
    reponse = Reponse(
        dossier=entry.id,
        numero=entry.numero,
        sha256=entry.sha256,
        rang=decision.rang,
        attendus=decision.demande,
    )
    if unknown := set(decision.demande.champs) - set(CHAMPS):
        raise InvalidField(f"champ (unknown to this station): {', '.join(sorted(unknown))}")
    siblings = recueil.outbox.children(entry.id)
    essai = 1 + sum(sibling.nature is Nature.COMPLEMENT for sibling in siblings)
    identity = reponse.identity(essai)
    if (begun := _begun(recueil, identity, reponse)) is not None:
        return begun
    draft = ComplementDraft(
        id=identity,
        numero=numero.of_complement(entry.numero, essai),
        seance=new_seance(recueil, datetime.now(UTC)),
        portrait_source=source,
        reponse=reponse,
        titulaire=name_of(recueil, entry),
    )
    recueil.drafts.create(draft.id)
    keep(recueil, draft, reprise.OUVERTURE, reprise.opening(draft))
    return draft


def complete_complement(recueil: Recueil, draft: ComplementDraft) -> Complement:
    """The answer, under the rules of today; raises `IncompleteDossier`, `RoleForbidden`."""
    check_may(recueil.agent, Acte.SCELLER)
    today = datetime.now(UTC).date()
    lab = recueil.settings.profile is Profile.LAB
    return draft.answer(today, en_vigueur(today), lab=lab)


def seal_complement(
    recueil: Recueil,
    complement: Complement,
    signers: tuple[Signer, Signer],
    recipient: x509.Certificate,
) -> SealedPackage:
    """Sign by (station, agent), encrypt and queue; the dossier is SCELLE from then on.

    Raises `WrongState` when the dossier awaits it no more, or the CERT has refused this very one:
    nothing is queued then.
    """
    now = datetime.now(UTC)
    package = seal(complement, *signers, recipient, seal_context(recueil, now))
    dossier, rang = complement.reponse.dossier, complement.reponse.rang
    new = recueil.outbox.put(package, Lien(Nature.COMPLEMENT, dossier, rang))
    before = recueil.outbox.entry(package.id)
    if not new and (before is None or before.state is Etat.REFUSE):
        raise WrongState("the CERT has refused this complement: open another one")
    recueil.note(
        "complement.scelle",
        package.id,
        de=str(dossier),
        rang=rang,
        octets=len(package.blob),
        sha256=package.sha256,
    )
    return package


def _begun(recueil: Recueil, identity: UUID, reponse: Reponse) -> ComplementDraft | None:
    """The draft of before, unless the CERT has asked for something else since."""
    if identity not in recueil.drafts.ids():
        return None
    steps = recueil.drafts.read(identity).steps
    if not steps:  # the machine stopped before its first step
        recueil.drafts.destroy(identity)
        return None
    draft = reprise.replay(steps)
    if not isinstance(draft, ComplementDraft) or draft.reponse != reponse:
        raise WrongState("a complement was begun for another decision: cancel it first")
    return draft
