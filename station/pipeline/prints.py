"""The prints, into the draft: captures of one finger or one hand, the best of each finger kept.

A print enters the draft at once when nothing speaks against it, and gives way to a better one. A
refused print, or one that raises a question, waits for a better capture or for the agent's reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from station.capture import FOUR, Modality, wiped_on_error
from station.config import EMPREINTES
from station.dossier import reprise
from station.dossier.complement import ComplementDraft
from station.dossier.doigts import Cas, Creneaux, creneaux
from station.dossier.draft import Justification
from station.errors import AttemptsSpent, IncompleteDossier, ProtocolError
from station.fingers import findings
from station.fingers.findings import HandFinding, Severity
from station.fingers.sameness import JUDGE, opinions
from station.fingers.selection import select, twins
from station.pipeline.recueil import captured, keep
from station.quality.engines import engine
from station.quality.finger import assess_finger, merit
from station.quality.report import Algorithm, Measure
from station.records.encoded import encode_finger
from station.records.images import sample_of
from station.rules.acquisition import acquisition
from station.rules.regles import en_vigueur

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    import numpy as np
    import numpy.typing as npt

    from station.capture import Capture, Finger, Hand, Sample
    from station.dossier.draft import Draft
    from station.dossier.model import MotifExemption
    from station.pipeline.recueil import Heard, Recueil
    from station.quality.report import QualityReport
    from station.rules.regles import Regles

    Grey = npt.NDArray[np.uint8]

_STATION = Algorithm("dr-station", "1")


@dataclass(frozen=True, slots=True)
class Taken:
    """What one capture gave: what was found, and a report for each wanted finger that it shows."""

    findings: tuple[HandFinding, ...]
    reports: tuple[tuple[Finger, QualityReport], ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Candidate:
    """One print: a capture of its own, its report, and the questions it raises."""

    capture: Capture
    report: QualityReport
    questions: tuple[str, ...]

    @property
    def sample(self) -> Sample:
        return self.capture.samples[0]

    @property
    def stands(self) -> bool:
        """Whether it enters the draft without the agent's reason."""
        return self.report.verdict.accepts and not self.questions

    @property
    def rank(self) -> tuple[bool, tuple[int, float]]:
        return not self.questions, merit(self.report)


class Attempts:
    """Captures of the same fingers, as many as the rules allow.

    Leaving the block wipes what the draft did not take.
    """

    def __init__(
        self, recueil: Recueil, draft: Draft, wanted: tuple[Finger, ...], shown: tuple[Finger, ...]
    ) -> None:
        self._recueil, self._draft = recueil, draft
        self._wanted, self._shown = wanted, shown
        self._best: dict[Finger, _Candidate] = {}
        self.made = 0

    @classmethod
    def of_finger(cls, recueil: Recueil, draft: Draft, finger: Finger) -> Self:
        """On a device that takes one finger."""
        return cls(recueil, draft, (finger,), (finger,))

    @classmethod
    def of_hand(cls, recueil: Recueil, draft: Draft, hand: Hand) -> Self:
        """On a device that takes a hand: all fingers that can be presented, two wanted at most.

        Raises `IncompleteDossier` before the applicant is known, for the law depends on the age.
        """
        shown = tuple(finger for finger in FOUR[hand] if finger not in draft.exemptions)
        wanted = tuple(finger for finger in slots(draft).doigts if finger.hand is hand)
        return cls(recueil, draft, wanted, shown)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        for candidate in self._best.values():
            candidate.sample.wipe()
        self._best.clear()

    @property
    def wanted(self) -> tuple[Finger, ...]:
        """The fingers to keep; one passed over meanwhile is none any more."""
        return self._present(self._wanted)

    @property
    def left(self) -> int:
        """How many captures the rules still allow; none when no finger is wanted any more."""
        if not self.wanted:
            return 0
        return max(0, _regles().empreinte.essais.valeur - self.made)

    @property
    def done(self) -> bool:
        """Whether the draft has a print of every wanted finger."""
        return all(finger in self._draft.empreintes for finger in self.wanted)

    def take(self, heard: Heard, seconds: float = 30.0) -> Taken:
        """Capture once more; raises `AttemptsSpent`, and what the device raises.

        All but the wanted fingers are wiped before this returns.
        """
        if not self.left:
            raise AttemptsSpent(f"{self.made} captures of {len(self.wanted)} fingers")
        shown = self._present(self._shown)
        job = self._recueil.bench.capture(EMPREINTES, shown, seconds, self._draft.id)
        capture = captured(self._recueil, job, heard)
        self.made += 1
        if residual(self._recueil, self._draft.id, capture):
            for sample in capture.samples:
                sample.wipe()
            return Taken((findings.residue(),), ())
        alone, found = apart(capture, shown, self.wanted)
        return self._judged(alone, found)

    @property
    def waiting(self) -> tuple[Finger, ...]:
        """The fingers whose best print is refused or in doubt, so that it takes a reason."""
        held = self._draft.empreintes
        return tuple(f for f in self.wanted if f in self._best and f not in held)

    def accept(self, raison: str, *only: Finger) -> None:
        """Keep the best although it is refused or in doubt; the agent's `raison` travels with it.

        Of all that wait, or of those named by `only`. Raises `AttemptsSpent` when nothing waits,
        `InvalidField` for a reason too short.
        """
        waiting = {f: self._best[f] for f in self.waiting if not only or f in only}
        if not waiting:
            raise AttemptsSpent(f"no capture of {len(self.wanted)} fingers")
        for finger, candidate in waiting.items():
            codes = candidate.questions or ("QUALITE",)
            said = [{"code": f"EMPREINTE_{finger:02d}_{c}", "raison": raison} for c in codes]
            reasons = [Justification.of(one) for one in said]
            self._keep(finger, candidate, reasons)

    # --- one capture ------------------------------------------------------------------------

    def _present(self, fingers: tuple[Finger, ...]) -> tuple[Finger, ...]:
        return tuple(finger for finger in fingers if finger not in self._draft.exemptions)

    def _judged(self, alone: list[Capture], found: list[HandFinding]) -> Taken:
        """Measure each finger and rank it; whatever fails wipes those not yet ranked."""
        reports = []
        waiting = [one.samples[0] for one in alone]
        with wiped_on_error(waiting):
            for one in alone:
                report = assess_finger(one.samples[0], engine())
                found += self._doubts(one.samples[0], report)
                reports.append((_finger(one), report))
                waiting.pop(0)  # from here on it is ranked, and wiped with the others
                self._rank(_Candidate(one, report, _questions(found, _finger(one))))
        return Taken(tuple(found), tuple(reports))

    def _doubts(self, sample: Sample, report: QualityReport) -> Iterator[HandFinding]:
        """Whether it is another finger than the attempt before, or one the dossier has already."""
        finger = sample.position
        if finger is None or not report.verdict.accepts:
            return
        before = self._best.get(finger)
        if before is not None and before.report.verdict.accepts:
            judges = opinions(sample.pixels, before.sample.pixels)
            if not any(opinion.same for opinion in judges):
                certain = any(opinion.algorithm.name == JUDGE for opinion in judges)
                yield findings.other_finger(finger, certain=certain)
        for other in _prints(self._draft, finger):
            if any(opinion.same for opinion in opinions(sample.pixels, other)):
                yield findings.same_finger(finger)

    def _rank(self, candidate: _Candidate) -> None:
        finger = _finger(candidate.capture)
        before = self._best.get(finger)
        if before is not None and before.rank >= candidate.rank:
            candidate.sample.wipe()
            return
        if before is not None:
            before.sample.wipe()
        self._best[finger] = candidate
        if candidate.stands:
            self._keep(finger, candidate)

    def _keep(
        self, finger: Finger, candidate: _Candidate, reasons: Sequence[Justification] = ()
    ) -> None:
        made = Measure("finger.attempts", self.made, "count", _STATION)
        edition = self._recueil.settings.records
        encoded = encode_finger(candidate.capture, candidate.report, edition)
        encoded = replace(encoded, quality=(*encoded.quality, made))
        keep(self._recueil, self._draft, "empreinte", reprise.evidence(encoded, finger, reasons))
        self._draft.put_print(finger, encoded, reasons)


def slots(draft: Draft) -> Creneaux:
    """The fingers this applicant gives, under the rules of today; of a complement, those asked for.

    Raises `IncompleteDossier` before the applicant is known.
    """
    if isinstance(draft, ComplementDraft):
        return Creneaux(draft.doigts(_regles()), Cas.AUCUN)
    if draft.naissance is None:
        raise IncompleteDossier(("DATE_NAISSANCE",))
    age = draft.naissance.age(datetime.now(UTC).date())
    return creneaux(age, draft.exemptions, _regles().empreinte)


def pass_over(recueil: Recueil, draft: Draft, finger: Finger, motif: MotifExemption) -> None:
    """Declare a finger that cannot be taken, with its reason; its print leaves the draft.

    The reasons for that print leave with it.
    """
    keep(recueil, draft, "exemption", reprise.exemption(finger, motif))
    draft.pass_over(finger, motif)


def _regles() -> Regles:
    return en_vigueur(datetime.now(UTC).date())


def residual(recueil: Recueil, dossier: UUID, capture: Capture) -> bool:
    """Whether the glass still shows another applicant.

    False for a device that cuts the fingers out itself: it does not show its glass.
    """
    if len(capture.samples) != 1:
        return False
    with wiped_on_error(capture.samples):
        figure = recueil.platen.residue(dossier, capture.samples[0].pixels)
    return figure > acquisition().comparaison.residu


def apart(
    capture: Capture, shown: tuple[Finger, ...], wanted: tuple[Finger, ...]
) -> tuple[list[Capture], list[HandFinding]]:
    """Each wanted finger as a capture of its own; the others are wiped."""
    if capture.modality is Modality.SLAP:
        selection = select(capture.samples[0], shown, wanted)
        alone = [
            # what was signed about a slap shows the whole hand, so it goes with the slap
            replace(capture, modality=Modality.FINGER, samples=(sample,), attestation=None)
            for sample in selection.samples
        ]
        return alone, list(selection.findings)
    with wiped_on_error(capture.samples):
        found = twins(capture.samples)
    alone = [capture.alone(n) for n, s in enumerate(capture.samples) if s.position in wanted]
    for sample in capture.samples:
        if sample.position not in wanted:
            sample.wipe()
    return alone, found


def _questions(found: list[HandFinding], finger: Finger) -> tuple[str, ...]:
    """Codes of what the agent has to answer for `finger`."""
    asked = (f for f in found if f.severity is Severity.ASK and f.finger in {None, finger})
    return tuple(dict.fromkeys(f.code for f in asked))


def _finger(capture: Capture) -> Finger:
    """The finger of a capture of one; drivers and `select` name every finger."""
    (sample,) = capture.samples
    if sample.position is None:
        raise ProtocolError("a print without its finger")
    return sample.position


def _prints(draft: Draft, but: Finger) -> Iterator[Grey]:
    """The prints that the draft has of other fingers, as they were coded."""
    for finger, encoded in draft.empreintes.items():
        if finger is not but:
            yield sample_of(encoded.record).pixels
