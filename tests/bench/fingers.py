"""Prints: quality, segmentation, naming, comparison and live guidance, on one core."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import cv2

from simulators.people import Person
from simulators.prints import growth, slap
from station.capture import Finger, Hand
from station.fingers.comparison import compare
from station.fingers.hands import name
from station.fingers.segmentation import segment
from station.fingers.sight import look
from station.quality.engines import nbis
from station.quality.indice import Indice
from station.quality.nfiq2 import Nfiq2, installed
from tests.bench.figure import Figure, median_ms

if TYPE_CHECKING:
    from pathlib import Path

RUNS = 9
FRAMES = 10_000


def measure(_: Path) -> list[Figure]:
    """A print of 400 x 500 and a slap of 1600 x 1500 pixels."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        return [*_of_prints(), *_of_slaps()]
    finally:
        cv2.setNumThreads(threads)


def _of_prints() -> list[Figure]:
    one, other = (Person(1).print_of(Finger.RIGHT_INDEX, None, n) for n in (1, 2))
    engine = Indice.load()
    own = median_ms(lambda: engine.assess(one), RUNS)
    compared = median_ms(lambda: compare(one, other), RUNS)
    figures = [Figure("indice, one print", own, "ms", aim=15)]
    matched = None
    if installed() is not None:
        record = Nfiq2(nbis())
        theirs = median_ms(lambda: record.assess(one), RUNS)
        figures.append(Figure("indice beside NFIQ 2", own, "ms", beside=theirs, aim=0.1))
        matched = median_ms(lambda: nbis().bozorth3(one, other), RUNS)
    figures.append(Figure("comparison of two prints", compared, "ms", aim=40))
    if matched is not None:
        figures.append(Figure("comparison beside bozorth3", compared, "ms", beside=matched))
    return figures


def _of_slaps() -> list[Figure]:
    shown = slap(1, Hand.RIGHT).pixels
    boxes = [s.box for s in segment(shown).segments]
    before = _memory()
    for n in range(FRAMES):
        look(shown[n % 8 :: 8, ::8])
    grown = _memory() - before
    return [
        Figure("segmentation of a slap", median_ms(lambda: segment(shown), RUNS), "ms", aim=40),
        Figure("hand and finger names", median_ms(lambda: name(boxes), RUNS), "ms", aim=5),
        Figure("live guidance, a slap", median_ms(lambda: look(shown), RUNS), "ms", aim=50),
        Figure(f"memory grown over {FRAMES} frames", grown, "MB", aim=5),
        Figure(
            "synthetic slap, skin known", median_ms(lambda: slap(1, Hand.RIGHT), 3), "ms", aim=700
        ),
        Figure("synthetic slap, new person", median_ms(_new_person, 2), "ms", aim=700),
    ]


def _new_person() -> None:
    growth.master.cache_clear()
    slap(1, Hand.RIGHT)


def _memory() -> float:
    """The most this process has held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
