"""Public keys out of SubjectPublicKeyInfo, explicit curves included (RFC 5480; RFC 3279, 2.3.5).

Titles and their signers spell their curve out. Such parameters are never used: they must be those
of a curve that the library knows, and its own are used. A generator of somebody's choice, by which
any key could be forged (CVE-2020-0601), is refused.
"""

from __future__ import annotations

from functools import cache, lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from station.errors import RecordInvalid
from station.records import der
from station.title import asn1

Key = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

_EC_KEY, _PRIME_FIELD = "1.2.840.10045.2.1", "1.2.840.10045.1.1"
_CURVES: tuple[ec.EllipticCurve, ...] = (
    ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1(), ec.SECP224R1(),
    ec.BrainpoolP256R1(), ec.BrainpoolP384R1(), ec.BrainpoolP512R1(),
)  # fmt: skip
_RSA_BITS = range(1024, 8193)
_MOST_EXPONENT = 2**33
_FORM = serialization.Encoding.X962
_COMPRESSED = serialization.PublicFormat.CompressedPoint
_UNCOMPRESSED = serialization.PublicFormat.UncompressedPoint


def read(data: bytes) -> Key:
    """The key; raises `RecordInvalid` for a kind, a size or a curve that is not believed."""
    algorithm, bits = asn1.expect(der.read(data), asn1.SEQUENCE, 2)
    name, *parameters = asn1.expect(algorithm, asn1.SEQUENCE, 1, 2)
    if asn1.dotted(name) == _EC_KEY and parameters and parameters[0].tag == asn1.SEQUENCE:
        return _point(_explicit(parameters[0].whole), asn1.bits(bits))
    try:
        key = serialization.load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise RecordInvalid("a public key of an unknown kind or curve") from error
    if isinstance(key, rsa.RSAPublicKey):
        return _sound(key)
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _NAMES:
        return key
    raise RecordInvalid("a public key of an unknown kind or curve")


_NAMES = frozenset(curve.name for curve in _CURVES)


def _sound(key: rsa.RSAPublicKey) -> rsa.RSAPublicKey:
    if key.key_size not in _RSA_BITS or key.public_numbers().e > _MOST_EXPONENT:
        raise RecordInvalid(f"an RSA key of {key.key_size} bits, or its exponent")
    return key


def _point(curve: ec.EllipticCurve, data: bytes) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, data)
    except ValueError as error:
        raise RecordInvalid(f"a point that does not lie on {curve.name}") from error


@lru_cache(maxsize=64)  # the authorities of a list spell out the same few curves
def _explicit(data: bytes) -> ec.EllipticCurve:
    """The library's curve with these parameters; raises `RecordInvalid` when there is none."""
    version, prime_field, coefficients, base, order, *_ = asn1.expect(
        der.read(data), asn1.SEQUENCE, 5, 6
    )
    kind, prime = asn1.expect(prime_field, asn1.SEQUENCE, 2)
    a, b, *_ = asn1.expect(coefficients, asn1.SEQUENCE, 2, 3)
    if asn1.integer(version) not in (1, 2, 3) or asn1.dotted(kind) != _PRIME_FIELD:
        raise RecordInvalid("explicit parameters of no prime curve")
    p, n = asn1.integer(prime), asn1.integer(order)
    for curve in _CURVES:
        if asn1.octets(base) in _generator(curve) and p.bit_length() == curve.key_size:
            numbers = tuple(int.from_bytes(asn1.octets(c), "big") for c in (a, b))
            if _is_curve(curve, p, n, numbers):
                return curve
    raise RecordInvalid("explicit parameters of an unknown curve")


@cache
def _generator(curve: ec.EllipticCurve) -> tuple[bytes, bytes]:
    public = ec.derive_private_key(1, curve).public_key()
    return public.public_bytes(_FORM, _UNCOMPRESSED), public.public_bytes(_FORM, _COMPRESSED)


def _is_curve(curve: ec.EllipticCurve, p: int, n: int, numbers: tuple[int, ...]) -> bool:
    """Whether multiples of the library's generator lie on the curve, and n - 1 is its opposite."""
    a, b = numbers
    multiples = [
        ec.derive_private_key(k, curve).public_key().public_numbers() for k in (1, 2, 3, 5)
    ]
    if any((m.y**2 - m.x**3 - a * m.x - b) % p for m in multiples):
        return False
    try:
        last = ec.derive_private_key(n - 1, curve).public_key().public_numbers()
        ec.derive_private_key(n, curve)
    except ValueError:  # the library takes 1 to n - 1: n is the first it refuses
        return n > 1 and (last.x, (last.y + multiples[0].y) % p) == (multiples[0].x, 0)
    return False
