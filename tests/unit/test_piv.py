"""PIV templates. Lengths and tags: SP 800-73-4 part 1, table 9 and 10."""

from __future__ import annotations

import gzip

import pytest

from drivers.wire import piv, tlv
from drivers.wire.apdu import build
from station.errors import ProtocolError


def test_commands_have_the_bytes_of_the_standard() -> None:
    assert build(piv.select()).hex() == "00a404000ba00000030800001000010000"
    assert build(piv.get_data(piv.CHUID)).hex() == "00cb3fff055c035fc10200"
    assert build(piv.pin_counter()).hex() == "00200080"
    assert build(piv.get_data(piv.DISCOVERY)).hex() == "00cb3fff035c017e00"
    assert build(piv.unblock_pin(bytearray(16))).hex() == "002c008010" + "00" * 16
    assert build(piv.forget_pin()).hex() == "0020ff80"
    command = piv.general_authenticate(0x11, piv.SIGNATURE, b"\xaa")
    assert build(command).hex() == "0087119c077c0582008101aa00"


def test_a_short_pin_is_padded_to_eight() -> None:
    assert piv.pad(bytearray(b"123456")) == b"123456\xff\xff"


def test_the_application_says_its_label_and_algorithms() -> None:
    numbers = tlv.encode(0xAC, bytes.fromhex("800107800111060100"))
    said = piv.properties(tlv.encode(0x61, tlv.encode(0x50, b"SPECIMEN") + numbers))
    assert said == piv.Properties("SPECIMEN", frozenset({0x07, 0x11}))


@pytest.mark.parametrize(
    ("policy", "reference"),
    [("4000", piv.PIN), ("6010", piv.PIN), ("6020", piv.GLOBAL_PIN), ("4020", piv.PIN)],
)
def test_the_discovery_object_says_which_pin_comes_first(policy: str, reference: int) -> None:
    content = tlv.encode(0x4F, piv.AID) + tlv.encode(0x5F2F, bytes.fromhex(policy))
    assert piv.pin_reference(tlv.encode(0x7E, content)) == reference


@pytest.mark.parametrize("size", [0, 15, 17])
def test_a_guid_of_the_wrong_length_is_refused(size: int) -> None:
    with pytest.raises(ProtocolError, match="GUID"):
        piv.guid(tlv.encode(0x53, tlv.encode(0x34, bytes(size))))


def _object(content: bytes, form: bytes = b"\x01") -> bytes:
    inner = tlv.encode(0x70, content) + tlv.encode(0x71, form) + tlv.encode(0xFE)
    return tlv.encode(0x53, inner)


def test_a_packed_certificate_is_unpacked() -> None:
    assert piv.certificate(_object(gzip.compress(b"DER"))) == b"DER"


@pytest.mark.parametrize(
    "packed",
    [
        b"gzip",
        gzip.compress(bytes(17 * 1024), mtime=0),  # beyond the bound, from 51 bytes
        gzip.compress(b"DER", mtime=0)[:-1],
        gzip.compress(b"DER", mtime=0) + b"\x00",
    ],
)
def test_what_does_not_unpack_to_one_certificate_is_refused(packed: bytes) -> None:
    with pytest.raises(ProtocolError):
        piv.certificate(_object(packed))


def test_a_certificate_in_an_unknown_form_is_refused() -> None:
    with pytest.raises(ProtocolError, match="form"):
        piv.certificate(_object(b"DER", b"\x02"))


def test_a_card_without_a_label_has_an_empty_one() -> None:
    said = piv.properties(tlv.encode(0x61, tlv.encode(0x4F, b"\x00")))
    assert said == piv.Properties("", frozenset())
