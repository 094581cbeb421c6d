"""`python -m tests.bench.fingers_statistics`: what the finger path reaches on synthetic people.

None of them served to fit anything. NFIQ 2 is compared with when the extra is installed.
"""

from __future__ import annotations

from typing import Annotated

import cv2
import numpy as np
import numpy.typing as npt
import typer
from rich.console import Console
from rich.table import Table

from simulators.people import Person
from simulators.prints import GRADES, Conditions, SlapConditions
from station.capture import FOUR, Finger, Hand, Sample
from station.fingers.boxes import Box
from station.fingers.comparison import likeness, signature
from station.fingers.hands import name
from station.fingers.segmentation import segment
from station.quality.finger import assess_finger
from station.quality.indice import Indice
from station.quality.nfiq2 import Nbis, Nfiq2, installed
from station.rules.acquisition import acquisition
from tests import quality_pictures as pictures

Grey = npt.NDArray[np.uint8]
Row = tuple[str, float, float]  # what, reached, aimed at
FIRST = 5000  # people no test and no fit knows


def main(
    slaps: Annotated[int, typer.Option(help="Slaps.")] = 200,
    pairs: Annotated[int, typer.Option(help="Pairs of different fingers.")] = 2000,
) -> None:
    """Measure and print."""
    rows = [*_slaps(slaps), *_same_finger(pairs), *_presence(slaps // 4)]
    if installed() is not None:
        rows += _indice(slaps // 8)
    table = Table(title="fingers, synthetic people not used for fitting")
    for column in ("what", "reached", "aim"):
        table.add_column(column)
    for what, reached, aim in rows:
        table.add_row(what, f"{reached:.3f}", f"{aim:g}")
    Console().print(table)


def _slaps(count: int) -> list[Row]:
    rng = np.random.default_rng(FIRST)
    overlaps: list[float] = []
    four = three = 0
    for n in range(count):
        hand, person = list(Hand)[n % 2], Person(FIRST + n // 8)
        tilt = float(rng.uniform(-30, 30))
        shown = person.slap(hand, SlapConditions(tilt=tilt), n)
        seen = segment(shown.pixels).segments
        for placed in shown.truth:
            truth = Box(placed.cx, placed.cy, placed.width, placed.height, placed.angle)
            overlaps.append(max((truth.overlap(s.box) for s in seen), default=0.0))
        four += name([s.box for s in seen]).hand is hand
        gone = SlapConditions(tilt=tilt, missing=frozenset({FOUR[hand][n // 2 % 4]}))
        less = segment(person.slap(hand, gone, n).pixels, 3).segments
        three += name([s.box for s in less]).hand is hand
    return [
        (f"mean IoU, {count} slaps, tilts to 30°", float(np.mean(overlaps)), 0.95),
        ("lowest IoU", min(overlaps), 0.0),
        ("hand named, four fingers", four / count, 0.99),
        ("hand named, one missing undeclared", three / count, 0.95),
    ]


def _same_finger(pairs: int) -> list[Row]:
    """Impressions of one finger laid down twice, and of as many different fingers."""
    rng = np.random.default_rng(FIRST + 1)
    count = int(np.ceil(np.sqrt(pairs))) + 1
    first, second = [], []
    for n in range(count):
        finger = FOUR[list(Hand)[n % 2]][n // 2 % 4]
        person = Person(FIRST + n)
        how = [Conditions(rotation=float(rng.normal(0, 6)), slip=1.2) for _ in range(2)]
        first.append(signature(person.print_of(finger, how[0], 1)))
        second.append(signature(person.print_of(finger, how[1], 2)))
    limit = acquisition().comparaison.poc
    scores = np.array([[found.score for found in likeness(one, second)] for one in first])
    impostors = scores[~np.eye(count, dtype=bool)]
    return [
        ("same finger twice, caught", float((scores.diagonal() > limit).mean()), 0.90),
        (f"false alarms in {len(impostors)} impostor pairs", float((impostors > limit).sum()), 0),
        ("highest impostor", float(impostors.max()), limit),
    ]


def _presence(count: int) -> list[Row]:
    """What is no finger taken for one, and fingers taken for none."""
    greys = [
        _grey(cv2.resize(Person(FIRST + n).portrait(300, 386), (600, 771))) for n in range(count)
    ]
    greys += [_grey(Person(FIRST + n).portrait(400, 514)) for n in range(count)]
    greys += [_smooth(Person(FIRST + n).print_of(Finger.LEFT_INDEX)) for n in range(count)]
    drawn = (pictures.grating, pictures.rings, pictures.knitting, pictures.text_page)
    greys += [picture() for picture in (*drawn, pictures.noise, pictures.gradient)]
    prints = [
        Person(FIRST + n).print_of(Finger.LEFT_MIDDLE, conditions)
        for n in range(count // 4)
        for conditions in GRADES.values()
    ]
    return [
        (f"taken for a finger, {len(greys)} others", float(sum(map(_is_print, greys))), 0),
        (
            f"taken for none, {len(prints)} prints of all grades",
            float(sum(not _is_print(grey) for grey in prints)),
            0,
        ),
    ]


def _grey(bgr: npt.NDArray[np.generic]) -> Grey:
    return np.asarray(cv2.cvtColor(np.asarray(bgr, np.uint8), cv2.COLOR_BGR2GRAY), np.uint8)


def _smooth(grey: Grey) -> Grey:
    """Skin without ridges."""
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), 5), np.uint8)


def _is_print(grey: Grey) -> bool:
    report = assess_finger(Sample(grey, 500))
    return report.value("finger.indice") is not None


def _indice(people: int) -> list[Row]:
    nbis = Nbis()
    engine, own = Nfiq2(nbis), Indice.load()
    pairs = []
    for n in range(people):
        for conditions in GRADES.values():
            grey = Person(FIRST + n).print_of(Finger.RIGHT_MIDDLE, conditions)
            pair = (own.assess(grey).score, engine.assess(grey).score)
            if None not in pair:
                pairs.append(pair)
    nbis.close()
    values = np.array(pairs, float).T
    ranks = np.argsort(np.argsort(values)).astype(float)
    correlation = np.asarray(np.corrcoef(ranks))[0, 1]
    return [
        (
            f"indice to NFIQ 2, rank correlation, {len(pairs)} prints",
            float(correlation),
            0.90,
        ),
        ("indice to NFIQ 2, mean absolute error", float(np.abs(values[0] - values[1]).mean()), 8),
    ]


if __name__ == "__main__":
    typer.run(main)
