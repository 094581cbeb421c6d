"""PACE with elliptic curves, generic mapping and AES (ICAO Doc 9303-11, 4.4; BSI TR-03110-2, 3.2).

MSE:Set AT             00 22 C1 A4  {80 OID, 83 password, 84 parameters}
GENERAL AUTHENTICATE   10 86 00 00  7C{}         -> 7C{80 z}     s = D(KDF(password, 3), z)
                       10 86 00 00  7C{81 X1}    -> 7C{82 X2}    G' = s.G + x1.X2
                       10 86 00 00  7C{83 Y1}    -> 7C{84 Y2}    K = x(y1.Y2)
                       00 86 00 00  7C{85 T1}    -> 7C{86 T2}
token                  MAC(K_mac, 7F49{06 OID, 86 point of the other side})
"""

from __future__ import annotations

import hashlib
import hmac
from enum import IntEnum, unique
from typing import TYPE_CHECKING

from drivers.wire import tlv
from drivers.wire.apdu import CHAINED, Command
from drivers.wire.chip import keys
from drivers.wire.chip.keys import Keys
from station.errors import ProtocolError

if TYPE_CHECKING:
    from drivers.wire.chip.infos import Protocol
    from drivers.wire.chip.keys import Suite

_DYNAMIC, _PUBLIC_KEY, _POINT, _OID = 0x7C, 0x7F49, 0x86, 0x06
_NONCE_SIZES = (16, 32)  # bytes; whole blocks of the password's cipher


@unique
class Password(IntEnum):
    """What is printed on the title, by the number the chip knows it under."""

    MRZ = 1
    CAN = 2


def set_at(way: Protocol, password: Password) -> Command:
    """Choose protocol, password and curve; always by number, as some chips ask for it."""
    said = tlv.encode(0x80, way.oid) + tlv.encode(0x83, bytes((password,)))
    if way.number is not None:
        said += tlv.encode(0x84, way.number.to_bytes(1, "big"))
    return Command(0x00, 0x22, 0xC1, 0xA4, said)


def general_authenticate(tag: int | None, value: bytes = b"", *, last: bool = False) -> Command:
    """One step; the first has no value."""
    inside = b"" if tag is None else tlv.encode(tag, value)
    cla = 0x00 if last else CHAINED
    return Command(cla, 0x86, 0x00, 0x00, tlv.encode(_DYNAMIC, inside), le=256)


def answer(data: bytes, tag: int) -> bytes:
    """What the chip answered under `tag`; raises `ProtocolError`."""
    return tlv.find(data, _DYNAMIC, tag)


def secret_of(password: Password, printed: bytes) -> bytes:
    """The password as the protocol takes it: the digits of the CAN, a hash of the zone."""
    if password is Password.CAN:
        return printed
    return hashlib.sha1(printed, usedforsecurity=False).digest()


def nonce(suite: Suite, secret: bytes, coded: bytes) -> int:
    """The nonce that the chip sent under the password; raises `ProtocolError` for its size."""
    if len(coded) not in _NONCE_SIZES:
        raise ProtocolError(f"a nonce of {len(coded)} bytes")
    key = keys.derive(suite, secret, keys.PASSWORD)
    plain = keys.decrypt(Keys(suite, key, b""), coded, bytes(suite.block))
    return int.from_bytes(plain, "big")


def token(secrets: Keys, oid: bytes, point: bytes) -> bytes:
    """The proof that a side knows the keys, over the point of the other one."""
    said = tlv.encode(_PUBLIC_KEY, tlv.encode(_OID, oid) + tlv.encode(_POINT, point))
    return keys.mac(secrets, said)


def holds(said: bytes, wanted: bytes) -> bool:
    """Whether two tokens are equal, in constant time."""
    return hmac.compare_digest(said, wanted)
