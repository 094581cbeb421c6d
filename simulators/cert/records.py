"""The CERT's own reading of biometric records: headers against what the law asks for.

Independent of the station's code on purpose: what both agree on is the standard.
"""

from __future__ import annotations

from simulators.cert.opener import Refused

_FIR, _FAC = b"FIR\x00" + b"010\x00", b"FAC\x00" + b"010\x00"
_WSQ, _JP2 = b"\xff\xa0", b"\x00\x00\x00\x0cjP  "
_ALLOWED = {2, 3, 4, 7, 8, 9}  # ISO fingers of décret 55-1397 art. 4-3: no thumb, no little one


def check_finger(bit: bytes) -> int:
    """The ISO finger code of a BIT that holds one FIR "010" with a WSQ image."""
    record = _biometric_data(bit)
    if record[:8] != _FIR or int.from_bytes(record[8:14], "big") != len(record):
        raise Refused("ENREGISTREMENT_INVALIDE")
    fingers, depth, coding = record[18], record[28], record[29]
    if (fingers, depth, coding) != (1, 8, 2) or record[46:48] != _WSQ:
        raise Refused("ENREGISTREMENT_INVALIDE")
    if record[36] not in _ALLOWED:
        raise Refused("DOIGT_NON_AUTORISE")
    return record[36]


def check_face(bit: bytes) -> None:
    """A BIT that holds one FAC "010" with a JPEG 2000 image."""
    record = _biometric_data(bit)
    if record[:8] != _FAC or int.from_bytes(record[8:12], "big") != len(record):
        raise Refused("ENREGISTREMENT_INVALIDE")
    points = int.from_bytes(record[18:20], "big")
    image = record[14 + 20 + 8 * points + 12 :]
    if int.from_bytes(record[12:14], "big") != 1 or not image.startswith(_JP2):
        raise Refused("ENREGISTREMENT_INVALIDE")


def _biometric_data(bit: bytes) -> bytes:
    """What tag 5F2E of a 7F60 template holds (ISO/IEC 19785-3)."""
    try:
        outer = _value(bit, b"\x7f\x60")
        header = _length(outer, 1)
        if outer[:1] != b"\xa1":
            raise Refused("ENREGISTREMENT_INVALIDE")
        return _value(outer[header[0] + header[1] :], b"\x5f\x2e")
    except IndexError as error:
        raise Refused("ENREGISTREMENT_INVALIDE") from error


def _value(data: bytes, tag: bytes) -> bytes:
    start, size = _length(data, len(tag))
    if not data.startswith(tag) or start + size != len(data):
        raise Refused("ENREGISTREMENT_INVALIDE")
    return data[start:]


def _length(data: bytes, at: int) -> tuple[int, int]:
    """Where the value starts and how long it is; the length field is at `at`."""
    first = data[at]
    if first < 0x80:
        return at + 1, first
    count = first & 0x7F
    if not 0 < count <= 4:
        raise Refused("ENREGISTREMENT_INVALIDE")
    return at + 1 + count, int.from_bytes(data[at + 1 : at + 1 + count], "big")
