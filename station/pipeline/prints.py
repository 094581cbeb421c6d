"""The prints, into the draft: captures of one finger or one hand, the best of each finger kept.

A print enters the draft at once when nothing speaks against it, and gives way to a better one. A
refused print, or one that raises a question, waits for a better capture or for the agent's reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from station.capture import FOUR, wiped_on_error
from station.config import EMPREINTES
from station.dossier import reprise
from station.dossier.controle_empreintes import EMPREINTE
from station.dossier.draft import Justification
from station.errors import AttemptsSpent, ProtocolError
from station.fingers import findings
from station.fingers.findings import HandFinding, Severity
from station.fingers.sameness import JUDGE, opinions
from station.pipeline.doigts import essais_permis, slots
from station.pipeline.essais import ATTEMPTS, Candidate, Essais
from station.pipeline.glass import apart, residual
from station.pipeline.recueil import captured, keep
from station.quality.engines import engine
from station.quality.finger import assess_finger
from station.quality.report import Algorithm, Measure
from station.records.encoded import encode_finger
from station.records.images import sample_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    import numpy.typing as npt

    from station.capture import Capture, Finger, Hand, Sample
    from station.dossier.draft import Draft
    from station.pipeline.recueil import Heard, Recueil
    from station.quality.report import QualityReport

    Grey = npt.NDArray[np.uint8]

_STATION = Algorithm("dr-station", "1")


@dataclass(frozen=True, slots=True)
class Taken:
    """What one capture gave: what was found, and a report for each wanted finger that it shows."""

    findings: tuple[HandFinding, ...]
    reports: tuple[tuple[Finger, QualityReport], ...]


class Attempts:
    """Captures of the same fingers, as many as the rules allow.

    Leaving the block wipes what the draft did not take, unless `essais` are those of the caller:
    then what was tried before counts, and what waits goes on waiting.
    """

    def __init__(
        self,
        recueil: Recueil,
        draft: Draft,
        fingers: tuple[tuple[Finger, ...], tuple[Finger, ...]],
        essais: Essais | None = None,
    ) -> None:
        self._recueil, self._draft = recueil, draft
        self._wanted, self._shown = fingers
        self._own = essais is None
        self._essais = Essais(draft) if essais is None else essais

    @classmethod
    def of_finger(
        cls, recueil: Recueil, draft: Draft, finger: Finger, essais: Essais | None = None
    ) -> Self:
        """On a device that takes one finger."""
        return cls(recueil, draft, ((finger,), (finger,)), essais)

    @classmethod
    def of_hand(
        cls, recueil: Recueil, draft: Draft, hand: Hand, essais: Essais | None = None
    ) -> Self:
        """On a device that takes a hand: all fingers that can be presented, two wanted at most.

        Raises `IncompleteDossier` before the applicant is known, for the law depends on the age.
        """
        shown = tuple(finger for finger in FOUR[hand] if finger not in draft.exemptions)
        wanted = tuple(finger for finger in slots(draft).doigts if finger.hand is hand)
        return cls(recueil, draft, (wanted, shown), essais)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._own:
            self._essais.forget()

    @property
    def wanted(self) -> tuple[Finger, ...]:
        """The fingers to keep; one passed over meanwhile is none any more."""
        return self._present(self._wanted)

    @property
    def made(self) -> int:
        """How many captures there were, of the finger that was captured most."""
        return max((self._essais.made(finger) for finger in self._wanted), default=0)

    @property
    def left(self) -> int:
        """How many captures the rules still allow; none when no finger is wanted any more."""
        made = min((self._essais.rank(finger) for finger in self.wanted), default=None)
        return 0 if made is None else max(0, essais_permis() - made)

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
        self._essais.count(self.wanted)
        if residual(self._recueil, self._draft.id, capture):
            for sample in capture.samples:
                sample.wipe()
            return Taken((findings.residue(),), ())
        alone, found = apart(capture, shown, self.wanted)
        return self._judged(alone, found)

    @property
    def waiting(self) -> tuple[Finger, ...]:
        """The fingers whose best print is refused or in doubt, so that it takes a reason."""
        return tuple(f for f in self.wanted if self._essais.outranks(f))

    def accept(self, raison: str, *only: Finger) -> None:
        """Keep the best although it is refused or in doubt; the agent's `raison` travels with it.

        Of all that wait, or of those named by `only`. Raises `AttemptsSpent` when nothing waits,
        `InvalidField` for a reason too short.
        """
        waiting = [f for f in self.waiting if not only or f in only]
        if not waiting:
            raise AttemptsSpent(f"no capture of {len(self.wanted)} fingers")
        for finger in waiting:
            candidate = self._essais.best[finger]
            said = [
                {"code": EMPREINTE.format(finger, code), "raison": raison}
                for code in candidate.codes
            ]
            self._keep(finger, candidate, [Justification.of(one) for one in said])

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
                self._rank(Candidate(one, report, _questions(found, _finger(one))))
        return Taken(tuple(found), tuple(reports))

    def _doubts(self, sample: Sample, report: QualityReport) -> Iterator[HandFinding]:
        """Whether it is another finger than the attempt before, or one the dossier has already."""
        finger = sample.position
        if finger is None or not report.verdict.accepts:
            return
        before = self._essais.best.get(finger)
        if before is not None and before.report.verdict.accepts:
            judges = opinions(sample.pixels, before.sample.pixels)
            if not any(opinion.same for opinion in judges):
                certain = any(opinion.algorithm.name == JUDGE for opinion in judges)
                yield findings.other_finger(finger, certain=certain)
        for other in _prints(self._draft, finger):
            if any(opinion.same for opinion in opinions(sample.pixels, other)):
                yield findings.same_finger(finger)

    def _rank(self, candidate: Candidate) -> None:
        finger = _finger(candidate.capture)
        best = self._essais.offer(finger, candidate)
        if best and candidate.stands and self._essais.outranks(finger):
            self._keep(finger, candidate)

    def _keep(
        self, finger: Finger, candidate: Candidate, reasons: Sequence[Justification] = ()
    ) -> None:
        made = Measure(ATTEMPTS, self._essais.made(finger), "count", _STATION)
        edition = self._recueil.settings.records
        encoded = encode_finger(candidate.capture, candidate.report, edition)
        encoded = replace(encoded, quality=(*encoded.quality, made))
        with self._essais.guard():
            if finger not in self.wanted:  # passed over while it was judged
                return
            step = reprise.evidence(encoded, finger, reasons)
            keep(self._recueil, self._draft, "empreinte", step)
            self._draft.put_print(finger, encoded, reasons)


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
