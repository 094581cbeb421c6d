"""The reader of titles against a simulated chip behind a real pcscd: every way in, every fault."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from drivers.chip_reader import ChipReader
from drivers.transport.pcsc_card import PcscCard
from simulators.title_chip import curves
from simulators.title_chip.defects import Defect, spoilt
from simulators.title_chip.faults import ChipFault
from simulators.title_chip.making import Making, title
from simulators.title_chip.profile import Active, Profile, Protocol
from simulators.title_chip.title import Kind
from station import log
from station.capture import ChipStep, TitleFile, TitleKey, TitleRequest
from station.device import Guidance, Patience, Progress
from station.errors import (
    CaptureCancelled,
    ChannelBroken,
    ChipAbsent,
    ChipRefused,
    ChipRemoved,
    ChipSlow,
    ChipSwapped,
    ChipUnknown,
    ConfigError,
    StationError,
)
from tests.conformance.agent_card_fixtures import until
from tests.titles_read import CHALLENGE, HOLDER, by_can, by_zone, made, state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from simulators.card_bed import CardBed
    from simulators.title_chip.title import Title
    from station.capture import TitleReading
    from station.device import Told

pytestmark = pytest.mark.pcsc

EVERYTHING = frozenset(TitleFile) - {TitleFile.DG3}
SHORT = Profile(extended=False)


@pytest.fixture
def bed(card_bed: CardBed) -> Iterator[CardBed]:
    yield card_bed
    card_bed.disarm_title()
    card_bed.remove_title()
    with PcscCard(card_bed.title_port) as reader:
        until(lambda: reader.insertion() is None)


def reading(
    bed: CardBed,
    key: TitleKey,
    files: frozenset[TitleFile] = EVERYTHING,
    seconds: float = 30.0,
    told: Callable[[Told], None] = lambda _: None,
    extra: str = "",
) -> TitleReading:
    with ChipReader(bed.title_port + extra) as reader:
        request = TitleRequest(key, files, CHALLENGE)
        return reader.read_title(request, Patience(seconds), told)


def steps(got: TitleReading) -> dict[ChipStep, bool]:
    return {step.step: step.done for step in got.steps}


WAYS = [
    Profile(pace=(Protocol(cipher, curve),))
    for cipher, curve in (
        (2, curves.P256.number),
        (3, curves.BRAINPOOL256.number),
        (4, curves.BRAINPOOL384.number),
    )
]


@pytest.mark.parametrize("profile", WAYS, ids=lambda p: f"{p.pace[0].cipher}-{p.pace[0].curve}")
@pytest.mark.parametrize("key", [by_can, by_zone])
def test_every_way_of_pace_opens_the_chip(
    bed: CardBed, profile: Profile, key: Callable[[Title], TitleKey]
) -> None:
    chip = title(HOLDER, Kind.NEW_CNI, state(), Making(profile))
    bed.insert_title(chip)
    got = reading(bed, key(chip))
    assert steps(got)[ChipStep.PACE]
    assert got.files[TitleFile.DG1] == chip.files[0x0101]
    assert got.files[TitleFile.DG2] == chip.files[0x0102]
    assert got.device.simulated


def test_an_older_chip_is_opened_by_bac(bed: CardBed) -> None:
    chip = title(HOLDER, Kind.OLD_PASSPORT, state(), Making(Profile(pace=())))
    bed.insert_title(chip)
    got = reading(bed, by_zone(chip))
    assert steps(got)[ChipStep.BAC]
    assert ChipStep.PACE not in steps(got)
    assert got.files[TitleFile.DG2] == chip.files[0x0102]
    assert TitleFile.CARD_ACCESS not in got.files


def test_a_can_does_not_open_a_chip_without_pace(bed: CardBed) -> None:
    bed.insert_title(title(HOLDER, Kind.OLD_PASSPORT, state(), Making(Profile(pace=()))))
    with pytest.raises(ChipRefused, match="only its zone"):
        reading(bed, TitleKey(can=b"123456"))


@pytest.mark.parametrize("cipher", [1, 2, 3, 4])
@pytest.mark.parametrize("explicit", [False, True])
def test_chip_authentication_goes_over_to_its_own_channel(
    bed: CardBed, cipher: int, explicit: bool
) -> None:
    way = Protocol(cipher, curves.BRAINPOOL256.number)
    chip = title(HOLDER, Kind.NEW_CNI, state(), Making(Profile(chip=way, explicit=explicit)))
    bed.insert_title(chip)
    got = reading(bed, by_can(chip))
    assert steps(got)[ChipStep.CHIP]
    assert got.files[TitleFile.DG2] == chip.files[0x0102]


@pytest.mark.parametrize("active", [Active.P256, Active.RSA1536, Active.RSA2048])
def test_the_chip_signs_the_challenge(bed: CardBed, active: Active) -> None:
    chip = made(Kind.NEW_PASSPORT, active)
    bed.insert_title(chip)
    got = reading(bed, by_zone(chip))
    assert steps(got)[ChipStep.ACTIVE]
    assert len(got.signature) in (64, 192, 256)


def test_short_commands_read_the_same_files(bed: CardBed) -> None:
    chip = title(HOLDER, Kind.NEW_CNI, state(), Making(SHORT))
    bed.insert_title(chip)
    got = reading(bed, by_can(chip))
    assert got.files[TitleFile.DG2] == chip.files[0x0102]


def test_a_file_beyond_the_reach_of_short_offsets_is_read(bed: CardBed) -> None:
    long = b"\x75\x82\xc3\x50" + bytes(i % 251 for i in range(50_000))
    chip = title(HOLDER, Kind.NEW_CNI, state(), Making(SHORT)).with_file(0x0102, long)
    bed.insert_title(chip)
    assert reading(bed, by_can(chip)).files[TitleFile.DG2] == long


def test_prints_stay_closed_without_an_inspection_certificate(bed: CardBed) -> None:
    chip = made()
    bed.insert_title(chip)
    got = reading(bed, by_can(chip), EVERYTHING | {TitleFile.DG3})
    (step,) = (s for s in got.steps if s.step is ChipStep.TERMINAL)
    assert (step.done, step.fact) == (False, "no inspection certificate")
    assert TitleFile.DG3 not in got.files


@pytest.mark.parametrize("way", ["pace", "bac"])
def test_an_inspection_system_reads_prints(bed: CardBed, tmp_path: Path, way: str) -> None:
    profile = Profile() if way == "pace" else Profile(pace=())
    chip = title(HOLDER, Kind.NEW_PASSPORT, state(), Making(profile))
    bed.insert_title(chip)
    state().inspection.grant().write(tmp_path)
    files = EVERYTHING | {TitleFile.DG3}
    got = reading(bed, by_zone(chip), files, extra=f"&inspection={tmp_path}")
    assert steps(got)[ChipStep.TERMINAL]
    assert got.files[TitleFile.DG3] == chip.files[0x0103]


def test_an_inspection_system_without_the_right_reads_no_prints(
    bed: CardBed, tmp_path: Path
) -> None:
    chip = made()
    bed.insert_title(chip)
    state().inspection.grant(rights=0).write(tmp_path)
    files = EVERYTHING | {TitleFile.DG3}
    got = reading(bed, by_can(chip), files, extra=f"&inspection={tmp_path}")
    assert TitleFile.DG3 not in got.files


def test_keys_that_are_none_are_an_error_of_the_settings(bed: CardBed, tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        ChipReader(f"{bed.title_port}&inspection={tmp_path}")


# --- what may go wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize("key", [TitleKey(can=b"000000"), TitleKey(mrz=b"0" * 24)])
def test_a_wrong_key_is_told_as_such(bed: CardBed, key: TitleKey) -> None:
    bed.insert_title(made())
    with pytest.raises(ChipRefused):
        reading(bed, key)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (ChipFault.WRONG_MAC, ChannelBroken),
        (ChipFault.NO_MAC, ChannelBroken),
        (ChipFault.LOST, ChannelBroken),
        (ChipFault.REFLECTED_KEY, ChannelBroken),
        (ChipFault.OFF_CURVE, ChipUnknown),
        (ChipFault.GARBAGE_SW, ChipUnknown),
        (ChipFault.TRUNCATED, ChipUnknown),
        (ChipFault.TOO_LONG, ChipUnknown),
        (ChipFault.CAN_BLOCKED, ChipRefused),
    ],
)
def test_each_fault_of_a_chip_has_one_outcome(
    bed: CardBed, fault: ChipFault, outcome: type[StationError]
) -> None:
    chip = made()
    bed.insert_title(chip)
    bed.arm_title(fault)
    with pytest.raises(outcome):
        reading(bed, by_can(chip))
    bed.disarm_title()
    assert reading(bed, by_can(chip)).files[TitleFile.DG1] == chip.files[0x0101]


def test_no_title_is_an_absent_chip(bed: CardBed) -> None:
    told: list[Told] = []
    with pytest.raises(ChipAbsent):
        reading(bed, TitleKey(can=b"123456"), seconds=0.5, told=told.append)
    assert told == [Guidance.PLACE_TITLE]


def test_waiting_for_a_title_can_be_cancelled(bed: CardBed) -> None:
    patience = Patience(60)
    threading.Timer(0.3, patience.cancel.set).start()
    with ChipReader(bed.title_port) as reader, pytest.raises(CaptureCancelled):
        reader.read_title(TitleRequest(TitleKey(can=b"123456"), EVERYTHING), patience, print)


def test_a_slow_chip_ends_at_the_deadline(bed: CardBed) -> None:
    chip = made()
    bed.insert_title(chip)
    bed.arm_title(ChipFault.SLOW)
    with pytest.raises(ChipSlow):
        reading(bed, by_can(chip), seconds=1.0)


class Hand:
    """Takes the title away once half of the portrait has come, and does `then`."""

    def __init__(self, bed: CardBed, then: Callable[[], None]) -> None:
        self._bed, self._then, self._done = bed, then, False
        self.told: list[Told] = []

    def __call__(self, told: Told) -> None:
        self.told.append(told)
        if isinstance(told, Progress) and told.percent >= 50 and not self._done:
            self._done = True
            self._bed.remove_title()
            self._then()


def test_a_title_that_moved_is_read_on_where_it_left(bed: CardBed) -> None:
    chip = title(HOLDER, Kind.NEW_CNI, state(), Making(SHORT))
    bed.insert_title(chip)
    hand = Hand(bed, bed.insert_title)
    got = reading(bed, by_can(chip), told=hand)
    assert got.files[TitleFile.DG2] == chip.files[0x0102]
    percents = [told.percent for told in hand.told if isinstance(told, Progress)]
    assert percents == sorted(percents)  # nothing was read twice
    assert hand.told.count(Guidance.HOLD_TITLE) == 2


def test_another_title_in_its_place_is_refused(bed: CardBed) -> None:
    chip = title(HOLDER, Kind.NEW_CNI, state(), Making(SHORT))
    other = title(HOLDER, Kind.NEW_CNI, state(), Making(SHORT))  # same keys, another signature
    bed.insert_title(chip)
    with pytest.raises(ChipSwapped):
        reading(bed, by_can(chip), told=Hand(bed, lambda: bed.insert_title(other)))


def test_a_title_that_stays_away_is_removed(bed: CardBed) -> None:
    chip = title(HOLDER, Kind.NEW_CNI, state(), Making(SHORT))
    bed.insert_title(chip)
    hand = Hand(bed, lambda: None)
    start = time.monotonic()
    with pytest.raises(ChipRemoved):
        reading(bed, by_can(chip), seconds=4.0, told=hand)
    assert time.monotonic() - start < 20
    assert hand.told[-1] is Guidance.PLACE_TITLE


def test_a_title_pulled_away_inside_a_command_is_waited_for(bed: CardBed) -> None:
    chip = made()
    bed.insert_title(chip)
    bed.arm_title(ChipFault.UNPLUG)
    back = threading.Timer(1.0, bed.insert_title)
    back.start()
    try:
        got = reading(bed, by_can(chip))
    finally:
        back.join()
    assert got.files[TitleFile.DG2] == chip.files[0x0102]


def test_a_chip_without_its_key_cannot_follow_chip_authentication(bed: CardBed) -> None:
    copy = spoilt(made(), Defect.CLONED_CHIP, state())
    bed.insert_title(copy)
    with pytest.raises(ChannelBroken):
        reading(bed, by_can(copy))


def test_what_opens_a_chip_stays_out_of_every_log(
    bed: CardBed, caplog: pytest.LogCaptureFixture
) -> None:
    chip = made()
    bed.insert_title(chip)
    with caplog.at_level(log.TRAFFIC, logger="drivers"):
        got = reading(bed, by_can(chip))
    said = caplog.text + repr(got) + repr(TitleRequest(by_can(chip), EVERYTHING))
    assert "INS" in caplog.text
    assert chip.printed.can not in said
    assert chip.printed.number not in said
    assert "SPECIMEN" not in said
