"""Chips that answer otherwise than the simulated one, played by it behind a wire that edits."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from drivers.chip_reader import access
from drivers.chip_reader.reading import Reading
from drivers.chip_reader.talk import Talk
from simulators.title_chip import Making, Profile, TitleChip, title
from simulators.title_chip.title import Kind
from station.capture import ChipStep, TitleFile, TitleRequest
from station.device import Patience
from station.errors import CaptureCancelled, ChannelBroken, ChipUnknown, ProtocolError
from tests.titles_read import CHALLENGE, HOLDER, by_can, by_zone, made, state

SELECT_CARD_ACCESS = bytes.fromhex("00a4020c02011c")
SELECT_ATR = bytes.fromhex("00a4020c022f01")


@dataclass(slots=True)
class Wire:
    """A chip, and answers that stand in the way of its own, by the beginning of the command."""

    chip: TitleChip
    edited: dict[bytes, bytes] = field(default_factory=dict)
    sent: list[bytes] = field(default_factory=list)

    def __call__(self, apdu: bytearray) -> bytes:
        command = bytes(apdu)
        self.sent.append(command)
        for start, answer in self.edited.items():
            if command.startswith(start):
                return answer
        found = self.chip.transmit(command)
        assert found is not None
        return found


def test_a_chip_that_refuses_selects_in_the_master_file_is_opened_by_pace() -> None:
    wire = Wire(TitleChip(made()), {SELECT_CARD_ACCESS: b"\x6a\x86", SELECT_ATR: b"\x6a\x86"})
    entered = access.enter(Talk(wire, Patience(60)), by_can(made()))
    assert entered.step.step is ChipStep.PACE


def test_a_chip_that_takes_pace_back_is_opened_by_bac() -> None:
    wire = Wire(TitleChip(made()), {bytes.fromhex("0022c1a4"): b"\x6a\x80"})
    entered = access.enter(Talk(wire, Patience(60)), by_zone(made()))
    assert entered.step.step is ChipStep.BAC


def test_a_chip_that_cannot_prove_the_password_is_not_believed() -> None:
    """The last answer of PACE with another token: somebody stands between us and the chip."""
    chip = TitleChip(made())

    def between(apdu: bytearray) -> bytes:
        found = chip.transmit(bytes(apdu))
        assert found is not None
        if apdu[:2] == b"\x00\x86":
            return found[:-3] + bytes((found[-3] ^ 1,)) + found[-2:]
        return found

    with pytest.raises(ChannelBroken, match="token"):
        access.enter(Talk(between, Patience(60)), by_can(made()))


@pytest.mark.parametrize("answer", ["9000", "31809000", "308400009000", "31020500" + "9000"])
def test_announcements_that_are_none_are_an_error(answer: str) -> None:
    wire = Wire(TitleChip(made()), {bytes.fromhex("00b0"): bytes.fromhex(answer)})
    with pytest.raises((ProtocolError, ChipUnknown)):
        access.enter(Talk(wire, Patience(60)), by_can(made()))


def test_an_answer_in_two_parts_is_joined() -> None:
    """61xx, as a chip behind a contact reader answers."""
    pending: list[bytes] = []
    chip = title(HOLDER, Kind.NEW_CNI, state(), Making(Profile(extended=False)))
    card = TitleChip(chip)

    def split(apdu: bytearray) -> bytes:
        if apdu[1] == 0xC0:
            return pending.pop()
        found = card.transmit(bytes(apdu))
        assert found is not None
        if len(found) < 12:
            return found
        pending.append(found[8:])
        return found[:8] + bytes((0x61, len(found) - 10))

    reading = Reading(
        TitleRequest(by_can(chip), frozenset({TitleFile.DG1}), CHALLENGE), None, lambda _: None
    )
    reading.run(Talk(split, Patience(60)))
    assert reading.whole[TitleFile.DG1] == chip.files[0x0101]


def test_a_reading_can_be_cancelled_between_any_two_commands() -> None:
    patience = Patience(60)
    wire = Wire(TitleChip(made()))
    reading = Reading(
        TitleRequest(by_can(made()), frozenset(TitleFile), CHALLENGE),
        None,
        lambda _: patience.cancel.set(),
    )
    with pytest.raises(CaptureCancelled):
        reading.run(Talk(wire, patience))
    before = len(wire.sent)
    assert before > 10  # it had begun
    assert TitleFile.DG2 not in reading.whole


def test_commands_before_the_channel_are_short() -> None:
    wire = Wire(TitleChip(made()))
    access.enter(Talk(wire, Patience(60)), by_can(made()))
    assert all(command[4] != 0 or len(command) == 5 for command in wire.sent[:8])
