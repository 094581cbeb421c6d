"""Whether the fee stamps cover what the titles cost, and are still valid (process.md §8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.dossier.assemblage import TITRES
from station.dossier.constat import Constat, bloquant
from station.dossier.formulaire import Ecran
from station.dossier.model import TypeTitre
from station.dossier.mots import MOTS, euros
from station.rules.regles import passes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from station.dossier.draft import Draft
    from station.dossier.frais import Frais, FraisTitre
    from station.dossier.model import Demande
    from station.rules.regles import Regles

_HERE = Ecran.OUVERTURE


def timbres(draft: Draft, frais: Frais, aujourdhui: date, regles: Regles) -> Iterator[Constat]:
    """A stamp for each title that costs something, none of them twice, none out of date."""
    for fee in frais.titres:
        yield from _present(draft, TypeTitre(fee.titre), fee)
    yield from _double(draft, frais)
    for demande in draft.demandes:
        if demande.timbre is None:
            continue
        yield from _covers(demande, frais)
        bought, rule = demande.timbre.achete_le, regles.timbre.validite_mois
        champ = f"{TITRES[demande.type_titre]}.timbre.achete_le"
        if bought > aujourdhui:
            phrase = "Le timbre fiscal est daté de l’avenir."
        elif passes(bought, aujourdhui) >= rule.valeur:
            phrase = f"Le timbre fiscal est périmé : il vaut {rule.valeur} mois."
        else:
            continue
        yield bloquant("TIMBRE_INVALIDE", phrase, rule.source, _HERE, champ)


def _present(draft: Draft, titre: TypeTitre, fee: FraisTitre) -> Iterator[Constat]:
    champ = f"{TITRES[titre]}.timbre.numero"
    stamped = any(d.type_titre is titre and d.timbre is not None for d in draft.demandes)
    if stamped or draft.saisie.get(champ) or fee.payant is False:
        return
    known = any(d.type_titre is titre for d in draft.demandes)
    if fee.payant:
        amounts = " ou ".join(map(euros, fee.possibles))
        phrase = f"Le timbre fiscal manque : {MOTS[titre]}, {amounts}."
    elif known:
        phrase = f"Le prix dépend du titre détenu : {MOTS[titre]} gratuit ou payant."
        champ = "titre_ancien.expire_le"
    else:
        return
    yield bloquant(f"TIMBRE_{titre}", phrase, fee.source, _HERE, champ)


def _covers(demande: Demande, frais: Frais) -> Iterator[Constat]:
    """Whether the stamp is worth what the title costs, where it says what it is worth."""
    worth = None if demande.timbre is None else demande.timbre.montant
    for fee in frais.titres:
        if fee.titre == demande.type_titre and worth is not None and worth < fee.possibles[0]:
            asked = " ou ".join(map(euros, fee.possibles))
            phrase = f"Le timbre fiscal vaut {euros(worth)}, le titre coûte {asked}."
            champ = f"{TITRES[demande.type_titre]}.timbre.montant"
            yield bloquant("TIMBRE_INSUFFISANT", phrase, fee.source, _HERE, champ)


def _double(draft: Draft, frais: Frais) -> Iterator[Constat]:
    """One stamp pays for one title."""
    paid = {fee.titre: fee for fee in frais.titres if fee.payant}
    seen: set[str] = set()
    for demande in draft.demandes:
        if demande.timbre is None or demande.type_titre not in paid:
            continue
        if demande.timbre.numero in seen:
            yield bloquant(
                "TIMBRE_EN_DOUBLE",
                "Un timbre fiscal ne paie qu’un titre : le même numéro est saisi deux fois.",
                paid[demande.type_titre].source,
                _HERE,
                f"{TITRES[demande.type_titre]}.timbre.numero",
            )
        seen.add(demande.timbre.numero)
