"""The files by which a card describes its PIN, keys and certificates (ISO/IEC 7816-15).

    ODF    A8{path of AODF} A0{path of PrKDF} A4{path of CDF} …
    AODF   30{common, 30{04 id}, A1{30{flags, type, min, stored, [max], [80 reference], [04 pad]}}}
    PrKDF  30{common, 30{04 id, 03 usage, …, 02 reference}, …}
    CDF    30{common, 30{04 id}, A1{30{30{04 path}}}}

Read to the depth that is named here and no further; what is not understood is skipped.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.wire import tlv
from station.errors import ProtocolError

_PINS, _KEYS, _CERTIFICATES = 0xA8, 0xA0, 0xA4
_SEQUENCE, _OCTETS, _BITS, _INTEGER = 0x30, 0x04, 0x03, 0x02
_TYPE, _REFERENCE = 0xA1, 0x80
_NEEDS_PADDING = 5  # bit of pwdFlags (8.9.2)
_SIGNS, _BINDS = 2, 9  # bits of keyUsage: sign, nonRepudiation (8.4)
_MAX_ENTRIES = 32
_MAX_PIN = 16  # digits
_IDENTIFIER = 2  # bytes of a file identifier, the last of a path


@dataclass(frozen=True, slots=True)
class Directory:
    """File identifiers of the three descriptions a signing card needs."""

    pins: int
    keys: int
    certificates: int


@dataclass(frozen=True, slots=True)
class Pin:
    """How the PIN is presented: reference, digits, width when padded (else 0), filler."""

    reference: int
    digits: range
    width: int = 0
    filler: int = 0xFF


@dataclass(frozen=True, slots=True)
class Key:
    """A private key: its identifier, its reference in commands, what it may do."""

    id: bytes
    reference: int
    signs: bool
    binds: bool  # signs what nobody may deny later


def directory(odf: bytes) -> Directory:
    """Where the descriptions are; raises `ProtocolError`."""
    found = {item.tag: item.value for item in tlv.decode(odf, padded=True)}
    wanted = (_PINS, _KEYS, _CERTIFICATES)
    if not found.keys() >= set(wanted):
        raise ProtocolError("a card that describes no PIN, no keys or no certificates")
    return Directory(*(_file(tlv.find(found[tag], _SEQUENCE)) for tag in wanted))


def pin(aodf: bytes) -> Pin:
    """The first PIN that is described; raises `ProtocolError`."""
    attributes = tlv.decode(tlv.find(_entries(aodf)[0], _TYPE, _SEQUENCE))
    numbers = [_number(item.value) for item in attributes if item.tag == _INTEGER]
    if len(numbers) < 2 or not attributes or attributes[0].tag != _BITS:
        raise ProtocolError("a PIN without flags and lengths")
    least, stored = numbers[0], numbers[1]
    most = numbers[2] if len(numbers) > 2 else stored
    if not 1 <= least <= most <= _MAX_PIN or stored > _MAX_PIN:
        raise ProtocolError(f"a PIN of {least} to {most} digits, stored in {stored}")
    padded = _bit(attributes[0].value, _NEEDS_PADDING)
    return Pin(
        reference=_last_byte(attributes, _REFERENCE, 0),
        digits=range(least, most + 1),
        width=stored if padded else 0,
        filler=_last_byte(attributes, _OCTETS, 0xFF),
    )


def keys(prkdf: bytes) -> tuple[Key, ...]:
    """The private keys that are described; raises `ProtocolError`."""
    return tuple(_key(entry) for entry in _entries(prkdf))


def certificates(cdf: bytes) -> dict[bytes, int]:
    """File identifiers of certificates, by the identifier of their keys; raises `ProtocolError`."""
    return {
        _identifier(entry): _file(tlv.find(entry, _TYPE, _SEQUENCE, _SEQUENCE))
        for entry in _entries(cdf)
    }


def certificate(file: bytes) -> bytes:
    """The certificate in a file, without what stands after it; raises `ProtocolError`."""
    objects = tlv.decode(file, padded=True)
    if len(objects) != 1:
        raise ProtocolError(f"a certificate file with {len(objects)} objects")
    return tlv.encode(objects[0].tag, objects[0].value)


def _key(entry: bytes) -> Key:
    attributes = _class(entry)
    usages = [item.value for item in attributes if item.tag == _BITS]
    references = [item.value for item in attributes if item.tag == _INTEGER]
    if not usages or not references:
        raise ProtocolError("a key without usage or reference")
    usage = usages[0]
    return Key(_identifier(entry), _number(references[0]), _bit(usage, _SIGNS), _bit(usage, _BINDS))


def _entries(data: bytes) -> list[bytes]:
    """The descriptions in a file, which may be longer than its content."""
    found = [item.value for item in tlv.decode(data, padded=True) if item.tag == _SEQUENCE]
    if not 1 <= len(found) <= _MAX_ENTRIES:
        raise ProtocolError(f"a file with {len(found)} descriptions")
    return found


def _class(entry: bytes) -> tuple[tlv.Tlv, ...]:
    """The attributes of the class, second of an entry."""
    sequences = [item.value for item in tlv.decode(entry) if item.tag == _SEQUENCE]
    if len(sequences) < 2:
        raise ProtocolError("a description without attributes")
    return tlv.decode(sequences[1])


def _identifier(entry: bytes) -> bytes:
    for item in _class(entry):
        if item.tag == _OCTETS:
            return item.value
    raise ProtocolError("a description without identifier")


def _file(path: bytes) -> int:
    octets = tlv.find(path, _OCTETS)
    if len(octets) < _IDENTIFIER:
        raise ProtocolError(f"a path of {len(octets)} bytes")
    return int.from_bytes(octets[-_IDENTIFIER:], "big")


def _number(value: bytes) -> int:
    """A small number; references above 127 come with and without a sign byte."""
    found = int.from_bytes(value, "big")
    if not value or found > 0xFF:
        raise ProtocolError(f"a number of {len(value)} bytes")
    return found


def _last_byte(attributes: tuple[tlv.Tlv, ...], tag: int, default: int) -> int:
    values = [item.value for item in attributes if item.tag == tag and item.value]
    return values[0][-1] if values else default


def _bit(coded: bytes, number: int) -> bool:
    """Whether a named bit of a BIT STRING is set; bits beyond its end are not."""
    byte = 1 + number // 8
    return byte < len(coded) and bool(coded[byte] & 0x80 >> number % 8)
