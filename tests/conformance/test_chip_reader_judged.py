"""The reader’s PACE and secure messaging with OpenPACE as the chip at the other end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from drivers.chip_reader import access
from drivers.chip_reader.talk import Talk
from drivers.wire import tlv
from drivers.wire.apdu import Command
from station.capture import ChipStep, TitleKey
from station.device import Patience
from station.errors import ChipRefused
from tests import libeac
from tests.libeac_card import LibeacCard
from tests.needs import need

if TYPE_CHECKING:
    from collections.abc import Callable

CAN = b"500540"


@pytest.fixture(scope="module", autouse=True)
def _library() -> None:
    need(libeac.missing())


def card_access(cipher: int, curve: int) -> bytes:
    """EF.CardAccess with one way of PACE (ICAO Doc 9303-11, 9.2.1)."""
    oid = tlv.encode(0x06, bytes.fromhex("04007f000702020402") + bytes([cipher]))
    version, parameters = tlv.encode(0x02, b"\x02"), tlv.encode(0x02, bytes([curve]))
    return tlv.encode(0x31, tlv.encode(0x30, oid + version + parameters))


def talk(card: LibeacCard) -> Talk:
    send: Callable[[bytearray], bytes] = lambda apdu: card.transmit(bytes(apdu))  # noqa: E731
    return Talk(send, Patience(60))


@pytest.mark.parametrize("cipher", [2, 3, 4])
@pytest.mark.parametrize("curve", [12, 13, 15, 16, 17, 18])
def test_openpace_agrees_on_keys_and_on_every_mac(cipher: int, curve: int) -> None:
    card = LibeacCard(card_access(cipher, curve), CAN, content=b"file of SPECIMEN")
    conversation = talk(card)
    entered = access.enter(conversation, TitleKey(can=CAN))
    assert entered.step.step is ChipStep.PACE
    for _ in range(3):
        answer = conversation.ask(Command(0x00, 0xB0, 0x00, 0x00, le=16))
        assert answer.data == b"file of SPECIMEN"


def test_openpace_does_not_open_with_another_can() -> None:
    card = LibeacCard(card_access(2, 12), CAN)
    with pytest.raises(ChipRefused):
        access.enter(talk(card), TitleKey(can=b"000000"))
