"""The strict BER-TLV reader. Vectors: ISO/IEC 8825-1, 8.1, and SP 800-73-4 part 1, appendix A."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.wire import tlv
from station.errors import ProtocolError

TAGS = st.sampled_from([0x30, 0x53, 0x70, 0x7E, 0x5C, 0x5F2F, 0x7F49, 0x5FC102, 0xFE])


@given(st.lists(st.tuples(TAGS, st.binary(max_size=300)), max_size=5))
def test_what_is_written_is_read_back(items: list[tuple[int, bytes]]) -> None:
    data = b"".join(tlv.encode(tag, value) for tag, value in items)
    assert [(item.tag, item.value) for item in tlv.decode(data)] == items


@given(st.binary(max_size=64))
def test_what_is_read_has_one_form_only(data: bytes) -> None:
    with suppress(ProtocolError):
        assert b"".join(tlv.encode(t.tag, t.value) for t in tlv.decode(data)) == data


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0x7F, "537f"),
        (0x80, "538180"),
        (0xFF, "5381ff"),
        (0x100, "53820100"),
        (65536, "5383010000"),
    ],
)
def test_a_length_takes_its_shortest_form(size: int, head: str) -> None:
    encoded = tlv.encode(0x53, bytes(size))
    assert encoded[: len(head) // 2].hex() == head
    assert len(tlv.find(encoded, 0x53)) == size


@pytest.mark.parametrize(
    "data",
    [
        "53",  # no length
        "5305aabb",  # value cut
        "5380aabb0000",  # indefinite
        "538105aabbccddee",  # 5 needs no second byte
        "53820005aabbccddee",
        "5384000000 01aa",  # four bytes of length
        "5382 01",  # length cut
        "5300 00",  # trailing padding
        "0000",  # padding is no tag
        "5f",  # tag cut
        "5f80 01 00",  # leading zero in the tag
        "5fc1c101 00",  # tag of four bytes
    ],
)
def test_damaged_data_is_refused(data: str) -> None:
    with pytest.raises(ProtocolError):
        tlv.decode(bytes.fromhex(data))


def test_a_tag_that_stands_twice_is_refused() -> None:
    with pytest.raises(ProtocolError, match="2 times"):
        tlv.find(tlv.encode(0x70, b"a") + tlv.encode(0x70, b"b"), 0x70)


def test_an_absent_tag_is_refused() -> None:
    with pytest.raises(ProtocolError, match="0 times"):
        tlv.find(tlv.encode(0x70, b"a"), 0x53)


def test_nesting_has_an_end() -> None:
    data = b""
    for _ in range(tlv.MAX_DEPTH + 1):
        data = tlv.encode(0x7C, data)
    assert tlv.find(data, *[0x7C] * tlv.MAX_DEPTH) == tlv.encode(0x7C)
    with pytest.raises(ProtocolError, match="nested"):
        tlv.find(data, *[0x7C] * (tlv.MAX_DEPTH + 1))


def test_a_tag_without_a_form_is_not_written() -> None:
    with pytest.raises(ValueError, match="no data object"):
        tlv.encode(0x5F)


def test_values_stay_out_of_the_repr() -> None:
    assert "123456" not in repr(tlv.Tlv(0x53, b"123456"))
