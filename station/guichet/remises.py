"""Hand-overs in hand: the chip read, the print compared, what the agent notes.

Nothing of a chip is on disk: it is read again after a lock or a crash (ADR 0020). What the agent
noted, and a comparison that spoke against the holder, are found again until midnight (ADR 0025).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from station.capture import TitleFile
from station.dossier.acte_remise import ActeRemise, AncienTitre, Controle, Receveur, TitreRemis
from station.dossier.champs import DatePartielle
from station.errors import AttemptsSpent, InvalidField, WrongState
from station.guichet import taches
from station.outbox.cycle import Etat
from station.pipeline import (
    Issue,
    Lecture,
    check_remise,
    controle_of,
    decision_of,
    read_title,
    record_remise,
    remise,
)
from station.pipeline.remise import Attendu, Remise
from station.seal.keys import load_certificate, load_signer
from station.title import key
from station.title.portrait import png

if TYPE_CHECKING:
    from uuid import UUID

    from station.cert.messages import TitreDisponible
    from station.dossier.acte_remise import Empechement
    from station.guichet.guichet import Guichet
    from station.guichet.kept import Kept
    from station.outbox.tables import Entry
    from station.pipeline.recueil import Heard
    from station.title.examination import Report

_CAN: Final = 6  # digits
_SECONDS: Final = 60.0  # the applicant has to lay a finger down
_SANS: Final = Controle(issue="non_effectue", raison="non_tente")
TITULAIRE_INCONNU: Final = "Nom non lu : le contrôler sur le titre"


class Notes(BaseModel):
    """What the agent notes of a hand-over, as it stands; nothing is chosen beforehand."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    receveur: Receveur | None = None
    titulaire_present: bool = False
    ancien_titre: AncienTitre | None = None
    emargement: bool = False
    passeport_signe: bool = False
    justification: Annotated[str, Field(max_length=500)] = ""
    naissance: Annotated[str, Field(max_length=10)] = ""


class Noted(BaseModel):
    """What of a hand-over is kept on disk."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    notes: Notes = Notes()
    contre: str = ""  # the reason of a comparison that spoke against the holder

    @property
    def controle(self) -> Remise | None:
        """That comparison, without its figures."""
        return Remise(Issue.NON_CONCORDANT, self.contre) if self.contre else None


@dataclass(slots=True)
class EnRemise:
    """One hand-over: the titles that are there, what was read, what was compared, what is noted."""

    entry: Entry
    titres: tuple[TitreDisponible, ...]
    report: Report | None = field(default=None, repr=False)
    controle: Remise | None = None
    notes: Notes = field(default_factory=Notes, repr=False)
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def forget(self) -> None:
        """Drop what the chip said."""
        self.report = None

    @property
    def noted(self) -> Noted:
        """What of it is kept on disk."""
        found = self.controle
        against = found is not None and found.issue is Issue.NON_CONCORDANT
        return Noted(notes=self.notes, contre=found.raison if found and against else "")

    @property
    def concorde(self) -> bool | None:
        """Whether the chip is one of the titles expected; None before it was read."""
        if self.report is None or self.report.mrz is None:
            return None
        return self.report.mrz.number in {titre.numero for titre in self.titres}

    @property
    def titulaire(self) -> str:
        """The holder as the chip has it."""
        mrz = None if self.report is None else self.report.mrz
        return TITULAIRE_INCONNU if mrz is None else f"{mrz.surname} {' '.join(mrz.given)}"

    @property
    def visage(self) -> bytes | None:
        """The portrait of the chip, PNG, for the eye; raises `RecordInvalid`."""
        face = None if self.report is None else self.report.face
        return None if face is None else png(face)

    @property
    def naissance(self) -> DatePartielle | None:
        """Of the holder: by the chip where the State signed it, else as typed; None for none."""
        report = self.report
        if report is not None and report.mrz is not None and report.mrz.birth is not None:
            born = report.mrz.birth
            return DatePartielle(annee=born.year, mois=born.month, jour=born.day)
        return _typed(self.notes.naissance)

    @property
    def acte(self) -> ActeRemise | None:
        """What is to be recorded; None while the agent has not said who, and what became of it."""
        notes = self.notes
        if notes.receveur is None or notes.ancien_titre is None:
            return None
        said = {
            "titres": tuple(
                TitreRemis(type_titre=t.type_titre, numero=t.numero) for t in self.titres
            ),
            "controle": _SANS if self.controle is None else controle_of(self.controle),
            "justification": notes.justification.strip() or None,
            "receveur": notes.receveur,
            "titulaire_present": notes.titulaire_present,
            "ancien_titre": notes.ancien_titre,
            "emargement": notes.emargement,
            "passeport_signe": notes.passeport_signe,
        }
        try:
            return ActeRemise.of(said)
        except ValidationError:
            raise InvalidField("justification") from None


class Remises:
    """The hand-over at the counter, and what was noted of those that were begun today."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._held: EnRemise | None = None
        self._devant = False

    @property
    def devant(self) -> EnRemise | None:
        """The hand-over whose holder is at the counter; None while the agent is elsewhere."""
        return self._held if self._devant else None

    def enter(self) -> None:
        """The agent is at the page of the hand-over in hand."""
        self._devant = True

    def leave(self) -> None:
        """The agent is at another page; what was read and compared stays in hand."""
        self._devant = False

    def get(self, number: UUID) -> EnRemise | None:
        """The hand-over of a dossier, None when it is not in hand."""
        held = self._held
        return held if held is not None and held.entry.id == number else None

    def take(self, entry: Entry, titres: tuple[TitreDisponible, ...]) -> EnRemise:
        """Take a hand-over in hand, with what was noted of it; the one before is forgotten."""
        self.clear()
        held = self._kept.get(entry.id)
        noted = Noted() if held is None else Noted.model_validate_json(held)
        self._held = EnRemise(entry, titres, controle=noted.controle, notes=noted.notes)
        return self._held

    def keep(self, one: EnRemise) -> None:
        """Put what is noted on disk; of the comparison only what speaks against the holder."""
        self._kept.put(one.entry.id, one.noted.model_dump_json().encode())

    def done(self, one: EnRemise) -> None:
        """It is recorded: nothing of it is kept here."""
        self.clear()
        self._kept.drop(one.entry.id)

    def clear(self) -> None:
        """Forget what only memory holds."""
        held, self._held = self._held, None
        self._devant = False
        if held is not None:
            held.forget()


def en_remise(guichet: Guichet, number: UUID) -> EnRemise:
    """The hand-over of the dossier `number`, begun when it was not.

    Raises `WrongState` when its titles are not at the counter, `ReceiptInvalid`.
    """
    entry = guichet.station.outbox.entry(number)
    if entry is None or entry.state is not Etat.DISPONIBLE:
        raise WrongState("no title of this dossier is at the counter")
    held = guichet.remises.get(number)
    if held is not None:
        return held
    decision = decision_of(guichet.recueil, entry)
    if decision is None or not decision.titres:
        raise WrongState("no title of this dossier is at the counter")
    return guichet.remises.take(entry, decision.titres)


def lire_puce(guichet: Guichet, one: EnRemise, secret: str, heard: Heard) -> str:
    """Read the chip of the new title with its CAN or its zone; in a task.

    What was compared before counts no more, unless it spoke against the holder. Raises
    `ChipKeyInvalid`, and what the reader raises.
    """
    today = datetime.now(UTC).date()
    if len("".join(secret.split())) > _CAN:
        chip, printed = key.of_zone(secret.encode(), today)
    else:
        chip, printed = key.of_can(secret), None
    recueil = guichet.recueil
    wanted = Lecture(chip, files=frozenset(TitleFile), printed=printed)
    titre = read_title(recueil.bench, recueil.settings, wanted, heard, taches.begun)
    with one.lock:
        one.report = titre.report
        if one.controle is None or one.controle.issue is not Issue.NON_CONCORDANT:
            one.controle = None  # what was found to be another's is not forgotten by reading again
    if not one.concorde:
        return "Ce titre n’est pas celui du dossier."
    return "Puce lue : comparer l’empreinte."


def comparer(guichet: Guichet, one: EnRemise, heard: Heard) -> str:
    """Compare a live print with the chip; in a task. Raises what the device raises."""
    report = one.report
    if report is None:
        raise AttemptsSpent("the chip was not read")
    numbers = [titre.numero for titre in one.titres]
    number = report.mrz.number if report.mrz is not None and one.concorde else numbers[0]
    expected = Attendu(one.entry.id, ancien="", nouveau=number, secondes=_SECONDS)
    found = remise(guichet.recueil, report, expected, heard)
    with one.lock:
        if one.report is report:
            one.controle = found
            guichet.remises.keep(one)
    return f"{MOTS_ISSUE[found.issue]} : {found.phrase}."


MOTS_ISSUE: Final = {
    Issue.CONCORDANT: "Concordant",
    Issue.NON_CONCORDANT: "Non concordant",
    Issue.NON_EFFECTUE: "Non effectué",
}
"""How a comparison ends, as the agent reads it."""


def noter(guichet: Guichet, one: EnRemise, notes: Notes) -> None:
    """Take what the agent notes; it is on disk when this returns."""
    with one.lock:
        one.notes = notes
        guichet.remises.keep(one)


def obstacles(guichet: Guichet, one: EnRemise) -> tuple[Empechement, ...] | None:
    """What forbids to hand the titles over; None while too little is said to tell."""
    acte, born = one.acte, one.naissance
    if acte is None or born is None:
        return None
    return check_remise(guichet.recueil, one.entry, acte, born)


def enregistrer(guichet: Guichet, one: EnRemise) -> None:
    """Record the hand-over, queue it for the CERT and send it at once; all is then forgotten.

    Raises `InvalidField` while something is not said, and what `record_remise` raises.
    """
    acte, born = one.acte, one.naissance
    if acte is None or born is None:
        raise InvalidField("receveur, ancien_titre, naissance")
    settings, now = guichet.station.settings, datetime.now(UTC)
    station = load_signer(settings.station.certificate, settings.station.key, now)
    recipient = load_certificate(settings.centre.recipient, now)
    with one.lock:
        record_remise(guichet.recueil, one.entry, acte, born, (station, recipient))
    guichet.remises.done(one)
    guichet.liaison.wake()
    guichet.nouvelles.tell("envoi", dossier=str(one.entry.id))


def _typed(texte: str) -> DatePartielle | None:
    """A day as the agent types it, JJ/MM/AAAA; None for any other text."""
    try:
        day = datetime.strptime(texte.strip(), "%d/%m/%Y").replace(tzinfo=UTC)
    except ValueError:
        return None
    if day > datetime.now(UTC) or day.year < _PREMIERE:
        return None
    return DatePartielle(annee=day.year, mois=day.month, jour=day.day)


_PREMIERE: Final = 1900  # nobody alive was born before
