"""The simulated chip: what it hands over to whom, and everything it can do wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.chip_reader import proofs
from drivers.wire import tlv
from drivers.wire.apdu import OK, Command
from drivers.wire.chip import files
from drivers.wire.chip import terminal as terminal_wire
from simulators.title_chip import (
    Active,
    ChipFault,
    ChipFaults,
    Kind,
    Making,
    Profile,
    Protocol,
    TitleChip,
    lds,
    title,
)
from simulators.title_chip.inspection import InspectionRoot
from simulators.vpcd import Removed
from station.capture import Finger, TitleFile
from station.errors import ChannelBroken, ChipRefused, ChipUnknown, ProtocolError
from tests.title_chips import Wire, made, opened, reading, select, talk
from tests.titles_read import CHALLENGE, HOLDER, state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulators.title_chip.inspection import Inspection

PROFILES = {
    "pace": Profile(),
    "bac": Profile(pace=()),
    "rsa, 3des": Profile(active=Active.RSA1536, chip=Protocol(1, 12)),
    "rsa of 2048 bits": Profile(active=Active.RSA2048),
    "short apdu": Profile(extended=False),
    "aes-256, explicit": Profile(pace=(Protocol(4, 16),), chip=Protocol(4, 16), explicit=True),
    "several": Profile(pace=(Protocol(2, 12), Protocol(2, 13), Protocol(3, 15))),
}
FINGERS = lds.file_of(3)
STATUSES = (0x62, 0x63, 0x67, 0x69, 0x6A, 0x6B, 0x6D, 0x6E, 0x90)  # the first byte
DENIED, WRONG, MISSING = 0x6982, 0x6988, 0x6987


def _inspection(
    folder: Path, granted: Callable[[InspectionRoot], Inspection] = InspectionRoot.grant
) -> proofs.Inspection:
    granted(state().inspection).write(folder)
    return proofs.load(folder)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_every_file_is_read_and_every_proof_is_given(profile: Profile, tmp_path: Path) -> None:
    one = made(Kind.NEW_CNI, profile)
    found = reading(TitleChip(one), one, _inspection(tmp_path))
    assert {step for step, taken in found.steps.items() if not taken.done} == set()
    read = {int(file.removeprefix("dg")): found.whole[file] for file in TitleFile if "dg" in file}
    assert read == one.groups
    assert found.whole[TitleFile.SOD] == one.files[lds.SOD]


def test_a_file_of_more_than_32_kb_is_read_to_its_end(tmp_path: Path) -> None:
    three = (Finger.RIGHT_INDEX, Finger.LEFT_INDEX, Finger.LEFT_MIDDLE)
    one = title(HOLDER, Kind.NEW_CNI, state(), Making(Profile(extended=False), three))
    found = reading(TitleChip(one), one, _inspection(tmp_path))
    assert len(found.whole[TitleFile.DG3]) > 1 << 15
    assert found.whole[TitleFile.DG3] == one.files[FINGERS]


def test_nothing_of_the_application_is_read_before_the_chip_was_opened() -> None:
    one = made()
    conversation = talk(TitleChip(one))
    conversation.must(files.select_application(), "travel document")
    for file in one.files:
        assert select(conversation, file).sw == DENIED
        assert conversation.ask(Command(0, 0xB0, 0x80 | file & 0x1F, 0, le=4)).sw == DENIED
        assert conversation.ask(
            Command(0, 0xB1, file >> 8, file & 0xFF, b"\x54\x01\x00", 9)
        ).sw == (DENIED)
    assert conversation.ask(Command(0, 0x88, 0, 0, CHALLENGE, 256)).sw == DENIED


def test_prints_are_for_terminals_that_proved_themselves() -> None:
    one = made()
    conversation = opened(TitleChip(one), one)
    assert select(conversation, lds.file_of(2)).sw == OK
    assert select(conversation, FINGERS).sw == DENIED
    assert conversation.ask(Command(0, 0xB0, 0x83, 0, le=4)).sw == DENIED


@pytest.mark.parametrize(
    "granted",
    [
        lambda _: InspectionRoot.new().grant(),
        lambda root: root.grant(rights=0),
        lambda root: root.grant(rights=0x02),
        lambda root: root.grant(until=made().printed.issued - timedelta(days=1)),
        lambda root: replace(root.grant(), key=ec.generate_private_key(ec.SECP256R1())),
        lambda root: replace(root.grant(), chain=(root.grant().chain[0], root.grant().chain[1])),
        lambda root: replace(root.grant(), chain=root.grant().chain[::-1]),
    ],
    ids=["another root", "no rights", "irises", "expired", "stolen", "two chains", "backwards"],
)
def test_a_terminal_without_the_right_gets_no_print(
    granted: Callable[[InspectionRoot], Inspection], tmp_path: Path
) -> None:
    one = made()
    found = reading(TitleChip(one), one, _inspection(tmp_path, granted))
    assert TitleFile.DG3 not in found.whole
    assert TitleFile.DG2 in found.whole


def test_a_terminal_proves_itself_after_chip_authentication_only(tmp_path: Path) -> None:
    one = made()
    conversation = opened(TitleChip(one), one)
    first = terminal_wire.present(_inspection(tmp_path).chain[0])[0]
    assert conversation.ask(first).sw == 0x6985


def test_a_command_in_clear_ends_the_session_and_what_it_had_opened() -> None:
    one = made()
    chip = TitleChip(one)
    conversation = opened(chip, one)
    assert select(conversation, lds.COM).sw == OK
    assert talk(chip).ask(files.read(0, 4)).sw == 0x6986
    assert talk(chip).ask(files.select_file(lds.COM)).sw == DENIED
    with pytest.raises(ChannelBroken):
        select(conversation, lds.COM)


@pytest.mark.parametrize("at", [5, -3])
def test_one_wrong_byte_from_the_terminal_ends_the_session(at: int) -> None:
    one = made()
    chip = TitleChip(one)
    conversation = opened(chip, one)
    assert conversation.channel is not None
    protected = conversation.channel.protect(files.select_file(lds.COM))
    apdu = bytearray((protected.cla, protected.ins, protected.p1, protected.p2))
    apdu += bytes([len(protected.data)]) + protected.data + b"\x00"
    apdu[at] ^= 1
    assert int.from_bytes(Wire(chip)(apdu), "big") in (WRONG, MISSING)
    with pytest.raises(ChannelBroken):
        select(conversation, lds.COM)


def test_a_reset_forgets_everything() -> None:
    one = made()
    chip = TitleChip(one)
    opened(chip, one)
    chip.power()
    assert talk(chip).ask(files.select_file(lds.COM)).sw == 0x6A82
    assert talk(chip).ask(files.select_file(lds.CARD_ACCESS)).sw == OK


def test_who_guesses_the_can_waits_from_the_fourth_time_on() -> None:
    one = made()
    waited: list[float] = []
    chip = TitleChip(one, wait=waited.append)
    wrong = replace(one, printed=replace(one.printed, can="000000"))
    for _ in range(4):
        with pytest.raises(ChipRefused):
            opened(chip, wrong)
    assert waited == [1.0]
    opened(chip, one)
    opened(chip, one)
    assert waited == [1.0, 1.0]


def test_a_passport_opens_with_its_zone_and_has_no_can() -> None:
    one = made(Kind.OLD_PASSPORT)
    chip = TitleChip(one)
    opened(chip, one)
    with pytest.raises((ChipRefused, ChipUnknown)):
        opened(chip, replace(one, printed=replace(one.printed, can="000000")))


@pytest.mark.parametrize(("le", "sw"), [(223, OK), (224, 0x6700), (256, OK)])
def test_an_answer_fits_its_apdu_or_is_refused(le: int, sw: int) -> None:
    one = made(Kind.NEW_CNI, PROFILES["short apdu"])
    conversation = opened(TitleChip(one), one)
    select(conversation, lds.file_of(2))
    answer = conversation.ask(Command(0, 0xB0, 0, 0, le=le))
    assert answer.sw == sw
    assert len(answer.data) == (223 if sw == OK else 0)


def test_reading_past_the_end_says_so_and_beyond_it_is_an_error() -> None:
    one = made()
    conversation = opened(TitleChip(one), one)
    select(conversation, lds.COM)
    size = len(one.files[lds.COM])
    assert conversation.ask(files.read(size - 2, 9)).sw == 0x6282
    assert conversation.ask(Command(0, 0xB0, 0, size - 2, le=256)).sw == OK
    assert conversation.ask(files.read(size, 1)).sw == 0x6B00


def test_a_certificate_may_come_in_two_blocks(tmp_path: Path) -> None:
    one = made()
    conversation = opened(TitleChip(one), one)
    proofs.chip_authentication(conversation, one.files[lds.file_of(14)])
    name, show = terminal_wire.present(_inspection(tmp_path).chain[0])
    assert conversation.ask(name).sw == OK
    half = len(show.data) // 2
    assert conversation.ask(replace(show, cla=0x10, data=show.data[:half])).sw == OK
    assert conversation.ask(replace(show, data=show.data[half:])).sw == OK


# --- faults ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (ChipFault.UNPLUG, Removed),
        (ChipFault.GARBAGE_SW, ProtocolError),
        (ChipFault.TRUNCATED, ProtocolError),
        (ChipFault.OTHER_COMMAND, ChannelBroken),
        (ChipFault.WRONG_MAC, ChannelBroken),
        (ChipFault.NO_MAC, ChannelBroken),
        (ChipFault.LOST, ChannelBroken),
        (ChipFault.TOO_LONG, ProtocolError),
    ],
)
def test_a_fault_in_the_middle_of_a_file_is_spent_once(
    fault: ChipFault, raised: type[Exception]
) -> None:
    one, faults = made(), ChipFaults()
    chip = TitleChip(one, faults)
    conversation = opened(chip, one)
    conversation.length(files.GROUPS[2])
    faults.arm(fault)
    with pytest.raises(raised):
        conversation.fill(bytearray(), 1000, lambda _: None)
    opened(chip, one)
    assert not faults.armed(fault)


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (ChipFault.REFLECTED_KEY, ChannelBroken),
        (ChipFault.OFF_CURVE, ProtocolError),
        (ChipFault.CAN_BLOCKED, ChipRefused),
    ],
)
def test_a_fault_of_pace_opens_nothing(fault: ChipFault, raised: type[Exception]) -> None:
    one, faults = made(), ChipFaults()
    chip = TitleChip(one, faults)
    faults.arm(fault)
    with pytest.raises(raised):
        opened(chip, one)
    assert talk(chip).ask(files.select_application()).sw == OK
    assert talk(chip).ask(files.select_file(lds.COM)).sw == DENIED
    opened(chip, one)


def test_a_chip_that_says_how_many_tries_are_left_is_opened_nonetheless() -> None:
    one, faults = made(), ChipFaults()
    faults.arm(ChipFault.CAN_COUNTED)
    conversation = opened(TitleChip(one, faults), one)
    assert select(conversation, lds.COM).sw == OK
    assert not faults.armed(ChipFault.CAN_COUNTED)


def test_a_slow_chip_takes_its_time_and_a_mute_one_never_answers() -> None:
    waited: list[float] = []
    faults = ChipFaults()
    chip = TitleChip(made(), faults, wait=waited.append)
    faults.arm(ChipFault.SLOW)
    assert talk(chip).ask(files.select_application()).sw == OK
    assert waited == [2.0]
    faults.arm(ChipFault.MUTE)
    assert chip.transmit(b"\x00\xb0\x9c\x00\x00") is None


def test_an_answer_to_reset_is_wrong_until_it_is_put_right() -> None:
    faults = ChipFaults()
    chip = TitleChip(made(), faults)
    check = 0
    for byte in chip.atr[1:]:
        check ^= byte
    assert (chip.atr[0], check) == (0x3B, 0)
    faults.arm(ChipFault.WRONG_ATR)
    assert chip.atr[0] not in (0x3B, 0x3F)
    faults.disarm()
    assert chip.atr[0] == 0x3B


# --- hostile terminals -----------------------------------------------------------------------


@given(apdus=st.lists(st.binary(max_size=300), min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
def test_no_bytes_at_all_bring_the_chip_down(apdus: list[bytes]) -> None:
    chip = TitleChip(made())
    for apdu in apdus:
        answer = chip.transmit(apdu)
        assert answer is not None
        assert len(answer) >= 2


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_command_in_secure_messaging_brings_the_chip_down(data: st.DataObject) -> None:
    one = made(Kind.NEW_CNI, PROFILES["bac"])
    conversation = opened(TitleChip(one), one)
    instructions = st.sampled_from((0xA4, 0xB0, 0xB1, 0x84, 0x82, 0x88, 0x22, 0x86, 0x2A, 0x00))
    for _ in range(6):
        places = data.draw(st.tuples(st.integers(0, 255), st.integers(0, 255)))
        objects = data.draw(st.binary(max_size=90) | _tagged())
        command = Command(0, data.draw(instructions), *places, objects, 256)
        assert conversation.ask(command).sw >> 8 in (
            0x61,
            0x62,
            0x63,
            0x67,
            *range(0x69, 0x6F),
            0x90,
        )


def _tagged() -> st.SearchStrategy[bytes]:
    """Data objects that the chip knows, with anything in them."""
    tags = st.sampled_from((0x80, 0x83, 0x84, 0x91, 0x7C, 0x54, 0x7F4E, 0x5F37))
    objects = st.builds(tlv.encode, tags, st.binary(max_size=40))
    return st.lists(objects, max_size=3).map(b"".join)
