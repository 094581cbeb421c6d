"""What the chip of the old title puts into the form, and where both differ (process.md §5).

Only what the State signed is proposed, and the agent decides; nothing enters by itself. Where the
chip has names in full (DG11) they replace those of the zone, which has no accents.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from station.capture import TitleFile
from station.codes.mrz.names import spell, spells
from station.dossier.champs import DatePartielle
from station.dossier.titre_ancien import Ecart, ecarts
from station.title.findings import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.codes.mrz.zone import Birth, Mrz
    from station.dossier.model import Usager
    from station.title.examination import Report
    from station.title.lds import Personal


@dataclass(frozen=True, slots=True)
class Proposition:
    """What the agent may take over; empty where the chip says nothing. Shows no value."""

    nom_famille: str = field(repr=False)
    prenoms: tuple[str, ...] = field(repr=False)
    date_naissance: DatePartielle | None = field(repr=False)
    sexe: str | None = field(repr=False)
    lieu_naissance: str = field(repr=False)
    numero: str = field(repr=False)


def proposition(report: Report) -> Proposition | None:
    """What the chip proposes; None unless the State is proven to have signed its zone."""
    mrz = report.mrz
    if mrz is None or report.proven(TitleFile.DG1) is not Status.VERIFIED:
        return None
    signed = report.proven(TitleFile.DG11) is Status.VERIFIED
    more = report.personal if signed else None
    return Proposition(
        nom_famille=more.surname if more and more.surname else mrz.surname,
        prenoms=more.given if more and more.given else mrz.given,
        date_naissance=_birth(mrz.birth),
        sexe=mrz.sex if mrz.sex in ("M", "F") else None,
        lieu_naissance=more.birth_place if more else "",
        numero=mrz.number,
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


def _of_personal(usager: Usager, mrz: Mrz, more: Personal) -> Iterator[Ecart]:
    """A zone that is cut leaves what DG11 has whole."""
    if mrz.surname_cut and more.surname and not _same(more.surname, usager.nom_famille):
        yield Ecart("nom_famille", "Le nom de famille n’est pas celui de la puce.")
    if more.given and not _same(" ".join(more.given), " ".join(usager.prenoms)):
        yield Ecart("prenoms", "Les prénoms ne sont pas ceux de la puce.")
    if more.birth_place and not _place(usager, more.birth_place):
        yield Ecart("lieu_naissance", "Le lieu de naissance n’est pas celui de la puce.")


def _place(usager: Usager, said: str) -> bool:
    """Whether what the chip says begins with the town of the form; its county may follow."""
    town, seen = spell(usager.lieu_naissance.libelle), spell(said)
    return seen.replace("<", "").startswith(town.replace("<", ""))


def _same(one: str, other: str) -> bool:
    """Whether two names are one in some spelling of ICAO: a chip may have accents, or none."""
    return spells(spell(one), other)


def _birth(birth: Birth | None) -> DatePartielle | None:
    if birth is None:
        return None
    return DatePartielle(annee=birth.year, mois=birth.month, jour=birth.day)
