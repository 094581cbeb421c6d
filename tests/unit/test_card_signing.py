"""What a card signs: blocks that the library accepts once the raw operation was done on them."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from hypothesis import given
from hypothesis import strategies as st

from drivers.wire import sha256_state, signing
from station.device import Mechanism
from station.errors import CardKeyWrong, MechanismUnsupported

RSA = rsa.generate_private_key(65537, 2048)
P256 = ec.generate_private_key(ec.SECP256R1())
MESSAGE = b"SPECIMEN"


def raw(block: bytes) -> bytes:
    numbers = RSA.private_numbers()
    return pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n).to_bytes(
        256, "big"
    )


def test_the_names_are_those_of_the_station() -> None:
    assert set(signing.SCHEMES) == set(Mechanism)


@pytest.mark.parametrize("name", [Mechanism.RSA_PKCS1_SHA256, Mechanism.RSA_PSS_SHA256])
def test_the_rsa_block_makes_a_signature(name: Mechanism) -> None:
    way = signing.scheme(RSA.public_key(), name)
    signing.check(RSA.public_key(), raw(signing.block(MESSAGE, 2048, way)), MESSAGE, way)


def test_a_signature_of_another_message_is_refused() -> None:
    way = signing.scheme(RSA.public_key(), None)
    signature = RSA.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    signing.check(RSA.public_key(), signature, MESSAGE, way)
    with pytest.raises(CardKeyWrong):
        signing.check(RSA.public_key(), signature, b"another", way)


@pytest.mark.parametrize("bits", [256, 384])
def test_the_ecdsa_block_is_as_wide_as_the_field(bits: int) -> None:
    block = signing.block(MESSAGE, bits, signing.SCHEMES["ecdsa-sha256"])
    assert len(block) == bits // 8
    assert block[-32:] == hashlib.sha256(MESSAGE).digest()


def test_a_hash_longer_than_the_field_is_cut() -> None:
    block = signing.block(MESSAGE, 256, signing.SCHEMES["ecdsa-sha384"])
    assert block == hashlib.sha384(MESSAGE).digest()[:32]


def test_the_family_of_the_mechanism_is_that_of_the_key() -> None:
    with pytest.raises(MechanismUnsupported):
        signing.scheme(RSA.public_key(), Mechanism.ECDSA_SHA256)
    with pytest.raises(MechanismUnsupported):
        signing.scheme(P256.public_key(), Mechanism.RSA_PSS_SHA256)


@given(st.binary(max_size=300))
def test_a_hash_that_was_handed_over_ends_as_any_other(message: bytes) -> None:
    state, bits, last = sha256_state.split(message)
    assert len(last) <= 64
    assert sha256_state.finish(state, bits, last) == hashlib.sha256(message).digest()
