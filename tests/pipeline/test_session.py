"""Login by card and PIN through the bench; the session ends when the card leaves."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from simulators import card_bed, pki
from simulators.card_bed import CardBed
from simulators.card_contacts import CardFault
from simulators.faults import Fault
from station.bench.bench import Bench
from station.config import CARTE, DeviceSettings
from station.errors import (
    CardKeyWrong,
    CardUnknown,
    DeviceRefused,
    PinWrong,
    ProtocolError,
    SessionLocked,
)
from station.seal.keys import check_signature, load_certificate
from station.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from station.errors import StationError

pytestmark = [
    pytest.mark.pcsc,
    pytest.mark.skipif(
        bool(card_bed.missing()), reason=f"no card reader: {', '.join(card_bed.missing())}"
    ),
]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    pki.create(folder)
    return folder


@pytest.fixture
def bed(keys: Path, tmp_path: Path) -> Iterator[CardBed]:
    with CardBed(tmp_path, authority=keys) as bed:
        yield bed


@pytest.fixture
def session(bed: CardBed, keys: Path) -> Iterator[Session]:
    authority = load_certificate(keys / "ca.pem", datetime.now(UTC))
    settings = DeviceSettings(driver="agent-card", port=bed.port)
    with Bench({CARTE: settings}) as bench, Session(bench, authority) as session:
        yield session


def pin(bed: CardBed) -> bytearray:
    return bytearray(bed.pin.encode())


def test_login_names_the_agent_and_the_card_signs(session: Session, bed: CardBed) -> None:
    typed = pin(bed)
    agent = session.login(typed)
    assert "SPECIMEN" in agent.name
    assert not any(typed)  # the PIN is wiped
    signer = session.signer(pin(bed))
    check_signature(signer.certificate, b"manifeste", signer.sign(b"manifeste"))


def test_removal_locks_within_half_a_second_and_for_good(session: Session, bed: CardBed) -> None:
    session.login(pin(bed))
    bed.remove()
    gone = time.monotonic()
    while not session.locked and time.monotonic() - gone < 3:
        time.sleep(0.01)
    assert session.locked
    bed.insert()
    with pytest.raises(SessionLocked):
        session.sign(b"manifeste")


@pytest.mark.parametrize(
    ("fault", "leaf"),
    [
        (CardFault.NO_STATUS, ProtocolError),
        (CardFault.TOO_LONG, ProtocolError),
        (CardFault.WRONG_KEY, CardKeyWrong),
        (Fault.REFUSE, DeviceRefused),
    ],
)
def test_a_card_that_answers_wrongly_ends_the_session(
    session: Session, bed: CardBed, fault: str, leaf: type[StationError]
) -> None:
    session.login(pin(bed))
    signer = session.signer(pin(bed))
    bed.arm(fault)
    with pytest.raises(leaf):
        signer.sign(b"manifeste")
    ends = time.monotonic() + 5
    while not session.locked and time.monotonic() < ends:
        time.sleep(0.01)
    with pytest.raises(SessionLocked):
        session.sign(b"manifeste")


def test_a_wrong_pin_opens_nothing(session: Session) -> None:
    with pytest.raises(PinWrong) as caught:
        session.login(bytearray(b"999999"))
    assert caught.value.tries == 2
    with pytest.raises(SessionLocked):
        _ = session.agent


def test_a_card_of_another_authority_is_unknown(bed: CardBed, tmp_path: Path) -> None:
    pki.create(tmp_path / "other")
    authority = load_certificate(tmp_path / "other" / "ca.pem", datetime.now(UTC))
    settings = DeviceSettings(driver="agent-card", port=bed.port)
    with (
        Bench({CARTE: settings}) as bench,
        Session(bench, authority) as session,
        pytest.raises(CardUnknown),
    ):
        session.login(pin(bed))
