"""Points of standard curves: what PACE needs beyond the library (ICAO Doc 9303-11, 9.5 and 9.6).

The library multiplies a point by a secret and gives the x coordinate alone. The y coordinate is
one of two, told apart by a second product: x((k + 1)P) is x(kP + P) for the right one only. So no
secret ever enters arithmetic of our own; the one sum of points is of public or ephemeral points.
Every point that came from outside is checked by the library to lie on its curve; the cofactor of
all of them is 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec

from station.errors import ProtocolError

if TYPE_CHECKING:
    Curve = ec.EllipticCurve
    Private = ec.EllipticCurvePrivateKey
    Public = ec.EllipticCurvePublicKey

_UNCOMPRESSED, _COMPRESSED = b"\x04", b"\x02"

CURVES: Final[dict[int, ec.EllipticCurve]] = {  # standardised domain parameters, 9303-11 table 6
    12: ec.SECP256R1(),
    13: ec.BrainpoolP256R1(),
    15: ec.SECP384R1(),
    16: ec.BrainpoolP384R1(),
    17: ec.BrainpoolP512R1(),
    18: ec.SECP521R1(),
}
_PRIMES = {  # FIPS 186-4, D.1.2; RFC 5639, 3
    "secp256r1": 2**256 - 2**224 + 2**192 + 2**96 - 1,
    "secp384r1": 2**384 - 2**128 - 2**96 + 2**32 - 1,
    "secp521r1": 2**521 - 1,
    "brainpoolP256r1": 0xA9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377,
    "brainpoolP384r1": int(
        "8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B412B1DA197FB71123"
        "ACD3A729901D1A71874700133107EC53",
        16,
    ),
    "brainpoolP512r1": int(
        "AADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA70330871"
        "7D4D9B009BC66842AECDA12AE6A380E62881FF2F2D82C68528AA6056583A48F3",
        16,
    ),
}


def curve_of_prime(prime: int) -> Curve | None:
    """The curve over the field of `prime`; the library's own parameters are used, never others."""
    return next((c for c in CURVES.values() if _PRIMES[c.name] == prime), None)


def generate(curve: Curve) -> Private:
    """A fresh secret."""
    return ec.generate_private_key(curve)


def point(curve: Curve, data: bytes) -> Public:
    """An uncompressed point; raises `ProtocolError` unless it lies on `curve`."""
    width = (curve.key_size + 7) // 8
    if len(data) != 1 + 2 * width or not data.startswith(_UNCOMPRESSED):
        raise ProtocolError(f"a point of {len(data)} bytes on {curve.name}")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, data)
    except ValueError as error:
        raise ProtocolError(f"a point that does not lie on {curve.name}") from error


def encode(public: Public) -> bytes:
    """The uncompressed form of a point."""
    numbers, width = public.public_numbers(), (public.curve.key_size + 7) // 8
    return _UNCOMPRESSED + numbers.x.to_bytes(width, "big") + numbers.y.to_bytes(width, "big")


def agree(secret: Private, theirs: Public) -> bytes:
    """The x coordinate of their product, as wide as the field."""
    return secret.exchange(ec.ECDH(), theirs)


def product(secret: Private, base: Public) -> Public:
    """Both coordinates of secret · base."""
    curve, scalar = secret.curve, secret.private_numbers().private_value
    found = ec.EllipticCurvePublicKey.from_encoded_point(
        curve, _COMPRESSED + secret.exchange(ec.ECDH(), base)
    )
    following = ec.derive_private_key(scalar + 1, curve).exchange(ec.ECDH(), base)
    if _sum_x(found, base) == int.from_bytes(following, "big"):
        return found
    numbers = found.public_numbers()
    return _public(curve, numbers.x, _PRIMES[curve.name] - numbers.y)


def mapped(nonce: int, secret: Private, theirs: Public) -> Public:
    """The generator of PACE, nonce · G + secret · theirs (generic mapping, 9303-11, 4.4.3.3.1).

    Raises `ProtocolError` for the nonce or the point that would make it none.
    """
    if not nonce:
        raise ProtocolError("a nonce that maps to no generator")
    return add(_multiple(nonce, secret.curve), product(secret, theirs))


def _multiple(scalar: int, curve: Curve) -> Public:
    """The generator times `scalar`, in two parts when it is beyond the order of the curve."""
    part = scalar * 2 // 5  # three fifths of any nonce are below the order of every curve
    try:
        return ec.derive_private_key(scalar, curve).public_key()
    except ValueError:
        both = (ec.derive_private_key(k, curve).public_key() for k in (part, scalar - part))
        return add(*both)


def add(one: Public, other: Public) -> Public:
    """The sum of two points of different x; raises `ProtocolError` for others."""
    curve, prime = one.curve, _PRIMES[one.curve.name]
    x = _sum_x(one, other)
    first, second = one.public_numbers(), other.public_numbers()
    slope = (second.y - first.y) * pow(second.x - first.x, -1, prime)
    return _public(curve, x, (slope * (first.x - x) - first.y) % prime)


def _sum_x(one: Public, other: Public) -> int:
    prime = _PRIMES[one.curve.name]
    first, second = one.public_numbers(), other.public_numbers()
    if first.x == second.x:
        raise ProtocolError("two points whose sum no honest chip asks for")
    slope = (second.y - first.y) * pow(second.x - first.x, -1, prime)
    return (slope * slope - first.x - second.x) % prime


def _public(curve: Curve, x: int, y: int) -> Public:
    return ec.EllipticCurvePublicNumbers(x, y, curve).public_key()
