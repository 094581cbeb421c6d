"""What still stands between a draft and its seal (process.md §4, §5, §7, §9).

Two levels, no third: `BLOQUANT` cannot be sealed, `A_JUSTIFIER` is sealed with a reason that the
agent types and the CERT reads. Each finding says what the CERT would say, from which rule, and
which screen mends it. A draft of which little is known yet has the findings that can be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.dossier.assemblage import DECLARATIONS
from station.dossier.constat import Constat, Niveau, a_justifier, bloquant
from station.dossier.controle_empreintes import empreintes
from station.dossier.controle_photo import photo
from station.dossier.controle_pieces import pieces
from station.dossier.controle_timbre import timbres
from station.dossier.exigences import exigences
from station.dossier.formulaire import CHAMPS, Ecran
from station.dossier.model import Motif, TypeTitre
from station.dossier.recapitulatif import relu
from station.dossier.situation import Situation
from station.errors import DeviceUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from station.dossier.assemblage import Manque
    from station.dossier.draft import Draft
    from station.dossier.exigences import Exigences
    from station.records.encoded import Encoded
    from station.rules.regles import Regles

__all__ = ["Constat", "Niveau", "examine", "missing", "refuse_simulated"]

_CERFA = "notice du cerfa 12100*02"
_CERFA_PERTE = "cerfa 14011*02"
_VOL = "service-public F14807"
_ORDRE = tuple(Ecran)


def examine(draft: Draft, aujourdhui: date, regles: Regles) -> tuple[Constat, ...]:
    """Every finding on `draft` that can be told, in the order of the screens, justified or not.

    Raises `ConfigError` where the rules have no fee for a title.
    """
    situation = Situation.of(draft)
    wanted = exigences(situation, aujourdhui, regles)
    found = [
        *_demandes(draft, situation),
        *_declarations(draft, aujourdhui),
        *timbres(draft, wanted.frais, aujourdhui, regles),
        *_usager(draft, situation, wanted, (aujourdhui, regles)),
        *pieces(draft, situation, wanted, (aujourdhui, regles)),
        *photo(draft, wanted, aujourdhui),
        *empreintes(draft, wanted.doigts, regles),
        *_recapitulatif(draft),
    ]
    return tuple(sorted(found, key=lambda constat: _ORDRE.index(constat.ecran)))


def missing(draft: Draft, aujourdhui: date, regles: Regles) -> tuple[str, ...]:
    """Codes of the findings that forbid the seal: those that block, those not yet justified."""
    justified = {j.code for j in draft.justifications}
    return tuple(
        c.code
        for c in examine(draft, aujourdhui, regles)
        if c.niveau is Niveau.BLOQUANT or c.code not in justified
    )


def refuse_simulated(evidence: Iterable[Encoded]) -> None:
    """Raise `DeviceUntrusted` when a capture comes from a simulator."""
    for encoded in evidence:
        if encoded.device.simulated:
            raise DeviceUntrusted(f"{encoded.device.model} is a simulated device")


def _demandes(draft: Draft, situation: Situation) -> Iterator[Constat]:
    made = [d.type_titre for d in draft.demandes]
    here = Ecran.OUVERTURE
    if not situation.demandes:
        yield bloquant("DEMANDE", "Aucun titre n’est demandé.", _CERFA, here, "demande.cni")
    if len(set(made)) != len(made):
        phrase = "Le même titre est demandé deux fois."
        yield bloquant("DEMANDE_EN_DOUBLE", phrase, _CERFA, here)
    several = max(len(made), len(situation.demandes)) > 1
    if any(d.demande_jointe != several for d in draft.demandes):
        phrase = "Deux titres d’un même dossier sont des demandes jointes."
        yield bloquant("DEMANDE_JOINTE", phrase, _CERFA, here)


def _declarations(draft: Draft, aujourdhui: date) -> Iterator[Constat]:
    """What is said of a loss or a theft; the police numbers every theft."""
    for motif, groupe in DECLARATIONS.items():
        said = next((d.declaration for d in draft.demandes if d.motif is motif), None)
        if said is not None and said.date > aujourdhui:
            phrase = f"La date de la déclaration de {groupe} est dans l’avenir."
            code = f"DATE_DECLARATION_{groupe.upper()}"
            yield bloquant(code, phrase, _CERFA_PERTE, Ecran.OUVERTURE, f"{groupe}.date")
        if said is not None and motif is Motif.RENOUVELLEMENT_VOL and said.numero is None:
            phrase = (
                "Le numéro de la déclaration de vol manque : la police ou la gendarmerie le donne."
            )
            code, champ = "NUMERO_DECLARATION_VOL", "vol.declaration"
            yield a_justifier(code, phrase, _VOL, Ecran.OUVERTURE, champ)


def _manque(manque: Manque) -> Constat:
    """A field that is empty or wrong."""
    champ = CHAMPS[manque.champ]
    code = f"CHAMP_{champ.nom.upper().replace('.', '_')}"
    phrase = f"{champ.complet} : {manque.phrase}"
    return bloquant(code, phrase, _CERFA, champ.ecran, champ.nom)


def _usager(
    draft: Draft, situation: Situation, wanted: Exigences, rules: tuple[date, Regles]
) -> Iterator[Constat]:
    yield from map(_manque, draft.manques)
    if draft.usager is None and not draft.saisie:
        phrase = "L’identité du titulaire n’est pas saisie."
        yield bloquant("USAGER", phrase, _CERFA, Ecran.ETAT_CIVIL, "usager.nom_famille")
        return
    yield from _age(draft, situation, rules)
    asked = TypeTitre.PASSEPORT in situation.demandes
    if asked and not _dit(draft, "couleur_yeux", "usager.couleur_yeux"):
        phrase = "La couleur des yeux manque pour le passeport."
        yield bloquant("COULEUR_YEUX", phrase, _CERFA, Ecran.ETAT_CIVIL, "usager.couleur_yeux")
    chosen = _dit(draft, "conservation_90j", "usager.conservation_90j")
    if chosen and wanted.conservation_90j is False:
        rule = rules[1].conservation
        phrase = "L’effacement à 90 jours ne concerne que la CNI, à partir de 12 ans."
        yield bloquant(
            "CONSERVATION_90J", phrase, rule.jours.source, Ecran.SIGNATURE,
            "usager.conservation_90j",
        )  # fmt: skip


def _age(draft: Draft, situation: Situation, rules: tuple[date, Regles]) -> Iterator[Constat]:
    jour, regles = rules
    here, born = Ecran.ETAT_CIVIL, situation.naissance
    if born is not None and born.au_plus_tot() > jour:
        phrase = "La date de naissance est dans l’avenir."
        yield bloquant("DATE_NAISSANCE", phrase, _CERFA, here, "usager.date_naissance")
    age, majority = situation.age(jour, regles.majorite.valeur), regles.majorite
    if age.au_moins >= majority.valeur and situation.mineur:
        phrase = "Le titulaire est dit mineur, sa date de naissance le dit majeur."
        yield bloquant(
            "MINEUR_MAJEUR", phrase, majority.source, Ecran.OUVERTURE, "ouverture.mineur"
        )
    named = _dit(draft, "representant_legal", "representant.nom_famille")
    if age.au_plus < majority.valeur and not named:
        phrase = "Le représentant légal du mineur manque."
        champ = "representant.nom_famille"
        yield bloquant("REPRESENTANT_LEGAL", phrase, majority.source, here, champ)


def _dit(draft: Draft, attribut: str, champ: str) -> bool:
    """Whether something is said, in the form or in its field."""
    if draft.usager is not None:
        return bool(getattr(draft.usager, attribut))
    return bool(draft.saisie.get(champ))


def _recapitulatif(draft: Draft) -> Iterator[Constat]:
    """Only what was typed on a screen is read back to somebody."""
    if draft.saisie and not relu(draft):
        phrase = "L’usager n’a pas confirmé le récapitulatif."
        if draft.relecture is not None:
            phrase = "La saisie a changé : l’usager confirme de nouveau le récapitulatif."
        yield bloquant("RECAPITULATIF", phrase, _CERFA, Ecran.SIGNATURE)
