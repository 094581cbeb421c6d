"""The few forms of DER that the files of a chip need (ITU-T X.690)."""

from __future__ import annotations

from drivers.wire import tlv


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE of parts that are encoded already."""
    return tlv.encode(0x30, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """SET OF, sorted as DER asks (§11.6)."""
    return tlv.encode(0x31, b"".join(sorted(parts)))


def integer(value: int) -> bytes:
    """INTEGER of a number from 0 up."""
    return tlv.encode(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(content: bytes) -> bytes:
    """OBJECT IDENTIFIER from its encoded content."""
    return tlv.encode(0x06, content)


def octets(value: bytes) -> bytes:
    """OCTET STRING."""
    return tlv.encode(0x04, value)
