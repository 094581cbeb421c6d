"""Login by card and PIN through the bench; the session ends when the card leaves."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from simulators import card_bed, pki
from simulators.agent_card import Deal
from simulators.agent_keys import authority_of
from simulators.card_bed import TITLE_READER, CardBed
from simulators.card_contacts import CardFault
from simulators.faults import Fault
from station.agents.admission import Trust
from station.agents.chain import load_authorities
from station.bench.bench import Bench
from station.bench.reader_watch import ReaderWatch
from station.config import CARTE, DeviceSettings
from station.device import CardKey, ReaderChange
from station.errors import (
    AgentNotEnrolled,
    CardExpired,
    CardIssuerUnknown,
    CardKeyWrong,
    CardRevoked,
    CardUnknown,
    ConfigError,
    DeviceRefused,
    LastTry,
    PinBlocked,
    PinNeeded,
    PinWrong,
    ProtocolError,
    SessionLocked,
    StationError,
)
from station.rules.agents import Role
from station.seal.keys import check_signature, load_certificate
from station.session import Session
from tests import needs
from tests.readers import hear
from tests.revocations import crl, folder_of
from tests.titles_read import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.pcsc,
    needs.mark(card_bed.missing()),
]
NOTICE = 20.0  # seconds; a loaded machine


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    pki.create(folder)
    return folder


@pytest.fixture(scope="module")
def shared(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardBed]:
    with CardBed(tmp_path_factory.mktemp("bed"), authority=keys) as bed:
        yield bed


@pytest.fixture
def bed(shared: CardBed) -> CardBed:
    shared.deal()
    return shared


@pytest.fixture
def trust(keys: Path) -> Trust:
    return Trust(load_authorities(keys / "ca.pem", None))


@contextmanager
def opened(bed: CardBed, trust: Trust) -> Iterator[tuple[Session, Bench]]:
    settings = DeviceSettings(driver="agent-card", port=bed.port)
    with (
        Bench({CARTE: settings}) as bench,
        ReaderWatch(bed.port) as watch,
        Session(bench, trust, watch) as session,
    ):
        yield session, bench


@pytest.fixture
def session(bed: CardBed, trust: Trust) -> Iterator[Session]:
    with opened(bed, trust) as (session, _):
        yield session


def pin(bed: CardBed) -> bytearray:
    return bytearray(bed.pin.encode())


def until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + NOTICE
    while not condition():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.01)


def test_login_names_the_agent_and_the_card_signs(session: Session, bed: CardBed) -> None:
    typed = pin(bed)
    agent = session.login(typed)
    assert "SPECIMEN" in agent.name
    assert agent.role is Role.AGENT
    assert not any(typed)  # the PIN is wiped
    signer = session.signer(pin(bed))
    check_signature(signer.certificate, b"manifeste", signer.sign(b"manifeste"))


@pytest.mark.parametrize("kind", ["piv", "ias"])
def test_the_card_forgets_the_pin_after_each_seal(bed: CardBed, trust: Trust, kind: str) -> None:
    bed.deal(Deal(kind=kind, kinds=("rsa2048", "rsa2048")))
    with opened(bed, trust) as (session, bench):
        session.login(pin(bed))
        session.signer(pin(bed)).sign(b"manifeste")
        assert not session.pin_status().verified
        with pytest.raises(PinNeeded):
            bench.call(CARTE, "sign", CardKey.AUTHENTICATION, b"login")
        assert not session.locked
        session.signer(pin(bed)).sign(b"another")


def test_a_removal_locks_and_another_seal_is_refused(session: Session, bed: CardBed) -> None:
    session.login(pin(bed))
    bed.remove()
    until(lambda: session.locked)
    bed.insert()
    with pytest.raises(SessionLocked):
        session.sign(b"manifeste")


def test_the_same_card_opens_a_locked_session_again_and_no_other(
    session: Session, bed: CardBed
) -> None:
    agent = session.login(pin(bed))
    bed.swap()  # of the same kind: its ATR is the same
    until(lambda: session.locked)
    with pytest.raises(SessionLocked):
        session.login(pin(bed))
    bed.insert()
    assert session.login(pin(bed)) == agent
    session.signer(pin(bed)).sign(b"manifeste")


def test_a_title_that_comes_and_goes_in_the_other_reader_locks_nothing(
    session: Session, bed: CardBed
) -> None:
    session.login(pin(bed))
    with ReaderWatch(bed.port) as watch:
        bed.insert_title(made())
        hear(watch, (ReaderChange.CARD_CAME, TITLE_READER))
        bed.remove_title()
        hear(watch, (ReaderChange.CARD_LEFT, TITLE_READER))
    session.signer(pin(bed)).sign(b"manifeste")
    assert not session.locked


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
    until(lambda: session.locked)
    with pytest.raises(SessionLocked):
        session.sign(b"manifeste")


def test_a_wrong_pin_opens_nothing(session: Session, bed: CardBed) -> None:
    typed = bytearray(b"999999")
    with pytest.raises(PinWrong) as caught:
        session.login(typed)
    assert caught.value.tries == 2
    assert not any(typed)
    with pytest.raises(SessionLocked):
        _ = session.agent
    session.login(pin(bed))


def test_a_reader_without_keys_says_so_and_no_try_is_spent(session: Session) -> None:
    with pytest.raises(ConfigError, match="keypad"):
        session.login(None)
    assert session.pin_status().tries == 3


def test_the_last_try_is_spent_only_when_somebody_says_so(keys: Path, tmp_path: Path) -> None:
    with CardBed(tmp_path, authority=keys) as bed:
        trust = Trust(load_authorities(keys / "ca.pem", None))
        with opened(bed, trust) as (session, _):
            for left in (2, 1):
                with pytest.raises(PinWrong):
                    session.login(bytearray(b"999999"))
                assert session.pin_status().tries == left
            typed = pin(bed)
            with pytest.raises(LastTry):
                session.login(typed)
            assert not any(typed)
            assert session.pin_status().tries == 1
            with pytest.raises(PinBlocked) as caught:
                session.login(bytearray(b"999999"), last_try=True)
            assert "gestionnaire de cartes" in caught.value.remedy
            with pytest.raises(PinBlocked):
                session.login(pin(bed))


def test_a_dead_service_locks_and_the_session_opens_again_after_its_restart(
    session: Session, bed: CardBed
) -> None:
    session.login(pin(bed))
    bed.kill_service()
    until(lambda: session.locked)
    bed.start_service()
    bed.insert()

    def back() -> bool:
        try:
            session.login(pin(bed))
        except StationError:
            return False
        return True

    until(back)
    session.signer(pin(bed)).sign(b"manifeste")


def test_each_card_that_may_not_enter_is_refused_by_its_own_error(
    bed: CardBed, keys: Path, trust: Trust, tmp_path: Path
) -> None:
    card = load_certificate(bed.folder / "carte-sign.pem", datetime.now(UTC))
    with ExitStack() as stack:
        pki.create(tmp_path / "other")
        for wrong, strange in (
            (CardIssuerUnknown, Trust(load_authorities(tmp_path / "other" / "ca.pem", None))),
            (
                CardRevoked,
                Trust(trust.authorities, folder_of(crl(authority_of(keys), card.serial_number))),
            ),
            (AgentNotEnrolled, Trust(trust.authorities, enrolled={})),
        ):
            session, _ = stack.enter_context(opened(bed, strange))
            with pytest.raises(wrong):
                session.login(pin(bed))
            stack.pop_all().close()
        bed.deal(Deal(expired=True))
        session, _ = stack.enter_context(opened(bed, trust))
        with pytest.raises(CardExpired):
            session.login(pin(bed))
        assert session.pin_status().tries == 3  # no PIN was sent to any of them


def test_a_card_with_the_signature_certificate_of_somebody_else_is_refused(
    bed: CardBed, trust: Trust
) -> None:
    bed.deal(Deal(borrowed=True))
    with opened(bed, trust) as (session, _):
        with pytest.raises(CardUnknown, match="not of one holder"):
            session.login(pin(bed))
        assert session.pin_status().tries == 3
