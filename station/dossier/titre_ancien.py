"""What the zone of the old title says, held against the form (process.md §5, TITRE_ANCIEN).

A difference is shown to the agent, who decides: a title may be wrong, old, or spell otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.codes.mrz.names import spells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.codes.mrz.zone import Birth, Mrz
    from station.dossier.champs import DatePartielle
    from station.dossier.model import Usager


@dataclass(frozen=True, slots=True)
class Ecart:
    """One difference: the field of the form and a French sentence, without any value."""

    champ: str
    phrase: str


def ecarts(usager: Usager, mrz: Mrz, numero: str | None = None) -> tuple[Ecart, ...]:
    """Where `mrz` and the form differ; `numero` is the number typed for the old title.

    Names count as equal in every spelling of ICAO Doc 9303-3; a zone may hold fewer first names
    than the form, from the first one on.
    """
    return tuple(_ecarts(usager, mrz, numero))


def _ecarts(usager: Usager, mrz: Mrz, numero: str | None) -> Iterator[Ecart]:
    if not spells(mrz.surname, usager.nom_famille, cut=mrz.surname_cut):
        yield Ecart("nom_famille", "Le nom de famille n’est pas celui du titre.")
    if not _prenoms(usager.prenoms, mrz):
        yield Ecart("prenoms", "Les prénoms ne sont pas ceux du titre.")
    if mrz.birth is not None and not _same_day(usager.date_naissance, mrz.birth):
        yield Ecart("date_naissance", "La date de naissance n’est pas celle du titre.")
    if mrz.sex in ("M", "F") and mrz.sex != usager.sexe:
        yield Ecart("sexe", "Le sexe n’est pas celui du titre.")
    if numero is not None and "".join(numero.split()).upper() != mrz.number:
        yield Ecart("numero", "Le numéro saisi n’est pas celui du titre.")


def _prenoms(prenoms: tuple[str, ...], mrz: Mrz) -> bool:
    """Whether the zone holds the first names in their order, the last ones perhaps not."""
    given = "".join(mrz.given)
    if not given:
        return mrz.surname_cut
    return any(
        spells(given, " ".join(prenoms[:count]), cut=mrz.given_cut)
        for count in range(1, len(prenoms) + 1)
    )


def _same_day(form: DatePartielle, title: Birth) -> bool:
    """Equal where both say something."""
    pairs = ((form.mois, title.month), (form.jour, title.day))
    return form.annee == title.year and all(a is None or b is None or a == b for a, b in pairs)
