"""Values out of strict DER (`station.records.der`), for what is signed on a chip."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from station.errors import RecordInvalid
from station.records import der

if TYPE_CHECKING:
    from station.records.der import Node

INTEGER: Final = 0x02
BITS: Final = 0x03
OCTETS: Final = 0x04
OID: Final = 0x06
SEQUENCE: Final = 0x30
SET: Final = 0x31
_UTC, _GENERALIZED = 0x17, 0x18
_MOST_OID, _MOST_INTEGER = 64, 1024  # bytes


def expect(node: Node, tag: int, *counts: int) -> tuple[Node, ...]:
    """The children of `node`; raises `RecordInvalid` for another tag, or another number."""
    if node.tag != tag:
        raise RecordInvalid(f"element {node.tag:X}, not {tag:X}")
    if counts and len(node.children) not in counts:
        raise RecordInvalid(f"{len(node.children)} elements in {tag:X}")
    return node.children


def dotted(node: Node) -> str:
    """An object identifier; raises `RecordInvalid`."""
    expect(node, OID)
    octets = node.value
    if not 1 <= len(octets) <= _MOST_OID or octets[-1] & 0x80:
        raise RecordInvalid("an object identifier cut off, or of another size")
    arcs, arc = [], 0
    for octet in octets:
        if not arc and octet == 0x80:
            raise RecordInvalid("an object identifier longer than needed")
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def integer(node: Node) -> int:
    """An integer in its fewest octets; raises `RecordInvalid`."""
    expect(node, INTEGER)
    octets = node.value
    if not 1 <= len(octets) <= _MOST_INTEGER:
        raise RecordInvalid(f"an integer of {len(octets)} octets")
    value = int.from_bytes(octets, "big", signed=True)
    if der.integer(value) != node.whole:
        raise RecordInvalid("an integer longer than needed")
    return value


def octets(node: Node) -> bytes:
    """An octet string; raises `RecordInvalid`."""
    expect(node, OCTETS)
    return node.value


def bits(node: Node) -> bytes:
    """A bit string of whole octets; raises `RecordInvalid`."""
    expect(node, BITS)
    value = node.value
    if not value.startswith(b"\x00"):
        raise RecordInvalid("a bit string of unused bits")
    return value[1:]


def moment(node: Node) -> datetime:
    """A time in UTC, to the second; raises `RecordInvalid`."""
    form = {_UTC: "%y%m%d%H%M%SZ", _GENERALIZED: "%Y%m%d%H%M%SZ"}.get(node.tag)
    if form is None:
        raise RecordInvalid(f"element {node.tag:X} is no time")
    try:
        return datetime.strptime(node.value.decode("ascii"), form).replace(tzinfo=UTC)
    except ValueError as error:
        raise RecordInvalid("a time of another form") from error
