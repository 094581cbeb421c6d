"""The files of a title as its maker writes them (ICAO Doc 9303-10, §4.7).

011E COM   0101 DG1 zone   0102 DG2 face   0103 DG3 fingers   010B DG11   010C DG12
010E DG14  010F DG15       011D SOD        011C EF.CVCA; in the master file EF.CardAccess
"""

from __future__ import annotations

import io
import secrets
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from drivers.wire import tlv
from station.capture import Finger

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    import numpy as np
    import numpy.typing as npt

COM, SOD, CVCA = 0x11E, 0x11D, 0x11C
CARD_ACCESS, ATR_INFO = 0x011C, 0x2F01  # in the master file
TAGS: Mapping[int, int] = {1: 0x61, 2: 0x75, 3: 0x63, 11: 0x6B, 12: 0x6C, 14: 0x6E, 15: 0x6F}
_FACE, _FINGER = (0x02, 0x0008), (0x08, 0x0007)  # biometric type, format type (ISO/IEC 19785-3)
_SUBTYPES = {
    Finger.RIGHT_INDEX: 0x09, Finger.LEFT_INDEX: 0x0A, Finger.RIGHT_MIDDLE: 0x0D,
    Finger.LEFT_MIDDLE: 0x0E, Finger.RIGHT_RING: 0x11, Finger.LEFT_RING: 0x12,
}  # fmt: skip
_PPI = 500
_FACE_BYTES = 18_500  # of JPEG 2000, the usual size on a chip
_WSQ = 2


@dataclass(frozen=True, slots=True)
class Holder:
    """What DG11 says: names as `SURNAME<<GIVEN<GIVEN`, lines of an address."""

    names: str
    born: date
    birth_place: str
    address: Sequence[str]


def file_of(group: int) -> int:
    """The identifier of the file of a data group."""
    return 0x100 | group


def com(groups: Iterable[int]) -> bytes:
    """EF.COM: versions of LDS and Unicode, and which data groups there are."""
    listed = bytes(TAGS[group] for group in sorted(groups))
    parts = ((0x5F01, b"0107"), (0x5F36, b"040000"), (0x5C, listed))
    return tlv.encode(0x60, b"".join(tlv.encode(tag, value) for tag, value in parts))


def zone(lines: Sequence[str]) -> bytes:
    """DG1."""
    return tlv.encode(0x61, tlv.encode(0x5F1F, "".join(lines).encode("ascii")))


def personal(holder: Holder) -> bytes:
    """DG11."""
    return _listed(0x6B, {
        0x5F0E: holder.names.encode(),
        0x5F2B: f"{holder.born:%Y%m%d}".encode(),
        0x5F11: holder.birth_place.encode(),
        0x5F42: "<".join(holder.address).encode(),
    })  # fmt: skip


def document(authority: str, issued: date) -> bytes:
    """DG12."""
    return _listed(0x6C, {0x5F19: authority.encode(), 0x5F26: f"{issued:%Y%m%d}".encode()})


def face(picture: npt.NDArray[np.uint8]) -> bytes:
    """DG2: one portrait, (rows, columns, 3) in B, G, R, as ISO/IEC 19794-5:2005."""
    rows, columns = picture.shape[:2]
    coded = io.BytesIO()
    Image.fromarray(picture[..., ::-1].copy()).save(
        coded,
        "JPEG2000",
        quality_mode="rates",
        quality_layers=[picture.size / _FACE_BYTES],
        irreversible=True,
    )
    image = struct.pack(">BBHHBBHH", 1, 1, columns, rows, 1, 2, 0, 0) + coded.getvalue()
    # length, no point, sex, eyes and hair unspecified, nothing said of features, neutral
    about = struct.pack(">IHBBB3sH6x", 20 + len(image), 0, 0, 0, 0, bytes(3), 1)
    record = struct.pack(">4s4sIH", b"FAC\0", b"010\0", 14 + len(about + image), 1)
    return _biometric(0x75, [_template(_FACE, 0, record + about + image)])


def fingers(prints: Mapping[Finger, npt.NDArray[np.uint8]]) -> bytes:
    """DG3: one record of ISO/IEC 19794-4:2005 a finger, WSQ; noise when there is none."""
    templates = [
        _template(_FINGER, _SUBTYPES[finger], _print(finger, grey))
        for finger, grey in prints.items()
    ]
    return _biometric(0x63, templates)


def root_names(*holders: str) -> bytes:
    """EF.CVCA: the roots that terminal authentication begins with, filled to 36 bytes."""
    named = b"".join(tlv.encode(0x42, holder.encode("ascii")) for holder in holders)
    return named.ljust(36, b"\x00")


def limits(longest: int) -> bytes:
    """EF.ATR/INFO: the longest command and answer of extended length (ISO/IEC 7816-4, 8.1.1)."""
    size = b"".join(tlv.encode(0x02, struct.pack(">H", n)) for n in (longest, longest))
    return tlv.encode(0x7F66, size)


def _listed(tag: int, values: Mapping[int, bytes]) -> bytes:
    """A data group that begins with the list of its own tags."""
    tags = b"".join(struct.pack(">H", name) for name in values)
    content = b"".join(tlv.encode(name, value) for name, value in values.items())
    return tlv.encode(tag, tlv.encode(0x5C, tags) + content)


def _print(finger: Finger, grey: npt.NDArray[np.uint8]) -> bytes:
    import wsq  # noqa: F401, PLC0415 (registers its coder with Pillow for the whole process)

    rows, columns = grey.shape
    coded = io.BytesIO()
    Image.fromarray(grey).save(coded, "WSQ")
    image = coded.getvalue()
    view = struct.pack(">IBBBBBHHB", 14 + len(image), finger, 1, 1, 80, 0, columns, rows, 0)
    record = view + image
    head = struct.pack(">4s4s6sHHBB", b"FIR\0", b"010\0", _six(32 + len(record)), 0, 31, 1, 1)
    return head + struct.pack(">HHHHBBH", _PPI, _PPI, _PPI, _PPI, 8, _WSQ, 0) + record


def _six(number: int) -> bytes:
    return number.to_bytes(6, "big")


def _template(kind: tuple[int, int], subtype: int, record: bytes) -> bytes:
    """A biometric information template of CBEFF around one record."""
    biometric, form = kind
    header = (
        (0x80, b"\x01\x01"), (0x81, bytes([biometric])), (0x82, bytes([subtype])),
        (0x87, b"\x01\x01"), (0x88, form.to_bytes(2, "big")),
    )  # fmt: skip
    coded = b"".join(tlv.encode(tag, value) for tag, value in header)
    return tlv.encode(0x7F60, tlv.encode(0xA1, coded) + tlv.encode(0x5F2E, record))


def _biometric(tag: int, templates: Sequence[bytes]) -> bytes:
    count = tlv.encode(0x02, bytes([len(templates)]))
    # Without noise, the hash in EF.SOD would tell everybody that there is no finger.
    content = b"".join(templates) or tlv.encode(0x53, secrets.token_bytes(8))
    return tlv.encode(tag, tlv.encode(0x7F61, count + content))
