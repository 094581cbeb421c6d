"""What a simulated IAS-ECC card describes of itself: files of ISO/IEC 7816-15, in DER.

The content is what OpenSC accepts: TokenInfo lists the algorithms, and PrKDF points at them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.wire import tlv

if TYPE_CHECKING:
    from simulators.agent_keys import AgentKeys

APPLICATION = bytes.fromhex("e828bd080fd25047656e65726963")
AUTHENTICATION, SIGNATURE = 0x81, 0x82  # references of the keys
PIN, PIN_LEAST, PIN_MOST = 0x81, 4, 8
KEY_BITS = 2048
_ODF, _TOKEN, _AODF, _PRKDF, _CDF = 0x5031, 0x5032, 0x7001, 0x7002, 0x7005
_CERTIFICATES = {1: 0xB001, 2: 0xB002}
_OIDS = {
    "sha1": "2b0e03021a", "sha256": "608648016503040201", "sha1-rsa": "2a864886f70d010105",
    "sha256-rsa": "2a864886f70d01010b", "rsa": "2a864886f70d010101",
}  # fmt: skip
_HASHES, _SIGNS = (6,), (1,)  # bits of supported operations
_ALGORITHMS = (  # reference, mechanism of PKCS#11, operations, OID, reference of the card
    (1, 0x220, _HASHES, "sha1", 0x10),
    (2, 0x250, _HASHES, "sha256", 0x40),
    (3, 0x06, _SIGNS, "sha1-rsa", 0x12),
    (4, 0x40, _SIGNS, "sha256-rsa", 0x42),
    (5, 0x01, _SIGNS, "rsa", 0x02),
)


def directory(label: bytes) -> bytes:
    """EF.DIR of the root."""
    return tlv.encode(0x61, tlv.encode(0x4F, APPLICATION) + tlv.encode(0x50, label))


def files(serial: bytes, keys: AgentKeys) -> dict[int, bytes]:
    """Files of the application, by identifier."""
    return {
        _ODF: b"".join(
            tlv.encode(tag, _path(file))
            for tag, file in ((0xA8, _AODF), (0xA0, _PRKDF), (0xA4, _CDF))
        ),
        _TOKEN: _token(serial),
        _AODF: _pin(),
        _PRKDF: _key(1, "Authentification", (2,), (2, 4, 5)) + _key(2, "Signature", (2, 9), (2, 4)),
        _CDF: _certificate(1, "Certificat d'authentification")
        + _certificate(2, "Certificat de signature"),
        _CERTIFICATES[1]: keys.authentication.der,
        _CERTIFICATES[2]: keys.signature.der,
    }


def _sequence(*parts: bytes) -> bytes:
    return tlv.encode(0x30, b"".join(parts))


def _octets(value: bytes) -> bytes:
    return tlv.encode(0x04, value)


def _text(value: str) -> bytes:
    return tlv.encode(0x0C, value.encode())


def _integer(number: int) -> bytes:
    return tlv.encode(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _bits(*numbers: int) -> bytes:
    """A named bit list."""
    if not numbers:
        return tlv.encode(0x03, b"\x00")
    last = max(numbers)
    field = sum(1 << last - number for number in numbers)
    unused = -(last + 1) % 8
    return tlv.encode(0x03, bytes([unused]) + (field << unused).to_bytes(last // 8 + 1, "big"))


def _path(file: int) -> bytes:
    return _sequence(_octets(file.to_bytes(2, "big")))


def _token(serial: bytes) -> bytes:
    algorithms = b"".join(
        _sequence(
            _integer(number),
            _integer(mechanism),
            tlv.encode(0x05),
            _bits(*operations),
            tlv.encode(0x06, bytes.fromhex(_OIDS[oid])),
            _integer(reference),
        )
        for number, mechanism, operations, oid, reference in _ALGORITHMS
    )
    return _sequence(
        _integer(0),
        _octets(serial),
        _text("SIMULATION"),
        tlv.encode(0x80, b"Carte agent IAS-ECC (simulation)"),
        _bits(1),
        tlv.encode(0xA2, algorithms),
    )


def _pin() -> bytes:
    flags, kind = _bits(1, 4), tlv.encode(0x0A, b"\x01")  # local, initialised; ASCII digits
    lengths = _integer(PIN_LEAST) + _integer(0) + _integer(PIN_MOST)
    reference = tlv.encode(0x80, bytes([PIN]))
    attributes = _sequence(flags, kind, lengths, reference, _octets(b"\xff"))
    return _sequence(
        _sequence(_text("Code PIN agent"), _bits(0)),
        _sequence(_octets(b"\x01")),
        tlv.encode(0xA1, attributes),
    )


def _key(number: int, label: str, usage: tuple[int, ...], algorithms: tuple[int, ...]) -> bytes:
    reference = _integer(0x80 | number)
    return _sequence(
        _sequence(_text(label), _bits(0), _octets(b"\x01")),
        _sequence(
            _octets(bytes([number])),
            _bits(*usage),
            _bits(0, 2, 3, 4),
            reference,
            tlv.encode(0xA1, b"".join(map(_integer, algorithms))),
        ),
        tlv.encode(0xA1, _sequence(_path(0x3F00), _integer(KEY_BITS))),
    )


def _certificate(number: int, label: str) -> bytes:
    return _sequence(
        _sequence(_text(label), _bits()),
        _sequence(_octets(bytes([number]))),
        tlv.encode(0xA1, _sequence(_path(_CERTIFICATES[number]))),
    )
