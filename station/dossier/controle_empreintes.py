"""What stands against the prints: which fingers, why not others, and how well they read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from station.dossier.constat import a_justifier, bloquant
from station.dossier.doigts import Cas
from station.dossier.formulaire import Ecran
from station.dossier.jugements import kept_print, stands
from station.dossier.mots import DOIGTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.dossier.constat import Constat
    from station.dossier.doigts import Creneaux
    from station.dossier.draft import Draft
    from station.rules.regles import Regles

EMPREINTE: Final = "EMPREINTE_{:02d}_{}"  # the code of a reason for a print: QUALITE, or a question
QUALITE: Final = "QUALITE"
_POLITIQUE: Final = "politique de capture, table finger"
_ICI: Final = Ecran.EMPREINTES


def empreintes(draft: Draft, slots: Creneaux | None, regles: Regles) -> Iterator[Constat]:
    """The prints against the slots of the applicant's age; nothing while that is unknown."""
    if slots is None:
        return
    if slots.cas is Cas.AGE:
        if draft.empreintes:
            phrase = "Aucune empreinte n’est prise avant l’âge légal."
            yield bloquant("EMPREINTE_AGE", phrase, regles.empreinte.age_min.source, _ICI)
        return
    yield from _creneaux(draft, slots, regles)
    if set(draft.exemptions.values()) - set(regles.empreinte.exemptions):
        phrase = "Ni le refus ni l’âge ne dispensent ce titulaire de ses empreintes."
        yield bloquant("EXEMPTION_SANS_MOTIF", phrase, "décret 2021-279", _ICI)
    yield from jugees(draft)


def jugees(draft: Draft) -> Iterator[Constat]:
    """The prints that the policy of today refuses, whoever asked for them.

    What a print may raise as a question (another finger, the same one twice) is answered before
    it enters a draft.
    """
    for finger in sorted(draft.empreintes):
        report = kept_print(draft, finger)
        if report is None or stands(report):
            continue
        phrase = " ".join((f"Empreinte refusée : {DOIGTS[finger - 1]}.", *report.reasons))
        champ = f"empreinte.{finger:02d}"
        yield a_justifier(EMPREINTE.format(finger, QUALITE), phrase, _POLITIQUE, _ICI, champ)


def _creneaux(draft: Draft, slots: Creneaux, regles: Regles) -> Iterator[Constat]:
    """Whether the prints are those of the slots, no fewer and no others."""
    source = regles.empreinte.age_min.source
    for finger in slots.doigts:
        if finger not in draft.empreintes:
            phrase = f"Empreinte manquante : {DOIGTS[finger - 1]}."
            champ = f"empreinte.{finger:02d}"
            yield bloquant(f"EMPREINTE_{finger:02d}", phrase, source, _ICI, champ)
    for finger in sorted(set(draft.empreintes) - set(slots.doigts))[:1]:
        phrase = f"Une empreinte n’est pas de l’un des doigts prévus : {DOIGTS[finger - 1]}."
        yield bloquant("EMPREINTE_EN_TROP", phrase, source, _ICI, f"empreinte.{finger:02d}")
    if slots.cas in {Cas.PARTIEL, Cas.TOTAL}:
        phrase = "Moins de deux doigts peuvent être pris : préciser la raison."
        if slots.limite_mois is not None:
            phrase += f" Titre limité à {slots.limite_mois} mois."
        rule = regles.empreinte.limite_mois
        yield a_justifier("EMPREINTE_EXEMPTION", phrase, rule.source, _ICI)
