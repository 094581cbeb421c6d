"""How a chip proves that it is no copy (ICAO Doc 9303-11, 6.1 and 6.2).

    active          00 88 00 00 challenge            -> signature
    chip, AES       00 22 41 A4 {80 OID, [84 key]}   then  00 86 00 00 7C{80 point} -> 7C{}
    chip, 3DES      00 22 41 A6 {91 point, [84 key]}

After chip authentication both sides go over to the keys of the agreed secret, the counter at 0;
only the chip that holds the private key can answer there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.wire import tlv
from drivers.wire.apdu import Command
from drivers.wire.chip import keys
from drivers.wire.chip.keys import Suite
from drivers.wire.chip.messaging import Channel

if TYPE_CHECKING:
    from drivers.wire.chip.infos import ChipKey, Protocol

CHALLENGE = 8  # bytes


def internal_authenticate(challenge: bytes, most: int) -> Command:
    """Have the chip sign `challenge`; at most `most` bytes come back."""
    return Command(0x00, 0x88, 0x00, 0x00, challenge, le=most)


def chip_authentication(way: Protocol, key: ChipKey, ephemeral: bytes) -> tuple[Command, ...]:
    """The commands that hand our ephemeral point to the chip."""
    number = b"" if key.number is None else tlv.encode(0x84, _minimal(key.number))
    if way.suite is Suite.TDES:
        return (Command(0x00, 0x22, 0x41, 0xA6, tlv.encode(0x91, ephemeral) + number),)
    return (
        Command(0x00, 0x22, 0x41, 0xA4, tlv.encode(0x80, way.oid) + number),
        Command(0x00, 0x86, 0x00, 0x00, tlv.encode(0x7C, tlv.encode(0x80, ephemeral)), le=256),
    )


def channel(way: Protocol, shared: bytes) -> Channel:
    """The channel after chip authentication."""
    return Channel(keys.derived(way.suite, shared))


def _minimal(number: int) -> bytes:
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")
