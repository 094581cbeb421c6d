"""What the steps of a draft are written in: JSON, with the captures as base64."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from typing import Any
from uuid import UUID

from station.capture import Attestation, Provenance
from station.quality.report import Algorithm, Measure, Region
from station.records.encoded import Encoded


def coded(encoded: Encoded) -> dict[str, Any]:
    """What a device gave, for a step."""
    return {
        "record": base64.b64encode(encoded.record).decode(),
        "media_type": encoded.media_type,
        "format": encoded.format,
        "capture": str(encoded.capture_id),
        "device": asdict(encoded.device),
        "quality": [asdict(measure) for measure in encoded.quality],
        "attestation": _attested(encoded.attestation),
        "master": None if encoded.master is None else coded(encoded.master),
    }


def _attested(proof: Attestation | None) -> dict[str, Any] | None:
    return None if proof is None else asdict(proof) | {"dossier": str(proof.dossier)}


def _measure(said: dict[str, Any]) -> Measure:
    region = said.get("region")  # drafts of before regions have none
    return Measure(
        said["name"],
        said["value"],
        said["unit"],
        Algorithm(**said["algorithm"]),
        None if region is None else Region(**region),
    )


def decoded(said: dict[str, Any]) -> Encoded:
    """What a device gave, out of a step."""
    quality = tuple(_measure(m) for m in said["quality"])
    return Encoded(
        record=base64.b64decode(said["record"], validate=True),
        media_type=said["media_type"],
        format=said["format"],
        capture_id=UUID(said["capture"]),
        device=Provenance(**said["device"]),
        quality=quality,
        attestation=_attestation(said["attestation"]),
        master=None if said.get("master") is None else decoded(said["master"]),
    )


def _attestation(said: dict[str, Any] | None) -> Attestation | None:
    if said is None:
        return None
    dossier, signed = UUID(said["dossier"]), tuple(said["signed"])
    return Attestation(said["transaction"], dossier, said["nonce"], signed)


def written(said: dict[str, Any]) -> bytes:
    """A step."""
    return json.dumps(said, ensure_ascii=False).encode()


def model(kind: Any, said: dict[str, Any]) -> Any:
    """A form, out of a step."""
    return kind.model_validate_json(json.dumps(said))  # JSON rules: a date is a string
