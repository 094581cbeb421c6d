"""The files of a title's chip, and the commands that read them (ICAO Doc 9303-10, 4; 9303-11, 3).

    SELECT application   00 A4 04 0C AID
    SELECT file          00 A4 02 0C FID
    READ BINARY          00 B0 offset (15 bits) Le; 00 B0 80|SFI 00 chooses the file as well
    from 8000 on         00 B1 00 00 54{offset}   -> 53{bytes}

A file is one data object; its first bytes say how long it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from drivers.wire import tlv
from drivers.wire.apdu import Command
from station.errors import ProtocolError

AID: Final = bytes.fromhex("a0000002471001")
HEAD: Final = 4  # bytes that say the length of a file
MAX_FILE: Final = 65_539  # bytes: the longest length that the head can say
_FAR = 0x8000  # from here on an offset no longer fits P1 P2
_OFFSET, _BYTES = 0x54, 0x53
_WRAPPING = 4  # bytes that tag and length of the answer may take
_ABSENT = frozenset({0x6A82, 0x6A86, 0x6A80, 0x6A88, 0x6982, 0x6D00, 0x6A81})


@dataclass(frozen=True, slots=True)
class File:
    """Identifier, and the tag that its content begins with."""

    fid: int
    tag: int


CARD_ACCESS: Final = File(0x011C, 0x31)  # in the master file
CVCA: Final = 0x011C  # in the application
ATR_INFO: Final = 0x2F01  # in the master file
COM: Final = File(0x011E, 0x60)
SOD: Final = File(0x011D, 0x77)
_GROUP_TAGS = {1: 0x61, 2: 0x75, 3: 0x63, 11: 0x6B, 12: 0x6C, 14: 0x6E, 15: 0x6F}
GROUPS: Final = {number: File(0x0100 | number, tag) for number, tag in _GROUP_TAGS.items()}


def select_application() -> Command:
    """Choose the travel document."""
    return Command(0x00, 0xA4, 0x04, 0x0C, AID)


def select_file(fid: int) -> Command:
    """Choose a file of where we are."""
    return Command(0x00, 0xA4, 0x02, 0x0C, fid.to_bytes(2, "big"))


def read(offset: int, count: int) -> Command:
    """`count` bytes of the chosen file from `offset` on; `taken` gets them out of the answer."""
    if offset < _FAR:
        return Command(0x00, 0xB0, offset >> 8, offset & 0xFF, le=count)
    where = tlv.encode(_OFFSET, offset.to_bytes(2 if offset <= 0xFFFF else 3, "big"))
    return Command(0x00, 0xB1, 0x00, 0x00, where, le=len(tlv.encode(_BYTES, bytes(count))))


def read_by_short(file: File, count: int) -> Command:
    """The first `count` bytes of a file, chosen by its short identifier in the same command."""
    return Command(0x00, 0xB0, 0x80 | file.fid & 0x1F, 0x00, le=count)


def fitting(offset: int, left: int, room: int) -> int:
    """How many of the `left` bytes one answer of `room` bytes can bring."""
    if offset < _FAR:
        return min(left, room, _FAR - offset)
    return min(left, room - _WRAPPING)


def taken(offset: int, count: int, data: bytes) -> bytes:
    """The bytes of the file in an answer; raises `ProtocolError` for none, or more than asked."""
    found = data if offset < _FAR else tlv.find(data, _BYTES)
    if not 1 <= len(found) <= count:
        raise ProtocolError(f"{len(found)} bytes of a file, {count} were asked for")
    return found


def size(head: bytes, tag: int) -> int:
    """The length of a file that begins with `head`; raises `ProtocolError` for another object."""
    if len(head) != HEAD or head[0] != tag:
        raise ProtocolError(f"a file that does not begin with tag {tag:02x}")
    if head[1] < 0x80:
        return 2 + head[1]
    width = head[1] & 0x7F
    length = int.from_bytes(head[2 : 2 + width], "big")
    if width not in (1, 2) or length < (0x80 if width == 1 else 0x100):
        raise ProtocolError(f"a file with the length form {head[1]:02x}")
    return 2 + width + length


def is_absent(sw: int) -> bool:
    """Whether a status to SELECT says that there is no such file, or none that we may have."""
    return sw in _ABSENT


def answer_size(atr_info: bytes) -> int:
    """Bytes that EF.ATR/INFO allows in an answer, status left out; 256 when it says nothing.

    ISO/IEC 7816-4, 12.7.1: 7F66 {02 most of a command, 02 most of an answer}.
    """
    try:
        sizes = [item for item in tlv.decode(atr_info) if item.tag == 0x7F66]
        numbers = tlv.decode(sizes[0].value) if len(sizes) == 1 else ()
    except ProtocolError:
        return 256  # it is read without protection, and only ever costs speed
    if len(numbers) != 2 or any(item.tag != 0x02 for item in numbers):
        return 256
    return max(256, min(int.from_bytes(numbers[1].value[:4], "big"), 65_536) - 2)
