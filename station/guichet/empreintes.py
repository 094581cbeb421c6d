"""The prints of a dossier in hand: which finger is next, what was tried, what waits for a reason.

Everything here lives as long as the session; what is kept is in the draft.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from station import pipeline
from station.capture import FOUR, Finger, Modality
from station.config import EMPREINTES
from station.device import Guidance
from station.dossier.jugements import kept_print
from station.errors import AttemptsSpent
from station.fingers.findings import Severity
from station.guichet import taches
from station.records.images import sample_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from station.dossier.doigts import Creneaux
    from station.dossier.model import MotifExemption
    from station.guichet.en_cours import EnCours
    from station.pipeline import Attempts, Taken
    from station.pipeline.recueil import Heard
    from station.quality.report import QualityReport

_SECONDS, _SLOWLY = 30.0, 90.0  # a capture waits; the second for whoever needs more time
CHOISIS = tuple(finger for four in FOUR.values() for finger in four)
"""The fingers that may be looked at: the law asks for no thumb."""


@unique
class Mot(StrEnum):
    """The quality of a print, as a word."""

    BONNE = "BONNE"
    A_REFAIRE = "A_REFAIRE"
    INSUFFISANTE = "INSUFFISANTE"


@unique
class Etat(StrEnum):
    """How far a finger is."""

    A_PRENDRE = "A_PRENDRE"
    PRIS = "PRIS"
    A_REFAIRE = "A_REFAIRE"  # refused, or of no use to the rules any more
    PASSE = "PASSE"
    DISPONIBLE = "DISPONIBLE"  # not asked for, may be passed over
    LIBRE = "LIBRE"


@dataclass(frozen=True, slots=True)
class Essai:
    """What the last capture of a finger gave: a word, and what to tell the agent."""

    mot: Mot
    phrases: tuple[str, ...] = ()


class Empreintes:
    """Prints of one dossier; captures run in a task, all else in requests."""

    def __init__(self, en_cours: EnCours) -> None:
        self._en_cours = en_cours
        self._essais = pipeline.Essais(en_cours.draft, en_cours.changing)
        self._choisi: Finger | None = None
        self._derniers: dict[Finger, Essai] = {}
        self.lentement = False  # for elderly people: more time, a damp finger

    def forget(self) -> None:
        """Wipe every print that the draft did not take."""
        self._essais.forget()
        self._derniers.clear()

    # --- what is to be done -------------------------------------------------------------------

    @property
    def creneaux(self) -> Creneaux:
        """The fingers to take; raises `IncompleteDossier` while the date of birth is unknown."""
        return pipeline.slots(self._en_cours.draft)

    @property
    def actif(self) -> Finger | None:
        """The finger the agent looks at: the one chosen, else the next to take."""
        if self._choisi is not None:
            return self._choisi
        held = self._en_cours.draft.empreintes
        return next((f for f in self.creneaux.doigts if f not in held), None)

    def choisir(self, finger: Finger) -> None:
        """Look at `finger`."""
        self._choisi = finger

    def etat(self, finger: Finger) -> Etat:
        """How far `finger` is."""
        draft, wanted = self._en_cours.draft, self.creneaux.doigts
        if finger in draft.exemptions:
            return Etat.PASSE
        if finger in draft.empreintes:
            return Etat.PRIS if finger in wanted else Etat.A_REFAIRE
        if finger in wanted:
            return Etat.A_REFAIRE if finger in self._derniers else Etat.A_PRENDRE
        return Etat.DISPONIBLE if finger in CHOISIS else Etat.LIBRE

    def faits(self, finger: Finger) -> int:
        """How many captures of `finger` count."""
        return self._essais.rank(finger)

    def peut_prendre(self, finger: Finger) -> bool:
        """Whether the rules want `finger` and allow one more capture of it."""
        wanted = finger in self.creneaux.doigts
        return wanted and self.faits(finger) < pipeline.essais_permis()

    def attend(self, finger: Finger) -> bool:
        """Whether the best print of `finger` waits for a reason."""
        return finger in self._one(finger).waiting

    def essai(self, finger: Finger) -> Essai | None:
        """What the last capture gave, else what the draft has; None when there is neither."""
        if finger in self._derniers:
            return self._derniers[finger]
        report = kept_print(self._en_cours.draft, finger)
        return None if report is None else Essai(self._word(finger, report), report.reasons)

    # --- acts of the agent --------------------------------------------------------------------

    def prendre(self, heard: Heard) -> tuple[Finger, ...]:
        """Take the active finger, or its hand where the device takes hands; in a task.

        Returns the fingers that were judged. Raises `AttemptsSpent`, `IncompleteDossier`, and what
        the device raises.
        """
        finger = self.actif
        if finger is None or not self.peut_prendre(finger):
            raise AttemptsSpent("no finger to capture")
        attempts = self._attempts(finger, heard)
        taken = attempts.take(heard, _SLOWLY if self.lentement else _SECONDS)
        with self._en_cours.changing():
            self._note(taken, attempts)
        return attempts.wanted

    def garder(self, finger: Finger, raison: str) -> None:
        """Keep the best print of `finger` although it is refused or in doubt.

        Raises `AttemptsSpent` when none waits, `InvalidField` for a reason too short.
        """
        self._one(finger).accept(raison, finger)
        self._derniers.pop(finger, None)
        self._choisi = None

    def passer(self, finger: Finger, motif: MotifExemption) -> None:
        """Take no print of `finger`; what there was of it goes."""
        pipeline.pass_over(self._en_cours.recueil, self._en_cours.draft, finger, motif)
        self._essais.drop(finger)
        self._derniers.pop(finger, None)
        self._choisi = None

    def reprendre(self, finger: Finger) -> None:
        """Undo `passer`; nothing where there is nothing to undo."""
        if finger not in self._en_cours.draft.exemptions:
            return
        pipeline.take_back(self._en_cours.recueil, self._en_cours.draft, finger)
        self._choisi = finger

    def effacer(self, finger: Finger) -> None:
        """Take the print of `finger` out of the draft, if there is one."""
        if finger not in self._en_cours.draft.empreintes:
            return
        pipeline.erase(self._en_cours.recueil, self._en_cours.draft, finger, self._essais)
        self._derniers.pop(finger, None)
        self._choisi = None

    def image(self, finger: Finger) -> npt.NDArray[np.uint8] | None:
        """Grey levels of the print that waits, else of the one in the draft."""
        candidate = self._essais.best.get(finger)
        held = self._en_cours.draft.empreintes.get(finger)
        if candidate is not None and (held is None or self.attend(finger)):
            return candidate.sample.pixels.copy()
        return None if held is None else sample_of(held.record).pixels

    # --- inside -------------------------------------------------------------------------------

    def _one(self, finger: Finger) -> Attempts:
        en_cours = self._en_cours
        return pipeline.Attempts.of_finger(en_cours.recueil, en_cours.draft, finger, self._essais)

    def _attempts(self, finger: Finger, heard: Heard) -> Attempts:
        recueil = self._en_cours.recueil
        if Modality.FINGER in recueil.bench.info(EMPREINTES).modalities:
            return self._one(finger)
        taches.of_hand()
        heard(Guidance.PLACE)  # a service of devices says nothing by itself
        draft = self._en_cours.draft
        return pipeline.Attempts.of_hand(recueil, draft, finger.hand, self._essais)

    def _note(self, taken: Taken, attempts: Attempts) -> None:
        """Remember what was found, finger by finger, and go on when all is well."""
        reports = dict(taken.reports)
        for finger in attempts.wanted:
            said = [
                f.message
                for f in taken.findings
                if f.finger in {None, finger} and f.severity is not Severity.TELL
            ]
            report = reports.get(finger)
            reasons = () if report is None else report.reasons
            word = self._word(finger, report, doubt=bool(said))
            self._derniers[finger] = Essai(word, tuple(dict.fromkeys((*said, *reasons))))
        bad = [f for f in attempts.wanted if self._derniers[f].mot is not Mot.BONNE]
        self._choisi = bad[0] if bad else None

    def _word(self, finger: Finger, report: QualityReport | None, *, doubt: bool = False) -> Mot:
        if report is not None and report.verdict.accepts and not doubt:
            return Mot.BONNE
        again = self.faits(finger) < pipeline.essais_permis()
        return Mot.A_REFAIRE if again else Mot.INSUFFISANTE
