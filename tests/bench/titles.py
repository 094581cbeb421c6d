"""The chip of a title, simulated, behind a real pcscd: the way in, and a whole reading."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from drivers.chip_reader import ChipReader, access
from drivers.chip_reader.talk import Talk
from drivers.transport.pcsc_card import PcscCard
from simulators.card_bed import CardBed, missing
from simulators.title_chip.making import Making, title
from simulators.title_chip.profile import Profile
from simulators.title_chip.title import Kind
from station.capture import TitleFile, TitleRequest
from station.device import Patience
from station.title.examination import examine
from station.title.trust_files import load
from tests.bench.figure import Figure, median_ms
from tests.titles_read import CHALLENGE, HOLDER, TODAY, by_can, by_zone, state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulators.title_chip.title import Title
    from station.capture import TitleKey

_RUNS = 7
_FILES = frozenset({TitleFile.DG1, TitleFile.DG2})


def measure(folder: Path) -> list[Figure]:
    """PACE beside BAC, short commands beside long ones; none where there is no virtual reader."""
    if missing():
        return []
    state().write(folder / "state")
    (folder / "bed").mkdir(exist_ok=True)
    chips = {name: _made(profile) for name, profile in _PROFILES.items()}
    with CardBed(folder / "bed") as bed:
        bac = _timed(bed, chips["bac"], by_zone, _entering)
        pace = _timed(bed, chips["long"], by_can, _entering)
        long = _timed(bed, chips["long"], by_can, _whole(folder))
        short = _timed(bed, chips["short"], by_can, _whole(folder))
    return [
        Figure("title: PACE (AES-128, P-256), and BAC", pace, "ms", beside=bac),
        Figure("title: PACE", pace, "ms", aim=300),
        Figure("title: DG1, DG2, SOD read and examined; short commands", long, "ms", beside=short),
        Figure("title: DG1, DG2, SOD read and examined", short, "ms", aim=1500),
    ]


_PROFILES = {
    "long": Profile(),
    "short": Profile(extended=False),
    "bac": Profile(pace=()),
}


def _made(profile: Profile) -> Title:
    return title(HOLDER, Kind.NEW_CNI, state(), Making(profile))


def _timed(
    bed: CardBed,
    chip: Title,
    key: Callable[[Title], TitleKey],
    work: Callable[[CardBed, TitleKey], None],
) -> float:
    bed.insert_title(chip)
    time.sleep(1.0)  # the virtual reader looks every 0.4 s
    return median_ms(lambda: work(bed, key(chip)), _RUNS)


def _entering(bed: CardBed, key: TitleKey) -> None:
    with PcscCard(bed.title_port) as reader:
        reader.connect()
        access.enter(Talk(reader.transmit, Patience(30)), key)


def _whole(folder: Path) -> Callable[[CardBed, TitleKey], None]:
    def work(bed: CardBed, key: TitleKey) -> None:
        with ChipReader(bed.title_port) as reader:
            request = TitleRequest(key, _FILES, CHALLENGE)
            reading = reader.read_title(request, Patience(30), lambda _: None)
        store = load(folder / "state" / "master-list.ml", folder / "state" / "csca.crl")
        examine(reading, CHALLENGE, store, TODAY)

    return work
