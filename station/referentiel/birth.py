"""A place of birth held against the table: known, changed since, of another time, or unknown.

The birth record has the name of that day. The table only advises: communes are missing from it,
records are old, and what the record says is what counts (process.md §13.2).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from station.referentiel import phrases
from station.referentiel.folding import fold, without_article
from station.referentiel.places import Nature

if TYPE_CHECKING:
    from datetime import date

    from station.referentiel.lookup import Referentiel
    from station.referentiel.places import Commune, Pays

_ABROAD = "99"


@unique
class Concordance(StrEnum):
    """How the place stands; all but the first two are warnings."""

    CONNU = "connu"
    CHANGE = "change"  # right as it is; it has another name or code today
    AUTRE_EPOQUE = "autre_epoque"  # a name or a code that was not that of the day
    AMBIGU = "ambigu"  # several communes of that name, and no code
    DISCORDANT = "discordant"  # the code is that of another place
    INCONNU = "inconnu"


@dataclass(frozen=True, slots=True)
class Avis:
    """What the table says, with a French sentence for the agent, empty when all is well.

    `commune` is the one of the day of birth, `aujourdhui` what it has become; a birth abroad has
    `pays`. The `repr` says none of it: it is about a person.
    """

    concordance: Concordance
    phrase: str = field(default="", repr=False)
    commune: Commune | None = field(default=None, repr=False)
    aujourdhui: Commune | None = field(default=None, repr=False)
    pays: Pays | None = field(default=None, repr=False)

    @property
    def alerte(self) -> bool:
        """Whether the agent should look again; never a reason to refuse."""
        return self.concordance not in (Concordance.CONNU, Concordance.CHANGE)

    @property
    def comedec(self) -> bool:
        """Whether the commune that keeps the record today is connected to COMEDEC."""
        return self.aujourdhui is not None and self.aujourdhui.comedec


def examine(reference: Referentiel, label: str, code: str, jour: date | None) -> Avis:
    """See `Referentiel.birth_place`."""
    if code.startswith(_ABROAD):
        return _abroad(reference, code, jour)
    if code:
        return _coded(reference, label, code, jour)
    found = reference.homonymes(label, jour) or reference.ever(label)
    codes = dict.fromkeys(c.code for c in found)
    if len(codes) == 1:
        return _coded(reference, label, found[0].code, jour)
    if codes:
        return Avis(Concordance.AMBIGU, phrases.several(found))
    return Avis(Concordance.INCONNU, phrases.unknown(label, reference.notice))


def _abroad(reference: Referentiel, code: str, jour: date | None) -> Avis:
    pays = reference.pays_insee(code, jour)
    if pays is None:
        return Avis(Concordance.INCONNU, phrases.unknown_code(code, reference.notice))
    former = reference.became(code, jour)
    if former:
        return Avis(Concordance.AUTRE_EPOQUE, phrases.then_french(pays, former), pays=pays)
    return Avis(Concordance.CONNU, pays=pays)


def _coded(reference: Referentiel, label: str, code: str, jour: date | None) -> Avis:
    versions = reference.versions(code)
    if not versions:
        return Avis(Concordance.INCONNU, phrases.unknown_code(code, reference.notice))
    if jour is None:
        then = next((c for c in versions if _same(reference, c, label)), versions[-1])
    elif standing := [c for c in versions if c.existe(jour)]:
        then = standing[0]
    else:
        return _not_that_day(reference, versions, jour)
    if _same(reference, then, label):
        return _right(reference, then)
    return _other_name(reference, label, then, jour)


def _right(reference: Referentiel, then: Commune) -> Avis:
    if then.fin is None:
        return Avis(Concordance.CONNU, commune=then, aujourdhui=then)
    after, today = reference.successor(then), reference.today(then)
    abroad = reference.pays_insee(then.suite or "") if after is None else None
    said = phrases.changed(then, after, today, abroad)
    return Avis(Concordance.CHANGE, said, then, today, abroad)


def _other_name(reference: Referentiel, label: str, then: Commune, jour: date | None) -> Avis:
    """The code is of that day, the name is not: another time, a merged neighbour, another place."""
    today = reference.today(then)
    key = fold(label)
    for other in reference.versions(then.code):
        if fold(other.libelle) == key:
            return Avis(
                Concordance.AUTRE_EPOQUE, phrases.named_then(then, other, jour), then, today
            )
    for other in reference.homonymes(label, jour) if jour else ():
        become = reference.today(other)
        if become is not None and today is not None and become.code == today.code:
            said = phrases.apart(other, become, jour)
            return Avis(Concordance.AUTRE_EPOQUE, said, other, become)
    return Avis(Concordance.DISCORDANT, phrases.another(then, label), then, today)


def _not_that_day(reference: Referentiel, versions: tuple[Commune, ...], jour: date) -> Avis:
    before = [c for c in versions if c.fin is not None and c.fin <= jour]
    if before:
        gone = before[-1]
        then = reference.successor(gone)
        said = phrases.gone(gone, then, jour)
        return Avis(Concordance.AUTRE_EPOQUE, said, then, reference.today(gone))
    coming = versions[0]
    was = next((c for c in reference.predecessors(coming) if c.existe(jour)), None)
    today = reference.today(coming)
    return Avis(Concordance.AUTRE_EPOQUE, phrases.not_yet(coming, was, jour), was, today)


def _same(reference: Referentiel, commune: Commune, label: str) -> bool:
    """Whether `label` names it; of an arrondissement the town, of a territory any place will do."""
    key, name = fold(label), fold(commune.libelle)
    if not key or commune.nature is Nature.TERRITOIRE:
        return True
    if key in (name, without_article(name)):
        return True
    if commune.nature is not Nature.ARRONDISSEMENT:
        return False
    town = reference.commune(commune.suite or "")
    return name.startswith(key + " ") or (town is not None and fold(town.libelle) == key)
