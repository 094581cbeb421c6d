"""PIV templates. Lengths and tags: SP 800-73-4 part 1, table 9 and 10; padding: RFC 8017, 9.2."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from drivers.wire import piv, tlv
from drivers.wire.apdu import build
from station.errors import ProtocolError


def test_commands_have_the_bytes_of_the_standard() -> None:
    assert build(piv.select()).hex() == "00a404000ba00000030800001000010000"
    assert build(piv.get_data(piv.CHUID)).hex() == "00cb3fff055c035fc10200"
    assert build(piv.pin_counter()).hex() == "00200080"
    assert build(piv.forget_pin()).hex() == "0020ff80"
    command = piv.general_authenticate(0x11, piv.SIGNATURE, b"\xaa")
    assert build(command).hex() == "0087119c077c0582008101aa00"


def test_a_short_pin_is_padded_to_eight() -> None:
    assert piv.pad(bytearray(b"123456")) == b"123456\xff\xff"


def test_the_rsa_block_is_the_one_a_signature_opens_to() -> None:
    key = rsa.generate_private_key(65537, 2048)
    signature = key.sign(b"SPECIMEN", padding.PKCS1v15(), hashes.SHA256())
    numbers = key.public_key().public_numbers()
    opened = pow(int.from_bytes(signature, "big"), numbers.e, numbers.n)
    assert piv.rsa_challenge(b"SPECIMEN", 2048) == opened.to_bytes(256, "big")


@pytest.mark.parametrize("bits", [256, 384])
def test_the_ecdsa_challenge_is_as_wide_as_the_field(bits: int) -> None:
    challenge = piv.ecc_challenge(b"SPECIMEN", bits)
    assert len(challenge) == bits // 8
    assert challenge[-32:] == hashlib.sha256(b"SPECIMEN").digest()


@pytest.mark.parametrize("size", [0, 15, 17])
def test_a_guid_of_the_wrong_length_is_refused(size: int) -> None:
    with pytest.raises(ProtocolError, match="GUID"):
        piv.guid(tlv.encode(0x53, tlv.encode(0x34, bytes(size))))


def test_a_compressed_certificate_is_refused() -> None:
    content = tlv.encode(0x70, b"gzip") + tlv.encode(0x71, b"\x01") + tlv.encode(0xFE)
    with pytest.raises(ProtocolError, match="plain DER"):
        piv.certificate(tlv.encode(0x53, content))


def test_a_card_without_a_label_has_an_empty_one() -> None:
    assert piv.label(tlv.encode(0x61, tlv.encode(0x4F, b"\x00"))) == ""
