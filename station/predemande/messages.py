"""What the service of pre-demandes signs: bounded, verified, then read.

Texts come from the network: what nobody can see, what is too long and what is no choice never
reaches the form; its field is named in `illisibles`. What is merely wrong is kept as it is.
"""

from __future__ import annotations

import logging
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from station import jws
from station.dossier.champs import Insee, visible
from station.dossier.formulaire import CHAMPS, Ecran, Sorte
from station.dossier.lecture import faute
from station.dossier.model import Motif, TypeTitre
from station.errors import PredemandeConsumed, PredemandeExpired, PredemandeInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography import x509

ISSUER: Final = "PREDEMANDE"
MAX_RENDEZVOUS: Final = 200
_MAX_TOKEN: Final = 96 * 1024  # characters
_MAX_CHAMPS: Final = 200
_AHEAD: Final = 300.0  # seconds that the clock of the service may be before ours
_MAX_TEXTE: Final = {Sorte.COURRIEL: 254, Sorte.PRENOMS: 300, Sorte.PHRASE: 500}  # characters
_USUAL_TEXTE: Final = 100
_UNSHOWN: Final = "—"
_SERVED: Final = {  # never what the applicant says at the counter
    nom: champ
    for nom, champ in CHAMPS.items()
    if champ.ecran is not Ecran.SIGNATURE and nom != "demande.predemande"
}
_TITRES: Final = {TypeTitre.CNI: "demande.cni", TypeTitre.PASSEPORT: "demande.passeport"}

logger = logging.getLogger(__name__)
Numero = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{10}$")]


@unique
class Source(StrEnum):
    """Where an answer came from."""

    SERVICE = "SERVICE"
    COPIE = "COPIE"  # of the day, kept on the station


@dataclass(frozen=True, slots=True)
class Predemande:
    """What an applicant began online, for use in the form.

    `titres` are the titles asked for with their motif; `champs` the texts by the names of
    `station.dossier.formulaire`; `illisibles` the fields whose text was left out. `su_le` is when
    the service said it, `source` how it came here.
    """

    numero: str = field(repr=False)
    validee_le: date
    titres: Mapping[TypeTitre, Motif | None]
    champs: Mapping[str, str] = field(repr=False)
    illisibles: tuple[str, ...]
    source: Source
    su_le: datetime

    def kept(self) -> Predemande:
        """The same, as it comes from the copy of the day."""
        return replace(self, source=Source.COPIE)


@dataclass(frozen=True, slots=True)
class Rendezvous:
    """One appointment; `personne` is masked, `numero` None for who has no pre-demande."""

    heure: time
    titres: tuple[TypeTitre, ...]
    personne: str = field(repr=False)
    numero: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Journee:
    """The appointments of a site on one day, by the hour, as the service said at `su_le`."""

    jour: date
    rendezvous: tuple[Rendezvous, ...]
    su_le: datetime


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    iat: Annotated[int, Field(ge=0, lt=2**40)]

    @property
    def su_le(self) -> datetime:
        return datetime.fromtimestamp(self.iat, UTC)


class _Predemande(_Said):
    numero: Numero
    statut: Literal["validated", "consumed"]
    validee_le: date
    champs: Annotated[dict[str, str], Field(max_length=_MAX_CHAMPS)] = {}


class _Rendezvous(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    heure: Annotated[str, StringConstraints(pattern=r"^(?:[01]\d|2[0-3]):[0-5]\d$")]
    titres: Annotated[tuple[TypeTitre, ...], Field(max_length=len(TypeTitre))]
    personne: Annotated[str, StringConstraints(max_length=40)]
    numero: Numero | None = None


class _Journee(_Said):
    site: Insee
    jour: date
    rendezvous: Annotated[list[_Rendezvous], Field(max_length=MAX_RENDEZVOUS)]


class _Consommation(_Said):
    numero: Numero
    station: Annotated[str, StringConstraints(max_length=16)]


Kind = TypeVar("Kind", bound=_Said)


@dataclass(frozen=True, slots=True)
class Cadre:
    """What an answer is held against: the signer, the day, the months of the rule."""

    certificate: x509.Certificate
    jour: date
    validite_mois: int


def read_predemande(token: str, numero: str, cadre: Cadre) -> Predemande:
    """Believe `token` only if the service signed it, about `numero`.

    Raises `PredemandeInvalid`, or `PredemandeConsumed` and `PredemandeExpired` for one that is
    authentic and cannot be used.
    """
    said = _believe(token, "predemande", _Predemande, cadre.certificate)
    if said.numero != numero:
        raise PredemandeInvalid("about another number")
    if said.statut == "consumed":
        raise PredemandeConsumed("filed before")
    if _after(said.validee_le, cadre.validite_mois) < cadre.jour:
        raise PredemandeExpired(f"older than {cadre.validite_mois} months")
    champs, illisibles = _texts(said.champs)
    return Predemande(
        numero=said.numero,
        validee_le=said.validee_le,
        titres=_titres(champs),
        champs=champs,
        illisibles=illisibles,
        source=Source.SERVICE,
        su_le=said.su_le,
    )


def read_journee(token: str, site: str, jour: date, certificate: x509.Certificate) -> Journee:
    """Believe `token` only if the service signed it, about `site` and `jour`.

    Raises `PredemandeInvalid`.
    """
    said = _believe(token, "rendezvous", _Journee, certificate)
    if (said.site, said.jour) != (site, jour):
        raise PredemandeInvalid("about another site or day")
    found = sorted(map(_rendezvous, said.rendezvous), key=lambda r: r.heure)
    return Journee(jour, tuple(found), said.su_le)


def check_consommation(
    token: str, numero: str, station: str, certificate: x509.Certificate
) -> None:
    """Raise `PredemandeInvalid` unless the service signed that `station` has used `numero`."""
    said = _believe(token, "consommation", _Consommation, certificate)
    if (said.numero, said.station) != (numero, station):
        raise PredemandeInvalid("about another number or station")


def prefill(predemande: Predemande) -> Mapping[str, str]:
    """The texts to put into the form, by the names of its fields; the number among them."""
    return {**predemande.champs, "demande.predemande": predemande.numero}


def _believe(token: str, kind: str, model: type[Kind], certificate: x509.Certificate) -> Kind:
    if len(token) > _MAX_TOKEN:
        raise PredemandeInvalid("longer than any answer")
    try:
        return model.model_validate(jws.claims(token, kind, ISSUER, certificate, _AHEAD))
    except jws.NotSigned as error:
        raise PredemandeInvalid(f"not signed by the service: {error}") from error
    except ValidationError:  # the cause quotes what an applicant typed
        raise PredemandeInvalid(f"a {kind} this station cannot read") from None


def _after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")


def _texts(said: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The texts that may enter the form, in its order, and the names of those left out."""
    unknown = sum(nom not in _SERVED for nom in said)
    if unknown:
        logger.info("pre-demande: %d fields this form does not take", unknown)
    texts, left = {}, []
    for nom, champ in _SERVED.items():
        texte = unicodedata.normalize("NFC", said.get(nom, "")).strip()
        if texte and _fits(nom, texte):
            texts[champ.nom] = texte
        elif said.get(nom):
            left.append(nom)
    return texts, tuple(left)


def _fits(nom: str, texte: str) -> bool:
    champ = CHAMPS[nom]
    if len(texte) > _MAX_TEXTE.get(champ.sorte, _USUAL_TEXTE) or not visible(texte):
        return False
    return champ.sorte not in (Sorte.OUI, Sorte.CHOIX) or not faute(champ, texte)


def _titres(champs: Mapping[str, Any]) -> dict[TypeTitre, Motif | None]:
    asked = [(titre, nom) for titre, nom in _TITRES.items() if nom in champs]
    motifs = {titre: champs.get(f"{nom}.motif") for titre, nom in asked}
    return {titre: None if motif is None else Motif(motif) for titre, motif in motifs.items()}


def _rendezvous(said: _Rendezvous) -> Rendezvous:
    personne = said.personne if said.personne.strip() and visible(said.personne) else _UNSHOWN
    return Rendezvous(time.fromisoformat(said.heure), said.titres, personne, said.numero)
