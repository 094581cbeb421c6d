"""What stands against the portrait: where it comes from, its quality, its open questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from station.dossier.constat import a_justifier, bloquant
from station.dossier.formulaire import Ecran
from station.dossier.jugements import kept_visage, stands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from station.dossier.constat import Constat
    from station.dossier.draft import Draft
    from station.dossier.exigences import Exigences

QUESTION_VISAGE: Final = "VISAGE_{}"  # the code of an answer, by the code of the rule
VISAGE_QUALITE: Final = "VISAGE_QUALITE"  # of the reason for keeping a refused portrait
_POLITIQUE: Final = "politique de capture, table face"


def photo(draft: Draft, wanted: Exigences, jour: date) -> Iterator[Constat]:
    """The source that the rules admit here, then what `jugee` finds."""
    if draft.portrait_source not in wanted.sources_photo:
        phrase = "Ici la photographie est fournie par le demandeur : aucune n’est prise sur place."
        yield bloquant("PHOTO_SOURCE", phrase, "décret 2011-868", Ecran.PHOTO)
    yield from jugee(draft, jour)


def jugee(draft: Draft, jour: date) -> Iterator[Constat]:
    """A portrait that the rules refuse, and each question it raises, whoever asked for it."""
    report = kept_visage(draft, jour)
    if report is None:
        return
    if not stands(report):
        phrase = " ".join(("La photo ne suit pas toutes les règles.", *report.reasons))
        yield a_justifier(VISAGE_QUALITE, phrase, _POLITIQUE, Ecran.PHOTO)
    for found in report.questions:
        code = QUESTION_VISAGE.format(found.rule.code)
        champ = f"visage.{found.rule.code}"
        yield a_justifier(code, found.rule.message, found.rule.clause, Ecran.PHOTO, champ)
