"""Secure messaging of a title's chip (ICAO Doc 9303-11, 9.8; ISO/IEC 7816-4, 10).

    command   CLA|0C INS P1 P2  [87 01 ENC(data) | 85 ENC(data)] [97 Le] 8E MAC   Le 00
    answer                      [87 01 ENC(data) | 85 ENC(data)] 99 SW    8E MAC   SW

85 stands for 87 in odd instructions. The MAC covers a counter of all messages, so that no answer
can be left out, repeated or moved. It is verified before a byte of the answer is parsed.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import TYPE_CHECKING

from drivers.wire import tlv
from drivers.wire.apdu import SHORT, Command, Response
from drivers.wire.chip import keys
from station.errors import ChannelBroken, ProtocolError

if TYPE_CHECKING:
    from drivers.wire.chip.keys import Keys

PROTECTED = 0x0C  # bits of CLA: secure messaging, header authenticated
_PLAIN, _PADDED, _LE, _STATUS = 0x85, 0x87, 0x97, 0x99
_MAC_OBJECT = bytes((0x8E, keys.MAC))
_INDICATOR = b"\x01"  # padding of ISO/IEC 9797-1, method 2


class Channel:
    """Protects commands and opens answers, in their order; one wrong answer ends it for good."""

    def __init__(self, secrets: Keys, counter: int = 0) -> None:
        self._keys, self._counter = secrets, counter
        self._odd = self._broken = False

    @property
    def block(self) -> int:
        """Bytes of a block of its cipher."""
        return self._keys.suite.block

    def protect(self, command: Command, *, extended: bool = False) -> Command:
        """`command` as it goes over the wire; raises `ChannelBroken` after a wrong answer."""
        if self._broken:
            raise ChannelBroken("the channel to the chip has ended")
        self._odd = bool(command.ins & 1)
        self._counter += 1
        header = bytes((command.cla | PROTECTED, command.ins, command.p1, command.p2))
        objects = self._sealed(bytes(command.data)) + _wanted(command.le)
        said = keys.pad(header, self._keys.suite.block) + objects
        data = objects + _MAC_OBJECT + self._mac(said, whole=not objects)
        return replace(command, cla=header[0], data=data, le=65536 if extended else 256)

    def open(self, response: Response) -> Response:
        """The answer inside; raises `ChannelBroken` for anything but the chip's own next answer."""
        self._counter += 1
        try:
            return self._opened(response)
        except ProtocolError as error:
            raise self._break(str(error)) from error

    def _opened(self, response: Response) -> Response:
        split = len(response.data) - len(_MAC_OBJECT) - keys.MAC
        said, sealed = response.data[: max(split, 0)], response.data[max(split, 0) :]
        if not sealed:
            raise self._break(f"status {response.sw:04x} without its proof")
        wanted = _MAC_OBJECT + self._mac(said, whole=False)
        if split < 0 or not hmac.compare_digest(sealed, wanted):
            raise self._break("an answer that is not the chip's own")
        *coded, status = tlv.decode(said) or (tlv.Tlv(0, b""),)
        expected = [_PLAIN if self._odd else _PADDED] * len(coded)
        if status.tag != _STATUS or len(coded) > 1 or [item.tag for item in coded] != expected:
            raise self._break("an answer of other data objects")
        if status.value != response.sw.to_bytes(2, "big"):
            raise self._break("an answer of two statuses")
        return Response(self._unsealed(coded[0].value) if coded else b"", response.sw)

    def _sealed(self, data: bytes) -> bytes:
        if not data:
            return b""
        padded = keys.pad(data, self._keys.suite.block)
        coded = keys.encrypt(self._keys, padded, keys.first_vector(self._keys, self._counter))
        if self._odd:
            return tlv.encode(_PLAIN, coded)
        return tlv.encode(_PADDED, _INDICATOR + coded)

    def _unsealed(self, value: bytes) -> bytes:
        coded = value if self._odd else value.removeprefix(_INDICATOR)
        block = self._keys.suite.block
        if len(coded) % block or not coded or (not self._odd and len(coded) != len(value) - 1):
            raise self._break("an answer that is no whole number of blocks")
        vector = keys.first_vector(self._keys, self._counter)
        data = keys.unpad(keys.decrypt(self._keys, coded, vector), block)
        if data is None:
            raise self._break("an answer without its padding")
        return data

    def _mac(self, said: bytes, *, whole: bool) -> bytes:
        """Over the counter and `said`, padded unless it ends with a block already."""
        block = self._keys.suite.block
        text = self._counter.to_bytes(block, "big") + said
        return keys.mac(self._keys, text if whole else keys.pad(text, block))

    def _break(self, fact: str) -> ChannelBroken:
        self._broken = True
        return ChannelBroken(fact)


def room(most: int, block: int) -> int:
    """Bytes of a file that fit an answer of `most` bytes; 223 in a short one, for any block."""
    if most <= SHORT + 1:
        return 223
    whole = (most - 24) // block * block  # 87 82 LLLL 01, 99 02 SW, 8E 08 MAC
    return max(223, whole - 1)


def _wanted(le: int | None) -> bytes:
    if le is None:
        return b""
    width = 1 if le <= SHORT + 1 else 2
    return tlv.encode(_LE, (le % (1 << 8 * width)).to_bytes(width, "big"))
