"""What a code is, by its form alone; what nothing proves is unknown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.signed_codes import Header, Issuer
from station.codes.content import Kind, recognise

TODAY = date(2026, 11, 25)
CODE = Issuer.new().sign(Header(), {"26": "FR", "10": "MME/SPECIMEN/A"})


@pytest.mark.parametrize(
    ("raw", "kind", "number"),
    [
        (b"1234567890123456", Kind.TIMBRE, "1234567890123456"),
        (b"AB12CD34EF", Kind.PREDEMANDE, "AB12CD34EF"),
        (b"DC04FR0001", Kind.PREDEMANDE, "DC04FR0001"),
        (b"75056-01-2026-000001-65", Kind.NUMERO, "75056-01-2026-000001-65"),
        (b"2A004-01-2026-000001-65-C12", Kind.NUMERO, "2A004-01-2026-000001-65-C12"),
        (b"75056-01-2026-000001-65-C123", Kind.UNKNOWN, None),
        (b"1" * 90, Kind.UNKNOWN, None),
        (b"A" * 44 + b"\r" + b"B" * 44, Kind.UNKNOWN, None),
        (b"123456789012345", Kind.UNKNOWN, None),
        (b"12345678901234567", Kind.UNKNOWN, None),
        (b"1234 5678 9012 3456", Kind.UNKNOWN, None),
        (b"0612345678", Kind.UNKNOWN, None),
        (b"AB12CD34E", Kind.UNKNOWN, None),
        (b"ab12cd34ef", Kind.UNKNOWN, None),
        (b"AB12CD34EF\n", Kind.UNKNOWN, None),
        (b"https://example.invalid/AB12CD34EF", Kind.UNKNOWN, None),
        (b"", Kind.UNKNOWN, None),
        ("١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦".encode(), Kind.UNKNOWN, None),
    ],
)
def test_a_kind_is_proven_by_the_whole_content(raw: bytes, kind: Kind, number: str | None) -> None:
    found = recognise(raw, TODAY)
    assert (found.kind, found.number) == (kind, number)


def test_a_2d_doc_is_parsed_or_says_why_not() -> None:
    assert recognise(CODE.encode(), TODAY).doc is not None
    broken = recognise(CODE[:45].encode(), TODAY)
    assert broken.kind is Kind.TWO_D_DOC
    assert broken.doc is None
    assert "US (1F)" in str(broken.fault)


@given(st.binary(max_size=100))
def test_any_bytes_have_a_kind(raw: bytes) -> None:
    found = recognise(raw, TODAY)
    assert (found.number is not None) == (found.kind in {Kind.TIMBRE, Kind.PREDEMANDE})
