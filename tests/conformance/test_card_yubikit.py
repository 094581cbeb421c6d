"""The PIV session of yubikit (yubikey-manager) on the simulated PIV card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from drivers.transport.pcsc_card import PcscCard
from tests.conformance.agent_card_fixtures import CardDesk, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from simulators.card_bed import CardBed

MISSING = "missing yubikey-manager: make setup"
core = pytest.importorskip("yubikit.core", reason=MISSING)
smartcard = pytest.importorskip("yubikit.core.smartcard", reason=MISSING)
piv = pytest.importorskip("yubikit.piv", reason=MISSING)

pytestmark = pytest.mark.pcsc

MESSAGE = b"SPECIMEN"


@pytest.fixture
def session(card_bed: CardBed) -> Iterator[Any]:
    CardDesk(card_bed).unblock()
    with PcscCard(card_bed.port) as reader:
        until(lambda: reader.insertion() is not None)
        reader.connect()
        yield piv.PivSession(_connection(reader))


def _connection(reader: PcscCard) -> Any:
    """What the library calls a connection, over our transport."""

    def exchange(_self: object, apdu: bytes) -> tuple[bytes, int]:
        answer = reader.transmit(bytearray(apdu))
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    own = {
        "transport": core.TRANSPORT.USB,
        "close": lambda _self: None,  # the reader is closed by whoever opened it
        "send_and_receive": exchange,
    }
    return type("Connection", (smartcard.SmartCardConnection,), own)()


def test_it_counts_pins_unblocks_and_changes_them(session: Any, card_bed: CardBed) -> None:
    with pytest.raises(piv.InvalidPinError) as caught:
        session.verify_pin("000000")
    assert caught.value.attempts_remaining == 2
    session.unblock_pin(card_bed.puk, "314159")
    session.change_pin("314159", card_bed.pin)
    session.verify_pin(card_bed.pin)
    assert session.get_pin_attempts() == 3


def test_it_signs_with_both_keys(session: Any, card_bed: CardBed) -> None:
    session.verify_pin(card_bed.pin)
    login = session.get_certificate(piv.SLOT.AUTHENTICATION).public_key()
    assert isinstance(login, rsa.RSAPublicKey)
    signed = session.sign(
        piv.SLOT.AUTHENTICATION,
        piv.KEY_TYPE.RSA2048,
        MESSAGE,
        hashes.SHA256(),
        padding.PKCS1v15(),
    )
    login.verify(signed, MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    session.verify_pin(card_bed.pin)
    signature = session.get_certificate(piv.SLOT.SIGNATURE).public_key()
    assert isinstance(signature, ec.EllipticCurvePublicKey)
    signed = session.sign(piv.SLOT.SIGNATURE, piv.KEY_TYPE.ECCP256, MESSAGE, hashes.SHA256())
    signature.verify(signed, MESSAGE, ec.ECDSA(hashes.SHA256()))
