"""The hand-over of titles: what the agent records, and what forbids it (process.md §3, step 13).

Nothing here names a person: the age of the holder decides, and is not kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from station.dossier.champs import Formulaire, Phrase
from station.dossier.model import TypeTitre

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.rules.regles import Regles

_SUR_PLACE = "service-public F14807, F18605 : remise au guichet du dépôt"
_COMPARAISON = "décret 2005-1726 art. 6-1 ; règlement 2019/1157 art. 11"


@unique
class Receveur(StrEnum):
    """Who takes the title."""

    TITULAIRE = "TITULAIRE"
    REPRESENTANT = "REPRESENTANT"


@unique
class AncienTitre(StrEnum):
    """What has become of the old title: handed back, save loss and theft (F14807)."""

    RENDU = "RENDU"
    PERDU = "PERDU"
    VOLE = "VOLE"
    AUCUN = "AUCUN"  # a first title


class TitreRemis(Formulaire):
    """A title as it is printed: its kind and number."""

    type_titre: TypeTitre
    numero: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{9,12}$")]


class Controle(Formulaire):
    """How the check of the print ended (`station.pipeline.remise`); `doigt` is an ISO code."""

    issue: Literal["concordant", "non_concordant", "non_effectue"]
    raison: Annotated[str, StringConstraints(pattern=r"^[a-z_]{3,40}$")]
    doigt: Annotated[int, Field(ge=1, le=10)] | None = None


class ActeRemise(Formulaire):
    """What happened at the counter; `justification` is typed when no print was compared."""

    titres: Annotated[tuple[TitreRemis, ...], Field(min_length=1, max_length=2)]
    controle: Controle
    justification: Phrase | None = None
    receveur: Receveur
    titulaire_present: bool
    ancien_titre: AncienTitre
    emargement: bool  # whoever takes the title has signed for it
    passeport_signe: bool = False


@dataclass(frozen=True, slots=True)
class Empechement:
    """Why a title may not be handed over: a stable code, a French sentence, the source."""

    code: str
    phrase: str
    source: str


def empechements(
    acte: ActeRemise, attendus: frozenset[str], age: int, regles: Regles
) -> tuple[Empechement, ...]:
    """Everything in the way; none, and the titles may leave the counter.

    `attendus` are the numbers of the titles that the CERT says are there, `age` the holder's in
    years.
    """
    about = acte, age, regles
    return (*_titres(acte, attendus), *_personne(*about), *_doigt(*about), *_signatures(*about))


def _titres(acte: ActeRemise, attendus: frozenset[str]) -> Iterator[Empechement]:
    if {titre.numero for titre in acte.titres} != attendus:
        phrase = "Ces titres ne sont pas ceux que le CERT a envoyés pour ce dossier."
        yield Empechement("TITRE_DISCORDANT", phrase, _SUR_PLACE)


def _personne(acte: ActeRemise, age: int, regles: Regles) -> Iterator[Empechement]:
    presence = regles.remise.presence_age
    if age >= presence.valeur and not acte.titulaire_present:
        phrase = f"Le titulaire doit être présent dès {presence.valeur} ans."
        yield Empechement("TITULAIRE_ABSENT", phrase, presence.source)
    minor = age < regles.majorite.valeur
    if minor != (acte.receveur is Receveur.REPRESENTANT):
        who = "à son représentant légal" if minor else "au titulaire lui-même"
        phrase = f"Le titre est remis {who}."
        yield Empechement("RECEVEUR", phrase, _SUR_PLACE)


def _doigt(acte: ActeRemise, age: int, regles: Regles) -> Iterator[Empechement]:
    match acte.controle.issue:
        case "concordant":
            return
        case "non_concordant":
            phrase = "L’empreinte n’est pas celle de la puce : garder le titre."
            yield Empechement("EMPREINTE_NON_CONCORDANTE", phrase, _COMPARAISON)
        case "non_effectue":
            if age >= regles.empreinte.age_min.valeur and not acte.justification:
                phrase = "L’empreinte n’a pas été comparée : dire pourquoi le titre est remis."
                yield Empechement("EMPREINTE_NON_COMPAREE", phrase, _COMPARAISON)


def _signatures(acte: ActeRemise, age: int, regles: Regles) -> Iterator[Empechement]:
    if not acte.emargement:
        yield Empechement("EMARGEMENT", "La remise n’est pas signée.", _SUR_PLACE)
    rule = regles.remise.signature_passeport_age
    passport = any(titre.type_titre is TypeTitre.PASSEPORT for titre in acte.titres)
    if passport and age >= rule.valeur and not acte.passeport_signe:
        phrase = f"Dès {rule.valeur} ans le titulaire signe son passeport."
        yield Empechement("PASSEPORT_NON_SIGNE", phrase, rule.source)
