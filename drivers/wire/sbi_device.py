"""What a device service says of its devices: the answers to discovery and to info."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drivers.wire import sbi_errors, sbi_jws
from drivers.wire.sbi import V095, V10, Dialect
from drivers.wire.sbi_json import mapping, text, texts
from station.errors import ProtocolError

_MOST_DEVICES = 32
READY, BUSY, NOT_READY = "Ready", "Busy", "Not Ready"
_STATES = {"110": NOT_READY, "111": BUSY}
_HARMLESS = frozenset({sbi_errors.SUCCESS, "104", *_STATES})  # 104: no way to its manager


@dataclass(frozen=True, slots=True)
class Identity:
    """The digital ID of a device, without its moving `dateTime`."""

    serial: str
    make: str
    model: str
    type: str
    sub_type: str
    provider: str
    provider_id: str


@dataclass(frozen=True, slots=True)
class Found:
    """One device of a service; `env` comes with the info only, so it is empty in discovery."""

    dialect: Dialect
    version: str
    id: str
    code: str
    status: str
    certification: str
    service_version: str
    sub_ids: tuple[str, ...]
    callback: str
    purpose: str
    env: str
    firmware: str


def identity(of: dict[str, Any]) -> Identity:
    """The digital ID in `of`; raises `ProtocolError`."""
    return Identity(
        serial=text(of, "serialNo"),
        make=text(of, "make"),
        model=text(of, "model"),
        type=text(of, "type"),
        sub_type=text(of, "deviceSubType"),
        provider=text(of, "deviceProvider"),
        provider_id=text(of, "deviceProviderId"),
    )


def items(answer: Any) -> list[dict[str, Any]]:
    """The items of an answer to discovery or info; one bare object counts as one item."""
    found = [answer] if isinstance(answer, dict) else answer
    if not isinstance(found, list) or len(found) > _MOST_DEVICES:
        raise ProtocolError("the answer is no list of devices")
    return [mapping(item, "device") for item in found]


def device(of: dict[str, Any], error: str) -> Found:
    """The device that discovery, or the payload of an info block, describes.

    The names of the fields tell the version. An error code that contradicts the status wins.
    Raises `ProtocolError` when a field is missing.
    """
    dialect = V095 if V095.id_key in of else V10
    versions = texts(of, "specVersion")
    return Found(
        dialect=dialect,
        version=versions[0] if versions else "",
        id=text(of, dialect.id_key),
        code=text(of, dialect.code_key or dialect.id_key),
        status=_STATES.get(error, text(of, "deviceStatus")),
        certification=text(of, "certification"),
        service_version=text(of, "serviceVersion"),
        sub_ids=texts(of, "deviceSubId"),
        callback=text(of, "callbackId"),
        purpose=text(of, "purpose"),
        env=text(of, "env") if "env" in of else "",
        firmware=text(of, "firmware") if "firmware" in of else "",
    )


def discovered(answer: Any, *, tolerant: bool) -> list[tuple[Found, Identity]]:
    """The fingerprint devices of a service that are registered, whatever their state.

    An item that only holds an error raises what it stands for, unless another one is a device.
    """
    found: list[tuple[Found, Identity]] = []
    refusals = []
    for item in items(answer):
        error = sbi_errors.code(item)
        if "deviceStatus" not in item or error not in _HARMLESS:
            refusals.append(sbi_errors.refusal(error, "discovery"))
            continue
        block = sbi_jws.claimed(text(item, "digitalId"), tolerant=tolerant)
        if block.get("type") == "Finger":
            found.append((device(item, error), identity(block)))
    if not found and refusals:
        raise refusals[0]
    return found


def check_version(found: Found, *, tolerant: bool) -> None:
    """Raise `ProtocolError` for a version that is not ours; "1.0.0" is "1.0" to the tolerant."""
    near = tolerant and found.dialect is V10 and found.version == "1.0.0"
    if found.version != found.dialect.version and not near:
        raise ProtocolError("the device speaks another version than its fields say")
