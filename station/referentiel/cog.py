"""The Code officiel géographique of the INSEE: communes of today, their history, countries.

Columns as published with the COG of 2024 and later (insee.fr, "dessin de fichier"); `csv_files`
says which. In the history a commune has a line for each name and code it bore; the day it ends
is the first of the next. The movements of that day say what it became.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from station.referentiel.folding import fold
from station.referentiel.places import Changement, Commune, Nature, Pays

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from station.referentiel.csv_files import Line

CODE = re.compile(r"\d{5}|2[AB]\d{3}", re.ASCII)
_ABROAD = re.compile(r"99\d{3}", re.ASCII)
_TYPE = re.compile(r"COM[AD]?|ARM")
_ISO2, _ISO3 = re.compile(r"[A-Z]{2}|"), re.compile(r"[A-Z]{3}|")
_BEGINNING = date(1943, 1, 1)  # of the history; what begins then is older
_NATURES = {
    "COM": Nature.COMMUNE,
    "ARM": Nature.ARRONDISSEMENT,
    "COMA": Nature.DELEGUEE,
    "COMD": Nature.DELEGUEE,
}
# MOD of the movements; the lower comes first when a day has several about one commune.
_MOVES = {
    "10": (0, Changement.NOM),
    "41": (1, Changement.DEPARTEMENT),
    "50": (2, Changement.CODE),
    "31": (3, Changement.FUSION),
    "32": (3, Changement.FUSION),
    "33": (3, Changement.FUSION),
    "34": (4, Changement.FUSION),
}
_Ends = dict[tuple[str, date | None], tuple[str, Changement]]  # code, day: code, why


def communes(
    today: Iterable[Line], history: Iterable[Line], moves: Iterable[Line]
) -> tuple[Commune, ...]:
    """Everything that ever was a commune; without history, those of today alone."""
    ends = _ends(moves)
    current = [_current(line) for line in today]
    parts = {c.code: c.suite for c in current if c.nature is Nature.DELEGUEE and c.suite}
    ever = _ended([_version(line) for line in history], ends, parts)
    open_codes = {c.code for c in ever if c.fin is None}
    names = {(c.code, c.libelle) for c in ever}
    added = (
        c
        for c in current
        if (c.code, c.libelle) not in names
        and (c.nature is not Nature.COMMUNE or c.code not in open_codes)
    )
    return (*ever, *added)


def overseas(lines: Iterable[Line]) -> Iterator[Commune]:
    """Communes of the collectivités d’outre-mer and New Caledonia; districts count as such."""
    for line in lines:
        debut, fin = _span(line)
        code = line.matching("COM_COMER", CODE)
        yield Commune(code, line.name("LIBELLE"), debut=debut, fin=fin)


def countries(
    today: Iterable[Line], history: Iterable[Line], own: Iterable[Pays]
) -> tuple[Pays, ...]:
    """Countries of the COG with the other names we know, ours that it has not, former ones."""
    known = {p.alpha3: p for p in own if p.fin is None}
    current = tuple(_country(line, known) for line in today)
    have = {p.alpha3 for p in current}
    rest = tuple(p for p in own if p.alpha3 not in have)
    return (*current, *rest, *_gone(history))


def _version(line: Line) -> Commune:
    debut, fin = _span(line)
    return Commune(line.matching("COM", CODE), line.name("LIBELLE"), debut=debut, fin=fin)


def _current(line: Line) -> Commune:
    nature = _NATURES[line.matching("TYPECOM", _TYPE)]
    parent = line.matching("COMPARENT", CODE) if nature is not Nature.COMMUNE else None
    return Commune(line.matching("COM", CODE), line.name("LIBELLE"), nature, suite=parent)


def _ended(versions: list[Commune], ends: _Ends, parts: Mapping[str, str]) -> list[Commune]:
    """The same with what each became: by the movements, its code that went on, its parent."""
    became = {
        (c.code, c.fin): (parts[c.code], Changement.FUSION) for c in versions if c.code in parts
    }
    became |= {(c.code, c.debut): (c.code, Changement.AUTRE) for c in versions}
    became |= ends
    return [_became(c, became.get((c.code, c.fin))) for c in versions]


def _became(commune: Commune, what: tuple[str, Changement] | None) -> Commune:
    if commune.fin is None or what is None:
        return commune
    return replace(commune, suite=what[0], changement=what[1])


def _ends(moves: Iterable[Line]) -> _Ends:
    """Of the movements from commune to commune of one day, the one that explains its end best."""
    found: defaultdict[tuple[str, date], list[tuple[int, bool, str, Changement]]] = defaultdict(
        list
    )
    for line in moves:
        if line.get("TYPECOM_AV") != "COM" or line.get("TYPECOM_AP") != "COM":
            continue
        before, after = line.matching("COM_AV", CODE), line.matching("COM_AP", CODE)
        order, changement = _MOVES.get(line.get("MOD"), (9, Changement.AUTRE))
        when = _day(line, "DATE_EFF")
        if when is not None:
            found[before, when].append((order, before != after, after, changement))
    return {there: (best[2], best[3]) for there, moved in found.items() for best in (min(moved),)}


def _country(line: Line, known: dict[str, Pays]) -> Pays:
    alpha3 = line.matching("CODEISO3", _ISO3)
    own = known.get(alpha3)
    other = () if own is None else (own.nom, *own.autres)
    name = line.name("LIBCOG")
    if own is not None and fold(own.nom) == fold(name):
        name = own.nom  # some editions have capitals only
    long = line.name("LIBENR") if line.get("LIBENR") else name
    names = tuple(n for n in dict.fromkeys((long, *other)) if n != name)
    iso2 = line.matching("CODEISO2", _ISO2)
    return Pays(alpha3, iso2, line.matching("COG", _ABROAD), name, autres=names)


def _gone(history: Iterable[Line]) -> Iterator[Pays]:
    for line in history:
        debut, fin = _span(line)
        if fin is not None:
            yield Pays("", "", line.matching("COG", _ABROAD), line.name("LIBCOG"), debut, fin)


def _span(line: Line) -> tuple[date | None, date | None]:
    debut, fin = _day(line, "DATE_DEBUT"), _day(line, "DATE_FIN")
    return (None if debut is not None and debut <= _BEGINNING else debut), fin


def _day(line: Line, column: str) -> date | None:
    text = line.get(column)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise line.wrong(column) from None
