"""MOSIP Secure Biometric Interface 0.9.5 and 1.0: words and questions (docs/protocols/sbi.md).

Loopback HTTP with verbs of its own and JSON bodies in which every leaf is a string. The two
versions differ by names, so they differ here by data: see `Dialect`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any, Final

from station.capture import FOUR, Finger, Hand

if TYPE_CHECKING:
    from datetime import datetime

PORTS: Final = range(4501, 4601)
REGISTRATION: Final = "Registration"
MAX_MILLISECONDS: Final = 10_000  # of one RCAPTURE: short ones are repeated, so a cancel is felt

NAMES: Final = {
    finger: f"{side} {name}"
    for side, first in (("Right", 1), ("Left", 6))
    for finger, name in zip(
        map(Finger, range(first, first + 5)),
        ("Thumb", "IndexFinger", "MiddleFinger", "RingFinger", "LittleFinger"),
        strict=True,
    )
}
"""bioSubType and exception; the 0.9.2 names (`LF_INDEX`) are another set."""
FINGERS: Final = {name: finger for finger, name in NAMES.items()}

GROUPS: Final = {
    "1": FOUR[Hand.LEFT],
    "2": FOUR[Hand.RIGHT],
    "3": (Finger.LEFT_THUMB, Finger.RIGHT_THUMB),
}
"""deviceSubId of a slap scanner, and its fingers in the order in which they come back."""


@unique
class Env(StrEnum):
    """Where a device says that it belongs."""

    STAGING = "Staging"
    DEVELOPER = "Developer"
    PRE_PRODUCTION = "Pre-Production"
    PRODUCTION = "Production"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One version of the specification: its verbs and the key that names a device."""

    version: str
    discover: str
    inform: str
    id_key: str
    code_key: str | None  # a second name of the device, equal to its serial number


V095: Final = Dialect("0.9.5", "MOSIPDISC", "MOSIPDINFO", "deviceId", "deviceCode")
V10: Final = Dialect("1.0", "SBIDISC", "SBIINFO", "serialNo", None)
DIALECTS: Final = (V095, V10)
CAPTURE, STREAM = "RCAPTURE", "STREAM"
PATHS: Final = {
    V095.discover: "/device",
    V10.discover: "/device",
    V095.inform: "/info",
    V10.inform: "/info",
    CAPTURE: "/capture",
    STREAM: "/stream",
}


@dataclass(frozen=True, slots=True)
class Target:
    """A device inside its service: `id` is its deviceId (0.9.5) or its serialNo (1.0)."""

    dialect: Dialect
    version: str  # as the device writes it: "1.0" or "1.0.0"
    id: str
    sub_id: str


@dataclass(frozen=True, slots=True)
class Order:
    """One RCAPTURE: `fingers` are those expected, in the order of the slap.

    `previous` is the last hash of the chain, 64 upper-case hex digits.
    """

    target: Target
    env: Env
    transaction: str
    fingers: tuple[Finger, ...]
    exceptions: tuple[Finger, ...]
    named: bool  # a single-finger device is told which one
    score: int
    milliseconds: int
    previous: str


_TRANSACTION = re.compile(r"[A-Za-z0-9-]{4,50}")


def probe(dialect: Dialect, kind: str = "Biometric Device") -> bytes:
    """The body of a discovery or info request."""
    version = {} if dialect is V095 else {"specVersion": dialect.version}
    return _json({"type": kind, **version})


def stream(target: Target, milliseconds: int) -> bytes:
    """The body of STREAM."""
    head = {} if target.dialect is V095 else {"type": "Finger", "specVersion": target.version}
    where = {target.dialect.id_key: target.id, "deviceSubId": target.sub_id}
    return _json({**head, **where, "timeout": str(milliseconds)})


def capture(order: Order, now: datetime) -> bytes:
    """The body of RCAPTURE; `now` is UTC."""
    if not _TRANSACTION.fullmatch(order.transaction):
        raise ValueError("a transactionId has 4 to 50 letters, digits and dashes")
    target = order.target
    bio = {
        "type": "Finger",
        "count": str(len(order.fingers)),
        "bioSubType": [NAMES[finger] for finger in order.fingers] if order.named else [],
        "exception": [NAMES[finger] for finger in order.exceptions],
        "requestedScore": str(order.score),
        target.dialect.id_key: target.id,
        "deviceSubId": target.sub_id,
        "previousHash": order.previous,
    }
    return _json(
        {
            "env": order.env,
            "purpose": REGISTRATION,
            "specVersion": target.version,
            "timeout": str(order.milliseconds),
            "captureTime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "transactionId": order.transaction,
            "bio": [bio],
            "customOpts": None,
        }
    )


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")
