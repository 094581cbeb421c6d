"""Commands and answers. Vectors: ISO/IEC 7816-3, 12.1.3; the PIV ones are SP 800-73-4 part 2."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.wire import apdu
from drivers.wire.apdu import Command, Outcome, build, converse, outcome, parse, split, tries
from station.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

BYTE = st.integers(0, 255)


@pytest.mark.parametrize(
    ("command", "extended", "expected"),
    [
        (Command(0, 0x20, 0, 0x80), False, "00200080"),
        (Command(0, 0xC0, 0, 0, le=256), False, "00c0000000"),
        (Command(0, 0xCB, 0x3F, 0xFF, b"\x5c\x01\x7e", 256), False, "00cb3fff035c017e00"),
        (Command(0, 0x20, 0, 0x80, b"123456\xff\xff"), False, "0020008008313233343536ffff"),
        (Command(0, 0xB0, 0, 0, le=65536), True, "00b00000000000"),
        (Command(0, 0xA4, 4, 0, b"\xa0", 512), True, "00a40400000001a00200"),
        (Command(0, 0xA4, 4, 0, b"\xa0"), True, "00a40400000001a0"),
    ],
)
def test_a_command_has_the_bytes_of_the_standard(
    command: Command, extended: bool, expected: str
) -> None:
    assert build(command, extended=extended).hex() == expected
    assert parse(bytes.fromhex(expected)) == command


@given(BYTE, BYTE, st.binary(max_size=255), st.none() | st.integers(1, 256))
def test_a_short_command_survives_the_trip(ins: int, p1: int, data: bytes, le: int | None) -> None:
    command = Command(0, ins, p1, 0, data, le)
    assert parse(bytes(build(command))) == command


@given(st.binary(max_size=700), st.none() | st.integers(1, 65536))
def test_an_extended_command_survives_the_trip(data: bytes, le: int | None) -> None:
    command = Command(0, 0x87, 0x11, 0x9C, data, le)
    assert parse(bytes(build(command, extended=True))) == command


@given(st.binary(max_size=40))
def test_any_bytes_are_a_command_or_a_protocol_error(raw: bytes) -> None:
    with suppress(ProtocolError):
        assert len(parse(raw).data) <= len(raw)


@pytest.mark.parametrize(
    "raw", ["", "002000", "0020008005aabb", "00200080020102030405", "00cb00000000"]
)
def test_a_malformed_command_is_refused(raw: str) -> None:
    with pytest.raises(ProtocolError):
        parse(bytes.fromhex(raw))


def test_more_data_than_the_form_holds_is_not_built() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        build(Command(0, 0x87, 0, 0, bytes(256)))


@pytest.mark.parametrize(
    ("sw", "meaning"),
    [
        (0x9000, Outcome.DONE),
        (0x63C2, Outcome.PIN_WRONG),
        (0x63C0, Outcome.PIN_BLOCKED),
        (0x6983, Outcome.PIN_BLOCKED),
        (0x6982, Outcome.NOT_ALLOWED),
        (0x6300, Outcome.AUTHENTICATION_FAILED),
        (0x6A82, Outcome.NOT_FOUND),
        (0x6A88, Outcome.NOT_FOUND),
        (0x6988, Outcome.CHANNEL_LOST),
        (0x6A80, Outcome.MISUSED),
        (0x6C10, Outcome.MISUSED),
        (0x6F00, Outcome.REFUSED),
        (0x0000, Outcome.REFUSED),
    ],
)
def test_a_status_word_means_one_thing(sw: int, meaning: Outcome) -> None:
    assert outcome(sw) is meaning


def test_tries_are_read_from_the_status() -> None:
    assert [tries(sw) for sw in (0x63C2, 0x63CF, 0x63C0, 0x9002)] == [2, 15, 0, 0]


@pytest.mark.parametrize("size", [0, 1, 65539])
def test_an_answer_of_impossible_length_is_refused(size: int) -> None:
    with pytest.raises(ProtocolError):
        split(bytes(size))


def script(*answers: str) -> tuple[list[str], Callable[[bytearray], bytes]]:
    """A card that gives these answers in turn, and what it was told."""
    told: list[str] = []
    left = list(answers)

    def send(raw: bytearray) -> bytes:
        told.append(raw.hex())
        return bytes.fromhex(left.pop(0))

    return told, send


def test_the_parts_of_an_answer_are_gathered() -> None:
    told, send = script("aa6102", "bbcc6100", "dd9000")
    answer = converse(send, Command(0, 0xCB, 0x3F, 0xFF, b"\x5c\x01\x7e", 256))
    assert (answer.data.hex(), answer.sw) == ("aabbccdd", 0x9000)
    assert told[1:] == ["00c0000002", "00c0000000"]


def test_a_wrong_le_is_repeated_with_the_right_one() -> None:
    told, send = script("6c10", "aa9000")
    assert converse(send, Command(0, 0xCA, 0, 0, le=256)).data == b"\xaa"
    assert told == ["00ca000000", "00ca000010"]


def test_a_long_command_becomes_a_chain() -> None:
    told, send = script("9000", "aa9000")
    converse(send, Command(0, 0x87, 0x07, 0x9A, bytes(300), 256))
    assert [t[:10] for t in told] == ["1087079aff", "0087079a2d"]
    assert told[1].endswith("00" * 45 + "00")


def test_a_refused_block_ends_the_chain() -> None:
    told, send = script("6884")
    assert converse(send, Command(0, 0x87, 0x07, 0x9A, bytes(300))).sw == 0x6884
    assert len(told) == 1


@pytest.mark.parametrize("endless", ["6100", "00" * 256 + "6100"])
def test_an_answer_without_an_end_is_refused(endless: str) -> None:
    _, send = script(*[endless] * 400)
    with pytest.raises(ProtocolError, match="without an end"):
        converse(send, Command(0, 0xCB, 0x3F, 0xFF, le=256))


def test_what_was_sent_is_wiped_even_when_sending_fails() -> None:
    seen: list[bytearray] = []

    def send(raw: bytearray) -> bytes:
        seen.append(raw)
        raise ProtocolError("cable")

    with pytest.raises(ProtocolError):
        converse(send, Command(0, 0x20, 0, 0x80, bytearray(b"123456\xff\xff")))
    assert seen == [bytes(13)]


def test_the_pin_stays_out_of_the_repr() -> None:
    assert "123456" not in repr(Command(0, 0x20, 0, 0x80, b"123456"))
    assert "123456" not in repr(apdu.Response(b"123456", 0x9000))
