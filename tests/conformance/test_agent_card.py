"""What every signing card keeps to: PIV and IAS-ECC behind a real pcscd, and the software token."""

from __future__ import annotations

import hashlib
import subprocess
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from simulators.agent_card import Deal
from station import log
from station.device import CardKey, Mechanism, PinStatus
from station.errors import (
    CardAbsent,
    MechanismUnsupported,
    PinBlocked,
    PinNeeded,
    PinWrong,
    SessionLocked,
)
from tests.conformance.agent_card_fixtures import CardDesk, TokenDesk, answers, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from station.device import SigningCard
    from tests.conformance.agent_card_fixtures import Desk

MESSAGE = b"challenge of SPECIMEN"
DEALS = {"piv": None, "ias": Deal("ias", ("rsa2048", "rsa2048"))}


@pytest.fixture(
    scope="module", params=[*(pytest.param(k, marks=pytest.mark.pcsc) for k in DEALS), "token"]
)
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    if request.param == "token":
        return TokenDesk(tmp_path_factory.mktemp("token"), "271828")
    return CardDesk(request.getfixturevalue("card_bed"), DEALS[request.param])


@pytest.fixture
def card(desk: Desk) -> Iterator[SigningCard]:
    desk.unblock()
    with desk.card() as card:
        until(lambda: answers(card))
        yield card


def _locked(card: SigningCard) -> bool:
    """Whether the reader has noticed the other card."""
    try:
        card.pin_status()
    except SessionLocked:
        return True
    except CardAbsent:
        return False
    return False


def _pin(desk: Desk) -> bytearray:
    return bytearray(desk.pin.encode())


def _wrong(desk: Desk) -> bytearray:
    return bytearray(f"{(int(desk.pin) + 1) % 10**6:06d}".encode())


def _check(certificate: bytes, signature: bytes, message: bytes) -> None:
    key = x509.load_der_x509_certificate(certificate).public_key()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    else:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))


def test_it_says_that_it_is_simulated(card: SigningCard) -> None:
    assert card.info().simulated


@pytest.mark.parametrize("key", CardKey)
def test_its_certificates_come_from_its_authority(
    desk: Desk, card: SigningCard, key: CardKey
) -> None:
    authority = x509.load_pem_x509_certificate((desk.folder / "ca.pem").read_bytes())
    certificate = x509.load_der_x509_certificate(card.certificates()[key])
    certificate.verify_directly_issued_by(authority)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.content_commitment is (key is CardKey.SIGNATURE)


def test_reading_the_counter_spends_no_try(card: SigningCard) -> None:
    assert [card.pin_status() for _ in range(5)] == [PinStatus(False, False, 3)] * 5


def test_a_wrong_pin_counts_down_and_a_right_one_up(desk: Desk, card: SigningCard) -> None:
    with pytest.raises(PinWrong) as caught:
        card.verify_pin(_wrong(desk))
    assert caught.value.tries == 2
    assert card.pin_status().tries == 2
    card.verify_pin(_pin(desk))
    assert card.pin_status().verified
    card.logout()
    assert card.pin_status() == PinStatus(False, False, 3)


def test_the_third_wrong_pin_blocks_even_the_right_one(desk: Desk, card: SigningCard) -> None:
    for _ in range(2):
        with pytest.raises(PinWrong):
            card.verify_pin(_wrong(desk))
    with pytest.raises(PinBlocked):
        card.verify_pin(_wrong(desk))
    assert card.pin_status().blocked
    with pytest.raises(PinBlocked):
        card.verify_pin(_pin(desk))


@pytest.mark.parametrize("typed", [b"", b"123", b"123456789", b"12345a", b"\xff" * 8])
def test_what_cannot_be_a_pin_spends_no_try(card: SigningCard, typed: bytes) -> None:
    pin = bytearray(typed)
    with pytest.raises(PinWrong):
        card.verify_pin(pin)
    assert card.pin_status().tries == 3
    assert pin == bytes(len(typed))


def test_the_pin_is_wiped_whether_right_or_wrong(desk: Desk, card: SigningCard) -> None:
    right, wrong = _pin(desk), _wrong(desk)
    with pytest.raises(PinWrong):
        card.verify_pin(wrong)
    card.verify_pin(right)
    assert right == wrong == bytes(6)


@pytest.mark.parametrize("key", CardKey)
def test_it_does_not_sign_without_a_pin(card: SigningCard, key: CardKey) -> None:
    with pytest.raises(PinNeeded):
        card.sign(key, MESSAGE)


def test_a_wrong_pin_takes_the_right_to_sign_away(desk: Desk, card: SigningCard) -> None:
    card.verify_pin(_pin(desk))
    with pytest.raises(PinWrong):
        card.verify_pin(_wrong(desk))
    with pytest.raises(PinNeeded):
        card.sign(CardKey.AUTHENTICATION, MESSAGE)


@pytest.mark.parametrize("key", CardKey)
def test_its_signature_is_that_of_its_certificate(
    desk: Desk, card: SigningCard, key: CardKey
) -> None:
    card.verify_pin(_pin(desk))
    _check(card.certificates()[key], card.sign(key, MESSAGE), MESSAGE)


@pytest.mark.parametrize("key", CardKey)
def test_openssl_verifies_its_signature(
    desk: Desk, card: SigningCard, key: CardKey, tmp_path: Path
) -> None:
    card.verify_pin(_pin(desk))
    (tmp_path / "signature").write_bytes(card.sign(key, MESSAGE))
    (tmp_path / "message").write_bytes(MESSAGE)
    public = x509.load_der_x509_certificate(card.certificates()[key]).public_key()
    (tmp_path / "key.pem").write_bytes(
        public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    command = ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature"]
    said = subprocess.run(
        [*command, "message"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert said.stdout == "Verified OK\n"


@pytest.mark.parametrize("size", [0, 1, 55, 56, 63, 64, 65, 128, 4096])
def test_it_signs_messages_of_any_size(desk: Desk, card: SigningCard, size: int) -> None:
    message = bytes(i & 0xFF for i in range(size))
    card.verify_pin(_pin(desk))
    _check(card.certificates()[CardKey.SIGNATURE], card.sign(CardKey.SIGNATURE, message), message)


def test_a_mechanism_of_another_family_is_said_to_be_unsupported(
    desk: Desk, card: SigningCard
) -> None:
    card.verify_pin(_pin(desk))
    with pytest.raises(MechanismUnsupported):
        card.sign(CardKey.AUTHENTICATION, MESSAGE, Mechanism.ECDSA_SHA256)
    card.sign(CardKey.AUTHENTICATION, MESSAGE, Mechanism.RSA_PKCS1_SHA256)


def test_the_signature_key_wants_the_pin_anew_each_time(desk: Desk, card: SigningCard) -> None:
    card.verify_pin(_pin(desk))
    card.sign(CardKey.SIGNATURE, MESSAGE)
    with pytest.raises(PinNeeded):
        card.sign(CardKey.SIGNATURE, MESSAGE)
    card.sign(CardKey.AUTHENTICATION, MESSAGE)


def test_logout_forgets_the_pin(desk: Desk, card: SigningCard) -> None:
    card.verify_pin(_pin(desk))
    card.logout()
    assert not card.present()
    with pytest.raises(PinNeeded):
        card.sign(CardKey.AUTHENTICATION, MESSAGE)


def test_the_pin_does_not_outlive_the_driver(desk: Desk, card: SigningCard) -> None:
    card.verify_pin(_pin(desk))
    card.__exit__(None, None, None)
    with desk.card() as next_program:
        assert not next_program.pin_status().verified


def test_a_removed_card_is_absent_and_works_once_back(desk: Desk, card: SigningCard) -> None:
    card.verify_pin(_pin(desk))
    assert card.present()
    desk.remove()
    until(lambda: not card.present())
    with pytest.raises(CardAbsent):
        card.sign(CardKey.AUTHENTICATION, MESSAGE)
    desk.insert()
    until(lambda: answers(card))
    with pytest.raises(PinNeeded):
        card.sign(CardKey.AUTHENTICATION, MESSAGE)
    card.verify_pin(_pin(desk))
    assert card.present()
    _check(
        card.certificates()[CardKey.AUTHENTICATION],
        card.sign(CardKey.AUTHENTICATION, MESSAGE),
        MESSAGE,
    )


def test_another_agents_card_locks_until_logout(desk: Desk, card: SigningCard) -> None:
    card.verify_pin(_pin(desk))
    mine = card.info().serial
    desk.swap()
    until(lambda: _locked(card))
    assert not card.present()
    for _ in range(2):
        with pytest.raises(SessionLocked):
            card.verify_pin(_pin(desk))
        with pytest.raises(SessionLocked):
            card.sign(CardKey.AUTHENTICATION, MESSAGE)
    card.logout()
    assert card.info().serial != mine


def test_no_log_shows_the_pin_or_what_was_signed(
    desk: Desk, card: SigningCard, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(log.TRAFFIC)
    card.verify_pin(_pin(desk))
    signature = card.sign(CardKey.AUTHENTICATION, MESSAGE)
    with pytest.raises(PinWrong):
        card.verify_pin(_wrong(desk))
    written = caplog.text + repr(vars(card))
    for private in (
        desk.pin.encode(), _wrong(desk), MESSAGE, signature[:8], hashlib.sha256(MESSAGE).digest()
    ):  # fmt: skip
        assert private.hex() not in written
        assert repr(bytes(private))[2:-1] not in written
        assert str(list(private))[1:-1] not in written
