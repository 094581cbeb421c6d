"""The portrait of a dossier in hand: taken, judged, kept, its questions answered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import cv2
import numpy as np

from station import pipeline
from station.dossier.controle_photo import QUESTION_VISAGE
from station.dossier.jugements import kept_visage
from station.errors import InvalidField, RecordInvalid
from station.guichet.accord import CONFORME, justifier
from station.records import coding, door

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.guichet.en_cours import EnCours
    from station.pipeline.recueil import Heard
    from station.quality.report import QualityReport
    from station.records.encoded import Encoded

_SECONDS = 60.0  # of a scan, or of a sitting


class Photo:
    """The portrait of one dossier; captures run in a task, all else in requests."""

    def __init__(self, en_cours: EnCours) -> None:
        self._en_cours = en_cours
        self._portraits = pipeline.Portraits(en_cours.recueil, en_cours.draft, en_cours.changing)
        self._dernier: QualityReport | None = None

    @property
    def role(self) -> str:
        """The device that takes it."""
        return self._portraits.role

    @property
    def attend(self) -> bool:
        """Whether the last one was refused and waits for a reason, or for another."""
        return self._portraits.waiting is not None

    @property
    def rapport(self) -> QualityReport | None:
        """Of the last capture when the draft did not take it, else of the portrait in the draft."""
        if self._dernier is not None:
            return self._dernier
        return kept_visage(self._en_cours.draft, datetime.now(UTC).date())

    def prendre(self, heard: Heard) -> QualityReport:
        """Take the portrait; in a task. Raises what the device raises."""
        report = self._portraits.take(heard, _SECONDS)
        self._dernier = None if report.verdict.accepts else report
        return report

    def garder(self, raison: str) -> None:
        """Keep the last one although it is refused; raises `AttemptsSpent`, `InvalidField`."""
        self._portraits.accept(raison)
        self._dernier = None

    def laisser(self) -> None:
        """Drop the one that waits: the portrait in the draft stays, if there is one."""
        self._portraits.forget()
        self._dernier = None

    @property
    def questions(self) -> tuple[str, ...]:
        """The codes of the questions about the portrait in the draft that nobody has answered."""
        report = None if self._dernier else self.rapport
        asked = () if report is None else report.questions
        return tuple(found.rule.code for found in asked if not self.reponse(found.rule.code))

    def repondre(self, code: str, raison: str) -> None:
        """Answer one question about the portrait in the draft; `raison` is empty when all is well.

        Raises `InvalidField` for a question that is not asked, or a reason too short.
        """
        if self._dernier is not None:
            raise InvalidField("question (another portrait waits)")
        justifier(self._en_cours, QUESTION_VISAGE.format(code), raison or CONFORME)

    def admettre(self) -> tuple[str, ...]:
        """Answer every open question: nothing speaks against the portrait. Returns their codes."""
        asked = self.questions
        for code in asked:
            self.repondre(code, "")
        return asked

    def reponse(self, code: str) -> str:
        """What was answered to the question `code`; empty when nothing was."""
        return self._en_cours.draft.raisons.get(QUESTION_VISAGE.format(code), "")

    def image(self) -> npt.NDArray[np.uint8] | None:
        """B, G, R of the portrait that waits, else of the one in the draft."""
        waiting = self._portraits.waiting
        if waiting is not None:
            return waiting.pixels.copy()
        held = self._en_cours.draft.visage
        return None if held is None else _decoded(held)

    def forget(self) -> None:
        """Wipe the portrait that the draft did not take."""
        self.laisser()


def _decoded(encoded: Encoded) -> npt.NDArray[np.uint8]:
    """The portrait without loss where it is there, else that of the record."""
    if encoded.master is not None:
        found = cv2.imdecode(np.frombuffer(encoded.master.record, np.uint8), cv2.IMREAD_COLOR)
        if found is not None:
            return np.asarray(found, np.uint8)
    face = door.read(encoded.record).face
    if face is None:
        raise RecordInvalid("a record without a portrait")
    return coding.colour(face.coding, face.data)
