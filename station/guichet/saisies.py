"""A field filled by the agent, with what follows from it for others; all of it on disk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from station.dossier.lieux import suites
from station.dossier.saisie import Origine, Valeur
from station.dossier.usages import usages
from station.rules.regles import en_vigueur

if TYPE_CHECKING:
    from datetime import date

    from station.guichet.en_cours import Champ, EnCours
    from station.referentiel.lookup import Referentiel


@dataclass(frozen=True, slots=True)
class Saisi:
    """The field as it now stands, and the names of those that followed."""

    champ: Champ
    autres: tuple[str, ...]


def remplir(
    en_cours: EnCours, lieux: Referentiel, nom: str, texte: str, avant: str | None = None
) -> Saisi:
    """Put `texte` into a field, and what follows from it into others.

    Raises as `EnCours.fill` does. What an agent typed gives way to what follows only where a place
    was chosen: its département and its country are those of the place.
    """
    with en_cours.changing() as draft:
        before = draft.saisie.get(nom)
        champ = en_cours.fill(nom, texte, avant)
        if draft.saisie.get(nom) == before:
            return Saisi(champ, ())
        follows = {n: Valeur(t) for n, t in suites(lieux, draft.saisie, nom).items()}
        jour = aujourdhui()
        majorite = en_vigueur(jour).majorite.valeur
        usual = usages(draft.saisie, nom, jour, majorite)
        follows |= {n: Valeur(t, Origine.USUEL) for n, t in usual.items()}
        follows = {n: valeur for n, valeur in follows.items() if draft.takes(n)}
        en_cours.put_all(follows)
        return Saisi(champ, tuple(follows))


def aujourdhui() -> date:
    """The day at the counter, in the time zone of the post."""
    return datetime.now(UTC).astimezone().date()
