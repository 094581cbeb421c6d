"""DER: what is written is read back; what is damaged is refused, and nothing else happens."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.errors import RecordInvalid
from station.records import der


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (der.integer(0), "020100"),
        (der.integer(127), "02017f"),
        (der.integer(128), "02020080"),
        (der.integer(-128), "020180"),
        (der.integer(-129), "0202ff7f"),
        (der.oid("1.2.840.113549.1.7.2"), "06092a864886f70d010702"),
        (der.oid("2.999.3"), "0603883703"),  # X.690 §8.19.5, its own example
        (der.null(), "0500"),
        (der.boolean(True), "0101ff"),
        (der.bit_string(b"\x0a"), "0302000a"),
        (der.octet_string(bytes(128)), "048180" + "00" * 128),
        (der.set_of(der.integer(2), der.integer(1)), "3106020101020102"),
        (der.context(0, der.null()), "a0020500"),
        (der.context(1, b"x", constructed=False), "810178"),
        (der.tlv(0x7F60, der.tlv(0xA1)), "7f6002a100"),
        (der.utc_time(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)), "170d3236303130323033303430355a"),
    ],
)
def test_values_are_coded_as_x690_says(encoded: bytes, expected: str) -> None:
    assert encoded.hex() == expected


def test_a_time_is_written_in_utc() -> None:
    paris = timezone(timedelta(hours=1))
    moment = datetime(2026, 1, 2, 4, 4, 5, tzinfo=paris)
    assert der.utc_time(moment) == der.utc_time(moment.astimezone(UTC))


@pytest.mark.parametrize("dotted", ["3.1", "1.40", "1.2.-3", "x.y"])
def test_what_is_no_object_identifier_is_refused(dotted: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        der.oid(dotted)


trees = st.recursive(
    st.binary(max_size=200).map(der.octet_string),
    lambda inner: st.lists(inner, max_size=4).map(lambda parts: der.sequence(*parts)),
    max_leaves=12,
)


def _written(node: der.Node) -> bytes:
    return (
        der.tlv(node.tag, *map(_written, node.children))
        if node.children
        else (der.tlv(node.tag, node.value))
    )


@given(trees)
def test_what_is_read_writes_itself_again(data: bytes) -> None:
    assert _written(der.read(data)) == data


@given(trees, st.data())
def test_a_damaged_tree_is_read_otherwise_or_refused(data: bytes, draw: st.DataObject) -> None:
    damaged = bytearray(data)
    damaged[draw.draw(st.integers(0, len(data) - 1))] ^= draw.draw(st.integers(1, 255))
    with suppress(RecordInvalid):
        assert _written(der.read(bytes(damaged))) == damaged


@given(st.binary(max_size=64))
def test_noise_is_refused_or_is_der(data: bytes) -> None:
    with suppress(RecordInvalid):
        assert _written(der.read(data)) == data


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "30",
        "3080",  # indefinite length
        "300105",  # child cut off
        "048100",  # length longer than needed
        "04820001ff",
        "0485ffffffffff",
        "05000500",  # two elements
        "7f8060",
        "1f0500",  # long tag for a short number
        "7fffffff00",
    ],
)
def test_what_is_not_der_is_refused(damaged: str) -> None:
    with pytest.raises(RecordInvalid):
        der.read(bytes.fromhex(damaged))


def test_depth_is_bounded() -> None:
    data = der.null()
    for _ in range(40):
        data = der.sequence(data)
    with pytest.raises(RecordInvalid, match="deeper"):
        der.read(data)


def test_the_number_of_elements_is_bounded() -> None:
    with pytest.raises(RecordInvalid, match="more than"):
        der.read(der.sequence(der.null() * 20_001))


def test_a_child_is_named_by_its_tag_and_must_be_alone() -> None:
    node = der.read(der.sequence(der.integer(5), der.null()))
    assert node.child(2).value == b"\x05"
    with pytest.raises(RecordInvalid, match="0 elements 4"):
        node.child(4)
    with pytest.raises(RecordInvalid, match="2 elements 5"):
        der.read(der.sequence(der.null(), der.null())).child(5)
