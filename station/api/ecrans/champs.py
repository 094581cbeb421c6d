"""The fields of a screen as its template and its page show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from station.dossier.formulaire import CHAMPS, Sorte
from station.dossier.lieux import ADRESSES, NAISSANCES, avis_adresse, avis_naissance
from station.dossier.mots import DEFINITIONS, MOTS, phrase
from station.guichet.propositions import ecarts
from station.web.pages import render
from station.web.valeurs import Champ, Champs, Ecart, Erreur, Option

if TYPE_CHECKING:
    from station.dossier.formulaire import Ecran
    from station.guichet.en_cours import EnCours
    from station.referentiel.lookup import Referentiel


def champs(en_cours: EnCours, lieux: Referentiel) -> Champs:
    """Every field that holds something or of which something is to be said."""
    saisie = en_cours.draft.saisie
    differ, told = ecarts(en_cours.draft), _avis(en_cours, lieux)
    shown = Champs()
    for nom in dict.fromkeys((*saisie, *differ, *told)):
        valeur, other = saisie.valeur(nom), differ.get(nom)
        shown[nom] = Champ(
            "" if valeur is None else valeur.texte,
            "" if valeur is None else valeur.origine,
            en_cours.champ(nom).faute,
            None if other is None else Ecart(other.texte, other.origine),
            told.get(nom, ""),
        )
    return shown


def champ_dit(en_cours: EnCours, nom: str, lieux: Referentiel) -> dict[str, Any]:
    """One field as a page takes it: its text, the words shown for it, its badge and its fault."""
    champ, valeur = en_cours.champ(nom), en_cours.draft.saisie.valeur(nom)
    said = {
        "nom": nom,
        "valeur": champ.texte,
        "faute": champ.faute,
        "origine": render("fragments/origine.html", cle="" if valeur is None else valeur.origine),
    }
    if CHAMPS[nom].sorte is Sorte.PAYS:
        said["affiche"] = affiche(lieux, champ.texte)
    return said


def affiche(lieux: Referentiel, code: str) -> str:
    """The name of the country `code`; what is no code is shown as it was typed."""
    pays = lieux.pays_code(code.strip().upper())
    return code if pays is None else pays.nom


def affiches(en_cours: EnCours, lieux: Referentiel) -> dict[str, str]:
    """The words shown for every field that holds a country."""
    saisie = en_cours.draft.saisie
    pays = (nom for nom, champ in CHAMPS.items() if champ.sorte is Sorte.PAYS)
    return {nom: affiche(lieux, saisie.get(nom)) for nom in pays}


def options(nom: str) -> tuple[Option, ...]:
    """The answers of a choice, in words, with their definition where there is one."""
    return tuple(
        Option(code, phrase(MOTS[code]), DEFINITIONS.get(code, "")) for code in CHAMPS[nom].choix
    )


def erreurs(shown: Champs, ecran: Ecran) -> tuple[Erreur, ...]:
    """What is wrong on this screen; what is only empty yet is no error here."""
    return tuple(
        Erreur(nom, f"{champ.complet} : {shown[nom].erreur}")
        for nom, champ in CHAMPS.items()
        if champ.ecran is ecran and shown[nom].erreur
    )


def _avis(en_cours: EnCours, lieux: Referentiel) -> dict[str, str]:
    """What the reference data says of the places, by the field to read it beside."""
    saisie = en_cours.draft.saisie
    said = {f"{g}.libelle": avis_naissance(lieux, saisie, g) for g in NAISSANCES}
    said |= {f"{g}.code_postal": avis_adresse(lieux, saisie, g) for g in ADRESSES}
    return {nom: avis for nom, avis in said.items() if avis}


CHOIX = {nom: options(nom) for nom, champ in CHAMPS.items() if champ.sorte is Sorte.CHOIX}
"""The answers of every choice, by field."""

LIBELLES = {nom: champ.libelle for nom, champ in CHAMPS.items()}
CONSEILS = {nom: champ.conseil for nom, champ in CHAMPS.items()}
