"""Which fingers a dossier takes: those of the rules, less those passed over; prints erased."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from station.dossier import reprise
from station.dossier.complement import ComplementDraft
from station.dossier.doigts import Cas, Creneaux, creneaux
from station.errors import IncompleteDossier
from station.pipeline.recueil import keep
from station.rules.regles import en_vigueur

if TYPE_CHECKING:
    from station.capture import Finger
    from station.dossier.draft import Draft
    from station.dossier.model import MotifExemption
    from station.pipeline.essais import Essais
    from station.pipeline.recueil import Recueil
    from station.rules.regles import Regles


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


def take_back(recueil: Recueil, draft: Draft, finger: Finger) -> None:
    """Undo `pass_over`: the finger can be taken after all."""
    keep(recueil, draft, "exemption_levee", reprise.doigt(finger))
    draft.take_back(finger)


def erase(recueil: Recueil, draft: Draft, finger: Finger, essais: Essais) -> None:
    """Take the print of `finger` and the reasons for it out of the draft; it begins anew."""
    keep(recueil, draft, "empreinte_effacee", reprise.doigt(finger))
    draft.erase_print(finger)
    essais.spare(finger)


def essais_permis() -> int:
    """How many captures of one finger the rules allow."""
    return _regles().empreinte.essais.valeur


def _regles() -> Regles:
    return en_vigueur(datetime.now(UTC).date())
