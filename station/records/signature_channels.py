"""Channels of a signature record: their order, their bytes, what is said of each.

A description is one byte of flags, highest bit first – scale, least, greatest, mean value, standard
deviation, constant, linear component removed, reserved – then two bytes for each value it has.
A scale is counts for a unit (millimetre, second): 5 bits of exponent, 16 too high, and 11 bits of
fraction: (1 + F / 2048) * 2 ** (E - 16). Channels that go both ways are 32 768 too high.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from enum import Enum
from typing import Final, Self

from station.errors import RecordInvalid
from station.records import fields

_BYTE, _WORD = struct.Struct(">B"), struct.Struct(">H")
_BIAS, _FRACTION = 16, 1 << 11
_SCALE, _LOW, _HIGH, _MEAN, _DEVIATION, _CONSTANT, _REMOVED = (1 << n for n in range(7, 0, -1))
_MOST: Final = 0xFFFF


class Channel(Enum):
    """A channel: its number from the highest bit on, its size in bytes, how much too high it is."""

    X = (0, 2, 32768)
    Y = (1, 2, 32768)
    Z = (2, 2, 0)
    VX = (3, 2, 32768)
    VY = (4, 2, 32768)
    AX = (5, 2, 32768)
    AY = (6, 2, 32768)
    T = (7, 2, 0)
    DT = (8, 2, 0)
    F = (9, 2, 0)  # the force of the tip
    S = (10, 1, 0)  # the switch of the tip
    TX = (11, 2, 32768)
    TY = (12, 2, 32768)
    AZ = (13, 2, 0)
    EL = (14, 2, 0)
    R = (15, 2, 0)

    @property
    def bit(self) -> int:
        """Its place among the channels that are there."""
        return 0x8000 >> self.value[0]

    @property
    def size(self) -> int:
        """Bytes of one value."""
        return self.value[1]

    def pack(self, value: int) -> bytes:
        """The bytes of one value; raises `RecordInvalid` when they cannot hold it."""
        raw = value + self.value[2]
        if not 0 <= raw < 1 << 8 * self.size:
            raise RecordInvalid(f"{self.name} {value}")
        return raw.to_bytes(self.size, "big")

    def unpack(self, data: bytes, offset: int) -> int:
        """The value at `offset`."""
        return int.from_bytes(data[offset : offset + self.size], "big") - self.value[2]


@dataclass(frozen=True, slots=True)
class Scale:
    """Counts for a unit, as a record can say it: to 1 in 2048."""

    raw: int

    @classmethod
    def of(cls, counts: float) -> Self:
        """The nearest scale; raises `RecordInvalid` beyond what fits."""
        exponent = math.floor(math.log2(counts))
        fraction = round((counts / 2.0**exponent - 1) * _FRACTION)
        raw = ((exponent + _BIAS) << 11) + fraction
        if not 0 <= raw <= _MOST:
            raise RecordInvalid(f"a scale of {counts}")
        return cls(raw)

    @property
    def counts(self) -> float:
        """Counts for a unit; never 0."""
        exponent, fraction = divmod(self.raw, _FRACTION)
        return (1 + fraction / _FRACTION) * 2.0 ** (exponent - _BIAS)


@dataclass(frozen=True, slots=True)
class Description:
    """What a record says of a channel: its scale, and the greatest value of one that begins at 0.

    What is None it does not say.
    """

    scale: Scale | None = None
    most: int | None = None

    def packed(self) -> bytes:
        """The flags and the values."""
        said: dict[int, int] = {}
        if self.scale is not None:
            said[_SCALE] = self.scale.raw
        if self.most is not None:
            said |= {_LOW: 0, _HIGH: self.most}
        return bytes((sum(said),)) + b"".join(map(_WORD.pack, said.values()))

    @classmethod
    def read(cls, channel: Channel, data: bytes, offset: int) -> tuple[Self, int]:
        """The scale of `channel`, described at `offset`, and where the description ends.

        Raises `RecordInvalid` for a channel that is constant, whose values are not with the
        samples, or without its linear component.
        """
        (flags,) = fields.unpack(_BYTE, data, offset)
        if flags & (_CONSTANT | _REMOVED):
            raise RecordInvalid(f"channel {channel.name} is constant or changed")
        offset += _BYTE.size
        said: dict[int, int] = {}
        for flag in (_SCALE, _LOW, _HIGH, _MEAN, _DEVIATION):
            if flags & flag:
                (said[flag],) = fields.unpack(_WORD, data, offset)
                offset += _WORD.size
        return cls(Scale(said[_SCALE]) if _SCALE in said else None), offset

    def factor(self, units: int) -> float:
        """What a count is, in a `units`-th of the unit of the scale; 1 without a scale."""
        return 1.0 if self.scale is None else units / self.scale.counts
