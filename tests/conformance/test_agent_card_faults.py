"""Whatever a card does wrong is one error, ends the session it happened in, and is over then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography import x509

from drivers.agent_card import AgentCard
from drivers.wire import signing
from simulators.agent_card import Deal
from simulators.card_contacts import CardFault
from simulators.faults import Fault
from station.bench.bench import Bench
from station.config import CARTE, DeviceSettings
from station.device import CardKey, Mechanism, PinStatus
from station.errors import (
    CardAbsent,
    CardKeyWrong,
    CardUnknown,
    DeviceRefused,
    DeviceSilent,
    PinBlocked,
    PinNeeded,
    PinUnfit,
    PinWrong,
    ProtocolError,
    PukBlocked,
    PukWrong,
    StationError,
)
from tests.conformance.agent_card_fixtures import CardDesk, answers, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulators.card_bed import CardBed

pytestmark = pytest.mark.pcsc

MESSAGE = b"manifest of SPECIMEN"
IAS = Deal("ias", ("rsa2048", "rsa2048"))
SMALL = ("p256", "p256")  # keys that take no time to make
FAULTS = [
    (Fault.TRUNCATED, ProtocolError),
    (Fault.GARBAGE, ProtocolError),
    (Fault.OVERSIZE, ProtocolError),
    (Fault.REFUSE, DeviceRefused),
    (CardFault.NO_STATUS, ProtocolError),
    (CardFault.TOO_LONG, ProtocolError),
]


@pytest.fixture(scope="module", params=[None, IAS], ids=["piv", "ias"])
def deal(request: pytest.FixtureRequest) -> Deal | None:
    found: Deal | None = request.param
    return found


@pytest.fixture
def card(card_bed: CardBed, deal: Deal | None) -> Iterator[AgentCard]:
    CardDesk(card_bed, deal).unblock()
    with AgentCard(card_bed.port) as card:
        until(lambda: answers(card))
        yield card


def _pin(bed: CardBed) -> bytearray:
    return bytearray(bed.pin.encode())


def _signs(card: AgentCard, key: CardKey, mechanism: Mechanism | None = None) -> None:
    public = signing.public_key(card.certificates()[key])
    signature = card.sign(key, MESSAGE, mechanism)
    signing.check(public, signature, MESSAGE, signing.scheme(public, mechanism))


@pytest.mark.parametrize(("fault", "leaf"), FAULTS)
def test_a_fault_while_reading_is_one_error_and_the_next_call_works(
    card_bed: CardBed, card: AgentCard, fault: str, leaf: type[StationError]
) -> None:
    card_bed.arm(fault)
    with pytest.raises(leaf):
        card.certificates()
    x509.load_der_x509_certificate(card.certificates()[CardKey.AUTHENTICATION])


@pytest.mark.parametrize(("fault", "leaf"), FAULTS)
@pytest.mark.parametrize("key", CardKey)
def test_a_fault_while_signing_is_one_error_and_ends_the_session(
    card_bed: CardBed, card: AgentCard, key: CardKey, fault: str, leaf: type[StationError]
) -> None:
    card.verify_pin(_pin(card_bed))
    card_bed.arm(fault)
    with pytest.raises(leaf):
        card.sign(key, MESSAGE)
    if leaf is ProtocolError:
        assert not card.present()
        with pytest.raises(PinNeeded):
            card.sign(CardKey.AUTHENTICATION, MESSAGE)
    card.logout()
    card.verify_pin(_pin(card_bed))
    _signs(card, key)


def test_a_fault_while_the_pin_is_checked_verifies_nothing(
    card_bed: CardBed, card: AgentCard
) -> None:
    card.certificates()
    card_bed.arm(CardFault.NO_STATUS, after=1)  # the card says its serial number first
    with pytest.raises(ProtocolError):
        card.verify_pin(_pin(card_bed))
    assert card.pin_status() == PinStatus(verified=False, blocked=False, tries=3)


def test_an_answer_to_another_command_is_no_answer(card_bed: CardBed, card: AgentCard) -> None:
    card.pin_status()
    card_bed.arm(CardFault.STALE)  # a status about the PIN, to whoever reads a certificate
    with pytest.raises(ProtocolError):
        card.certificates()
    assert set(card.certificates()) == set(CardKey)


@pytest.mark.parametrize("key", CardKey)
def test_a_signature_by_another_key_is_refused_and_ends_the_session(
    card_bed: CardBed, card: AgentCard, key: CardKey
) -> None:
    card.verify_pin(_pin(card_bed))
    card_bed.arm(CardFault.WRONG_KEY)
    with pytest.raises(CardKeyWrong):
        card.sign(key, MESSAGE)
    assert not card.present()
    assert not card.pin_status().verified


def test_a_slow_card_is_waited_for(card_bed: CardBed, card: AgentCard) -> None:
    card.verify_pin(_pin(card_bed))
    card_bed.arm(CardFault.SLOW)
    _signs(card, CardKey.SIGNATURE)


def test_a_card_pulled_inside_a_command_is_absent(card_bed: CardBed, card: AgentCard) -> None:
    card.verify_pin(_pin(card_bed))
    card_bed.arm(Fault.UNPLUG)
    with pytest.raises(CardAbsent):
        card.sign(CardKey.SIGNATURE, MESSAGE)
    until(lambda: not card.present())
    card_bed.insert()
    until(lambda: answers(card))
    with pytest.raises(PinNeeded):
        card.sign(CardKey.AUTHENTICATION, MESSAGE)


def test_a_hostile_label_is_cleaned(card_bed: CardBed, card: AgentCard) -> None:
    card.logout()
    card_bed.arm(Fault.HOSTILE_LABEL)
    label = card.info().model
    assert len(label) == 64
    assert label.isprintable()


def test_a_mute_card_is_said_to_be_silent(card_bed: CardBed) -> None:
    CardDesk(card_bed).unblock()
    settings = DeviceSettings(driver="agent-card", port=card_bed.port)
    with Bench({CARTE: settings}) as bench:
        bench.info(CARTE)
        card_bed.arm(Fault.MUTE)
        with pytest.raises(DeviceSilent):
            bench.call(CARTE, "pin_status")
    card_bed.remove()


@pytest.mark.parametrize(
    "odd",
    [
        Deal(kinds=SMALL, packed=True),
        Deal(kinds=SMALL, policy="6020"),  # the global PIN first
        Deal(kinds=SMALL, policy="6010"),
        Deal(kinds=SMALL, policy=""),  # no discovery object
        Deal(kinds=SMALL, atr="3b80800101"),  # which a table of ATRs takes for another card
        Deal(kinds=SMALL, atr="3b021450"),  # T=0 alone
        Deal(kinds=("p384", "p384")),
    ],
    ids=["packed", "global-pin", "two-pins", "no-discovery", "odd-atr", "t0", "p384"],
)
def test_cards_that_differ_within_the_standard_work(card_bed: CardBed, odd: Deal) -> None:
    card_bed.deal(odd)
    with AgentCard(card_bed.port) as card:
        until(lambda: answers(card))
        for key in CardKey:
            card.verify_pin(_pin(card_bed))
            _signs(card, key)
        for mechanism in (Mechanism.ECDSA_SHA384, Mechanism.ECDSA_SHA256):
            _signs(card, CardKey.AUTHENTICATION, mechanism)


def test_rsa_of_3072_bits_and_pss_work(card_bed: CardBed) -> None:
    card_bed.deal(Deal(kinds=("rsa3072", "p384")))
    with AgentCard(card_bed.port) as card:
        until(lambda: answers(card))
        card.verify_pin(_pin(card_bed))
        _signs(card, CardKey.AUTHENTICATION)
        _signs(card, CardKey.AUTHENTICATION, Mechanism.RSA_PSS_SHA256)


def test_the_puk_gives_the_pin_back_and_has_a_counter_of_its_own(card_bed: CardBed) -> None:
    card_bed.deal(Deal(kinds=SMALL, packed=True))
    new = _pin(card_bed)
    with AgentCard(card_bed.port) as card:
        until(lambda: answers(card))
        for _ in range(2):
            with pytest.raises(PinWrong):
                card.verify_pin(bytearray(b"000000"))
        with pytest.raises(PinBlocked):
            card.verify_pin(bytearray(b"000000"))
        with pytest.raises(PukWrong) as caught:
            card.unblock_pin(bytearray(b"00000000"), _pin(card_bed))
        assert caught.value.tries == 4
        with pytest.raises(PinUnfit):
            card.unblock_pin(bytearray(b"1234"), _pin(card_bed))
        puk = bytearray(card_bed.puk.encode())
        card.unblock_pin(puk, new)
        assert not any(puk + new)
        assert card.pin_status() == PinStatus(verified=False, blocked=False, tries=3)
        card.verify_pin(_pin(card_bed))


def test_the_puk_blocks_for_good(card_bed: CardBed) -> None:
    card_bed.deal(Deal(kinds=("p256", "p384")))
    with AgentCard(card_bed.port) as card:
        until(lambda: answers(card))
        for _ in range(4):
            with pytest.raises(PukWrong):
                card.unblock_pin(bytearray(b"00000000"), _pin(card_bed))
        with pytest.raises(PukBlocked):
            card.unblock_pin(bytearray(b"00000000"), _pin(card_bed))
        with pytest.raises(PukBlocked):
            card.unblock_pin(bytearray(card_bed.puk.encode()), _pin(card_bed))


@pytest.mark.parametrize("deal", [IAS], indirect=True)
def test_an_ias_card_is_not_unblocked_here(card_bed: CardBed, card: AgentCard) -> None:
    with pytest.raises(PukBlocked):
        card.unblock_pin(bytearray(card_bed.puk.encode()), _pin(card_bed))


@pytest.mark.parametrize("atr", ["3b", "00", "ff" * 33])
def test_a_card_whose_atr_is_none_is_unknown(card_bed: CardBed, atr: str) -> None:
    card_bed.deal(Deal(kinds=SMALL, atr=atr))
    with AgentCard(card_bed.port) as card, pytest.raises(CardUnknown):
        until(lambda: answers(card))
