"""A desk: a signing card or token, and the hand that inserts, removes and swaps it."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from drivers.agent_card import AgentCard
from drivers.software_token import SoftwareToken
from drivers.transport.pcsc_card import PcscCard
from drivers.wire import ias as ias_card
from drivers.wire import piv
from drivers.wire.apdu import OK, Command, converse
from simulators.software_token import make_token
from station.errors import CardAbsent

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulators.agent_card import Deal
    from simulators.card_bed import CardBed
    from station.device import SigningCard

OPENSC = next(Path("/usr/lib").glob("*/opensc-pkcs11.so"), None)  # its module, where there is one
NOTICE = 5.0  # seconds; the virtual reader looks at its slot every 0.4


def until(condition: Callable[[], bool]) -> None:
    """Wait for `condition`, at most `NOTICE`."""
    ends = time.monotonic() + NOTICE
    while not condition():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.01)


def answers(card: SigningCard) -> bool:
    """Whether the card is there; another agent's card is an error, as it should be."""
    try:
        card.pin_status()
    except CardAbsent:
        return False
    return True


class Desk(Protocol):
    """What a test does with its hands; `folder` holds the certificates."""

    pin: str
    folder: Path

    def card(self) -> SigningCard: ...

    def remove(self) -> None: ...

    def insert(self) -> None: ...

    def swap(self) -> None: ...

    def unblock(self) -> None: ...


class CardDesk:
    """A simulated card in the virtual reader: PIV, or what `deal` says."""

    def __init__(self, bed: CardBed, deal: Deal | None = None) -> None:
        self._bed, self.pin, self.folder = bed, bed.pin, bed.folder
        self._deal = deal

    def card(self) -> SigningCard:
        return AgentCard(self._bed.port)

    def remove(self) -> None:
        self._bed.remove()

    def insert(self) -> None:
        self._bed.insert()

    def swap(self) -> None:
        self._bed.swap()

    def unblock(self) -> None:
        """Deal the agent's card, put it in and give its PIN back by the PUK."""
        self._bed.deal(self._deal)
        ias = self._deal is not None and self._deal.kind == "ias"
        with PcscCard(self._bed.port) as reader:
            until(lambda: _connected(reader))
            converse(reader.transmit, ias_card.select(ias_card.PROFILE) if ias else piv.select())
            new = self._bed.puk.encode() + self.pin.encode() + b"\xff\xff"
            command = Command(0, 0x2C, 0, 0x81 if ias else 0x80, new)
            assert converse(reader.transmit, command).sw == OK


def _connected(reader: PcscCard) -> bool:
    with suppress(CardAbsent):
        reader.connect()
        return True
    return False


class TokenDesk:
    """A software token; its folder is the slot."""

    def __init__(self, folder: Path, pin: str) -> None:
        self.pin, self.folder = pin, folder / "slot"
        self._pocket, self._other = folder / "pocket", folder / "other"
        self._port = make_token(self.folder, pin)
        make_token(self._other, pin, agent="SPECIMEN Agent 002")

    def card(self) -> SigningCard:
        return SoftwareToken(self._port)

    def remove(self) -> None:
        self.folder.rename(self._pocket)

    def insert(self) -> None:
        if self._pocket.exists():
            if self.folder.exists():
                self.folder.rename(self._other)
            self._pocket.rename(self.folder)

    def swap(self) -> None:
        self.folder.rename(self._pocket)
        self._other.rename(self.folder)

    def unblock(self) -> None:
        self.insert()
        (self.folder / "tries").write_text("3")
