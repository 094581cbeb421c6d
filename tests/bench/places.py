"""Communes: what is typed, in a table of the size of the national one, with its history."""

from __future__ import annotations

import random
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from station.referentiel import build, own, table
from station.referentiel.opened import load
from station.referentiel.places import Changement, Commune
from tests.bench.figure import Figure, median_ms

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY, FORMER = 36_000, 6_000
RUNS = 21
STEMS = "Ville Mont Champ Bois Val Roche Font Pont Beau Chat Mar Ter Lou Cour Sol Mer Aub Vign"
ENDS = "ac ay elles ières euil y on court bourg igny ans eux ouze anges az ette"
SAINTS = "Martin Pierre Jean Denis Étienne Germain Maurice Médard Sulpice Léger Rémy Hilaire"
TAILS = "sur-Marne en-Champagne les-Bains le-Château sous-Bois d’Anjou la-Forêt aux-Mines de-Brie"
NOTICE = {"etendue": own.NATIONAL, "date": "2026-01-01", "producteur": "bench", "licence": ""}
TYPED = ("s", "sa", "st m", "l", "le", "mont", "saint-germain", "villeac sur", "germain marne")


def measure(folder: Path) -> list[Figure]:
    """The slowest of some beginnings of names, on the disk, today and in 1990; and the opening."""
    with TemporaryDirectory(dir=folder) as scratch:
        path = Path(scratch) / "communes.sqlite"
        contents = table.Contents(tuple(communes(random.Random(6))), own.countries(), NOTICE)
        build.write(contents, path)
        with load(path) as reference:
            slowest = max(
                median_ms(partial(reference.communes, text, day), RUNS)
                for text in TYPED
                for day in (None, date(1990, 6, 1))
            )
        opening = median_ms(lambda: load(path).close(), 5)
    return [
        Figure(f"communes, {TODAY + FORMER} names, slowest search", slowest, "ms", aim=5),
        Figure("communes, table checked and opened", opening, "ms"),
    ]


def communes(chance: random.Random) -> Iterator[Commune]:
    """Names in the proportions of the French ones: saints, articles, tails."""
    for number in range(TODAY):
        yield Commune(f"{number:05}", _name(chance), population=int(chance.paretovariate(1) * 90))
    for number in range(FORMER):
        end = date(chance.randint(1950, 2025), 1, 1)
        heir = f"{chance.randrange(TODAY):05}"
        yield Commune(
            f"{TODAY + number:05}",
            _name(chance),
            fin=end,
            changement=Changement.FUSION,
            suite=heir,
        )


def _name(chance: random.Random) -> str:
    saint = chance.random() < 1 / 8
    stem = f"Saint-{chance.choice(SAINTS.split())}" if saint else _word(chance)
    article = chance.choice(("Le ", "La ", "Les ", "L’")) if chance.random() < 1 / 12 else ""
    tail = f"-{chance.choice(TAILS.split())}" if chance.random() < 1 / 3 else ""
    return article + stem + tail


def _word(chance: random.Random) -> str:
    return chance.choice(STEMS.split()) + chance.choice(ENDS.split())
