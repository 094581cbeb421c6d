"""The agent's card through pcscd and vpcd: one command there and back, and what an agent does."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.agent_card import AgentCard
from drivers.transport.pcsc_card import PcscCard
from drivers.wire import piv
from drivers.wire.apdu import OK, converse
from simulators.card_bed import CardBed, missing
from station.device import CardKey
from tests.bench.figure import Figure, median_ms

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS, RUNS = 200, 15


def measure(folder: Path) -> list[Figure]:
    """Nothing where there is no virtual card reader."""
    if missing():
        return []
    with tempfile.TemporaryDirectory(dir=folder) as scratch, CardBed(Path(scratch)) as bed:
        return [_round_trip(bed), *_agent(bed)]


def _round_trip(bed: CardBed) -> Figure:
    """An empty VERIFY, which is the shortest question there is."""
    with PcscCard(bed.port) as reader:
        reader.connect()
        assert converse(reader.transmit, piv.select()).sw == OK
        took = median_ms(lambda: converse(reader.transmit, piv.pin_counter()), ROUNDS)
        return Figure("APDU through pcscd and vpcd", took, "ms", aim=1.0)


def _agent(bed: CardBed) -> list[Figure]:
    """Login from a card that was just met, and one signature with its PIN; without the human."""
    with AgentCard(bed.port) as card:
        return [
            Figure(
                "login by PIV card, RSA-2048", median_ms(_login(card, bed), RUNS), "ms", aim=300
            ),
            Figure("PIN and signature, P-256", median_ms(_sign(card, bed), RUNS), "ms"),
        ]


def _login(card: AgentCard, bed: CardBed) -> Callable[[], None]:
    def login() -> None:
        card.logout()
        card.certificates()
        card.verify_pin(bytearray(bed.pin.encode()))
        card.sign(CardKey.AUTHENTICATION, bytes(32))

    return login


def _sign(card: AgentCard, bed: CardBed) -> Callable[[], None]:
    def sign() -> None:
        card.verify_pin(bytearray(bed.pin.encode()))
        card.sign(CardKey.SIGNATURE, bytes(1000))

    return sign
