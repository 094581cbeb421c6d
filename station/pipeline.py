"""The whole order, once: captures into a draft, a draft into a package, a package in the queue.

    open_draft → Attempts.take or take_hand, take_visage, keep … → complete → seal_dossier

Each step is in the encrypted draft, and in the journal, before the next begins. A dossier that is
sealed twice because the machine stopped in between is still one: the outbox keeps the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from station.capture import FOUR, Modality, Provenance
from station.config import EMPREINTES, PHOTO, Profile
from station.dossier import reprise
from station.dossier.doigts import creneaux
from station.dossier.draft import Draft, Justification
from station.dossier.model import Seance
from station.dossier.numero import numero
from station.errors import AttemptsSpent, DeviceUntrusted, IncompleteDossier
from station.fingers.selection import select
from station.quality.engines import engine
from station.quality.face import assess_face
from station.quality.finger import assess_finger, merit
from station.quality.report import Algorithm, Measure, Verdict
from station.records.encoded import Encoded, encode_face, encode_finger
from station.rules.regles import en_vigueur
from station.seal.manifest import SealContext
from station.seal.sealing import seal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from uuid import UUID

    from cryptography import x509

    from station.bench.bench import Bench, Job
    from station.capture import Capture, Finger, Hand, PortraitSource, Sample
    from station.config import Settings
    from station.device import Told
    from station.dossier.doigts import Creneaux
    from station.dossier.draft import Dossier
    from station.dossier.drafts import Drafts
    from station.dossier.model import MotifExemption
    from station.fingers.findings import HandFinding
    from station.journal import Journal
    from station.outbox.store import Outbox
    from station.quality.report import QualityReport
    from station.rules.regles import Regles
    from station.seal.keys import Signer
    from station.seal.sealing import SealedPackage
    from station.session import Agent

    Heard = Callable[[Told], None]

_KEPT = {Verdict.PASS, Verdict.WARN}
_STATION = Algorithm("dr-station", "1")


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
        """One line of the journal, in the agent's name: the fingerprint of the certificate."""
        self.journal.append(self.agent.fingerprint, what, str(dossier), **detail)


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


class Attempts:
    """Captures of one finger, as many as the rules allow; the best of them is kept.

    A capture that is not refused enters the draft at once, and gives way to a better one. Leaving
    the `with` block wipes what is still in memory.
    """

    def __init__(self, recueil: Recueil, draft: Draft, finger: Finger) -> None:
        self._recueil, self._draft, self._finger = recueil, draft, finger
        self._best: tuple[Capture, QualityReport] | None = None
        self.made = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._best is not None:
            _wipe(self._best[0])
        self._best = None

    @property
    def left(self) -> int:
        """How many captures the rules still allow."""
        return _regles().empreinte.essais.valeur - self.made

    def take(self, heard: Heard, seconds: float = 30.0) -> QualityReport:
        """Capture once more; raises `AttemptsSpent`, and what the device raises."""
        if not self.left:
            raise AttemptsSpent(f"{self.made} captures of finger {self._finger:d}")
        job = self._recueil.bench.capture(EMPREINTES, (self._finger,), seconds, self._draft.id)
        capture = _captured(self._recueil, job, heard)
        self.made += 1
        report = assess_finger(capture.samples[0], engine())
        self._rank(capture, report)
        return report

    def accept(self, raison: str) -> None:
        """Keep the best although it is refused; `raison`, typed by the agent, travels with it.

        Raises `AttemptsSpent` when nothing was captured, `InvalidField` for a reason too short.
        """
        if self._best is None:
            raise AttemptsSpent(f"no capture of finger {self._finger:d}")
        code = f"EMPREINTE_{self._finger:02d}_QUALITE"
        reason = Justification.of({"code": code, "raison": raison})
        self._keep(*self._best)
        self._draft.justifications.append(reason)
        keep(self._recueil, self._draft, "justification", reprise.form(reason))

    def _rank(self, capture: Capture, report: QualityReport) -> None:
        if self._best is not None and merit(self._best[1]) >= merit(report):
            _wipe(capture)
            return
        if self._best is not None:
            _wipe(self._best[0])
        self._best = (capture, report)
        if report.verdict in _KEPT:
            self._keep(capture, report)

    def _keep(self, capture: Capture, report: QualityReport) -> None:
        made = Measure("finger.attempts", self.made, "count", _STATION)
        encoded = encode_finger(capture, report)
        encoded = replace(encoded, quality=(*encoded.quality, made))
        self._draft.empreintes[self._finger] = encoded
        keep(self._recueil, self._draft, "empreinte", reprise.evidence(encoded, self._finger))


@dataclass(frozen=True, slots=True)
class HandTaken:
    """What one slap gave: findings of the hand, and a report for each finger kept or refused."""

    findings: tuple[HandFinding, ...]
    reports: tuple[tuple[Finger, QualityReport], ...]


def take_hand(
    recueil: Recueil, draft: Draft, hand: Hand, heard: Heard, seconds: float = 30.0
) -> HandTaken:
    """Capture the fingers of `hand` that can be presented; only the wanted ones are kept.

    All others are wiped before this returns. Raises `IncompleteDossier` before the applicant is
    known, for the law depends on the age.
    """
    presented = tuple(finger for finger in FOUR[hand] if finger not in draft.exemptions)
    wanted = {finger for finger in slots(draft).doigts if finger.hand is hand}
    job = recueil.bench.capture(EMPREINTES, presented, seconds, draft.id)
    capture = _captured(recueil, job, heard)
    samples, findings = _chosen(capture, presented, wanted)
    reports = []
    for sample in samples:
        report = assess_finger(sample, engine())
        if sample.position is not None:
            reports.append((sample.position, report))
        if sample.position is not None and report.verdict in _KEPT:
            alone = replace(capture, modality=Modality.FINGER, samples=(sample,))
            encoded = encode_finger(alone, report)
            draft.empreintes[sample.position] = encoded
            keep(recueil, draft, "empreinte", reprise.evidence(encoded, sample.position))
        sample.wipe()
    return HandTaken(findings, tuple(reports))


def _chosen(
    capture: Capture, presented: tuple[Finger, ...], wanted: Collection[Finger]
) -> tuple[tuple[Sample, ...], tuple[HandFinding, ...]]:
    """The samples of the wanted fingers; the rest of the capture is wiped."""
    if capture.modality is Modality.SLAP:
        selection = select(capture.samples[0], presented, wanted)
        return selection.samples, selection.findings
    for sample in capture.samples:
        if sample.position not in wanted:
            sample.wipe()
    return tuple(s for s in capture.samples if s.position in wanted), ()


def slots(draft: Draft) -> Creneaux:
    """The fingers this applicant gives, under the rules of today.

    Raises `IncompleteDossier` before the applicant is known.
    """
    if draft.usager is None:
        raise IncompleteDossier(("USAGER",))
    age = draft.usager.date_naissance.age(datetime.now(UTC).date())
    return creneaux(age, draft.exemptions, _regles().empreinte)


def pass_over(recueil: Recueil, draft: Draft, finger: Finger, motif: MotifExemption) -> None:
    """Declare a finger that cannot be taken, with its reason; its print leaves the draft."""
    draft.exemptions[finger] = motif
    draft.empreintes.pop(finger, None)
    keep(recueil, draft, "exemption", reprise.exemption(finger, motif))


def _regles() -> Regles:
    return en_vigueur(datetime.now(UTC).date())


def _wipe(capture: Capture) -> None:
    for sample in capture.samples:
        sample.wipe()


def take_visage(
    recueil: Recueil, draft: Draft, heard: Heard, seconds: float = 30.0
) -> QualityReport:
    """Capture the portrait and judge it; it enters the draft unless the verdict is FAIL."""
    capture = _captured(recueil, recueil.bench.capture(PHOTO, (), seconds), heard)
    report = assess_face(capture.samples[0])
    if report.verdict in _KEPT:
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
