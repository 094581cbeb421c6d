"""Files that say how a chip proves itself: EF.CardAccess, DG14, DG15 (ICAO Doc 9303-11, §9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization

from drivers.wire import tlv
from simulators.title_chip import cvc
from simulators.title_chip import profile as names
from simulators.title_chip.curves import CURVES, Curve
from simulators.title_chip.der import integer, oid, sequence, set_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    from simulators.title_chip.profile import Profile, Protocol

KEY_NUMBER = 1  # of the key of chip authentication
_EC_KEY = bytes.fromhex("2a8648ce3d0201")
_PRIME_FIELD = bytes.fromhex("2a8648ce3d0101")


def card_access(profile: Profile) -> bytes:
    """EF.CardAccess: what a terminal may know before it opened the chip."""
    return set_of(*_pace(profile), *_chip(profile.chip))


def chip_keys(profile: Profile, key: ec.EllipticCurvePublicKey | None) -> bytes:
    """DG14: the same again, signed this time, with the key of chip authentication."""
    infos = [*_pace(profile), *_chip(profile.chip)]
    infos.append(sequence(oid(names.TERMINAL), integer(1)))
    if profile.active is names.Active.P256:
        algorithm = oid(names.ECDSA_PLAIN_SHA256)
        infos.append(sequence(oid(names.ACTIVE), integer(1), algorithm))
    if key is not None and profile.chip is not None:
        info = _explicit(key, CURVES[profile.chip.curve]) if profile.explicit else _named(key)
        infos.append(sequence(oid(names.CHIP_PUBLIC_KEY), info, integer(KEY_NUMBER)))
    return tlv.encode(0x6E, set_of(*infos))


def active_key(key: ec.EllipticCurvePublicKey | RSAPublicKey) -> bytes:
    """DG15."""
    return tlv.encode(0x6F, _named(key))


def _pace(profile: Profile) -> list[bytes]:
    return [
        sequence(oid(names.PACE_GM + bytes([one.cipher])), integer(2), integer(one.curve))
        for one in profile.pace
    ]


def _chip(protocol: Protocol | None) -> list[bytes]:
    if protocol is None:
        return []
    name = oid(names.CHIP_ECDH + bytes([protocol.cipher]))
    return [sequence(name, integer(1), integer(KEY_NUMBER))]


def _named(key: ec.EllipticCurvePublicKey | RSAPublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _explicit(key: ec.EllipticCurvePublicKey, curve: Curve) -> bytes:
    """A SubjectPublicKeyInfo that spells its curve out (RFC 3279, 2.3.5)."""
    a, b = (
        tlv.encode(0x04, value.to_bytes(curve.width, "big"))
        for value in (curve.a % curve.p, curve.b)
    )
    parameters = sequence(
        integer(1),
        sequence(oid(_PRIME_FIELD), integer(curve.p)),
        sequence(a, b),
        tlv.encode(0x04, curve.encode(curve.g)),
        integer(curve.n),
        integer(1),
    )
    point = tlv.encode(0x03, b"\x00" + cvc.point_of(key))
    return sequence(sequence(oid(_EC_KEY), parameters), point)
