"""An IAS-ECC agent card made of software, as OpenSC knows it (a subset).

SELECT · READ BINARY · GET DATA of security objects · VERIFY · RESET RETRY COUNTER
MANAGE SECURITY ENVIRONMENT · INTERNAL AUTHENTICATE · PSO HASH and COMPUTE DIGITAL SIGNATURE
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drivers.wire import sha256_state, tlv
from simulators import ias_files
from simulators.agent_keys import another_key, raw_rsa
from simulators.card_contacts import CardFault, Mishaps, Refused, Secret
from simulators.faults import Fault
from station.errors import ProtocolError

if TYPE_CHECKING:
    from drivers.wire.apdu import Command
    from simulators.agent_keys import AgentKeys

# OpenSC lists this ATR as "IAS/ECC Morpho MinInt - Agent Card".
ATR = bytes.fromhex("3bdf96008031fe450031b864041fecc173940180829000ec")
_ROOT = b"MIOMCT"
_LABEL = b"Carte agent"
_HOSTILE = b"\x1b]0;SPECIMEN\x07\r\n" + b"A" * 10_000
_SERIAL = 0x1C  # short name of EF.SN
_DIRECTORY = 0x2F00
_ROOT_FILES = {_DIRECTORY: ias_files.directory(_LABEL)}
_PUK = 8  # digits
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
_OPEN = tlv.encode(0xA1, tlv.encode(0x8C, bytes.fromhex("7bffffffffffff")))  # read by anybody
_GUARDED = tlv.encode(0xA1, tlv.encode(0x8C, bytes.fromhex("7f00000000ffff00")))


@dataclass(slots=True)
class _Volatile:
    """What a card forgets without power."""

    files: dict[int, bytes]  # of the current folder
    chosen: bytes | None = None  # content of the current file
    verified: bool = False
    fresh: bool = False  # a PIN that the signature key has not used up yet
    templates: dict[int, bytes] = field(default_factory=dict)
    digest: bytes = b""


class IasCard:
    """The card's logic, behind `simulators.card_contacts.Contacts`."""

    def __init__(self, keys: AgentKeys, codes: tuple[bytes, bytes], mishaps: Mishaps) -> None:
        self.atr = ATR
        number = secrets.token_bytes(8)
        self._serial = tlv.encode(0x5A, number)
        held = (keys.authentication.key, keys.signature.key)
        self._keys = dict(zip((ias_files.AUTHENTICATION, ias_files.SIGNATURE), held, strict=True))
        self._files = ias_files.files(number, keys)
        self._pin, self._puk = Secret(codes[0], 3), Secret(codes[1], 5)
        self._mishaps = mishaps
        self.power()

    def power(self) -> None:
        """Forget everything volatile."""
        self._now = _Volatile(_ROOT_FILES)

    def execute(self, command: Command, data: bytes) -> bytes:
        """Answer one command; raises `Refused`."""
        where = command.p1, command.p2
        actions = {
            0xA4: self._select, 0xCB: self._security_object, 0x20: self._verify,
            0x2C: self._unblock, 0x22: self._manage, 0x88: self._authenticate,
            0x2A: self._operate, 0x84: lambda *_: secrets.token_bytes(command.le or 8),
        }  # fmt: skip
        if command.ins == 0xB0:
            return self._read(where, command.le or 256)
        action = actions.get(command.ins)
        if action is None:
            raise Refused(0x6D00)
        return action(where, data)

    def _select(self, where: tuple[int, int], data: bytes) -> bytes:
        now = self._now
        if where[0] == 0x04:
            return self._select_application(data)
        now.chosen = None
        if data in (b"", b"\x3f\x00"):
            now.files = _ROOT_FILES
            return _folder(_ROOT)
        identifier = int.from_bytes(data[-2:], "big")
        now.chosen = now.files.get(identifier)
        if identifier == _DIRECTORY and self._mishaps.common.spend(Fault.HOSTILE_LABEL):
            now.chosen = ias_files.directory(_HOSTILE)
        if now.chosen is None:
            raise Refused(0x6A82)
        size = tlv.encode(0x80, len(now.chosen).to_bytes(2, "big"))
        name = tlv.encode(0x83, data[-2:])
        life = tlv.encode(0x8A, b"\x05")
        return b"" if where[1] == 0x0C else tlv.encode(
            0x62, size + tlv.encode(0x82, b"\x01") + name + _OPEN + life
        )  # fmt: skip

    def _select_application(self, aid: bytes) -> bytes:
        for name, files in ((_ROOT, _ROOT_FILES), (ias_files.APPLICATION, self._files)):
            if aid and name.startswith(aid):
                self._now.files, self._now.chosen = files, None
                return _folder(name)
        raise Refused(0x6A82)

    def _read(self, where: tuple[int, int], size: int) -> bytes:
        if where[0] & 0x80:
            if where[0] & 0x1F != _SERIAL:
                raise Refused(0x6A82)
            content, offset = self._serial, where[1]
        elif self._now.chosen is None:
            raise Refused(0x6986)
        else:
            content, offset = self._now.chosen, where[0] << 8 | where[1]
        if offset > len(content):
            raise Refused(0x6B00)
        return content[offset : offset + size]

    def _security_object(self, where: tuple[int, int], data: bytes) -> bytes:
        """The PIN and the keys as objects: 4D{70{BF class reference{tag 80}}}."""
        try:
            asked = tlv.find(data, 0x4D, 0x70)
        except ProtocolError:
            raise Refused(0x6A80) from None
        if where != (0x3F, 0xFF) or len(asked) < 6 or asked[0] != 0xBF:
            raise Refused(0x6A80)
        kind, number, tag = asked[1] & 0x7F, asked[2] & 0x1F, asked[4:-1]
        content = self._described(kind, number, tag)
        # Not a tag of BER: class and reference stand where its last bytes would be.
        inner = tlv.encode(0x04, content)[1:]
        return tlv.encode(0x70, bytes([0xBF, kind | 0x80, number]) + inner)

    def _described(self, kind: int, number: int, tag: bytes) -> bytes:
        match (kind, number, tag):
            case (0x01, 1, b"\x7f\x41"):
                most, least = bytes([ias_files.PIN_MOST]), bytes([ias_files.PIN_LEAST])
                return tlv.encode(0x7F41, tlv.encode(0x80, most) + tlv.encode(0x81, least))
            case (0x01, 1, b"\xa0"):
                limit, left = bytes([self._pin.limit]), bytes([self._pin.left])
                counters = tlv.encode(0x9A, limit) + tlv.encode(0x9B, left)
                return tlv.encode(0xA0, _GUARDED + counters + tlv.encode(0x80, b"\x00\x08"))
            case (0x10, 1 | 2, b"\x7f\x48"):
                raise Refused(0x6A80)
            case (0x10, 1 | 2, b"\xa0"):
                size = (ias_files.KEY_BITS // 8).to_bytes(2, "big")
                return tlv.encode(0xA0, _GUARDED + tlv.encode(0x80, size))
        raise Refused(0x6A88)

    def _verify(self, where: tuple[int, int], data: bytes) -> bytes:
        now = self._now
        if where[1] & 0x1F != ias_files.PIN & 0x1F:
            raise Refused(0x6A88)
        if data:
            now.verified = now.fresh = False
            self._pin.check(data.rstrip(b"\xff"))
            now.verified = now.fresh = True
        elif not now.verified:
            raise Refused(self._pin.status)
        return b""

    def _unblock(self, where: tuple[int, int], data: bytes) -> bytes:
        if where != (0x00, ias_files.PIN):
            raise Refused(0x6A88)
        self._puk.check(data[:_PUK])
        self._pin = Secret(data[_PUK:].rstrip(b"\xff"), self._pin.limit)
        self._now.verified = self._now.fresh = False
        return b""

    def _manage(self, where: tuple[int, int], data: bytes) -> bytes:
        if where[0] != 0x41:
            raise Refused(0x6A86)
        self._now.templates[where[1]] = data
        return b""

    def _authenticate(self, _where: tuple[int, int], data: bytes) -> bytes:
        if not self._now.verified:
            raise Refused(0x6982)
        return self._sign(0xA4, data)

    def _operate(self, where: tuple[int, int], data: bytes) -> bytes:
        now = self._now
        if not now.fresh:
            raise Refused(0x6982)
        if where == (0x90, 0xA0):
            now.digest = self._hash(data)
            return b""
        if where != (0x9E, 0x9A):
            raise Refused(0x6A86)
        digest, now.digest, now.fresh = now.digest, b"", False
        if not digest:
            raise Refused(0x6985)
        return self._sign(0xB6, _DIGEST_INFO + digest)

    def _hash(self, data: bytes) -> bytes:
        """Fold the last block into the state that the station brought."""
        said = _items(data)
        state, last = said.get(0x90, b""), said.get(0x80, b"")
        if _items(self._now.templates.get(0xAA, b"")).get(0x80) != b"\x40":
            raise Refused(0x6985)
        if len(state) not in (0, 40) or len(last) > 64:
            raise Refused(0x6A80)
        return sha256_state.finish(state[:32], int.from_bytes(state[32:], "big"), last)

    def _sign(self, template: int, info: bytes) -> bytes:
        reference = _items(self._now.templates.get(template, b"")).get(0x84, b"")
        key = self._keys.get(int.from_bytes(reference, "big") | 0x80)
        if key is None:
            raise Refused(0x6985)
        if self._mishaps.own.spend(CardFault.WRONG_KEY):
            key = another_key(key)
        size = key.key_size // 8
        block = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
        signed = raw_rsa(key, block)
        if signed is None:
            raise Refused(0x6A80)
        return signed


def _folder(aid: bytes) -> bytes:
    life = tlv.encode(0x82, b"\x38") + tlv.encode(0x8A, b"\x05")
    rights = tlv.encode(0xA1, tlv.encode(0x8C, b"\x02\x00"))
    return tlv.encode(0x62, life + rights + tlv.encode(0x84, aid))


def _items(data: bytes) -> dict[int, bytes]:
    try:
        return {item.tag: item.value for item in tlv.decode(data)}
    except ProtocolError:
        raise Refused(0x6A80) from None
