"""What a card says of itself is hostile: each parser gives a value or a `ProtocolError`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.wire import apdu, ias, piv, pkcs15, signing, tlv
from simulators import ias_files, pki
from simulators.agent_keys import Kinds, issue
from simulators.card_contacts import Contacts, Mishaps
from simulators.ias_card import IasCard
from simulators.piv_card import PivCard
from station.cli import card
from station.device import CardKey
from station.errors import CardUnknown, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS = issue(pki.Authority.new("AC"), "SPECIMEN Agent", Kinds("p256", "p256"))
KEY = CardKey.SIGNATURE
FILES = ias_files.files(b"\x01\x02\x03", KEYS)
ODF, AODF, PRKDF, CDF = (FILES[file] for file in (0x5031, 0x7001, 0x7002, 0x7005))
HEADS = [
    bytes.fromhex(head)
    for head in (
        "00a40400 0ba000000308000010000100", "00a40400064d494f4d4354", "00a40400 05e828bd080f",
        "00a40204", "00a40904022f00", "00b000", "00b09c00", "00cb3fff", "00cb3fff0a4d087006bf8101",
        "00200080", "00200081", "00240080", "002c0080", "002c0081", "0087079a", "1087119c",
        "002241b6", "002a90a0", "002a9e9a", "00880000", "00c00000", "00fd0000", "00840000", "",
    )
]  # fmt: skip
PARSERS: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "properties": (
        piv.properties,
        tlv.encode(0x61, bytes.fromhex("4f06000010000100500141ac03800107")),
    ),
    "discovery": (piv.pin_reference, bytes.fromhex("7e085f2f02400081024f4f")),
    "guid": (piv.guid, tlv.encode(0x53, tlv.encode(0x34, bytes(16)))),
    "certificate": (piv.certificate, bytes.fromhex("5308700130710100fe00")),
    "signature": (piv.signature, bytes.fromhex("7c0482020102")),
    "directory": (pkcs15.directory, ODF),
    "pin": (pkcs15.pin, AODF),
    "keys": (pkcs15.keys, PRKDF),
    "certificates": (pkcs15.certificates, CDF),
    "file": (pkcs15.certificate, KEYS.signature.der),
    "simulated": (signing.simulated, KEYS.signature.der),
    "shown": (lambda der: card._certificate(KEY, signing.sound(der)), KEYS.signature.der),
    "serial": (ias.serial, bytes.fromhex("5a020102")),
    "size": (ias.size, bytes.fromhex("620480020100")),
    "split": (apdu.split, bytes.fromhex("01029000")),
}


# Of a certificate whose serial number is negative; the station would show it as it is.
pytestmark = pytest.mark.filterwarnings("ignore:Parsed a serial number")


def test_the_description_of_an_ias_card_is_read() -> None:
    assert pkcs15.directory(ODF) == pkcs15.Directory(0x7001, 0x7002, 0x7005)
    assert pkcs15.pin(AODF) == pkcs15.Pin(0x81, range(4, 9))
    assert pkcs15.keys(PRKDF) == (
        pkcs15.Key(b"\x01", 0x81, signs=True, binds=False),
        pkcs15.Key(b"\x02", 0x82, signs=True, binds=True),
    )
    assert pkcs15.certificates(CDF) == {b"\x01": 0xB001, b"\x02": 0xB002}


@pytest.mark.parametrize("file", [ODF + bytes(100), ODF])
def test_a_file_may_be_longer_than_its_content(file: bytes) -> None:
    assert pkcs15.directory(file).keys == 0x7002


def test_a_certificate_file_is_cut_to_its_certificate() -> None:
    der = KEYS.signature.der
    assert pkcs15.certificate(der + bytes(64)) == der
    with pytest.raises(ProtocolError):
        pkcs15.certificate(der + b"\x01")


def test_a_padded_pin_says_its_width() -> None:
    attributes = bytes.fromhex("0302020c0a010102010402010802010880018104012a")
    entry = b"".join(
        (
            tlv.encode(0x30),
            tlv.encode(0x30, tlv.encode(0x04, b"\x01")),
            tlv.encode(0xA1, tlv.encode(0x30, attributes)),
        )
    )
    assert pkcs15.pin(tlv.encode(0x30, entry)) == pkcs15.Pin(0x81, range(4, 9), 8, 0x2A)


def test_a_certificate_of_no_version_is_refused() -> None:
    der = KEYS.signature.der
    version = bytes.fromhex("a003020102")
    assert version in der
    with pytest.raises(ProtocolError):
        signing.sound(der.replace(version, bytes.fromhex("a003020106"), 1))


@pytest.mark.parametrize("name", PARSERS)
def test_every_cut_of_a_sound_object_is_refused_or_read(name: str) -> None:
    parse, sound = PARSERS[name]
    for size in range(len(sound)):
        _parse(parse, sound[:size])


@given(name=st.sampled_from(sorted(PARSERS)), data=st.data())
def test_bytes_in_the_wrong_place_are_refused_or_read(name: str, data: st.DataObject) -> None:
    parse, sound = PARSERS[name]
    place = data.draw(st.integers(0, len(sound) - 1))
    change = data.draw(st.binary(min_size=1, max_size=4))
    _parse(parse, sound[:place] + change + sound[place + 1 :])


@given(name=st.sampled_from(sorted(PARSERS)), noise=st.binary(max_size=200))
def test_noise_is_refused_or_read(name: str, noise: bytes) -> None:
    _parse(PARSERS[name][0], noise)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=6))
def test_a_card_that_answers_anything_ends_in_an_answer_or_one_error(parts: list[bytes]) -> None:
    answers = iter(parts)
    command = apdu.Command(0, 0xCB, 0x3F, 0xFF, bytes(600), le=256)
    try:
        said = apdu.converse(lambda _: next(answers, b"\x6f\x00"), command)
    except ProtocolError:
        return
    assert len(said.data) <= apdu.MAX_ANSWER
    assert said.sw >> 12 in (6, 9)


@pytest.mark.parametrize("kind", [PivCard, IasCard])
@given(data=st.data())
def test_a_simulated_card_answers_whatever_it_is_sent(
    kind: Callable[..., Any], data: st.DataObject
) -> None:
    mishaps = Mishaps()
    simulated = Contacts(kind(KEYS, (b"271828", b"31415926"), mishaps), mishaps)
    heads = st.sampled_from(HEADS)
    for _ in range(4):
        answer = simulated.transmit(data.draw(heads) + data.draw(st.binary(max_size=40)))
        assert answer is not None
        assert 2 <= len(answer) <= 258
        assert answer[-2] >> 4 in (6, 9)


@pytest.mark.parametrize(
    ("le", "answer"),
    [(None, b"\x01\x90\x00"), (4, bytes(5) + b"\x90\x00"), (256, b"\x12\x34")],
)
def test_an_answer_to_another_command_is_refused(le: int | None, answer: bytes) -> None:
    with pytest.raises(ProtocolError):
        apdu.converse(lambda _: answer, apdu.Command(0, 0x20, 0, 0x80, le=le))


def _parse(parse: Callable[[bytes], object], data: bytes) -> None:
    try:
        parse(data)
    except (ProtocolError, CardUnknown):
        return
