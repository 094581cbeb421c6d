"""DER and BER-TLV, the strict half: ITU-T X.690 §8 and §10, ISO/IEC 7816-4 §5.2.2.2.

A tag is the integer its identifier octets spell: 0x30 SEQUENCE, 0xA0 [0], 0x7F60 a BIT. Lengths
are definite and shortest; what is longer than needed, cut off or followed by anything is refused.
The writer serves records and seal alike, so that every length of the project is coded here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING

from station.errors import RecordInvalid

if TYPE_CHECKING:
    from datetime import datetime

_MAX_BYTES = 64 * 1024 * 1024
_MAX_DEPTH = 32
_MAX_NODES = 20_000
_CONSTRUCTED = 0x20


def tlv(tag: int, *parts: bytes) -> bytes:
    """Identifier, shortest length, then `parts` in their order."""
    content = b"".join(parts)
    return header(tag, len(content)) + content


def header(tag: int, size: int) -> bytes:
    """Identifier and shortest length alone, for a content of `size` bytes too large to copy."""
    return _tag_octets(tag) + _length(size)


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE of parts that are already encoded."""
    return tlv(0x30, *parts)


def set_of(*parts: bytes) -> bytes:
    """SET OF, sorted as DER asks (X.690 §11.6)."""
    return tlv(0x31, *sorted(parts))


def integer(value: int) -> bytes:
    """INTEGER in the fewest octets, negative values included."""
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return tlv(0x02, value.to_bytes(size, "big", signed=True))


def octet_string(value: bytes) -> bytes:
    """OCTET STRING, primitive."""
    return tlv(0x04, value)


def bit_string(value: bytes) -> bytes:
    """BIT STRING of whole octets: no unused bit."""
    return tlv(0x03, b"\x00", value)


def boolean(value: bool) -> bytes:
    """BOOLEAN; DER knows one true, 0xFF (X.690 §11.1)."""
    return tlv(0x01, b"\xff" if value else b"\x00")


def utf8_string(value: str) -> bytes:
    """UTF8String."""
    return tlv(0x0C, value.encode())


def null() -> bytes:
    """NULL."""
    return tlv(0x05)


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER from its dotted form; raises ValueError when it is not one."""
    first, second, *rest = map(int, dotted.split("."))
    if not 0 <= first <= 2 or second < 0 or (first < 2 and second > 39) or min(rest, default=0) < 0:
        raise ValueError(f"not an object identifier: {dotted}")
    return tlv(0x06, *map(_base128, (40 * first + second, *rest)))


def utc_time(moment: datetime) -> bytes:
    """UTCTime to the second, in UTC (RFC 5652 §11.3); raises ValueError outside 1950 to 2049."""
    moment = moment.astimezone(UTC)
    if not 1950 <= moment.year < 2050:
        raise ValueError(f"UTCTime holds no year {moment.year}")
    return tlv(0x17, f"{moment:%y%m%d%H%M%SZ}".encode())


def context(number: int, *parts: bytes, constructed: bool = True) -> bytes:
    """Context-specific tag [number], 0 to 30; primitive for an implicitly tagged string."""
    if not 0 <= number <= 30:
        raise ValueError(f"no context tag {number}")
    return tlv(0x80 | number | (_CONSTRUCTED if constructed else 0), *parts)


@dataclass(frozen=True, slots=True)
class Node:
    """One element: its tag, its content, and its children when it is constructed.

    The content is a view of what was read: a deep tree holds it once, not once a level.
    """

    tag: int
    content: memoryview = field(repr=False)
    children: tuple[Node, ...] = ()

    @property
    def value(self) -> bytes:
        """The content, copied."""
        return bytes(self.content)

    @property
    def whole(self) -> bytes:
        """Tag, length and content, as they were read: DER has one form only."""
        return tlv(self.tag, bytes(self.content))

    def child(self, tag: int) -> Node:
        """The only child with `tag`; raises `RecordInvalid` when there is none, or two."""
        found = self.optional(tag)
        if found is None:
            raise RecordInvalid(f"0 elements {tag:X} in {self.tag:X}, not one")
        return found

    def optional(self, tag: int) -> Node | None:
        """The only child with `tag`, None without; raises `RecordInvalid` when there are two."""
        found = [node for node in self.children if node.tag == tag]
        if len(found) > 1:
            raise RecordInvalid(f"{len(found)} elements {tag:X} in {self.tag:X}, not one")
        return found[0] if found else None


def read(data: bytes, *, low_tags: bool = False) -> Node:
    """The one element that fills `data`; raises `RecordInvalid` for anything else.

    At most 64 MiB, 32 levels and 20 000 elements: the bounds are checked before the content.
    `low_tags` takes two octets for a number below 31 (5F01), as ISO/IEC 7816-4 does and DER not.
    """
    if len(data) > _MAX_BYTES:
        raise RecordInvalid(f"{len(data)} bytes of DER are more than {_MAX_BYTES}")
    (node,) = _Reader(low_tags=low_tags).nodes(memoryview(data), depth=0, wanted=1)
    return node


def shallow(data: bytes, most: int) -> tuple[Node, ...]:
    """The elements of one level without their children; raises `RecordInvalid`.

    For what is too large to be read at once, such as the certificates of a list; at most `most`.
    """
    view, offset = memoryview(data), 0
    found: list[Node] = []
    while offset < len(view):
        tag, _, content = _read_tag(view, offset)
        size, content = _read_length(view, content)
        if content + size > len(view) or len(found) == most:
            raise RecordInvalid(f"more than {most} DER elements, or one that is cut")
        found.append(Node(tag, view[content : content + size]))
        offset = content + size
    return tuple(found)


class _Reader:
    """Counts the elements of one reading."""

    def __init__(self, *, low_tags: bool) -> None:
        self._left, self._least = _MAX_NODES, 1 if low_tags else 0x1F

    def nodes(self, data: memoryview, depth: int, wanted: int | None = None) -> tuple[Node, ...]:
        if depth > _MAX_DEPTH:
            raise RecordInvalid(f"DER deeper than {_MAX_DEPTH} levels")
        found, offset = [], 0
        while offset < len(data):
            node, offset = self._node(data, offset, depth)
            found.append(node)
        if wanted is not None and len(found) != wanted:
            raise RecordInvalid(f"{len(found)} DER elements, not {wanted}")
        return tuple(found)

    def _node(self, data: memoryview, offset: int, depth: int) -> tuple[Node, int]:
        self._left -= 1
        if self._left < 0:
            raise RecordInvalid(f"more than {_MAX_NODES} DER elements")
        tag, constructed, offset = _read_tag(data, offset, self._least)
        size, offset = _read_length(data, offset)
        end = offset + size
        if end > len(data):
            raise RecordInvalid(f"element {tag:X} says {size} bytes, {len(data) - offset} are left")
        value = data[offset:end]
        children = self.nodes(value, depth + 1) if constructed else ()
        return Node(tag, value, children), end


def _tag_octets(tag: int) -> bytes:
    if tag < 0:
        raise ValueError(f"no tag {tag}")
    return tag.to_bytes(max(1, (tag.bit_length() + 7) // 8), "big")


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes((size,))
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(octets),)) + octets


def _base128(value: int) -> bytes:
    octets = [value & 0x7F]
    while value := value >> 7:
        octets.append(value & 0x7F | 0x80)
    return bytes(reversed(octets))


def _octet(data: memoryview, offset: int) -> int:
    if offset >= len(data):
        raise RecordInvalid("DER ends inside a header")
    return data[offset]


def _read_tag(data: memoryview, offset: int, least: int = 0x1F) -> tuple[int, bool, int]:
    """Tag, whether it is constructed, and where the length begins; three octets at most."""
    first = tag = _octet(data, offset)
    offset += 1
    if first & 0x1F == 0x1F:
        more = _octet(data, offset)
        if more == 0x80 or more < least:
            raise RecordInvalid("DER tag longer than needed")
        tag, offset = tag << 8 | more, offset + 1
        if more & 0x80:
            more = _octet(data, offset)
            tag, offset = tag << 8 | more, offset + 1
        if more & 0x80:
            raise RecordInvalid("DER tag longer than three octets")
    return tag, bool(first & _CONSTRUCTED), offset


def _read_length(data: memoryview, offset: int) -> tuple[int, int]:
    """Length and where the content begins; definite, shortest, four octets at most."""
    first = _octet(data, offset)
    offset += 1
    if first < 0x80:
        return first, offset
    count = first & 0x7F
    octets = data[offset : offset + count]
    if not 1 <= count <= 4 or len(octets) != count:
        raise RecordInvalid(f"DER length of {count} octets")
    size = int.from_bytes(octets, "big")
    if _length(size) != data[offset - 1 : offset + count]:
        raise RecordInvalid("DER length longer than needed")
    return size, offset + count
