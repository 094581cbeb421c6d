"""The whole order, once: captures into a draft, a draft into a package, a package in the queue.

    open_draft → take_empreinte, take_visage, keep … → complete → seal_dossier

Each step is in the encrypted draft, and in the journal, before the next begins. A dossier that is
sealed twice because the machine stopped in between is still one: the outbox keeps the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING
from uuid import uuid4

from station.capture import Provenance
from station.config import EMPREINTES, PHOTO, Profile
from station.dossier import reprise
from station.dossier.draft import Draft
from station.dossier.model import Seance
from station.dossier.numero import numero
from station.errors import DeviceUntrusted
from station.quality.engines import engine
from station.quality.face import assess_face
from station.quality.finger import assess_finger
from station.quality.report import Verdict
from station.records.encoded import Encoded, encode_face, encode_finger
from station.rules.regles import en_vigueur
from station.seal.manifest import SealContext
from station.seal.sealing import seal

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from cryptography import x509

    from station.bench.bench import Bench, Job
    from station.capture import Capture, Finger, PortraitSource
    from station.config import Settings
    from station.device import Told
    from station.dossier.draft import Dossier
    from station.dossier.drafts import Drafts
    from station.journal import Journal
    from station.outbox.store import Outbox
    from station.quality.report import QualityReport
    from station.seal.keys import Signer
    from station.seal.sealing import SealedPackage
    from station.session import Agent

    Heard = Callable[[Told], None]


@dataclass(frozen=True, slots=True)
class Recueil:
    """The station while one agent takes dossiers: everything that a step needs."""

    settings: Settings
    bench: Bench
    agent: Agent
    drafts: Drafts
    outbox: Outbox
    journal: Journal

    def note(self, what: str, dossier: UUID, **detail: str | int) -> None:
        """One line of the journal, in the agent's name."""
        self.journal.append(self.agent.name, what, str(dossier), **detail)


def open_draft(recueil: Recueil, source: PortraitSource) -> Draft:
    """A new draft, with its number."""
    now = datetime.now(UTC)
    station = recueil.settings.station
    seance = Seance(
        id=uuid4(),
        insee=station.insee,
        poste=station.poste,
        agent=recueil.agent.fingerprint,
        ouverte_le=now,
    )
    rang = recueil.outbox.next_rang(now.year)
    draft = Draft(
        id=uuid4(),
        numero=numero(station.id, now.year, rang),
        seance=seance,
        portrait_source=source,
    )
    recueil.drafts.create(draft.id)
    keep(recueil, draft, reprise.OUVERTURE, reprise.opening(draft))
    return draft


def keep(recueil: Recueil, draft: Draft, step: str, payload: bytes) -> None:
    """Put one step of `draft` on disk, encrypted, and into the journal by its name."""
    recueil.drafts.append(draft.id, step, payload)
    recueil.note(f"dossier.{step}", draft.id, octets=len(payload))


def take_empreinte(
    recueil: Recueil, draft: Draft, finger: Finger, heard: Heard, seconds: float = 30.0
) -> QualityReport:
    """Capture one finger and judge it; it enters the draft unless the verdict is FAIL."""
    capture = _captured(recueil, recueil.bench.capture(EMPREINTES, (finger,), seconds), heard)
    report = assess_finger(capture.samples[0], engine())
    if report.verdict in {Verdict.PASS, Verdict.WARN}:
        draft.empreintes[finger] = encode_finger(capture, report)
        keep(recueil, draft, "empreinte", reprise.evidence(draft.empreintes[finger], finger))
    return report


def take_visage(
    recueil: Recueil, draft: Draft, heard: Heard, seconds: float = 30.0
) -> QualityReport:
    """Capture the portrait and judge it; it enters the draft unless the verdict is FAIL."""
    capture = _captured(recueil, recueil.bench.capture(PHOTO, (), seconds), heard)
    report = assess_face(capture.samples[0])
    if report.verdict in {Verdict.PASS, Verdict.WARN}:
        draft.visage = encode_face(capture, report)
        keep(recueil, draft, "visage", reprise.evidence(draft.visage))
    return report


def _captured(recueil: Recueil, job: Job, heard: Heard) -> Capture:
    while (told := job.events.get()) is not None:
        heard(told)
    capture = job.result.result()
    if capture.device.simulated and recueil.settings.profile is Profile.PRODUCTION:
        raise DeviceUntrusted(f"{capture.device.driver}: a simulated device in production")
    return capture


def resume(recueil: Recueil, draft: UUID) -> Draft:
    """The draft as it was when the machine stopped; raises `DraftDamaged`."""
    return reprise.replay(recueil.drafts.read(draft).steps)


def complete(recueil: Recueil, draft: Draft) -> Dossier:
    """The dossier, under the rules of today; raises `IncompleteDossier` naming what is missing."""
    today = datetime.now(UTC).date()
    lab = recueil.settings.profile is Profile.LAB
    return draft.complete(today, en_vigueur(today), lab=lab)


def seal_dossier(
    recueil: Recueil, dossier: Dossier, signers: tuple[Signer, Signer], recipient: x509.Certificate
) -> SealedPackage:
    """Sign by (station, agent), encrypt and queue."""
    now = datetime.now(UTC)
    entries = recueil.outbox.entries()
    context = SealContext(
        sequence=len(entries) + 1,
        precedent=entries[-1].sha256 if entries else None,
        journal=recueil.journal.head,
        now=now,
        logiciel=version("dr-station"),
    )
    package = seal(dossier, *signers, recipient, context)
    recueil.outbox.put(package)
    recueil.note("dossier.scelle", dossier.id, octets=len(package.blob), sha256=package.sha256)
    return package


def page(data: bytes, media_type: str) -> Encoded:
    """A page read from a file, as it came; `media_type` is what the caller has verified."""
    device = Provenance("file", "", "", "", simulated=False)
    return Encoded(data, media_type, "page", uuid4(), device)
