"""The station while one agent takes dossiers, and the life of a draft in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from station.agents.admission import check_may
from station.capture import wiped_on_error
from station.config import Profile
from station.dossier import reprise
from station.dossier.draft import Draft
from station.dossier.model import Seance
from station.dossier.numero import numero
from station.errors import DeviceUntrusted
from station.fingers.residue import Platen
from station.rules.agents import Acte
from station.rules.regles import en_vigueur

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from station.agents.admission import Agent
    from station.bench.bench import Bench, Job
    from station.capture import Capture, PortraitSource
    from station.config import Settings
    from station.device import Told
    from station.dossier.draft import Dossier
    from station.dossier.drafts import Drafts
    from station.journal import Journal
    from station.outbox.store import Outbox

    Heard = Callable[[Told], None]


@dataclass(frozen=True, slots=True)
class Recueil:
    """The station while one agent takes dossiers: everything that a step needs.

    `begun` is told of each order to a device, so that it can be cancelled from elsewhere.
    """

    settings: Settings
    bench: Bench
    agent: Agent
    drafts: Drafts
    outbox: Outbox
    journal: Journal
    platen: Platen = field(default_factory=Platen, repr=False)
    begun: Callable[[Job[Any]], None] = field(default=lambda _: None, repr=False)

    def note(self, what: str, dossier: UUID, **detail: str | int) -> None:
        """One line of the journal, in the agent's name: the fingerprint of the certificate."""
        self.journal.append(self.agent.fingerprint, what, str(dossier), **detail)


def open_draft(recueil: Recueil, source: PortraitSource) -> Draft:
    """A new draft, with its number; raises `RoleForbidden`."""
    check_may(recueil.agent, Acte.PRENDRE)
    now = datetime.now(UTC)
    rang = recueil.outbox.next_rang(now.year)
    draft = Draft(
        id=uuid4(),
        numero=numero(recueil.settings.station.id, now.year, rang),
        seance=new_seance(recueil, now),
        portrait_source=source,
    )
    recueil.drafts.create(draft.id)
    keep(recueil, draft, reprise.OUVERTURE, reprise.opening(draft))
    return draft


def new_seance(recueil: Recueil, now: datetime) -> Seance:
    """Somebody comes to the counter of this agent at `now`."""
    station = recueil.settings.station
    return Seance(
        id=uuid4(),
        insee=station.insee,
        poste=station.poste,
        agent=recueil.agent.fingerprint,
        ouverte_le=now,
        mode=station.mode,
    )


def keep(recueil: Recueil, draft: Draft, step: str, payload: bytes) -> None:
    """Put one step of `draft` on disk, encrypted, and into the journal by its name."""
    recueil.drafts.append(draft.id, step, payload)
    recueil.note(f"dossier.{step}", draft.id, octets=len(payload))


def resume(recueil: Recueil, draft: UUID) -> Draft:
    """The draft as it was when the machine stopped; raises `DraftDamaged`."""
    return reprise.replay(recueil.drafts.read(draft).steps)


def complete(recueil: Recueil, draft: Draft) -> Dossier:
    """The dossier, under the rules of today; raises `IncompleteDossier` naming what is missing.

    Raises `RoleForbidden` for somebody who may not seal it.
    """
    check_may(recueil.agent, Acte.SCELLER)
    today = datetime.now(UTC).date()
    lab = recueil.settings.profile is Profile.LAB
    return draft.complete(today, en_vigueur(today), lab=lab)


def captured(recueil: Recueil, job: Job[Capture], heard: Heard) -> Capture:
    """What the device gives in the end, its guidance handed to `heard` meanwhile.

    Raises what the device raises, and `DeviceUntrusted` for a simulated device in production.
    """
    recueil.begun(job)
    while (told := job.events.get()) is not None:
        heard(told)
    capture = job.result.result()
    with wiped_on_error(capture.samples):
        if capture.device.simulated and recueil.settings.profile is Profile.PRODUCTION:
            raise DeviceUntrusted(f"{capture.device.driver}: a simulated device in production")
    return capture
