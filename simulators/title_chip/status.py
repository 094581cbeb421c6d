"""How a chip says no, and how it reads what a terminal sent."""

from __future__ import annotations

from drivers.wire import tlv
from station.errors import ProtocolError


class Refused(Exception):
    """The chip answers with this status word and nothing else."""

    def __init__(self, sw: int) -> None:
        super().__init__(f"{sw:04x}")
        self.sw = sw


def objects(data: bytes) -> dict[int, bytes]:
    """The data objects of one level by tag; raises `Refused` (6A80)."""
    try:
        items = tlv.decode(data)
    except ProtocolError:
        raise Refused(0x6A80) from None
    found = {item.tag: item.value for item in items}
    if len(found) != len(items):
        raise Refused(0x6A80)
    return found


def only(data: bytes, *path: int) -> bytes:
    """The value at the end of `path`; raises `Refused` (6A80)."""
    try:
        return tlv.find(data, *path)
    except ProtocolError:
        raise Refused(0x6A80) from None
