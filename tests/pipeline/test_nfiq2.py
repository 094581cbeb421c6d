"""NFIQ 2 in its process: scores of record, and a station that goes on when it breaks."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulators.people import Person
from simulators.prints import GRADES
from station.capture import Finger, Sample
from station.quality import nfiq2
from station.quality.finger import assess_finger
from station.quality.indice import Indice
from station.quality.nfiq2 import Nbis, Nfiq2, installed

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(installed() is None, reason="the extra nfiq2 is not installed")
INDEX = Finger.RIGHT_INDEX


@pytest.fixture
def nbis() -> Iterator[Nbis]:
    nbis = Nbis()
    yield nbis
    nbis.close()


def finger(seed: int = 41, attempt: int = 1) -> np.ndarray:
    return Person(seed).print_of(INDEX, attempt=attempt)


def test_the_report_holds_both_figures_each_with_its_algorithm(nbis: Nbis) -> None:
    report = assess_finger(Sample(finger(), 500, INDEX), Nfiq2(nbis))
    by_name = {f.measure.name: f.measure for f in report.findings}
    assert by_name["finger.nfiq2"].algorithm.name == "NFIQ 2"
    assert by_name["finger.indice"].algorithm.name == "indice"
    record, own = report.value("finger.nfiq2"), report.value("finger.indice")
    assert record is not None
    assert own is not None
    assert abs(record - own) < 30


def test_what_is_no_print_gets_no_score(nbis: Nbis) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (500, 400), np.uint8)
    report = assess_finger(Sample(noise, 500, INDEX), Nfiq2(nbis))
    assert report.value("finger.nfiq2") is None
    assert nbis.pid is None, "the engine was not even asked"


@pytest.mark.parametrize("grey", [np.full((500, 400), 255, np.uint8), np.zeros((9, 9), np.uint8)])
def test_a_refusal_has_our_own_reason(nbis: Nbis, grey: np.ndarray) -> None:
    score = Nfiq2(nbis).assess(grey)
    assert score.score is None
    assert score.refusal == "blank image"


def test_a_killed_engine_is_replaced_and_indice_stands_in(nbis: Nbis) -> None:
    engine = Nfiq2(nbis)
    before = engine.assess(finger()).score
    assert nbis.pid is not None
    os.kill(nbis.pid, signal.SIGKILL)
    report = assess_finger(Sample(finger(), 500, INDEX), engine)
    assert report.value("finger.nfiq2") is None
    assert report.value("finger.indice") is not None
    assert engine.assess(finger()).score == before


def test_a_hung_engine_is_killed(nbis: Nbis, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Nfiq2(nbis)
    assert engine.assess(finger()).score is not None
    monkeypatch.setattr(nfiq2, "_ANSWER", 0.5)
    assert nbis.pid is not None
    hung = nbis.pid
    os.kill(hung, signal.SIGSTOP)
    assert engine.assess(finger()).refusal == "broken"
    with pytest.raises(ProcessLookupError):
        os.kill(hung, 0)
    monkeypatch.undo()
    assert engine.assess(finger()).score is not None


def test_bozorth3_tells_the_same_finger_from_another(nbis: Nbis) -> None:
    same = nbis.bozorth3(finger(41, 1), finger(41, 2))
    other = nbis.bozorth3(finger(41, 1), finger(42, 1))
    assert same is not None
    assert other is not None
    assert same > 40 > other


def test_indice_ranks_people_it_was_not_fitted_on_as_nfiq2_does(nbis: Nbis) -> None:
    engine, indice = Nfiq2(nbis), Indice.load()
    theirs, ours = [], []
    for seed in range(300, 305):
        for conditions in GRADES.values():
            grey = Person(seed).print_of(Finger.LEFT_MIDDLE, conditions)
            record, own = engine.assess(grey).score, indice.assess(grey).score
            if record is not None and own is not None:
                theirs.append(record)
                ours.append(own)
    ranks = [np.argsort(np.argsort(v)).astype(float) for v in (ours, theirs)]
    assert np.corrcoef(ranks)[0, 1] >= 0.85
    assert np.abs(np.subtract(ours, theirs)).mean() <= 8
