"""Finding the device among the services of this computer, and proving who it is."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from drivers.sbi_finger.asking import ask
from drivers.sbi_finger.trust import Trust
from drivers.transport.http_link import HOST, Request, open_ports
from drivers.wire import sbi, sbi_device, sbi_errors, sbi_json, sbi_jws
from drivers.wire.sbi import PATHS, PORTS, Dialect, Target
from station.errors import (
    AttestationInvalid,
    CaptureCancelled,
    CaptureError,
    DeviceError,
    DeviceLost,
    DeviceUnconfigured,
    ProtocolError,
    StationError,
)

if TYPE_CHECKING:
    from threading import Event

    from drivers.sbi_finger.port import Settings
    from drivers.sbi_finger.trust import Proven
    from drivers.wire.sbi_device import Found, Identity

logger = logging.getLogger(__name__)

_REPLY = 3.0  # seconds for discovery and info
_SERIAL = re.compile(r"[A-Za-z0-9]{12,}")
_CHIP = frozenset({"L1", "SBI 2.0"})  # certifications whose digital ID the chip signs
_MAX_INFO = 65_536  # characters of its block


@dataclass(frozen=True, slots=True)
class Session:
    """A device that proved who it is."""

    port: int
    found: Found
    identity: Identity
    simulated: bool

    def target(self, sub_id: str) -> Target:
        """How to name it in a request."""
        return Target(self.found.dialect, self.found.version, self.found.id, sub_id)


def find(settings: Settings, cancel: Event | None = None) -> Session:
    """The one device that `settings` describe, proven.

    Raises `DeviceLost` when there is none, or the failure of the last service that had one,
    `DeviceUnconfigured` when there are several.
    """
    sessions = []
    failure: StationError = DeviceLost("no service has such a device")
    for port in open_ports(settings.ports):
        try:
            sessions += _of_service(port, settings, cancel)
        except CaptureCancelled:
            raise
        except (DeviceError, CaptureError) as error:
            logger.info("port %d: %s: %s", port, type(error).__name__, error)
            failure = error
    if len(sessions) > 1:
        raise DeviceUnconfigured(f"{len(sessions)} devices fit; the port must name the serial")
    if not sessions:
        raise failure
    return sessions[0]


def state(session: Session, settings: Settings, cancel: Event | None = None) -> str:
    """The state of a device found before; raises `DeviceLost` when it is gone."""
    for found, identity in _discover(session.port, session.found.dialect, settings, cancel):
        if identity.serial == session.identity.serial and found.id == session.found.id:
            return found.status
    raise DeviceLost("the service no longer has the device")


def _of_service(port: int, settings: Settings, cancel: Event | None) -> list[Session]:
    """The proven devices that fit, of the service on `port`."""
    fitting = [
        (found, identity)
        for found, identity in _any_dialect(port, settings, cancel)
        if identity.sub_type == settings.sub_type
    ]
    named = [(f, i) for f, i in fitting if settings.serial in {"", i.serial}]
    if fitting and not named:
        raise AttestationInvalid("the serial number is not that of the enrolled device")
    return [_prove(port, found, identity, settings, cancel) for found, identity in named]


def _any_dialect(
    port: int, settings: Settings, cancel: Event | None
) -> list[tuple[Found, Identity]]:
    """Discovery in the first dialect that the service speaks; what it said to each otherwise."""
    failures: list[DeviceError] = []
    for dialect in settings.dialects:
        try:
            return _discover(port, dialect, settings, cancel)
        except (DeviceLost, ProtocolError) as error:
            failures.append(error)
    if all(isinstance(error, DeviceLost) for error in failures):
        raise failures[-1]
    raise ProtocolError("; ".join(str(error) for error in failures))


def _discover(
    port: int, dialect: Dialect, settings: Settings, cancel: Event | None
) -> list[tuple[Found, Identity]]:
    request = Request(port, dialect.discover, PATHS[dialect.discover], sbi.probe(dialect))
    told = ask(request, _REPLY, settings.tolerant, cancel)
    return sbi_device.discovered(told, tolerant=settings.tolerant)


def _prove(
    port: int, found: Found, identity: Identity, settings: Settings, cancel: Event | None
) -> Session:
    """Ask for the info, whose signatures prove what discovery only said."""
    sbi_device.check_version(found, tolerant=settings.tolerant)
    port = _port_of(found.callback, port, tolerant=settings.tolerant)
    method = found.dialect.inform
    request = Request(port, method, PATHS[method], sbi.probe(found.dialect, "Finger"))
    item = _about(found, ask(request, _REPLY, settings.tolerant, cancel), settings)
    error = sbi_errors.code(item)
    trust = Trust(settings.trust, datetime.now(UTC), settings.tolerant)
    block = trust.prove(sbi_json.text(item, "deviceInfo", _MAX_INFO))
    told = sbi_device.device(block.payload, error)
    proven = prove_identity(told, settings, block)
    _compare(told, proven, found, identity)
    _fits(told, proven, settings)
    return Session(port, told, proven, block.simulated or told.env != sbi.Env.PRODUCTION)


def _about(found: Found, told: Any, settings: Settings) -> dict[str, Any]:
    """The item of an info answer that speaks of `found`; others may be of other providers."""
    method = found.dialect.inform
    refusals = []
    for item in sbi_device.items(told):
        error = sbi_errors.code(item)
        if "deviceInfo" not in item:
            refusals.append(sbi_errors.refusal(error, method))
            continue
        block = sbi_json.text(item, "deviceInfo", _MAX_INFO)
        claimed = sbi_jws.claimed(block, tolerant=settings.tolerant)
        if claimed.get(found.dialect.id_key) == found.id:
            return item
    raise refusals[0] if refusals else ProtocolError(f"{method}: another device")


def prove_identity(found: Found, settings: Settings, by: Proven) -> Identity:
    """Whose device made `by`, from the digital ID inside it, under the key of its level.

    Without a chip the device signs both itself, so one key made both: the digital ID alone is
    public, and any other device of the provider could put it beside a capture of its own.
    """
    chip = found.certification in _CHIP
    trust = Trust(settings.chip if chip else settings.trust, datetime.now(UTC), settings.tolerant)
    digital_id = trust.prove(sbi_json.text(by.payload, "digitalId", sbi_jws.MAX_JWS))
    if not chip and digital_id.key != by.key:
        raise AttestationInvalid("the device signs with another key than its identity")
    return sbi_device.identity(digital_id.payload)


def _compare(told: Found, proven: Identity, found: Found, identity: Identity) -> None:
    if proven != identity:
        raise AttestationInvalid("the device signs another identity than it announces")
    if (told.dialect, told.certification) != (found.dialect, found.certification):
        raise AttestationInvalid("the device signs another certification than it announces")


def _fits(told: Found, proven: Identity, settings: Settings) -> None:
    """The device is the kind of device that the port asks for."""
    if proven.type != "Finger":
        raise AttestationInvalid("the device is not a fingerprint device")
    if told.env != settings.env:
        raise DeviceUnconfigured("the device belongs to another environment than the port says")
    if told.purpose != sbi.REGISTRATION:
        raise DeviceUnconfigured("the device does not capture for registration")
    if not settings.tolerant and told.dialect.code_key and told.code != proven.serial:
        raise ProtocolError("the code of the device is not its serial number")
    if not settings.tolerant and not _SERIAL.fullmatch(proven.serial):
        raise ProtocolError("a serial number of fewer than 12 letters and digits")


def _port_of(callback: str, scanned: int, *, tolerant: bool) -> int:
    """The port of later calls; raises `ProtocolError` unless it is one of ours."""
    if not callback and tolerant:
        return scanned
    parts = urlsplit(callback)
    plain = (parts.scheme, parts.hostname, parts.path) == ("http", HOST, "/")
    with suppress(ValueError):
        if plain and not parts.query and parts.username is None and parts.port in PORTS:
            return parts.port or scanned
    raise ProtocolError("the callbackId does not lead to a service of this computer")
