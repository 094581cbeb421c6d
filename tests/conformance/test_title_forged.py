"""Titles that somebody tampered with, that nobody should have signed, or that are copies."""

from __future__ import annotations

import hashlib

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from drivers.wire import tlv
from simulators.title_chip import Defect, TitleChip, lds, revoked, spoilt
from simulators.title_chip.issuer import signer_of
from station.errors import ChannelBroken
from tests.title_chips import made, reading
from tests.titles_read import CHALLENGE, state


def _listed(security: bytes) -> dict[int, bytes]:
    """The hashes of an EF.SOD by data group."""
    content = tlv.find(security, 0x77, 0x30, 0xA0, 0x30)
    kept = tlv.find(content, 0x30)
    security_object = tlv.find(kept, 0xA0, 0x04, 0x30)
    *_, listed = tlv.decode(security_object)
    pairs = (tlv.decode(entry.value) for entry in tlv.decode(listed.value))
    return {number.value[0]: digest.value for number, digest in pairs}


@pytest.mark.parametrize(
    ("defect", "group"),
    [
        (Defect.TAMPERED_ZONE, 1),
        (Defect.TAMPERED_FACE, 2),
        (Defect.TAMPERED_FINGERS, 3),
        (Defect.UNLISTED_GROUP, 11),
    ],
)
def test_a_tampered_group_alone_has_another_hash_than_the_sod_says(
    defect: Defect, group: int
) -> None:
    one = made()
    groups, bad = one.groups, spoilt(one, defect, state())
    assert {n: hashlib.sha256(groups[n]).digest() for n in groups} == _listed(one.files[lds.SOD])
    listed = _listed(bad.files[lds.SOD])
    wrong = {
        n for n, content in bad.groups.items() if listed.get(n) != hashlib.sha256(content).digest()
    }
    assert wrong == {group}


def test_the_signer_of_a_title_is_of_its_state_and_of_its_time() -> None:
    one, csca = made(), state().csca.certificate
    signer = signer_of(one.files[lds.SOD])
    signer.verify_directly_issued_by(csca)
    issued = one.printed.issued
    assert signer.not_valid_before_utc.date() < issued < signer.not_valid_after_utc.date()
    late = signer_of(spoilt(one, Defect.EXPIRED_SIGNER, state()).files[lds.SOD])
    late.verify_directly_issued_by(csca)
    assert late.not_valid_after_utc.date() < issued
    unknown = signer_of(spoilt(one, Defect.UNKNOWN_SIGNER, state()).files[lds.SOD])
    assert unknown.issuer == csca.subject
    with pytest.raises(InvalidSignature):
        unknown.verify_directly_issued_by(csca)


def test_a_clone_cannot_sign_with_the_key_of_its_dg15() -> None:
    one = made()
    clone = spoilt(one, Defect.CLONED_ACTIVE, state())
    assert clone.files == one.files
    _verify_active(one.files[lds.file_of(15)], reading(TitleChip(one), one).signature)
    with pytest.raises(InvalidSignature):
        _verify_active(one.files[lds.file_of(15)], reading(TitleChip(clone), clone).signature)


def _verify_active(group: bytes, signature: bytes) -> None:
    key = load_der_public_key(tlv.find(group, 0x6F))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    key.verify(encode_dss_signature(r, s), CHALLENGE, ec.ECDSA(hashes.SHA256()))


def test_a_clone_is_lost_in_the_channel_of_chip_authentication() -> None:
    one = made()
    clone = spoilt(one, Defect.CLONED_CHIP, state())
    assert clone.files == one.files
    with pytest.raises(ChannelBroken):
        reading(TitleChip(clone), clone)


def test_a_state_revokes_the_signer_of_a_title() -> None:
    one, signer = made(), signer_of(made().files[lds.SOD])
    assert spoilt(one, Defect.REVOKED_SIGNER, state()) is one
    for defect in (None, Defect.REVOKED_SIGNER):
        crl = x509.load_der_x509_crl(state().revocations(*revoked(one, defect)))
        found = crl.get_revoked_certificate_by_serial_number(signer.serial_number)
        assert (found is not None) == bool(defect)
        assert crl.is_signature_valid(state().csca.key.public_key())
