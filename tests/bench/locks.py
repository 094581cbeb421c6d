"""The agent's card in its virtual reader: login, and how soon a removal locks."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from simulators import card_bed, pki
from simulators.card_bed import CardBed
from station.agents.admission import Trust
from station.agents.chain import load_authorities
from station.bench.bench import Bench
from station.bench.reader_watch import ReaderWatch
from station.config import CARTE, DeviceSettings
from station.session import Session
from tests.bench.figure import Figure, median_ms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TRIALS = 100
_LOCKED = 0.5  # seconds
_GIVE_UP = 5.0  # seconds


def measure(folder: Path) -> list[Figure]:
    """Login without the human; one hundred removals at moments the reader does not choose."""
    if card_bed.missing():
        return []
    keys = folder / "card-keys"
    pki.create(keys)
    with CardBed(folder / "card", authority=keys) as bed, _session(bed, keys) as session:
        login = median_ms(lambda: session.login(_pin(bed)), 7)
        took = sorted(_removal(bed, session, trial) for trial in range(_TRIALS))
    late = sum(one > _LOCKED for one in took)
    return [
        Figure("login by card, without the human", login, "ms", aim=300),
        Figure("card removed until locked, median", took[_TRIALS // 2] * 1000, "ms"),
        Figure("card removed until locked, slowest of 100", took[-1] * 1000, "ms", aim=500),
        Figure("removals that locked later than 500 ms", late, "of 100", aim=0),
    ]


@contextmanager
def _session(bed: CardBed, keys: Path) -> Iterator[Session]:
    settings = DeviceSettings(driver="agent-card", port=bed.port)
    trust = Trust(load_authorities(keys / "ca.pem", None))
    with (
        Bench({CARTE: settings}) as bench,
        ReaderWatch(bed.port) as watch,
        Session(bench, trust, watch) as session,
    ):
        yield session


def _removal(bed: CardBed, session: Session, trial: int) -> float:
    """Seconds from the hand to the lock; trials spread over the 400 ms of the reader's look."""
    bed.insert()
    session.login(_pin(bed))
    time.sleep(0.5 + trial % 20 * 0.02)
    bed.remove()
    gone = time.perf_counter()
    while not session.locked and time.perf_counter() - gone < _GIVE_UP:
        time.sleep(0.001)
    return time.perf_counter() - gone


def _pin(bed: CardBed) -> bytearray:
    return bytearray(bed.pin.encode())
