"""The one list of everything a receiver acts on, as canonical JSON (docs/protocols/paquet.md)."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, field
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING

from station.dossier.complement import Complement
from station.errors import SealError
from station.seal import format as names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from station.dossier.draft import Dossier
    from station.dossier.recapitulatif import Relecture
    from station.records.encoded import Encoded

_EXACT = 2**53  # beyond, a JSON number is not an integer any more (RFC 8785 §3.2.2.3)


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the container and its SHA-256; `origin` when a device captured it."""

    name: str
    media_type: str
    data: bytes = field(repr=False)
    origin: Encoded | None = None
    digest: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", hashlib.sha256(self.data).digest())


@dataclass(frozen=True, slots=True)
class SealContext:
    """What the package says of its moment: who came before, and the head of the journal.

    `precedent` is the SHA-256 of the previous package of this station, None for the first;
    `journal` the hash of the last journal line; `now` has a time zone.
    """

    sequence: int
    precedent: str | None
    journal: str
    now: datetime
    logiciel: str  # version of dr-station, drivers included


def manifest(dossier: Dossier | Complement, parts: Sequence[Part], context: SealContext) -> bytes:
    """The manifest of `parts`, which must be sorted by name."""
    return canonical(
        {
            "version": names.VERSION,
            "dossier": str(dossier.id),
            "numero": dossier.numero,
            "station": dossier.seance.station,
            "agent": dossier.seance.agent,
            "sequence": context.sequence,
            "precedent": context.precedent,
            "journal": context.journal,
            "scelle_le": _utc(context.now),
            "horloge": "station",
            "logiciel": {"nom": "dr-station", "version": context.logiciel},
            **_kind(dossier),
            "exemptions": [
                {"doigt": int(e.doigt), "motif": e.motif, "duree": e.duree}
                for e in dossier.exemptions
            ],
            "justifications": [
                {"code": j.code, "raison": j.raison} for j in dossier.justifications
            ],
            "parts": [_part(part) for part in parts],
        }
    )


def _kind(dossier: Dossier | Complement) -> dict[str, object]:
    """What the package is: titles that are asked for, or the answer to a decision."""
    if isinstance(dossier, Complement):
        answered = dossier.reponse
        about = {
            "dossier": str(answered.dossier),
            "numero": answered.numero,
            "sha256": answered.sha256,
            "decision": answered.rang,
        }
        return {"type": names.COMPLEMENT_TYPE, "complement": about}
    asked = [{"type_titre": d.type_titre, "motif": d.motif} for d in dossier.demandes]
    read = _relecture(dossier.relecture)
    return {"type": names.MANIFEST_TYPE, "demandes": asked, "relecture": read}


def _relecture(made: Relecture | None) -> dict[str, object] | None:
    """Who confirmed the recap, when, and the digest of what it said."""
    if made is None:
        return None
    return {"par": made.par, "le": _utc(made.le), "sha256": made.sha256}


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _part(part: Part) -> dict[str, object]:
    said: dict[str, object] = {
        "name": part.name,
        "media_type": part.media_type,
        "length": len(part.data),
        "sha256": part.digest.hex(),
    }
    return said if part.origin is None else said | _origin(part.origin)


def _origin(encoded: Encoded) -> dict[str, object]:
    device = encoded.device
    proof = encoded.attestation
    signed = {} if proof is None else {"transaction": proof.transaction, "nonce": proof.nonce}
    return ({"attestation": signed} if signed else {}) | {
        "format": encoded.format,
        "capture": str(encoded.capture_id),
        "device": {
            "driver": device.driver,
            "model": device.model,
            "serial": device.serial,
            "firmware": device.firmware,
            "simulated": device.simulated,
        },
        "quality": [
            {
                "name": measure.name,
                "value": measure.value,
                "unit": measure.unit,
                "algorithm": measure.algorithm.name,
                "version": measure.algorithm.version,
            }
            for measure in encoded.quality
        ],
    }


def canonical(value: object) -> bytes:
    """`value` as RFC 8785 wants it; raises `SealError` for what it cannot hold."""
    try:
        return _text(value).encode()
    except (UnicodeEncodeError, TypeError) as error:
        raise SealError("a value that JSON cannot hold") from error


def _text(value: object) -> str:
    match value:
        case None | bool() | str():
            return json.dumps(value, ensure_ascii=False)
        case int() | float():
            return _number(value)
        case list() | tuple():
            return f"[{','.join(map(_text, value))}]"
        case dict():
            pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
            return f"{{{','.join(f'{_text(k)}:{_text(v)}' for k, v in pairs)}}}"
    raise TypeError(type(value).__name__)


def _number(value: float) -> str:
    """As ECMAScript writes a number: shortest digits, exponents only far from 1 (RFC 8785)."""
    if not math.isfinite(value) or (isinstance(value, int) and abs(value) >= _EXACT):
        raise TypeError("number out of range")
    if isinstance(value, int) or value == 0:
        return str(int(value))
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    point = len(digits) + int(exponent)  # value = 0.digits × 10^point
    text = "".join(map(str, digits))
    if -6 < point <= 21:  # ECMA-262 Number::toString
        return format(Decimal(repr(value)).normalize(), "f")
    mantissa = text[0] + (f".{text[1:]}" if text[1:] else "")
    return f"{'-' * sign}{mantissa}e{point - 1:+d}"
