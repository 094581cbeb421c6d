"""What the zone of the old title says, held against the form (process.md §5, TITRE_ANCIEN).

A difference is shown to the agent, who decides: a title may be wrong, old, or spell otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from station.codes.mrz.names import spells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.codes.mrz.zone import Birth
    from station.dossier.champs import DatePartielle


class Identite(Protocol):
    """What the form says of a person: a `Usager`, or the fields that hold so far."""

    @property
    def nom_famille(self) -> str | None:
        """None, here and below: not there yet, and no difference."""
        ...

    @property
    def prenoms(self) -> tuple[str, ...]:
        """Empty when not there yet."""
        ...

    @property
    def date_naissance(self) -> DatePartielle | None:
        """Parts of it may be unknown."""
        ...

    @property
    def sexe(self) -> str | None:
        """M or F."""
        ...


class Zone(Protocol):
    """What a title says: `station.codes.mrz.zone.Mrz`, or its like from a chip."""

    @property
    def surname(self) -> str:
        """In capitals without accents, as the rest."""
        ...

    @property
    def given(self) -> tuple[str, ...]:
        """From the first one on, perhaps not all."""
        ...

    @property
    def surname_cut(self) -> bool:
        """Whether the name may go on."""
        ...

    @property
    def given_cut(self) -> bool:
        """Whether the last of the first names may."""
        ...

    @property
    def birth(self) -> Birth | None:
        """None when the title has no date."""
        ...

    @property
    def sex(self) -> str | None:
        """M, F, X, or None."""
        ...

    @property
    def number(self) -> str:
        """Of the title."""
        ...


@dataclass(frozen=True, slots=True)
class Ecart:
    """One difference: the field of the form and a French sentence, without any value."""

    champ: str
    phrase: str


def ecarts(usager: Identite, mrz: Zone, numero: str | None = None) -> tuple[Ecart, ...]:
    """Where `mrz` and the form differ; `numero` is the number typed for the old title.

    Names count as equal in every spelling of ICAO Doc 9303-3; a zone may hold fewer first names
    than the form, from the first one on.
    """
    return tuple(_ecarts(usager, mrz, numero))


def _ecarts(usager: Identite, mrz: Zone, numero: str | None) -> Iterator[Ecart]:
    name, born = usager.nom_famille, usager.date_naissance
    if name is not None and not spells(mrz.surname, name, cut=mrz.surname_cut):
        yield Ecart("nom_famille", "Le nom de famille n’est pas celui du titre.")
    if usager.prenoms and not _prenoms(usager.prenoms, mrz):
        yield Ecart("prenoms", "Les prénoms ne sont pas ceux du titre.")
    if born is not None and mrz.birth is not None and not _same_day(born, mrz.birth):
        yield Ecart("date_naissance", "La date de naissance n’est pas celle du titre.")
    if usager.sexe is not None and mrz.sex in ("M", "F") and mrz.sex != usager.sexe:
        yield Ecart("sexe", "Le sexe n’est pas celui du titre.")
    if numero is not None and "".join(numero.split()).upper() != mrz.number:
        yield Ecart("numero", "Le numéro saisi n’est pas celui du titre.")


def _prenoms(prenoms: tuple[str, ...], mrz: Zone) -> bool:
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
