"""The hand-over (remise): is the applicant the one on the chip (process.md §3, step 13).

One live print is compared with the print of the same finger in DG3. The outcome is concordant, non
concordant or non effectué, with its reason in the journal; no print outlives the comparison.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from station.capture import FOUR, Modality, TitleFile
from station.config import EMPREINTES
from station.dossier.champs import DatePartielle
from station.errors import CaptureTimeout, RecordInvalid
from station.fingers.sameness import JUDGE, opinions
from station.pipeline.glass import apart, residual
from station.pipeline.recueil import captured
from station.quality.engines import engine
from station.quality.finger import assess_finger
from station.quality.image import at_500
from station.records import coding
from station.rules.regles import en_vigueur
from station.title.findings import Status

if TYPE_CHECKING:
    from uuid import UUID

    from station.capture import Capture, Finger, Sample
    from station.codes.mrz.zone import Mrz
    from station.fingers.sameness import Opinion
    from station.pipeline.recueil import Heard, Recueil
    from station.records.finger_image import FingerImage
    from station.title.examination import Report


@unique
class Issue(StrEnum):
    """How a hand-over check ends."""

    CONCORDANT = "concordant"
    NON_CONCORDANT = "non_concordant"
    NON_EFFECTUE = "non_effectue"


RAISONS: Final = {
    "meme_doigt": "l’empreinte prise est celle de la puce",
    "autre_doigt": "l’empreinte prise n’est pas celle de la puce",
    "sans_certificat": "pas de certificat d’inspection : la puce ne donne pas ses empreintes",
    "puce_non_prouvee": "rien ne prouve que les empreintes de la puce sont authentiques",
    "sans_empreinte": "le titre ne porte pas d’empreinte de ce doigt",
    "moins_de_douze_ans": "le titulaire a moins de douze ans",
    "numero_different": "ce titre n’est pas celui que le dossier attend",
    "qualite": "l’empreinte prise n’est pas assez bonne pour une comparaison",
    "non_conclusif": "le comparateur installé ne permet pas de dire que ce sont deux doigts",
    "trace": "la vitre montre encore le doigt de la personne précédente",
    "delai": "aucun doigt présenté dans le délai",
}
"""Why a check ended as it did: stable codes, and what the agent reads."""


@dataclass(frozen=True, slots=True)
class Remise:
    """The outcome, its reason, and the figures behind it."""

    issue: Issue
    raison: str
    doigt: Finger | None = None
    opinions: tuple[Opinion, ...] = field(default=())

    @property
    def phrase(self) -> str:
        """What the agent reads."""
        return RAISONS[self.raison]


@dataclass(frozen=True, slots=True)
class Attendu:
    """What is handed over: the dossier, the old title’s number, the new one’s where it is known."""

    dossier: UUID
    ancien: str
    nouveau: str | None = None
    doigt: Finger | None = None  # None: the first of the chip
    secondes: float = 30.0


def remise(recueil: Recueil, report: Report, attendu: Attendu, heard: Heard) -> Remise:
    """Compare the applicant with the chip of `report`, and note the outcome in the journal.

    Raises what the device raises; a person who lays down no finger is an outcome.
    """
    found = _refused(report, attendu) or _compared(recueil, report, attendu, heard)
    scores = {
        f"{opinion.algorithm.name}": f"{opinion.score:.1f}, seuil {opinion.threshold:g}"
        for opinion in found.opinions
    }
    numero = "" if report.mrz is None else report.mrz.number
    recueil.note(
        "remise.controle",
        attendu.dossier,
        issue=found.issue.value,
        raison=found.raison,
        doigt=0 if found.doigt is None else int(found.doigt),
        titre_ancien=attendu.ancien,
        titre_nouveau=numero,
        puce=report.proven(TitleFile.DG1).value,
        **scores,
    )
    return found


def _refused(report: Report, attendu: Attendu) -> Remise | None:
    """Why there is nothing to compare, before anybody is asked for a finger."""
    if report.mrz is not None and attendu.nouveau not in (None, report.mrz.number):
        return Remise(Issue.NON_CONCORDANT, "numero_different")
    if report.mrz is not None and _is_child(report.mrz):
        return Remise(Issue.NON_EFFECTUE, "moins_de_douze_ans")
    if report.failures or report.proven(TitleFile.DG1) is not Status.VERIFIED:
        return Remise(
            Issue.NON_EFFECTUE, "puce_non_prouvee"
        )  # neither whose prints, nor which chip
    if report.fingers is None:
        return Remise(Issue.NON_EFFECTUE, "sans_certificat")
    if report.proven(TitleFile.DG3) is not Status.VERIFIED:
        return Remise(Issue.NON_EFFECTUE, "puce_non_prouvee")
    if _reference(report, attendu.doigt) is None:
        return Remise(Issue.NON_EFFECTUE, "sans_empreinte")
    return None


def _compared(recueil: Recueil, report: Report, attendu: Attendu, heard: Heard) -> Remise:
    reference = _reference(report, attendu.doigt)
    if reference is None or reference.position is None:
        return Remise(Issue.NON_EFFECTUE, "sans_empreinte")
    finger = reference.position
    known = _decoded(reference)
    try:
        return _with_applicant(recueil, attendu, known, heard)
    except CaptureTimeout:
        return Remise(Issue.NON_EFFECTUE, "delai", finger)
    finally:
        known.wipe()


def _with_applicant(recueil: Recueil, attendu: Attendu, known: Sample, heard: Heard) -> Remise:
    """Take the finger of `known` and compare; the picture is wiped."""
    finger, shown = known.position, _shown(recueil, known)
    job = recueil.bench.capture(EMPREINTES, shown, attendu.secondes, attendu.dossier)
    capture = captured(recueil, job, heard)
    if residual(recueil, attendu.dossier, capture):  # the whole glass, before a finger is cut out
        for sample in capture.samples:
            sample.wipe()
        return Remise(Issue.NON_EFFECTUE, "trace", finger)
    live = _live(capture, shown, known)
    if live is None:
        return Remise(Issue.NON_EFFECTUE, "qualite", finger)
    try:
        if not assess_finger(live, engine()).verdict.accepts:
            return Remise(Issue.NON_EFFECTUE, "qualite", finger)
        return _judged(finger, opinions(live.pixels, known.pixels))
    finally:
        live.wipe()


def _judged(finger: Finger | None, judges: tuple[Opinion, ...]) -> Remise:
    """One algorithm that recognises the finger is enough; only one may say that it is another."""
    if any(opinion.same for opinion in judges):
        return Remise(Issue.CONCORDANT, "meme_doigt", finger, judges)
    if any(opinion.algorithm.name == JUDGE for opinion in judges):
        return Remise(Issue.NON_CONCORDANT, "autre_doigt", finger, judges)
    return Remise(Issue.NON_EFFECTUE, "non_conclusif", finger, judges)


def _shown(recueil: Recueil, known: Sample) -> tuple[Finger, ...]:
    """What the applicant lays down: the finger of `known`, or its hand."""
    finger = known.position
    if finger is None:
        raise RecordInvalid("a print of the chip without its finger")
    single = Modality.FINGER in recueil.bench.info(EMPREINTES).modalities
    return (finger,) if single else FOUR[finger.hand]


def _live(capture: Capture, shown: tuple[Finger, ...], known: Sample) -> Sample | None:
    """The finger of `known`, alone; None when the picture does not show it well enough."""
    alone, _ = apart(capture, shown, tuple(f for f in shown if f is known.position))
    return alone[0].samples[0] if alone else None


def _reference(report: Report, doigt: Finger | None) -> FingerImage | None:
    """The print of the chip to compare with: of the finger asked for, else the first one."""
    named = [image for image in report.fingers or () if image.position is not None]
    return next((image for image in named if doigt in (None, image.position)), None)


def _decoded(image: FingerImage) -> Sample:
    """The print in memory of our own, to be wiped."""
    pixels = coding.grey(image.coding, image.data, image.size)
    sample = at_500(pixels, image.dpi, "dg3", image.position)
    return replace(sample, pixels=sample.pixels.copy())


def _is_child(mrz: Mrz) -> bool:
    """Whether the law takes no print at this age (décret 55-1397, art. 4-3)."""
    birth = mrz.birth
    if birth is None:
        return False
    born = DatePartielle(annee=birth.year, mois=birth.month, jour=birth.day)
    today = datetime.now(UTC).date()
    return born.age(today) < en_vigueur(today).empreinte.age_min.valeur
