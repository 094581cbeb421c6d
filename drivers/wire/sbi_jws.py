"""Compact JWS of SBI (RFC 7515): header.payload.signature, base64url without padding.

Read here, believed in `drivers.sbi_finger.trust`. Only x5c[0] counts; a longer chain is ignored.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Any

from drivers.wire import sbi_json
from station.errors import AttestationInvalid, ProtocolError

MAX_JWS = 12 << 20  # characters: a raw image of a thumb, coded twice
_MAX_CERTIFICATE = 16_384  # characters
_URL_SAFE = re.compile(r"[A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Jws:
    """A signed block whose signature nobody has checked yet.

    `signed` is what the signature covers, `certificate` the DER of x5c[0].
    """

    payload: dict[str, Any] = field(repr=False)
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    certificate: bytes = field(repr=False)
    compact: str = field(repr=False)


def read(compact: str, *, tolerant: bool = False) -> Jws:
    """The parts of `compact`.

    Raises `AttestationInvalid` when it is not signed with RS256 under a certificate of its own,
    `ProtocolError` when a part is no base64url of a JSON object.
    """
    if len(compact) > MAX_JWS:
        raise ProtocolError(f"a signed block of {len(compact)} characters")
    parts = compact.split(".")
    if len(parts) != 3 or not all(parts[:2]):
        raise AttestationInvalid("a block that is not signed")
    header = _object(parts[0], tolerant=tolerant)
    if header.get("alg") != "RS256" or "crit" in header:
        raise AttestationInvalid("a block signed otherwise than with RS256")
    return Jws(
        payload=_object(parts[1], tolerant=tolerant),
        signed=f"{parts[0]}.{parts[1]}".encode("ascii"),
        signature=base64url(parts[2], tolerant=tolerant),
        certificate=_certificate(header.get("x5c")),
        compact=compact,
    )


def base64url(text: str, *, tolerant: bool = False) -> bytes:
    """Decode; padding is refused unless tolerant. Raises `ProtocolError`."""
    bare = text.rstrip("=") if tolerant else text
    if not _URL_SAFE.fullmatch(bare) or len(bare) % 4 == 1:
        raise ProtocolError("not base64url")
    return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))


def claimed(text: str, *, tolerant: bool = False) -> dict[str, Any]:
    """What a block says, signed or bare, without a proof; raises `ProtocolError`.

    Bare is the digital ID of discovery, and the info of a device that is not registered.
    """
    parts = text.split(".")
    return _object(parts[len(parts) == 3], tolerant=tolerant)


def _object(part: str, *, tolerant: bool) -> dict[str, Any]:
    decoded = base64url(part, tolerant=tolerant)
    return sbi_json.mapping(sbi_json.value(decoded), "signed block")


def _certificate(chain: object) -> bytes:
    """The first certificate of x5c, which is standard base64."""
    first = chain[0] if isinstance(chain, list) and chain else None
    if not isinstance(first, str) or len(first) > _MAX_CERTIFICATE:
        raise AttestationInvalid("a block without its certificate")
    try:
        return base64.b64decode(first, validate=True)
    except (binascii.Error, ValueError) as error:
        raise AttestationInvalid("a certificate that is no base64") from error
