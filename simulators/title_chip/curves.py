"""The curves of a title chip, and the point addition that generic mapping needs.

Affine arithmetic, not constant time: for the ephemeral secrets of a simulator and nothing else.
Constants: FIPS 186-4, D.1.2; RFC 5639, 3.4 and 3.6. Numbers: ICAO Doc 9303-11, table 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from collections.abc import Callable

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Curve:
    """y² = x³ + ax + b modulo p, with the generator g of order n; `number` names it in PACE."""

    number: int
    named: ec.EllipticCurve
    p: int
    a: int
    b: int
    g: Point
    n: int

    @property
    def width(self) -> int:
        """Bytes of a coordinate."""
        return (self.p.bit_length() + 7) // 8

    def encode(self, point: Point) -> bytes:
        """04, x, y."""
        return b"\x04" + b"".join(part.to_bytes(self.width, "big") for part in point)

    def decode(self, data: bytes) -> Point:
        """A point from its uncompressed form; raises ValueError when it is not on the curve."""
        width = self.width
        if len(data) != 1 + 2 * width or data[0] != 0x04:
            raise ValueError(f"{len(data)} bytes are no point of this curve")
        x, y = int.from_bytes(data[1 : 1 + width], "big"), int.from_bytes(data[1 + width :], "big")
        if max(x, y) >= self.p or (y * y - x * x * x - self.a * x - self.b) % self.p:
            raise ValueError("the point is not on the curve")
        return x, y

    def add(self, one: Point | None, other: Point | None) -> Point | None:
        """The sum; None is the point at infinity."""
        if one is None or other is None:
            return one or other
        if one[0] != other[0]:
            slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, self.p)
        elif (one[1] + other[1]) % self.p:
            slope = (3 * one[0] * one[0] + self.a) * pow(2 * one[1], -1, self.p)
        else:
            return None
        x = (slope * slope - one[0] - other[0]) % self.p
        return x, (slope * (one[0] - x) - one[1]) % self.p

    def multiply(self, times: int, point: Point) -> Point:
        """`times` · `point`; raises ValueError for the point at infinity."""
        total: Point | None = None
        for bit in f"{times % self.n:b}":
            total = self.add(total, total)
            if bit == "1":
                total = self.add(total, point)
        if total is None:
            raise ValueError("the product is the point at infinity")
        return total

    def secret(self, draw: Callable[[int], bytes]) -> int:
        """A number from 1 to n - 1; `draw` gives so many random bytes."""
        while not 0 < (number := int.from_bytes(draw(self.width), "big")) < self.n:
            pass
        return number


P256 = Curve(
    12,
    ec.SECP256R1(),
    p=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    a=-3,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    g=(
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    n=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
)
BRAINPOOL256 = Curve(
    13,
    ec.BrainpoolP256R1(),
    p=0xA9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377,
    a=0x7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9,
    b=0x26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6,
    g=(
        0x8BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262,
        0x547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997,
    ),
    n=0xA9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7,
)
P384 = Curve(
    15,
    ec.SECP384R1(),
    p=2**384 - 2**128 - 2**96 + 2**32 - 1,
    a=-3,
    b=int(
        "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a"
        "c656398d8a2ed19d2a85c8edd3ec2aef",
        16,
    ),
    g=(
        int(
            "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a38"
            "5502f25dbf55296c3a545e3872760ab7",
            16,
        ),
        int(
            "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c0"
            "0a60b1ce1d7e819d7a431d7c90ea0e5f",
            16,
        ),
    ),
    n=int(
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf"
        "581a0db248b0a77aecec196accc52973",
        16,
    ),
)
BRAINPOOL384 = Curve(
    16,
    ec.BrainpoolP384R1(),
    p=int(
        "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123"
        "acd3a729901d1a71874700133107ec53",
        16,
    ),
    a=int(
        "7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f"
        "8aa5814a503ad4eb04a8c7dd22ce2826",
        16,
    ),
    b=int(
        "04a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d5"
        "7cb4390295dbc9943ab78696fa504c11",
        16,
    ),
    g=(
        int(
            "1d1c64f068cf45ffa2a63a81b7c13f6b8847a3e77ef14fe3db7fcafe0cbd10e8"
            "e826e03436d646aaef87b2e247d4af1e",
            16,
        ),
        int(
            "8abe1d7520f9c2a45cb1eb8e95cfd55262b70b29feec5864e19c054ff9912928"
            "0e4646217791811142820341263c5315",
            16,
        ),
    ),
    n=int(
        "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7"
        "cf3ab6af6b7fc3103b883202e9046565",
        16,
    ),
)
CURVES = {curve.number: curve for curve in (P256, BRAINPOOL256, P384, BRAINPOOL384)}
