"""Fixed fields of ISO records: big-endian, every length checked before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from station.errors import RecordInvalid

if TYPE_CHECKING:
    import struct
    from collections.abc import Mapping
    from enum import IntEnum

    Code = TypeVar("Code", bound=IntEnum)
    Meaning = TypeVar("Meaning")

MAX_RECORD = 4 * 1024 * 1024


def unpack(layout: struct.Struct, data: bytes, offset: int = 0) -> tuple[Any, ...]:
    """The fields of `layout` at `offset`; raises `RecordInvalid` when the data end before."""
    if len(data) - offset < layout.size:
        raise RecordInvalid(f"record cut off at {len(data)} bytes")
    return layout.unpack_from(data, offset)


def check_size(data: bytes) -> None:
    """Refuse a record larger than 4 MiB before anything is read from it."""
    if len(data) > MAX_RECORD:
        raise RecordInvalid(f"record of {len(data)} bytes, more than {MAX_RECORD}")


def check(name: str, value: object, expected: object) -> None:
    """Raise `RecordInvalid` naming the field when `value` is not `expected`."""
    if value != expected:
        raise RecordInvalid(f"{name} is {value!r}, not {expected!r}")


def member(name: str, codes: type[Code], value: int) -> Code:
    """`value` as one of `codes`; raises `RecordInvalid` naming the field."""
    try:
        return codes(value)
    except ValueError as error:
        raise RecordInvalid(f"{name} {value} is not known") from error


def coded(name: str, codes: Mapping[Meaning, int], value: Meaning) -> int:
    """The code of `value` in this edition; raises `RecordInvalid` when it has none."""
    if value not in codes:
        raise RecordInvalid(f"{name} {value} has no code in this edition")
    return codes[value]


def meaning(name: str, codes: Mapping[Meaning, int], code: int) -> Meaning:
    """What `code` says in this edition; raises `RecordInvalid` naming the field."""
    for value, known in codes.items():
        if known == code:
            return value
    raise RecordInvalid(f"{name} {code} is not known")
