"""BER-TLV as smart cards use it (ISO/IEC 7816-4, 5.2.2), read strictly.

Tag of 1 to 3 bytes, length `00-7F`, `81 xx`, `82 xxxx` or `83 xxxxxx`, value. The reader refuses
truncated, indefinite, non-minimal and trailing data. It never descends on its own: whoever
knows the template asks for each level by its tag (`find`), so the depth is the caller's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from station.errors import ProtocolError

MAX_DEPTH = 8  # levels; the deepest template of a card we read has 4
_MAX_TAG = 3  # bytes
_MAX_LENGTH = 0xFFFFFF


@dataclass(frozen=True, slots=True)
class Tlv:
    """One data object; the value stays out of logs."""

    tag: int
    value: bytes = field(repr=False)


def encode(tag: int, value: bytes = b"") -> bytes:
    """One data object in its shortest form; raises ValueError when tag or value has none."""
    name = tag.to_bytes(max(1, (tag.bit_length() + 7) // 8), "big")
    if not _well_formed(name) or len(value) > _MAX_LENGTH:
        raise ValueError(f"tag {tag:x} with {len(value)} bytes is no data object")
    return name + _length(len(value)) + value


def decode(data: bytes, *, padded: bool = False) -> tuple[Tlv, ...]:
    """All data objects of one level, in order; raises `ProtocolError`.

    A `padded` level may end in zeros, as a file that is longer than its content does.
    """
    objects, offset = [], 0
    while offset < len(data):
        if padded and not any(data[offset:]):
            break
        item, offset = _one(data, offset)
        objects.append(item)
    return tuple(objects)


def find(data: bytes, *path: int) -> bytes:
    """The value reached by following the tags of `path`, one level each.

    Raises `ProtocolError` when a tag is absent or stands twice: a reader that takes the first
    and one that takes the last would see two different cards.
    """
    if len(path) > MAX_DEPTH:
        raise ProtocolError(f"a data object nested {len(path)} deep")
    for tag in path:
        found = [item.value for item in decode(data) if item.tag == tag]
        if len(found) != 1:
            raise ProtocolError(f"data object {tag:x} stands {len(found)} times")
        data = found[0]
    return data


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    coded = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(coded)]) + coded


def _well_formed(name: bytes) -> bool:
    """Whether the bytes are one tag: no padding byte, no leading zero, no end missing."""
    if len(name) == 1:
        return name[0] not in (0x00, 0xFF) and name[0] & 0x1F != 0x1F
    inner = all(byte & 0x80 for byte in name[1:-1])
    return (
        len(name) <= _MAX_TAG
        and name[0] & 0x1F == 0x1F
        and name[1] != 0x80
        and inner
        and not name[-1] & 0x80
    )


def _one(data: bytes, offset: int) -> tuple[Tlv, int]:
    start = _tag_end(data, offset)
    size, start = _read_length(data, start)
    end = start + size
    if end > len(data):
        raise ProtocolError(f"data object cut: {len(data) - start} of {size} bytes")
    tag = int.from_bytes(data[offset : _tag_end(data, offset)], "big")
    return Tlv(tag, bytes(data[start:end])), end


def _tag_end(data: bytes, offset: int) -> int:
    end = offset + 1
    if data[offset] & 0x1F == 0x1F:
        while end < len(data) and end - offset < _MAX_TAG and data[end] & 0x80:
            end += 1
        end += 1
    if end > len(data) or not _well_formed(data[offset:end]):
        raise ProtocolError("data object with a malformed tag")
    return end


def _read_length(data: bytes, offset: int) -> tuple[int, int]:
    """The length at `offset`, and where the value starts."""
    if offset >= len(data):
        raise ProtocolError("data object without a length")
    first = data[offset]
    if first < 0x80:
        return first, offset + 1
    width = first & 0x7F
    if not 1 <= width <= 3:
        raise ProtocolError(f"data object with the length form {first:02x}")
    coded = data[offset + 1 : offset + 1 + width]
    size = int.from_bytes(coded, "big")
    if len(coded) < width or _length(size) != data[offset : offset + 1 + width]:
        raise ProtocolError("data object with a cut or non-minimal length")
    return size, offset + 1 + width
