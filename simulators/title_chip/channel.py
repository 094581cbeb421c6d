"""Secure messaging at the card's end (ICAO Doc 9303-11, §9.8).

    command   87 | 85 cryptogram, 97 Le, 8E MAC      answer   87 | 85 cryptogram, 99 SW, 8E MAC

85 stands for 87 where INS is odd. The counter goes up before every command and every answer.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import TYPE_CHECKING

from drivers.wire import tlv
from simulators.title_chip.ciphers import Keys, Suite, pad, unpad
from simulators.title_chip.status import Refused
from station.errors import ProtocolError

if TYPE_CHECKING:
    from drivers.wire.apdu import Command

SECURED = 0x0C  # bits of CLA
_EVEN, _ODD, _LE, _SW, _MAC = 0x87, 0x85, 0x97, 0x99, 0x8E
_MISSING, _WRONG = 0x6987, 0x6988
_FRAME = 14  # bytes of 99 and 8E
_SHORT_HEAD, _LONG_HEAD = 4, 5  # 87 81 xx 01, 87 82 xx xx 01


class Channel:
    """One session: keys and a counter."""

    def __init__(self, suite: Suite, keys: Keys, counter: int = 0) -> None:
        self.suite, self._keys, self._counter = suite, keys, counter

    def unwrap(self, command: Command) -> Command:
        """The command inside; raises `Refused` (6987, 6988): the session is over then."""
        self._counter += 1
        objects = _objects(command)
        mac = objects.pop(_MAC, None)
        if mac is None:
            raise Refused(_MISSING)
        if not hmac.compare_digest(mac, self._mac(_header(command), objects)):
            raise Refused(_WRONG)
        data = self._opened(objects.pop(_data_tag(command.ins), b""), command.ins)
        le = objects.pop(_LE, b"")
        if objects or len(le) > 2:
            raise Refused(_MISSING)
        size = (int.from_bytes(le, "big") or 1 << 8 * len(le)) if le else None
        return replace(command, cla=command.cla & ~SECURED, data=data, le=size)

    def wrap(self, ins: int, data: bytes, sw: int) -> bytes:
        """The answer to a command `ins`, with its status word inside and behind."""
        self._counter += 1
        objects = {_data_tag(ins): self._sealed(data, ins)} if data else {}
        objects[_SW] = sw.to_bytes(2, "big")
        mac = self._mac(b"", objects)
        return _encoded(objects) + tlv.encode(_MAC, mac) + objects[_SW]

    def capacity(self, longest: int) -> int:
        """Bytes of data that fit into an answer of `longest` bytes, status word not counted."""
        left = longest - _FRAME - (_SHORT_HEAD if longest <= 256 else _LONG_HEAD)
        return left // self.suite.block * self.suite.block - 1

    @property
    def _now(self) -> bytes:
        size = self.suite.block
        return (self._counter % (1 << 8 * size)).to_bytes(size, "big")

    def _mac(self, header: bytes, objects: dict[int, bytes]) -> bytes:
        block = self.suite.block
        text = self._now + (pad(header, block) if header else b"")
        if objects:
            text = pad(text + _encoded(objects), block)
        return self.suite.mac(self._keys.mac, text)

    def _opened(self, sealed: bytes, ins: int) -> bytes:
        if not sealed:
            return b""
        if not ins & 1:
            sealed = _indicated(sealed)
        if not sealed or len(sealed) % self.suite.block:
            raise Refused(_WRONG)
        try:
            return unpad(self.suite.decrypt(self._keys.enc, self._now, sealed))
        except ValueError:
            raise Refused(_WRONG) from None

    def _sealed(self, data: bytes, ins: int) -> bytes:
        text = pad(data, self.suite.block)
        indicator = b"" if ins & 1 else b"\x01"
        return indicator + self.suite.encrypt(self._keys.enc, self._now, text)


def _data_tag(ins: int) -> int:
    return _ODD if ins & 1 else _EVEN


def _header(command: Command) -> bytes:
    return bytes((command.cla, command.ins, command.p1, command.p2))


def _objects(command: Command) -> dict[int, bytes]:
    """The data objects in their order; none may stand twice."""
    try:
        items = tlv.decode(bytes(command.data))
    except ProtocolError:
        raise Refused(_MISSING) from None
    objects = {item.tag: item.value for item in items}
    if len(objects) != len(items):
        raise Refused(_WRONG)
    return objects


def _indicated(sealed: bytes) -> bytes:
    """A cryptogram without its padding indicator, which is 01."""
    if sealed[0] != 1:
        raise Refused(_WRONG)
    return sealed[1:]


def _encoded(objects: dict[int, bytes]) -> bytes:
    return b"".join(tlv.encode(tag, value) for tag, value in objects.items())
