"""SecurityInfos: the protocols a chip announces (ICAO Doc 9303-11, 9.2; BSI TR-03110-3, A.1.1).

    SET OF SEQUENCE { OID, required, [optional] }
    PACE                     0.4.0.127.0.7.2.2.4.2.n   version 2, [parameters]
    chip authentication      0.4.0.127.0.7.2.2.3.2.n   version 1, [key]
    its public key           0.4.0.127.0.7.2.2.1.2     SubjectPublicKeyInfo, [key]
    n                        1 3DES (chip authentication only), 2 AES-128, 3 AES-192, 4 AES-256

EF.CardAccess holds the set itself, DG14 the set in 6E. Only ECDH with generic mapping is spoken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from drivers.wire import tlv
from drivers.wire.chip import points
from drivers.wire.chip.keys import Suite
from station.errors import ProtocolError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

_BSI = bytes.fromhex("04007f0007")
PACE: Final = _BSI + bytes.fromhex("02020402")
CHIP: Final = _BSI + bytes.fromhex("02020302")
PUBLIC_KEY: Final = _BSI + bytes.fromhex("02020102")
_STANDARD_CURVE = _BSI + bytes.fromhex("0102")
_EC_KEY = bytes.fromhex("2a8648ce3d0201")
_NAMED = {
    bytes.fromhex("2a8648ce3d030107"): 12,
    bytes.fromhex("2b2403030208010107"): 13,
    bytes.fromhex("2b81040022"): 15,
    bytes.fromhex("2b240303020801010b"): 16,
    bytes.fromhex("2b240303020801010d"): 17,
    bytes.fromhex("2b81040023"): 18,
}
_SUITES = {1: Suite.TDES, 2: Suite.AES128, 3: Suite.AES192, 4: Suite.AES256}
_SEQUENCE, _SET, _OID, _INTEGER, _BITS = 0x30, 0x31, 0x06, 0x02, 0x03
_MOST = 64  # infos; real chips have about ten


@dataclass(frozen=True, slots=True)
class SecurityInfo:
    """One entry: object identifier, required data, and optional data or None."""

    oid: bytes
    required: tlv.Tlv
    optional: tlv.Tlv | None


@dataclass(frozen=True, slots=True)
class Protocol:
    """PACE or chip authentication: its identifier, cipher, and curve or key number (None: any)."""

    oid: bytes
    suite: Suite
    number: int | None


@dataclass(frozen=True, slots=True)
class ChipKey:
    """The chip's static key for chip authentication, and its number when there are several."""

    point: ec.EllipticCurvePublicKey = field(repr=False)
    number: int | None


def read(data: bytes) -> tuple[SecurityInfo, ...]:
    """The entries of EF.CardAccess; raises `ProtocolError`."""
    (outer,) = _exactly(data, 1)
    if outer.tag != _SET:
        raise ProtocolError("security infos that are no set")
    items = tlv.decode(outer.value)
    if len(items) > _MOST:
        raise ProtocolError(f"{len(items)} security infos")
    return tuple(_info(item) for item in items)


def of_group(data: bytes) -> tuple[SecurityInfo, ...]:
    """The entries of DG14; raises `ProtocolError`."""
    return read(tlv.find(data, 0x6E))


def pace(found: tuple[SecurityInfo, ...]) -> tuple[Protocol, ...]:
    """The ways of PACE that we speak, the strongest first."""
    ways = [
        Protocol(info.oid, _SUITES[info.oid[-1]], _number(info.optional))
        for info in found
        if _is(info, PACE)
        and _SUITES[info.oid[-1]] is not Suite.TDES
        and _number(info.required) == 2
    ]
    spoken = [way for way in ways if way.number in points.CURVES]
    return tuple(sorted(spoken, key=_strength, reverse=True))


def chip(found: tuple[SecurityInfo, ...]) -> tuple[tuple[Protocol, ChipKey], ...]:
    """The ways of chip authentication that we speak, each with its key, the strongest first."""
    ways = [
        Protocol(info.oid, _SUITES[info.oid[-1]], _number(info.optional))
        for info in found
        if _is(info, CHIP)
    ]
    known = [_chip_key(info) for info in found if info.oid == PUBLIC_KEY]
    pairs = [
        (way, key)
        for way in ways
        for key in known
        if key is not None and way.number in (None, key.number)
    ]
    return tuple(sorted(pairs, key=lambda pair: _strength(pair[0]), reverse=True))


def _info(item: tlv.Tlv) -> SecurityInfo:
    parts = tlv.decode(item.value) if item.tag == _SEQUENCE else ()
    if not 2 <= len(parts) <= 3 or parts[0].tag != _OID or not 1 <= len(parts[0].value) <= 32:
        raise ProtocolError("a security info of another shape")
    return SecurityInfo(parts[0].value, parts[1], parts[2] if len(parts) == 3 else None)


def _is(info: SecurityInfo, family: bytes) -> bool:
    return info.oid[:-1] == family and info.oid[-1] in _SUITES


def _strength(way: Protocol) -> tuple[int, int]:
    return list(Suite).index(way.suite), way.number or 0


def _number(item: tlv.Tlv | None) -> int | None:
    """A small integer; None when it is absent, or anything else."""
    if item is None or item.tag != _INTEGER or not 1 <= len(item.value) <= 4:
        return None
    return int.from_bytes(item.value, "big")


def _chip_key(info: SecurityInfo) -> ChipKey | None:
    """The key of an entry; None for a kind or a curve that we do not speak."""
    algorithm, bits = _exactly(info.required.value, 2)
    name, *parameters = tlv.decode(algorithm.value)
    if bits.tag != _BITS or not bits.value.startswith(b"\x00") or len(parameters) != 1:
        return None
    curve = _curve(name.value, parameters[0])
    if curve is None:
        return None
    return ChipKey(points.point(curve, bits.value[1:]), _number(info.optional))


def _curve(name: bytes, parameters: tlv.Tlv) -> ec.EllipticCurve | None:
    """A curve by its number, its name, or the prime of its explicit parameters."""
    if name == _STANDARD_CURVE:
        return points.CURVES.get(_number(parameters) or 0)
    if name != _EC_KEY:
        return None
    if parameters.tag == _OID:
        return points.CURVES.get(_NAMED.get(parameters.value, 0))
    if parameters.tag != _SEQUENCE:
        return None
    _, field_of, *_ = _exactly(parameters.value, 5, 6)
    _, prime = _exactly(field_of.value, 2)
    return points.curve_of_prime(int.from_bytes(prime.value, "big"))


def _exactly(data: bytes, *counts: int) -> tuple[tlv.Tlv, ...]:
    items = tlv.decode(data)
    if len(items) not in counts:
        raise ProtocolError(f"{len(items)} data objects in a security info")
    return items
