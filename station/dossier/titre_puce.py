"""What the chip of the old title puts into the form, and where both differ (process.md §5).

Only what the State signed is proposed, and the agent decides; nothing enters by itself. Where the
chip has names in full (DG11) they replace those of the zone, which has no accents.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from station.capture import TitleFile
from station.codes.mrz.names import spell, spells
from station.codes.mrz.zone import Birth
from station.dossier.champs import DatePartielle
from station.dossier.titre_ancien import Ecart, ecarts
from station.title.findings import Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from station.codes.mrz.zone import Mrz
    from station.dossier.model import Usager
    from station.dossier.titre_ancien import Identite
    from station.title.examination import Report
    from station.title.lds import Personal

_PRENOMS = "Les prénoms ne sont pas ceux de la puce."
_LIEU = "Le lieu de naissance n’est pas celui de la puce."


@dataclass(frozen=True, slots=True)
class Proposition:
    """What the agent may take over; empty where the chip says nothing. Shows no value.

    Names are whole unless `nom_coupe` or `prenoms_coupes`; `entiers` says that no first name is
    missing (DG11).
    """

    nom_famille: str = field(repr=False)
    prenoms: tuple[str, ...] = field(repr=False)
    date_naissance: DatePartielle | None = field(repr=False)
    sexe: str | None = field(repr=False)
    lieu_naissance: str = field(repr=False)
    numero: str = field(repr=False)
    expire_le: date | None = field(repr=False, default=None)
    nom_coupe: bool = False
    prenoms_coupes: bool = False
    entiers: bool = False


def proposition(report: Report) -> Proposition | None:
    """What the chip proposes; None unless the State is proven to have signed its zone."""
    mrz = report.mrz
    if mrz is None or report.proven(TitleFile.DG1) is not Status.VERIFIED:
        return None
    signed = report.proven(TitleFile.DG11) is Status.VERIFIED
    more = report.personal if signed else None
    surname, given = (more.surname, more.given) if more else ("", ())
    return Proposition(
        nom_famille=surname or mrz.surname,
        prenoms=given or mrz.given,
        date_naissance=_birth(mrz.birth),
        sexe=mrz.sex if mrz.sex in ("M", "F") else None,
        lieu_naissance=more.birth_place if more else "",
        numero=mrz.number,
        expire_le=mrz.expires,
        nom_coupe=not surname and mrz.surname_cut,
        prenoms_coupes=not given and mrz.given_cut,
        entiers=bool(given),
    )


def ecarts_proposition(
    form: Identite, said: Proposition, lieu: str = "", numero: str | None = None
) -> tuple[Ecart, ...]:
    """Where what the chip proposes and the form differ; `lieu` is the place of birth of the form.

    First names that the chip has in full have to be all there.
    """
    return tuple(
        {ecart.champ: ecart for ecart in _of_proposition(form, said, lieu, numero)}.values()
    )


def ecarts_puce(usager: Usager, report: Report, numero: str | None = None) -> tuple[Ecart, ...]:
    """Where the chip and the form differ: the zone as on paper, then what DG11 has in full.

    Empty when the chip gave no zone: then there is nothing to compare, and its finding says why.
    """
    if report.mrz is None:
        return ()
    found = ecarts(usager, report.mrz, numero)
    more = () if report.personal is None else _of_personal(usager, report.mrz, report.personal)
    return tuple({ecart.champ: ecart for ecart in (*found, *more)}.values())


@dataclass(frozen=True, slots=True)
class _Zone:
    """A proposition in the form of the zone on paper."""

    surname: str
    given: tuple[str, ...]
    surname_cut: bool
    given_cut: bool
    birth: Birth | None
    sex: str | None
    number: str


def _of_proposition(
    form: Identite, said: Proposition, lieu: str, numero: str | None
) -> Iterator[Ecart]:
    born = said.date_naissance
    zone = _Zone(
        surname=spell(said.nom_famille),
        given=tuple(map(spell, said.prenoms)),
        surname_cut=said.nom_coupe,
        given_cut=said.prenoms_coupes,
        birth=None if born is None else Birth(born.annee, born.mois, born.jour),
        sex=said.sexe,
        number=said.numero,
    )
    yield from ecarts(form, zone, numero)
    if said.entiers and form.prenoms and not _same(" ".join(said.prenoms), " ".join(form.prenoms)):
        yield Ecart("prenoms", _PRENOMS)
    if said.lieu_naissance and lieu and not _place(lieu, said.lieu_naissance):
        yield Ecart("lieu_naissance", _LIEU)


def _of_personal(usager: Usager, mrz: Mrz, more: Personal) -> Iterator[Ecart]:
    """A zone that is cut leaves what DG11 has whole."""
    if mrz.surname_cut and more.surname and not _same(more.surname, usager.nom_famille):
        yield Ecart("nom_famille", "Le nom de famille n’est pas celui de la puce.")
    if more.given and not _same(" ".join(more.given), " ".join(usager.prenoms)):
        yield Ecart("prenoms", _PRENOMS)
    lieu = usager.lieu_naissance.libelle
    if more.birth_place and not _place(lieu, more.birth_place):
        yield Ecart("lieu_naissance", _LIEU)


def _place(lieu: str, said: str) -> bool:
    """Whether what the chip says begins with the town of the form; its county may follow."""
    town, seen = spell(lieu), spell(said)
    return seen.replace("<", "").startswith(town.replace("<", ""))


def _same(one: str, other: str) -> bool:
    """Whether two names are one in some spelling of ICAO: a chip may have accents, or none."""
    return spells(spell(one), other)


def _birth(birth: Birth | None) -> DatePartielle | None:
    if birth is None:
        return None
    return DatePartielle(annee=birth.year, mois=birth.month, jour=birth.day)
