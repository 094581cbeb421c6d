"""Protocols of a title's chip: the worked examples of ICAO Doc 9303-11, and every damage."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from drivers.wire import apdu, tlv
from drivers.wire.apdu import Command, Response, build, converse
from drivers.wire.chip import bac, files, infos, keys, pace, points, terminal
from drivers.wire.chip.keys import Keys, Suite
from drivers.wire.chip.messaging import Channel, room
from drivers.wire.chip.pace import Password
from station.errors import ChannelBroken, ProtocolError

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "title_chip.json").read_text()
)
BAC, PACE = VECTORS["bac"], VECTORS["pace"]
CURVE = ec.BrainpoolP256R1()
H = bytes.fromhex


def terminal_of_the_example() -> bac.Terminal:
    zone = BAC["zone"].encode()
    return bac.Terminal(
        bac.access_keys(zone), H(BAC["challenge"]), H(BAC["nonce"]), H(BAC["secret"])
    )


def channel_of_the_example() -> Channel:
    return terminal_of_the_example().channel(H(BAC["answer"]))


def test_the_keys_of_the_zone_are_those_of_the_example() -> None:
    found = bac.access_keys(BAC["zone"].encode())
    assert found.encryption == H(BAC["encryption"])
    assert found.authentication == H(BAC["authentication"])


def test_the_terminal_proves_itself_as_in_the_example() -> None:
    assert terminal_of_the_example().authenticate().data == H(BAC["command"])


def test_the_channel_carries_the_messages_of_the_example() -> None:
    channel = channel_of_the_example()
    for said in VECTORS["messaging"]:
        protected = channel.protect(apdu.parse(H(said["plain"])))
        assert build(protected) == H(said["protected"])
        answer = channel.open(apdu.split(H(said["answer"])))
        assert (answer.data, answer.sw) == (H(said["data"]), apdu.OK)


@pytest.mark.parametrize("at", range(40))
def test_one_wrong_bit_in_the_answer_of_the_chip_opens_nothing(at: int) -> None:
    answer = bytearray(H(BAC["answer"]))
    answer[at] ^= 1
    with pytest.raises(ChannelBroken):
        terminal_of_the_example().channel(bytes(answer))


@pytest.mark.parametrize("at", [0, 8])
def test_an_answer_to_another_question_opens_nothing(at: int) -> None:
    """Sealed with the right keys, over a challenge or a nonce that was not ours."""
    ours = terminal_of_the_example()
    text = bytearray(ours.challenge + ours.nonce + bytes(16))
    text[at] ^= 1
    coded = keys.encrypt(ours.keys, bytes(text), bytes(8))
    answer = coded + keys.mac(ours.keys, keys.pad(coded, 8))
    with pytest.raises(ChannelBroken, match="another question"):
        ours.channel(answer)


def test_pace_agrees_on_the_keys_of_the_example() -> None:
    secret = pace.secret_of(Password.MRZ, PACE["zone"].encode())
    assert secret == H(PACE["secret"])
    assert keys.derive(Suite.AES128, secret, keys.PASSWORD) == H(PACE["password_key"])
    nonce = pace.nonce(Suite.AES128, secret, H(PACE["encrypted_nonce"]))
    assert nonce == int(PACE["nonce"], 16)
    x1, x2, y1, y2 = (
        ec.derive_private_key(int(PACE[n], 16), CURVE) for n in ("x1", "x2", "y1", "y2")
    )
    assert points.encode(x1.public_key())[1:33] == H(PACE["X1"])
    generator = points.mapped(nonce, x1, x2.public_key())
    assert points.encode(generator)[1:33] == H(PACE["generator"])
    ours, theirs = points.product(y1, generator), points.product(y2, generator)
    assert points.encode(ours)[1:33] == H(PACE["Y1"])
    assert points.encode(theirs)[1:33] == H(PACE["Y2"])
    shared = points.agree(y1, theirs)
    assert shared == H(PACE["shared"])
    found = keys.derived(Suite.AES128, shared)
    assert (found.encryption, found.authentication) == (
        H(PACE["encryption"]),
        H(PACE["authentication"]),
    )
    oid = H(PACE["oid"])
    assert pace.token(found, oid, points.encode(theirs)) == H(PACE["token_terminal"])
    assert pace.token(found, oid, points.encode(ours)) == H(PACE["token_chip"])


@pytest.mark.parametrize("curve", points.CURVES.values(), ids=lambda c: c.name)
@pytest.mark.parametrize("sign", [1, -1])
def test_products_and_sums_are_those_of_the_library(curve: ec.EllipticCurve, sign: int) -> None:
    """(a · b)G by our two coordinates, and aG + bG, against what the library says of both."""
    a, b = 0x1234567890ABCDEF + sign, 0xFEDCBA0987654321
    one, other = (ec.derive_private_key(k, curve) for k in (a, b))
    wanted = ec.derive_private_key(a * b, curve).public_key().public_numbers()
    assert points.product(one, other.public_key()).public_numbers() == wanted
    total = ec.derive_private_key(a + b, curve).public_key().public_numbers()
    assert points.add(one.public_key(), other.public_key()).public_numbers() == total


def test_a_nonce_beyond_the_order_of_the_curve_maps_as_its_remainder() -> None:
    """Order of brainpoolP256r1: RFC 5639, 3.4."""
    order = 0xA9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7
    secret, theirs = points.generate(CURVE), points.generate(CURVE).public_key()
    beyond = points.mapped(2**256 - 1, secret, theirs)
    within = points.mapped((2**256 - 1) % order, secret, theirs)
    assert points.encode(beyond) == points.encode(within)


def test_a_nonce_of_zero_is_refused() -> None:
    with pytest.raises(ProtocolError):
        points.mapped(0, points.generate(CURVE), points.generate(CURVE).public_key())


def test_a_point_off_the_curve_is_refused() -> None:
    public = bytearray(points.encode(points.generate(CURVE).public_key()))
    public[-1] ^= 1
    with pytest.raises(ProtocolError, match="lie"):
        points.point(CURVE, bytes(public))


@pytest.mark.parametrize("data", [b"\x00", b"\x02" + bytes(32), b"\x04" + bytes(63), b""])
def test_another_form_of_a_point_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        points.point(CURVE, data)


def test_a_point_and_its_opposite_have_no_sum() -> None:
    one = points.generate(CURVE).public_key()
    with pytest.raises(ProtocolError):
        points.add(one, one)


# --- secure messaging ---------------------------------------------------------------------------


def the_other_end(secrets: Keys, counter: int, data: bytes, *, tag: int = 0x87) -> bytes:
    """What a chip answers, made from the standard and not by `Channel`."""
    said = b""
    if data:
        padded = data + b"\x80" + bytes(-(len(data) + 1) % secrets.suite.block)
        coded = keys.encrypt(secrets, padded, keys.first_vector(secrets, counter))
        said = tlv.encode(tag, (b"\x01" if tag == 0x87 else b"") + coded)
    said += H("99029000")
    text = counter.to_bytes(secrets.suite.block, "big") + said
    text += b"\x80" + bytes(-(len(text) + 1) % secrets.suite.block)
    return said + H("8e08") + keys.mac(secrets, text)


@pytest.mark.parametrize("suite", Suite)
@given(data=st.binary(max_size=300))
def test_every_suite_brings_back_what_the_chip_sent(suite: Suite, data: bytes) -> None:
    secrets = keys.derived(suite, b"shared by both SPECIMEN")
    channel = Channel(secrets)
    channel.protect(files.read(0, 4))
    answer = Response(the_other_end(secrets, 2, data), apdu.OK)
    assert channel.open(answer).data == data


@given(st.binary(max_size=80))
def test_no_answer_but_the_chips_own_is_believed(data: bytes) -> None:
    channel = Channel(keys.derived(Suite.AES128, b"shared by both SPECIMEN"))
    channel.protect(files.read(0, 4))
    with pytest.raises(ChannelBroken):
        channel.open(Response(data, apdu.OK))
    with pytest.raises(ChannelBroken, match="ended"):
        channel.protect(files.read(0, 4))


@pytest.mark.parametrize("at", range(33))
def test_one_wrong_bit_anywhere_in_an_answer_ends_the_channel(at: int) -> None:
    secrets = keys.derived(Suite.AES128, b"shared by both SPECIMEN")
    channel = Channel(secrets)
    channel.protect(files.read(0, 4))
    answer = bytearray(the_other_end(secrets, 2, b"once"))
    answer[at] ^= 1
    with pytest.raises(ChannelBroken, match="not the chip's own"):
        channel.open(Response(bytes(answer), apdu.OK))


def test_an_answer_that_comes_again_is_refused() -> None:
    secrets = keys.derived(Suite.AES256, b"shared by both SPECIMEN")
    channel = Channel(secrets)
    answer = Response(the_other_end(secrets, 2, b"once"), apdu.OK)
    channel.protect(files.read(0, 4))
    assert channel.open(answer).data == b"once"
    channel.protect(files.read(0, 4))
    with pytest.raises(ChannelBroken):
        channel.open(answer)


def test_a_status_other_than_the_one_sealed_is_refused() -> None:
    secrets = keys.derived(Suite.AES128, b"shared by both SPECIMEN")
    channel = Channel(secrets)
    channel.protect(files.read(0, 4))
    with pytest.raises(ChannelBroken, match="two statuses"):
        channel.open(Response(the_other_end(secrets, 2, b"data"), 0x6A82))


def test_an_odd_instruction_comes_back_in_its_own_object() -> None:
    secrets = keys.derived(Suite.AES128, b"shared by both SPECIMEN")
    channel = Channel(secrets)
    command = files.read(0x8000, 10)
    protected = channel.protect(command)
    assert protected.data[0] == 0x85
    inside = tlv.encode(0x53, b"0123456789")
    answer = channel.open(Response(the_other_end(secrets, 2, inside, tag=0x85), apdu.OK))
    assert files.taken(0x8000, 10, answer.data) == b"0123456789"


@pytest.mark.parametrize("suite", Suite)
@pytest.mark.parametrize("most", [256, 1024, 65534])
def test_what_is_asked_for_fits_the_answer(suite: Suite, most: int) -> None:
    secrets = keys.derived(suite, b"shared by both SPECIMEN")
    count = room(most, suite.block)
    assert len(the_other_end(secrets, 2, bytes(count))) <= most


# --- files ----------------------------------------------------------------------------------------


@given(st.integers(0, files.MAX_FILE), st.integers(223, 60000))
def test_a_plan_of_reading_covers_a_file_once(size: int, most: int) -> None:
    offset = 0
    while offset < size:
        count = files.fitting(offset, size - offset, most)
        assert 1 <= count <= most
        command = files.read(offset, count)
        assert command.ins == (0xB0 if offset < 0x8000 else 0xB1)
        offset += count
    assert offset == size


@pytest.mark.parametrize("size", [2, 129, 131, 258, 260, 65539])
def test_the_head_says_how_long_a_file_is(size: int) -> None:
    length = size - 2 - (size > 129) - (size > 258)
    assert files.size(tlv.encode(0x75, bytes(length)).ljust(4, b"\0")[:4], 0x75) == size


@pytest.mark.parametrize(
    "head", ["75800000", "75840000", "75830100", "757f00", "61050000", "75810500", "758200ff", ""]
)
def test_a_head_of_another_form_is_refused(head: str) -> None:
    with pytest.raises(ProtocolError):
        files.size(H(head), 0x75)


@pytest.mark.parametrize("found", [b"", bytes(11)])
def test_too_few_and_too_many_bytes_of_a_file_are_refused(found: bytes) -> None:
    with pytest.raises(ProtocolError):
        files.taken(0, 10, found)


def test_the_card_says_how_long_its_answers_may_be() -> None:
    said = tlv.encode(0x7F66, H("02020400") + H("02020800"))
    assert files.answer_size(said) == 2046
    for other in (b"", b"\x80", tlv.encode(0x7F66, H("0202")), tlv.encode(0x43, b"\1")):
        assert files.answer_size(other) == 256


def test_a_long_command_goes_in_one_piece_to_a_card_that_takes_it() -> None:
    sent: list[bytes] = []

    def card(block: bytearray) -> bytes:
        sent.append(bytes(block))
        return H("9000")

    converse(card, Command(0, 0x2A, 0, 0xBE, bytes(300)), extended=True)
    assert sent == [H("002a00be00012c") + bytes(300)]


# --- announcements --------------------------------------------------------------------------------


def info(oid: str, *parts: bytes) -> bytes:
    return tlv.encode(0x30, tlv.encode(0x06, H(oid)) + b"".join(parts))


def number(value: int) -> bytes:
    return tlv.encode(0x02, bytes((value,)))


PACE_OID = "04007f000702020402"


def test_the_strongest_way_that_we_speak_comes_first() -> None:
    said = tlv.encode(
        0x31,
        info(f"{PACE_OID}02", number(2), number(12))
        + info(f"{PACE_OID}04", number(2), number(13))
        + info(f"{PACE_OID}04", number(2), number(2))  # a group of DH, which is not spoken
        + info("04007f00070202060202", number(2), number(13)),  # chip authentication mapping
    )
    ways = infos.pace(infos.read(said))
    assert [(way.suite, way.number) for way in ways] == [(Suite.AES256, 13), (Suite.AES128, 12)]


@given(st.binary(max_size=200))
def test_any_bytes_are_security_infos_or_an_error(data: bytes) -> None:
    with suppress(ProtocolError):
        found = infos.read(data)
        infos.pace(found)
        infos.chip(found)
    with suppress(ProtocolError):
        infos.chip(infos.read(tlv.encode(0x31, info("04007f000702020102", data))))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_terminal_certificate_or_an_error(data: bytes) -> None:
    for inside in (data, tlv.encode(0x7F21, data), tlv.encode(0x7F21, tlv.encode(0x7F4E, data))):
        with suppress(ProtocolError):
            terminal.read(inside)


def test_the_secrets_of_a_chip_stay_out_of_every_repr() -> None:
    secrets = keys.derived(Suite.AES128, b"shared by both SPECIMEN")
    shown = repr((secrets, terminal_of_the_example()))
    assert secrets.encryption.hex() not in shown
    assert repr(secrets.encryption) not in shown
    assert BAC["secret"].lower() not in shown
    assert repr(H(BAC["secret"])) not in shown
