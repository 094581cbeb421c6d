"""What the blocks of ISO/IEC 39794 have in common (part 1): coded values, time, quality, version.

DER with implicit tags; a tagged CHOICE is explicit. Field n is 80|n primitive, A0|n constructed.

coded value n       A<n> { 80 code }                base form
                    A<n> { A1 { 80 fallback } }     extension with fallback, as ICAO wants some
version             80 01 03, 81 02 07E3            generation 3, year 2019
registry identifier 80 organisation, 81 number      each 1 to 65535
date and time       80 year .. 86 milliseconds      what follows the year may be absent
quality             A0 algorithm, A1 { 80 score | A1 { 80 error } }

Unknown fields are skipped: every block may be extended. A field that is known stands once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from station.errors import RecordInvalid
from station.records import der, fields
from station.records.finger_image import Score

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeVar

    Meaning = TypeVar("Meaning")

_VERSION: Final = der.context(0, bytes.fromhex("800103810207e3"))
_MOST = 16  # representations, and quality blocks of each
_SEQUENCE = 0x30
_FAILURE_TO_ASSESS = 0
_MAX_INTEGER = 4  # octets


def block(tag: int, representation: bytes) -> bytes:
    """The block `tag` with its version and one representation."""
    return der.tlv(tag, _VERSION, der.context(1, der.sequence(representation)))


def representations(data: bytes, tag: int) -> tuple[der.Node, ...]:
    """The representations of the block `tag`; raises `RecordInvalid` for any other content."""
    fields.check_size(data)
    root = der.read(data)
    fields.check("block tag", root.tag, tag)
    said = [number(root.child(0xA0).child(0x80 + n)) for n in (0, 1)]
    if said[0] != 3 or said[1] < 2019:
        raise RecordInvalid(f"generation {said[0]} of {said[1]}")
    found = root.child(0xA1).children
    if not 0 < len(found) <= _MOST or any(node.tag != _SEQUENCE for node in found):
        raise RecordInvalid(f"{len(found)} representations")
    return found


def coded(n: int, code: int, *, extension: bool = False) -> bytes:
    """Coded value `n`, in the base form or as an extension with its fallback."""
    value = unsigned(0, code)
    return der.context(n, der.context(1, value) if extension else value)


def unsigned(n: int, value: int) -> bytes:
    """INTEGER or ENUMERATED `n`, not negative."""
    size = value.bit_length() // 8 + 1
    return der.context(n, value.to_bytes(size, "big"), constructed=False)


def boolean(n: int, value: bool) -> bytes:
    """BOOLEAN `n`."""
    return der.context(n, b"\xff" if value else b"\x00", constructed=False)


def moment(n: int, at: datetime | None) -> bytes:
    """Date and time `n` in UTC; nothing when it is not known."""
    if at is None:
        return b""
    t = at.astimezone(UTC)
    parts = (t.year, t.month, t.day, t.hour, t.minute, t.second, t.microsecond // 1000)
    return der.context(n, *(unsigned(m, part) for m, part in enumerate(parts)))


def quality(n: int, scores: tuple[Score, ...], *, extension: bool = False) -> bytes:
    """Quality blocks `n`; a score without a named algorithm has no place in them."""
    blocks = [_score(score, extension=extension) for score in scores if score.vendor]
    return der.context(n, *blocks) if blocks else b""


def _score(score: Score, *, extension: bool) -> bytes:
    if score.value is None:
        said = coded(1, _FAILURE_TO_ASSESS, extension=extension)
    else:
        said = unsigned(0, score.value)
    algorithm = der.context(0, unsigned(0, score.vendor), unsigned(1, score.algorithm))
    return der.sequence(algorithm, der.context(1, said))


def number(node: der.Node) -> int:
    """The value of an INTEGER or ENUMERATED, shortest and not negative."""
    octets = node.value
    if not 1 <= len(octets) <= _MAX_INTEGER or octets[0] & 0x80:
        raise RecordInvalid(f"a number of {len(octets)} octets in {node.tag:X}")
    if len(octets) > 1 and octets[0] == 0 and not octets[1] & 0x80:
        raise RecordInvalid(f"a number longer than needed in {node.tag:X}")
    return int.from_bytes(octets, "big")


def code(node: der.Node) -> int:
    """The code of a coded value, in either form."""
    if len(node.children) != 1:
        raise RecordInvalid(f"{len(node.children)} choices in {node.tag:X}")
    (chosen,) = node.children
    return number(chosen.child(0x80) if chosen.tag == 0xA1 else node.child(0x80))


def meaning(node: der.Node, name: str, codes: Mapping[Meaning, int]) -> Meaning:
    """What a coded value says; raises `RecordInvalid` naming the field."""
    return fields.meaning(name, codes, code(node))


def is_true(node: der.Node | None) -> bool:
    """A BOOLEAN, false when it is absent."""
    if node is None:
        return False
    if node.value not in {b"\x00", b"\xff"}:
        raise RecordInvalid(f"no boolean in {node.tag:X}")
    return node.value == b"\xff"


def read_moment(node: der.Node | None) -> datetime | None:
    """Date and time in UTC; None when it is absent, or is none."""
    if node is None:
        return None
    parts = [1, 1, 0, 0, 0, 0]
    for child in node.children:
        if 0x81 <= child.tag <= 0x86:
            parts[child.tag - 0x81] = number(child)
    month, day, hour, minute, second, millis = parts
    year = number(node.child(0x80))
    try:
        return datetime(year, month, day, hour, minute, second, millis * 1000, UTC)
    except (ValueError, OverflowError):
        return None


def read_quality(node: der.Node | None) -> tuple[Score, ...]:
    """The quality blocks, none when they are absent."""
    if node is None:
        return ()
    if len(node.children) > _MOST:
        raise RecordInvalid(f"{len(node.children)} quality blocks")
    return tuple(map(_read_score, node.children))


def _read_score(node: der.Node) -> Score:
    algorithm, said = node.child(0xA0), node.child(0xA1)
    names = [number(algorithm.child(tag)) for tag in (0x80, 0x81)]
    if not all(0 < name <= 0xFFFF for name in names):
        raise RecordInvalid("a registry identifier out of range")
    value = said.optional(0x80)
    if value is None:
        code(said.child(0xA1))
    return Score(None if value is None else number(value), *names)
