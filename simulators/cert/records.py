"""The CERT's own reading of biometric records: headers against what the law asks for.

Independent of the station's code on purpose: what both agree on is the standard. Taken are
ISO/IEC 19794-4 and -5 of 2005 and 2011, and ISO/IEC 39794-4 and -5.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from simulators.cert.opener import Refused

_FIR, _FAC = b"FIR\x00" + b"010\x00", b"FAC\x00" + b"010\x00"
_FIR_2011 = b"FIR\x00" + b"020\x00"
_WSQ, _JP2 = b"\xff\xa0", b"\x00\x00\x00\x0cjP  "
_ALLOWED = {2, 3, 4, 7, 8, 9}  # ISO fingers of décret 55-1397 art. 4-3: no thumb, no little one
_FAC_2011 = b"FAC\x00" + b"030\x00"
_PNG = b"\x89PNG\r\n\x1a\n"
_CHIP = 17_408  # bytes (BSI TR-03121-3)
_FINGER_19794, _FINGER_39794 = b"\x00\x07", b"\x00\x28"
_FACE_19794, _FACE_39794 = b"\x00\x08", b"\x00\x2a"
_JPEG2000_LOSSY = bytes.fromhex("a003800103")
_MRTD = bytes.fromhex("a105a103800100")
_GENERATION_3 = bytes.fromhex("a007800103810207e3")  # version of ISO/IEC 39794-1


def check_finger(bit: bytes) -> int:
    """The ISO finger code of a BIT that holds one finger record with a WSQ image."""
    form, record = _biometric_data(bit)
    try:
        finger = _READERS[form, record[:8] if form == _FINGER_19794 else b""](record)
    except (KeyError, IndexError) as error:
        raise Refused("ENREGISTREMENT_INVALIDE") from error
    if finger not in _ALLOWED:
        raise Refused("DOIGT_NON_AUTORISE")
    return finger


def _finger_2005(record: bytes) -> int:
    if int.from_bytes(record[8:14], "big") != len(record):
        raise Refused("ENREGISTREMENT_INVALIDE")
    fingers, depth, coding = record[18], record[28], record[29]
    if (fingers, depth, coding) != (1, 8, 2) or record[46:48] != _WSQ:
        raise Refused("ENREGISTREMENT_INVALIDE")
    return record[36]


def _finger_2011(record: bytes) -> int:
    """One representation without certification: 16 bytes, then 19 before the quality blocks."""
    if int.from_bytes(record[8:12], "big") != len(record) or record[12:15] != b"\x00\x01\x00":
        raise Refused("ENREGISTREMENT_INVALIDE")
    if int.from_bytes(record[16:20], "big") != len(record) - 16:
        raise Refused("ENREGISTREMENT_INVALIDE")
    about = record[16 + 19 + 5 * record[34] :]
    if about[11:14] != b"\x08\x02\x00" or about[22:24] != _WSQ:  # 8 bits, WSQ, live plain
        raise Refused("ENREGISTREMENT_INVALIDE")
    if int.from_bytes(about[18:22], "big") != len(about) - 22:
        raise Refused("ENREGISTREMENT_INVALIDE")
    return about[0]


def _finger_39794(record: bytes) -> int:
    """One representation of [APPLICATION 4]: position, impression 0 and format 1 lead the image."""
    block = _value(record, b"\x64")
    if not block.startswith(_GENERATION_3):
        raise Refused("ENREGISTREMENT_INVALIDE")
    found = _value(_value(block[len(_GENERATION_3) :], b"\xa1"), b"\x30")
    position, plain, coding = found[:5], found[5:10], found[10:15]
    if position[:4] != b"\xa0\x03\x80\x01" or plain != b"\xa1\x03\x80\x01\x00":
        raise Refused("ENREGISTREMENT_INVALIDE")
    start, size = _length(found, 16)
    image = found[start : start + size]
    if coding != b"\xa2\x03\x80\x01\x01" or found[15] != 0x83 or not image.startswith(_WSQ):
        raise Refused("ENREGISTREMENT_INVALIDE")
    return position[4]


_READERS = {
    (_FINGER_19794, _FIR): _finger_2005,
    (_FINGER_19794, _FIR_2011): _finger_2011,
    (_FINGER_39794, b""): _finger_39794,
}


def check_signed(jws: bytes, dossier: str, about: dict[str, Any]) -> None:
    """A block that a device signed for this dossier; `about`: its finger in the manifest.

    Whose key it is stays open: this centre is given no list of providers.
    """
    try:
        proof, capture = about["attestation"], about["capture"]
        payload = jws.split(b".")[1]
        said = json.loads(base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
        due = hashlib.sha256(f"{dossier}|{capture}|{proof['nonce']}".encode()).hexdigest()[:48]
        if not due == proof["transaction"] == said["transactionId"]:
            raise Refused("DOIGT_DISCORDANT")
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise Refused("ENREGISTREMENT_INVALIDE") from error


def check_face(bit: bytes) -> None:
    """A BIT that holds one portrait in JPEG 2000 as large as a chip takes."""
    form, record = _biometric_data(bit)
    try:
        image = _FACES[form, record[:8] if form == _FACE_19794 else b""](record)
    except (KeyError, IndexError) as error:
        raise Refused("ENREGISTREMENT_INVALIDE") from error
    if not image.startswith(_JP2) or len(image) > _CHIP:
        raise Refused("ENREGISTREMENT_INVALIDE")


def check_master(image: bytes) -> None:
    """The portrait without loss beside the record: a PNG."""
    if not image.startswith(_PNG):
        raise Refused("ENREGISTREMENT_INVALIDE")


def _face_2005(record: bytes) -> bytes:
    if int.from_bytes(record[8:12], "big") != len(record) or record[12:14] != b"\x00\x01":
        raise Refused("ENREGISTREMENT_INVALIDE")
    points = int.from_bytes(record[18:20], "big")
    return record[14 + 20 + 8 * points + 12 :]


def _face_2011(record: bytes) -> bytes:
    """One representation: 17 bytes, then 19 before the quality blocks."""
    if int.from_bytes(record[8:12], "big") != len(record) or record[12:15] != b"\x00\x01\x00":
        raise Refused("ENREGISTREMENT_INVALIDE")
    if int.from_bytes(record[17:21], "big") != len(record) - 17:
        raise Refused("ENREGISTREMENT_INVALIDE")
    about = record[17 + 19 + 5 * record[35] :]
    about = about[17 + 8 * int.from_bytes(about[:2], "big") :]
    if about[1] != 1 or int.from_bytes(about[11:15], "big") != len(about) - 15:  # lossy JPEG 2000
        raise Refused("ENREGISTREMENT_INVALIDE")
    return about[15:]


def _face_39794(record: bytes) -> bytes:
    """One two-dimensional representation of [APPLICATION 5] in JPEG 2000, as ICAO profiles it."""
    block = _value(record, b"\x65")
    if not block.startswith(_GENERATION_3 + b"\xa1"):
        raise Refused("ENREGISTREMENT_INVALIDE")
    found = _value(_value(block[len(_GENERATION_3) :], b"\xa1"), b"\x30")
    flat = _first(_first(_first(found[3:], 0xA1), 0xA0), 0xA0)
    image = _first(flat, 0x80)
    start, size = _length(flat, 1)
    information = _first(flat[start + size :], 0xA1)
    if found[:2] != b"\x80\x01" or not information.startswith(_JPEG2000_LOSSY + _MRTD):
        raise Refused("ENREGISTREMENT_INVALIDE")
    return image


_FACES = {
    (_FACE_19794, _FAC): _face_2005,
    (_FACE_19794, _FAC_2011): _face_2011,
    (_FACE_39794, b""): _face_39794,
}


def _first(data: bytes, tag: int) -> bytes:
    """The value of the element that `data` begins with."""
    start, size = _length(data, 1)
    if data[0] != tag or start + size > len(data):
        raise Refused("ENREGISTREMENT_INVALIDE")
    return data[start : start + size]


def _biometric_data(bit: bytes) -> tuple[bytes, bytes]:
    """Format type and record of a 7F60 template (ISO/IEC 19785-3): 5F2E, or 7F2E { A1 }."""
    try:
        outer = _value(bit, b"\x7f\x60")
        start, size = _length(outer, 1)
        header, content = outer[start : start + size], outer[start + size :]
        if outer[:1] != b"\xa1" or header[-4:-2] != b"\x88\x02":
            raise Refused("ENREGISTREMENT_INVALIDE")
        if content.startswith(b"\x7f\x2e"):
            return header[-2:], _value(_value(content, b"\x7f\x2e"), b"\xa1")
        return header[-2:], _value(content, b"\x5f\x2e")
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
