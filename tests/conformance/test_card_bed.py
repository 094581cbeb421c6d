"""Two virtual readers at once: the agent's card in one, a title in the other."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drivers.agent_card import AgentCard
from drivers.transport.pcsc_card import PcscCard
from simulators.title_chip import ChipFault, Kind, lds
from station.device import CardKey
from station.errors import CardAbsent, CardUnknown, SessionLocked
from tests.conformance.agent_card_fixtures import CardDesk, until
from tests.title_chips import made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulators.card_bed import CardBed

pytestmark = pytest.mark.pcsc

CARD_ACCESS = bytes.fromhex("00b09c0000")  # READ BINARY behind a short file identifier


@pytest.fixture
def bed(card_bed: CardBed) -> Iterator[CardBed]:
    """Both readers full; the title is taken away in the end."""
    CardDesk(card_bed).unblock()
    card_bed.insert_title(made())
    yield card_bed
    card_bed.disarm_title()
    card_bed.remove_title()


@pytest.fixture
def reader(bed: CardBed) -> Iterator[PcscCard]:
    with PcscCard(bed.title_port) as reader:
        yield reader


def _powered(reader: PcscCard) -> bool:
    with suppress(CardAbsent, CardUnknown, SessionLocked):
        reader.connect()
        return True
    return False


def _said(reader: PcscCard) -> bytes:
    return reader.transmit(bytearray(CARD_ACCESS))


def test_a_title_comes_and_goes_without_the_agents_session_noticing(
    bed: CardBed, reader: PcscCard
) -> None:
    with AgentCard(bed.port) as card:
        card.verify_pin(bytearray(bed.pin.encode()))
        until(lambda: _powered(reader))
        assert _said(reader)[-2:] == b"\x90\x00"
        bed.remove_title()
        until(lambda: not _powered(reader))
        assert card.sign(CardKey.AUTHENTICATION, b"SPECIMEN")
        bed.insert_title()
        until(lambda: _powered(reader))


def test_the_agents_card_comes_and_goes_without_the_title_noticing(
    bed: CardBed, reader: PcscCard
) -> None:
    until(lambda: _powered(reader))
    bed.remove()
    assert _said(reader)[-2:] == b"\x90\x00"
    bed.insert()
    assert _said(reader)[-2:] == b"\x90\x00"


def test_a_title_pulled_inside_a_command_is_absent_until_it_is_back(
    bed: CardBed, reader: PcscCard
) -> None:
    until(lambda: _powered(reader))
    bed.arm_title(ChipFault.UNPLUG)
    with pytest.raises(CardAbsent):
        _said(reader)
    until(lambda: not _powered(reader))
    bed.insert_title()
    until(lambda: _powered(reader))
    assert _said(reader)[-2:] == b"\x90\x00"


def test_another_title_in_its_place_is_another_chip(bed: CardBed, reader: PcscCard) -> None:
    until(lambda: _powered(reader))
    before = reader.insertion()
    bed.insert_title(made(Kind.OLD_PASSPORT))
    until(lambda: reader.insertion() not in (None, before))


def test_a_chip_without_an_answer_to_reset_is_unknown(bed: CardBed, reader: PcscCard) -> None:
    bed.remove_title()
    bed.arm_title(ChipFault.WRONG_ATR)
    bed.insert_title()
    until(lambda: reader.insertion() is not None)
    with pytest.raises(CardUnknown):
        reader.connect()
    bed.disarm_title()
    bed.insert_title(made())
    until(lambda: _powered(reader))


def test_the_bed_keeps_no_key_of_a_chip_on_disk(bed: CardBed) -> None:
    run = bed.socket.parent
    assert not list(run.rglob("*.json"))
    secret = made().files[lds.SOD][:64]
    assert all(secret not in path.read_bytes() for path in Path(run).rglob("*") if path.is_file())
