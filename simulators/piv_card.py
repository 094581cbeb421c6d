"""A PIV card made of software: commands in, answers out (NIST SP 800-73-5 part 2, a subset).

SELECT · GET DATA · VERIFY · CHANGE REFERENCE DATA · RESET RETRY COUNTER
GENERAL AUTHENTICATE (RSA-2048, RSA-3072, P-256, P-384) · GET RESPONSE · command chaining
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils

from drivers.wire import piv, tlv
from drivers.wire.apdu import CHAINED, GET_RESPONSE, OK, Command, parse
from simulators.faults import Fault, Faults
from simulators.vpcd import Removed
from station.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.agent_keys import CertifiedKey, PrivateKey
# Historical bytes in compact TLV, 73 C0 21 80: command chaining. OpenSC must not know this ATR:
# it takes those of its table for other cards.
ATR = bytes.fromhex("3b8580018073c0218096")
_DISCOVERY = tlv.encode(0x7E, tlv.encode(0x4F, piv.AID) + tlv.encode(0x5F2F, b"\x40\x00"))
_FASC_N = bytes.fromhex("d4e739da739ced39ce739da1685a1082108ce73984108257fc")  # no federal agency
_WITH_PIN = frozenset({0x5FC103, 0x5FC108, 0x5FC109})  # fingerprints, face, printed information
_PIN, _PUK = 0x80, 0x81
_LABEL = b"Carte agent (simulation)"
_HOSTILE = b"\x1b]0;SPECIMEN\x07\r\n" + b"A" * 10_000
_PART = 256  # bytes of an answer in short form
_MAX_CHAIN = 2048  # bytes over all blocks of a command
_HASHES = {256: hashes.SHA256(), 384: hashes.SHA384()}


class _Refused(Exception):
    """The card answers with this status word and nothing else."""

    def __init__(self, sw: int) -> None:
        super().__init__(f"{sw:04x}")
        self.sw = sw


@dataclass(slots=True)
class _Secret:
    """A PIN or PUK, padded to 8, and its counter."""

    value: bytes = field(repr=False)
    limit: int
    left: int = field(init=False)

    def __post_init__(self) -> None:
        self.value = self.value.ljust(8, b"\xff")
        self.left = self.limit

    def check(self, value: bytes) -> None:
        """Spend a try; a right value restores them all."""
        if not self.left:
            raise _Refused(0x6983)
        if value != self.value:
            self.left -= 1
            raise _Refused(0x63C0 | self.left if self.left else 0x6983)
        self.left = self.limit


@dataclass(slots=True)
class _Volatile:
    """What a card forgets without power."""

    selected: bool = False
    verified: bool = False
    fresh: bool = False  # a PIN that key 9C has not used up yet
    rest: bytes = b""  # of an answer, for GET RESPONSE
    chain: bytes = b""  # of a command, so far


class PivCard:
    """The card's logic; `keys` maps a key reference (9A, 9C) to what it holds."""

    atr = ATR

    def __init__(
        self, keys: Mapping[piv.Slot, CertifiedKey], pin: bytes, puk: bytes, faults: Faults
    ) -> None:
        self.guid = secrets.token_bytes(16)
        self._keys = {slot.key: held.key for slot, held in keys.items()}
        self._objects = {slot.certificate: _certificate(held) for slot, held in keys.items()}
        self._objects |= {piv.CHUID: _chuid(self.guid), 0x5FC107: _capabilities()}
        self._pin, self._puk = _Secret(pin, 3), _Secret(puk, 5)
        self._faults = faults
        self.power()

    def power(self) -> None:
        """Forget everything volatile."""
        self._now = _Volatile()

    def transmit(self, apdu: bytes) -> bytes | None:
        """Answer one command; None never answers. Raises `Removed` for `Fault.UNPLUG`."""
        if self._faults.spend(Fault.UNPLUG):
            raise Removed
        if self._faults.spend(Fault.MUTE):
            return None
        try:
            answer, sw = self._react(parse(apdu))
        except ProtocolError:
            return _sw(0x6700)
        except _Refused as refused:
            return _sw(refused.sw)
        return self._damaged(answer + _sw(sw))

    def _damaged(self, answer: bytes) -> bytes:
        if self._faults.spend(Fault.REFUSE):
            return _sw(0x6F00)
        if self._faults.spend(Fault.TRUNCATED):
            return answer[:1]
        if self._faults.spend(Fault.GARBAGE):
            return b"\xff" * 20 + _sw(OK)
        if self._faults.spend(Fault.OVERSIZE):
            self._now.rest = bytes(1 << 17)
            return self._part(_PART)[0] + _sw(0x6100)
        return answer

    def _react(self, command: Command) -> tuple[bytes, int]:
        now = self._now
        if command.cla & ~CHAINED:
            raise _Refused(0x6E00)
        if command.ins == GET_RESPONSE:
            if not now.rest:
                raise _Refused(0x6985)
            return self._part(command.le or _PART)
        now.rest = b""
        chained = now.chain + command.data
        now.chain = chained if command.cla & CHAINED else b""
        if len(chained) > _MAX_CHAIN:
            raise _Refused(0x6700)
        if command.cla & CHAINED:
            return b"", OK
        now.rest = self._execute(command, chained)
        return self._part(command.le or _PART)

    def _part(self, size: int) -> tuple[bytes, int]:
        """The next part of the answer, and whether there is more."""
        size = min(size, _PART)
        part, self._now.rest = self._now.rest[:size], self._now.rest[size:]
        left = len(self._now.rest)
        return part, 0x6100 | (left if left < _PART else 0) if left else OK

    def _execute(self, command: Command, data: bytes) -> bytes:
        where = command.p1, command.p2
        if command.ins == 0xA4:
            return self._select(where, data)
        if not self._now.selected:
            raise _Refused(0x6D00)
        match command.ins:
            case 0xCB:
                return self._get_data(where, data)
            case 0x20:
                return self._verify(where, data)
            case 0x24:
                return self._change(where, data)
            case 0x2C:
                return self._unblock(where, data)
            case 0x87:
                return self._authenticate(where, data)
        raise _Refused(0x6D00)

    def _select(self, where: tuple[int, int], data: bytes) -> bytes:
        # Programs select by a truncated AID: OpenSC by 9 bytes, others by 5.
        if where[0] != 0x04 or len(data) < 5 or not piv.AID.startswith(data):
            raise _Refused(0x6A82)
        self._now.selected, self._now.fresh = True, False
        label = _HOSTILE if self._faults.spend(Fault.HOSTILE_LABEL) else _LABEL
        numbers = sorted({_algorithm(key) for key in self._keys.values()})
        algorithms = b"".join(tlv.encode(0x80, bytes([number])) for number in numbers)
        return tlv.encode(
            0x61,
            tlv.encode(0x4F, piv.AID[5:])
            + tlv.encode(0x79, tlv.encode(0x4F, piv.AID[:5]))
            + tlv.encode(0x50, label)
            + tlv.encode(0xAC, algorithms + tlv.encode(0x06, b"\x00")),
        )

    def _get_data(self, where: tuple[int, int], data: bytes) -> bytes:
        if where != (0x3F, 0xFF):
            raise _Refused(0x6A86)
        tag = int.from_bytes(_field(data, 0x5C), "big")
        if tag == 0x7E:
            return _DISCOVERY
        if tag in _WITH_PIN and not self._now.verified:
            raise _Refused(0x6982)
        if tag not in self._objects:
            raise _Refused(0x6A82)
        return tlv.encode(0x53, self._objects[tag])

    def _verify(self, where: tuple[int, int], data: bytes) -> bytes:
        if where == (0xFF, _PIN) and not data:
            self._now.verified = self._now.fresh = False
        elif where != (0x00, _PIN):
            raise _Refused(0x6A88)
        elif data:
            self._try(data)
        elif not self._now.verified:
            raise _Refused(0x63C0 | self._pin.left if self._pin.left else 0x6983)
        return b""

    def _try(self, data: bytes) -> None:
        if len(data) != 8:
            raise _Refused(0x6A80)
        self._now.verified = self._now.fresh = False
        self._pin.check(data)
        self._now.verified = self._now.fresh = True

    def _change(self, where: tuple[int, int], data: bytes) -> bytes:
        secret = {(0x00, _PIN): self._pin, (0x00, _PUK): self._puk}.get(where)
        if secret is None:
            raise _Refused(0x6A88)
        if len(data) != 16:
            raise _Refused(0x6A80)
        secret.check(data[:8])
        secret.value = data[8:]
        return b""

    def _unblock(self, where: tuple[int, int], data: bytes) -> bytes:
        if where != (0x00, _PIN):
            raise _Refused(0x6A88)
        if len(data) != 16:
            raise _Refused(0x6A80)
        self._puk.check(data[:8])
        self._pin = _Secret(data[8:], self._pin.limit)
        self._now.verified = self._now.fresh = False
        return b""

    def _authenticate(self, where: tuple[int, int], data: bytes) -> bytes:
        algorithm, reference = where
        key = self._keys.get(reference)
        if key is None:
            raise _Refused(0x6A88)
        if algorithm != _algorithm(key):
            raise _Refused(0x6A86)
        signs = reference == piv.SIGNATURE.key
        if not (self._now.fresh if signs else self._now.verified):
            raise _Refused(0x6982)
        if signs:
            self._now.fresh = False
        challenge = _field(_field(data, 0x7C), 0x81)
        return tlv.encode(0x7C, tlv.encode(0x82, _sign(key, challenge)))


def _sw(status: int) -> bytes:
    return status.to_bytes(2, "big")


def _field(data: bytes, tag: int) -> bytes:
    try:
        return tlv.find(data, tag)
    except ProtocolError:
        raise _Refused(0x6A80) from None


def _algorithm(key: PrivateKey) -> int:
    return (piv.RSA if isinstance(key, rsa.RSAPrivateKey) else piv.ECC)[key.key_size]


def _sign(key: PrivateKey, challenge: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return _raw_rsa(key, challenge)
    width = key.key_size // 8
    digest = challenge[:width].rjust(width, b"\x00")
    return key.sign(digest, ec.ECDSA(utils.Prehashed(_HASHES[key.key_size])))


def _raw_rsa(key: rsa.RSAPrivateKey, challenge: bytes) -> bytes:
    """The private operation on a whole block, by the Chinese remainder theorem."""
    size, numbers = key.key_size // 8, key.private_numbers()
    block = int.from_bytes(challenge, "big")
    if len(challenge) != size or block >= numbers.public_numbers.n:
        raise _Refused(0x6A80)
    by_p = pow(block, numbers.dmp1, numbers.p)
    by_q = pow(block, numbers.dmq1, numbers.q)
    signed = by_q + (by_p - by_q) * numbers.iqmp % numbers.p * numbers.q
    return signed.to_bytes(size, "big")


def _certificate(held: CertifiedKey) -> bytes:
    return tlv.encode(0x70, held.der) + tlv.encode(0x71, b"\x00") + tlv.encode(0xFE)


def _chuid(guid: bytes) -> bytes:
    expiry = f"{datetime.now(UTC) + timedelta(days=1000):%Y%m%d}".encode()
    items = ((0x30, _FASC_N), (0x34, guid), (0x35, expiry), (0x3E, b""), (0xFE, b""))
    return b"".join(tlv.encode(tag, value) for tag, value in items)


def _capabilities() -> bytes:
    """The card capability container: a card identifier, and grammar 2.1."""
    identifier = bytes.fromhex("a000000116ff02") + secrets.token_bytes(14)
    items = {0xF0: identifier, 0xF1: b"\x21", 0xF2: b"\x21", 0xF4: b"\x00", 0xF5: b"\x10"}
    tags = (*range(0xF0, 0xF8), *range(0xFA, 0xFF))
    return b"".join(tlv.encode(tag, items.get(tag, b"")) for tag in tags)
