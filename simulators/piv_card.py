"""A PIV card made of software: commands in, answers out (NIST SP 800-73-5 part 2, a subset).

SELECT · GET DATA · VERIFY · CHANGE REFERENCE DATA · RESET RETRY COUNTER
GENERAL AUTHENTICATE (RSA-2048, RSA-3072, P-256, P-384) · GET VERSION, as one maker's tools ask
"""

from __future__ import annotations

import gzip
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils

from drivers.wire import piv, tlv
from simulators.agent_keys import another_key, raw_rsa
from simulators.card_contacts import CardFault, Mishaps, Refused, Secret
from simulators.faults import Fault
from station.errors import ProtocolError

if TYPE_CHECKING:
    from drivers.wire.apdu import Command
    from simulators.agent_keys import AgentKeys, CertifiedKey, PrivateKey

# Historical bytes in compact TLV, 73 C0 21 80: command chaining. OpenSC must not know this ATR:
# it takes those of its table for other cards.
ATR = bytes.fromhex("3b8580018073c0218096")
_FASC_N = bytes.fromhex("d4e739da739ced39ce739da1685a1082108ce73984108257fc")  # no federal agency
_WITH_PIN = frozenset({0x5FC103, 0x5FC108, 0x5FC109})  # fingerprints, face, printed information
_PIN, _PUK, _GLOBAL = 0x80, 0x81, 0x00
_CODE = 8  # bytes of a PIN or PUK, padded with FF
_VERSION = b"\x05\x02\x07"  # the last one after which those tools ask for more
_LABEL = b"Carte agent (simulation)"
_HOSTILE = b"\x1b]0;SPECIMEN\x07\r\n" + b"A" * 10_000
_HASHES = {256: hashes.SHA256(), 384: hashes.SHA384()}


@dataclass(frozen=True, slots=True)
class PivTraits:
    """How this card differs from others: PIN usage policy (empty: no discovery object), form."""

    policy: bytes = b"\x40\x00"
    packed: bool = False  # certificates in gzip
    atr: bytes = ATR


@dataclass(slots=True)
class _Volatile:
    """What a card forgets without power."""

    selected: bool = False
    verified: bool = False
    fresh: bool = False  # a PIN that key 9C has not used up yet


class PivCard:
    """The card's logic, behind `simulators.card_contacts.Contacts`."""

    def __init__(
        self,
        keys: AgentKeys,
        codes: tuple[bytes, bytes],
        mishaps: Mishaps,
        traits: PivTraits | None = None,
    ) -> None:
        self._traits = traits or PivTraits()
        self.atr, self.guid = self._traits.atr, secrets.token_bytes(16)
        slots = {piv.AUTHENTICATION: keys.authentication, piv.SIGNATURE: keys.signature}
        self._keys = {slot.key: held.key for slot, held in slots.items()}
        packed = self._traits.packed
        self._objects = {s.certificate: _certificate(h, packed=packed) for s, h in slots.items()}
        self._objects |= {piv.CHUID: _chuid(self.guid), 0x5FC107: _capabilities()}
        pin, puk = (code.ljust(_CODE, b"\xff") for code in codes)
        self._pin, self._puk = Secret(pin, 3), Secret(puk, 5)
        self._mishaps = mishaps
        self.power()

    def power(self) -> None:
        """Forget everything volatile."""
        self._now = _Volatile()

    @property
    def _reference(self) -> int:
        """Of the one PIN this card has: its own, or the global one where its policy says so."""
        return _GLOBAL if self._traits.policy[1:] == b"\x20" else _PIN

    def execute(self, command: Command, data: bytes) -> bytes:
        """Answer one command; raises `Refused`."""
        where = command.p1, command.p2
        if command.ins == 0xA4:
            return self._select(where, data)
        if not self._now.selected:
            raise Refused(0x6D00)
        actions = {
            0xCB: self._get_data, 0x20: self._verify, 0x24: self._change, 0x2C: self._unblock,
            0x87: self._authenticate, 0xFD: lambda *_: _VERSION,
        }  # fmt: skip
        action = actions.get(command.ins)
        if action is None:
            raise Refused(0x6D00)
        return action(where, data)

    def _select(self, where: tuple[int, int], data: bytes) -> bytes:
        # Programs select by a truncated AID: OpenSC by 9 bytes, others by 5.
        if where[0] != 0x04 or len(data) < 5 or not piv.AID.startswith(data):
            raise Refused(0x6A82)
        self._now.selected, self._now.fresh = True, False
        label = _HOSTILE if self._mishaps.common.spend(Fault.HOSTILE_LABEL) else _LABEL
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
            raise Refused(0x6A86)
        tag = int.from_bytes(_field(data, 0x5C), "big")
        if tag == piv.DISCOVERY and self._traits.policy:
            return _discovery(self._traits.policy)
        if tag in _WITH_PIN and not self._now.verified:
            raise Refused(0x6982)
        if tag not in self._objects:
            raise Refused(0x6A82)
        return tlv.encode(0x53, self._objects[tag])

    def _verify(self, where: tuple[int, int], data: bytes) -> bytes:
        if where == (0xFF, self._reference) and not data:
            self._now.verified = self._now.fresh = False
        elif where != (0x00, self._reference):
            raise Refused(0x6A88)
        elif data:
            self._try(data)
        elif not self._now.verified:
            raise Refused(self._pin.status)
        return b""

    def _try(self, data: bytes) -> None:
        if len(data) != _CODE:
            raise Refused(0x6A80)
        self._now.verified = self._now.fresh = False
        self._pin.check(data)
        self._now.verified = self._now.fresh = True

    def _change(self, where: tuple[int, int], data: bytes) -> bytes:
        secret = {(0x00, self._reference): self._pin, (0x00, _PUK): self._puk}.get(where)
        if secret is None:
            raise Refused(0x6A88)
        if len(data) != 2 * _CODE:
            raise Refused(0x6A80)
        secret.check(data[:_CODE])
        secret.value = data[_CODE:]
        return b""

    def _unblock(self, where: tuple[int, int], data: bytes) -> bytes:
        if where != (0x00, _PIN):
            raise Refused(0x6A88)
        if len(data) != 2 * _CODE:
            raise Refused(0x6A80)
        self._puk.check(data[:_CODE])
        self._pin = Secret(data[_CODE:], self._pin.limit)
        self._now.verified = self._now.fresh = False
        return b""

    def _authenticate(self, where: tuple[int, int], data: bytes) -> bytes:
        algorithm, reference = where
        key = self._keys.get(reference)
        if key is None:
            raise Refused(0x6A88)
        if algorithm != _algorithm(key):
            raise Refused(0x6A86)
        signs = reference == piv.SIGNATURE.key
        if not (self._now.fresh if signs else self._now.verified):
            raise Refused(0x6982)
        if signs:
            self._now.fresh = False
        if self._mishaps.own.spend(CardFault.WRONG_KEY):
            key = another_key(key)
        challenge = _field(_field(data, 0x7C), 0x81)
        return tlv.encode(0x7C, tlv.encode(0x82, _sign(key, challenge)))


def _field(data: bytes, tag: int) -> bytes:
    try:
        return tlv.find(data, tag)
    except ProtocolError:
        raise Refused(0x6A80) from None


def _algorithm(key: PrivateKey) -> int:
    return (piv.RSA if isinstance(key, rsa.RSAPrivateKey) else piv.ECC)[key.key_size]


def _sign(key: PrivateKey, challenge: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        signed = raw_rsa(key, challenge)
        if signed is None:
            raise Refused(0x6A80)
        return signed
    width = key.key_size // 8
    digest = challenge[:width].rjust(width, b"\x00")
    return key.sign(digest, ec.ECDSA(utils.Prehashed(_HASHES[key.key_size])))


def _certificate(held: CertifiedKey, *, packed: bool) -> bytes:
    content = gzip.compress(held.der) if packed else held.der
    return tlv.encode(0x70, content) + tlv.encode(0x71, bytes([packed])) + tlv.encode(0xFE)


def _discovery(policy: bytes) -> bytes:
    return tlv.encode(piv.DISCOVERY, tlv.encode(0x4F, piv.AID) + tlv.encode(0x5F2F, policy))


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
