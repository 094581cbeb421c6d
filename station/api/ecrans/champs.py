"""The fields of a screen as its template shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.dossier.formulaire import CHAMPS, Sorte
from station.dossier.lecture import faute
from station.dossier.mots import DEFINITIONS, MOTS
from station.web.valeurs import Champ, Champs, Erreur, Option

if TYPE_CHECKING:
    from station.dossier.draft import Draft
    from station.dossier.formulaire import Ecran


def champs(draft: Draft) -> Champs:
    """Every field that holds something, with what is wrong with it."""
    shown = Champs()
    for nom in draft.saisie:
        valeur = draft.saisie.valeur(nom)
        if valeur is not None:
            shown[nom] = Champ(valeur.texte, valeur.origine, faute(CHAMPS[nom], valeur.texte))
    return shown


def options(nom: str) -> tuple[Option, ...]:
    """The answers of a choice, in words, with their definition where there is one."""
    return tuple(
        Option(code, MOTS[code].capitalize(), DEFINITIONS.get(code, ""))
        for code in CHAMPS[nom].choix
    )


def erreurs(draft: Draft, ecran: Ecran) -> tuple[Erreur, ...]:
    """What is wrong on this screen; what is only empty yet is no error here."""
    return tuple(
        Erreur(m.champ, f"{CHAMPS[m.champ].libelle} : {m.phrase}")
        for m in draft.manques
        if CHAMPS[m.champ].ecran is ecran and draft.saisie.get(m.champ)
    )


CHOIX = {nom: options(nom) for nom, champ in CHAMPS.items() if champ.sorte is Sorte.CHOIX}
"""The answers of every choice, by field."""

LIBELLES = {nom: champ.libelle for nom, champ in CHAMPS.items()}
CONSEILS = {nom: champ.conseil for nom, champ in CHAMPS.items()}
