"""Fingerprint devices behind a MOSIP device service, SBI 0.9.5 and 1.0 (docs/protocols/sbi.md).

    discovery → info → [ STREAM on one connection, RCAPTURE on another ] → checks → samples

The service has no verb to cancel: both connections are closed, and the next capture waits until
the device says Ready. One RCAPTURE lasts at most 10 s; they are repeated until the deadline.
"""

from __future__ import annotations

import secrets
import select
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID, uuid4

from drivers.sbi_finger import checks, service
from drivers.sbi_finger.asking import answer
from drivers.sbi_finger.live import Live
from drivers.sbi_finger.memory import Memory
from drivers.sbi_finger.port import settings
from drivers.transport.http_link import POLL, Exchange, Request
from drivers.wire import sbi, sbi_capture, sbi_device
from drivers.wire.sbi import GROUPS, PATHS, Order
from station.capture import (
    Attestation,
    Capture,
    Finger,
    Modality,
    Provenance,
    transaction_of,
)
from station.device import DeviceInfo
from station.errors import (
    CaptureCancelled,
    CaptureTimeout,
    DeviceBusy,
    DeviceError,
    DeviceLost,
    DeviceNotReady,
    DeviceSilent,
    DeviceUnconfigured,
    ProtocolError,
)

if TYPE_CHECKING:
    from drivers.sbi_finger.service import Session
    from station.device import Guide, Patience

_OVERRUN = 5.0  # seconds that an answer may come after the time-out of its RCAPTURE
_PAST_DEADLINE = 2.5  # seconds; the bench gives a driver 3
_MARGIN, _LEAST = 0.5, 1.0  # seconds kept for the answer; the shortest RCAPTURE
_SETTLE, _PAUSE = 2.0, 0.2  # seconds a busy device is given; between two questions
_MAX_ANSWER = 48 << 20  # bytes: four raw fingers, coded twice


@dataclass(frozen=True, slots=True)
class Plan:
    """The fingers of one capture, as the device has to be asked for them."""

    sub_id: str
    fingers: tuple[Finger, ...]
    exceptions: tuple[Finger, ...]
    named: bool


@dataclass(frozen=True, slots=True)
class Bond:
    """What the transactions of one capture are made of; without a dossier they are random."""

    capture: UUID
    dossier: UUID | None

    def transaction(self, nonce: str) -> str:
        """The identifier that the device signs."""
        return transaction_of(self.dossier, self.capture, nonce)


class SbiFinger:
    """Driver of a slap or single-finger device; see `port` for its URL.

    It may be entered again: the chain and what was seen outlive the session with the device.
    """

    def __init__(self, port: str) -> None:
        self._settings = settings(port)
        self._memory = Memory()
        self._session: Session | None = None
        self._dossier: UUID | None = None
        self._busy_until = 0.0

    def __enter__(self) -> Self:
        self._session = service.find(self._settings)
        return self

    def __exit__(self, *exc: object) -> None:
        self._session = None

    def bind(self, dossier: UUID) -> None:
        """Tie the next capture to `dossier`; the one after it has to be tied anew."""
        self._dossier = dossier

    def info(self) -> DeviceInfo:
        """Ask the service for the state of its device; found anew when it has moved."""
        session, state = self._asked(None)
        if state not in {sbi_device.READY, sbi_device.BUSY}:
            raise DeviceNotReady(f"the device says {state!r}")
        return self._info(session)

    def capture(self, wanted: tuple[Finger, ...], patience: Patience, guide: Guide) -> Capture:
        """Acquire the fingers of one hand, or the one finger of a single-finger device.

        Returns one FINGER sample for each of `wanted`, from the index to the little finger, and
        what the device signed when the capture is tied to a dossier. Raises, besides what
        `Device` says, `WrongFingers`, `AttestationInvalid` and `CaptureReplayed`.
        """
        bond, self._dossier = Bond(uuid4(), self._dossier), None
        patience.check()
        try:
            session = self._ready(patience)
            plan = self._plan(session, wanted)
            return self._attempts(_Attempt(session, plan, bond, patience, guide))
        except DeviceError:
            self._session = None  # it is looked for again before anything else
            raise

    # --- the device ---------------------------------------------------------------------------

    def _asked(self, patience: Patience | None) -> tuple[Session, str]:
        """The device and its state now."""
        cancel = None if patience is None else patience.cancel
        if self._session is not None:
            try:
                return self._session, service.state(self._session, self._settings, cancel)
            except (DeviceLost, DeviceSilent, ProtocolError):
                self._session = None
        self._session = service.find(self._settings, cancel)
        return self._session, self._session.found.status

    def _ready(self, patience: Patience) -> Session:
        """Wait for the end of a capture that was given up, at most as long as it may last."""
        ends = max(self._busy_until, time.monotonic() + _SETTLE)
        while True:
            session, state = self._asked(patience)
            if state == sbi_device.READY:
                return session
            if state != sbi_device.BUSY:
                raise DeviceNotReady(f"the device says {state!r}")
            if time.monotonic() > ends or not patience.left:
                raise DeviceBusy("the device does not come back from another capture")
            if patience.cancel.wait(_PAUSE):
                raise CaptureCancelled("cancelled by the agent")

    def _info(self, session: Session) -> DeviceInfo:
        who = session.identity
        kind = frozenset({Modality.SLAP if self._settings.slap else Modality.FINGER})
        firmware = session.found.firmware
        return DeviceInfo(who.make, who.model, who.serial, firmware, kind, session.simulated)

    def _plan(self, session: Session, wanted: tuple[Finger, ...]) -> Plan:
        ids = session.found.sub_ids
        if not self._settings.slap and len(wanted) == 1 and ids:
            return Plan(ids[0], wanted, (), named=True)
        groups = GROUPS.items() if self._settings.slap and wanted else ()
        fitting = [(s, g) for s, g in groups if s in ids and set(wanted) <= set(g)]
        if not fitting:
            raise DeviceUnconfigured("the device does not take these fingers")
        sub_id, group = fitting[0]
        fingers = tuple(f for f in group if f in wanted)
        return Plan(sub_id, fingers, tuple(f for f in group if f not in wanted), named=False)

    # --- the capture --------------------------------------------------------------------------

    def _attempts(self, attempt: _Attempt) -> Capture:
        """Short RCAPTUREs, one after the other, until one brings the fingers."""
        preview = True
        while True:
            attempt.patience.check()
            try:
                taken = self._once(attempt, preview=preview)
            except CaptureTimeout:
                attempt.patience.cancel.wait(_PAUSE)
                continue
            if taken is not None:
                return taken
            preview = False  # the device stopped with its stream; it can do without

    def _once(self, attempt: _Attempt, *, preview: bool) -> Capture | None:
        """One RCAPTURE; None when it stopped because the preview did."""
        nonce = secrets.token_hex(16)
        order = self._order(attempt, attempt.bond.transaction(nonce))
        self._memory.began(order.transaction)
        told = self._take(order, attempt, preview=preview)
        if preview and sbi_capture.stopped_with_stream(told):
            return None
        asked = checks.Asked(order, attempt.session, self._settings, self._memory)
        samples, signed = checks.samples(told, asked)
        who, dossier = self._info(attempt.session), attempt.bond.dossier
        device = Provenance("sbi-finger", who.model, who.serial, who.firmware, who.simulated)
        proof = Attestation(order.transaction, dossier, nonce, signed) if dossier else None
        return Capture(Modality.FINGER, samples, device, proof, attempt.bond.capture)

    def _order(self, attempt: _Attempt, transaction: str) -> Order:
        seconds = max(_LEAST, attempt.patience.left - _MARGIN)
        plan = attempt.plan
        return Order(
            target=attempt.session.target(plan.sub_id),
            env=self._settings.env,
            transaction=transaction,
            fingers=plan.fingers,
            exceptions=plan.exceptions,
            named=plan.named,
            score=self._settings.score,
            milliseconds=min(sbi.MAX_MILLISECONDS, int(1000 * seconds)),
            previous=self._memory.previous,
        )

    def _take(self, order: Order, attempt: _Attempt, *, preview: bool) -> Any:
        """The answer to one RCAPTURE, with the preview beside it."""
        lasts = order.milliseconds / 1000
        session, patience = attempt.session, attempt.patience
        body = sbi.capture(order, datetime.now(UTC))
        request = Request(session.port, sbi.CAPTURE, PATHS[sbi.CAPTURE], body, _MAX_ANSWER)
        with Live(session, order.target.sub_id, order.milliseconds, wanted=preview) as live:
            while not live.settled:
                _pump(None, live, attempt)
            begun = time.monotonic()
            self._busy_until = begun + lasts + _SETTLE
            ends = begun + min(lasts + _OVERRUN, patience.left + _PAST_DEADLINE)
            with Exchange(request) as exchange:
                while not exchange.done:
                    if time.monotonic() > ends:
                        raise DeviceSilent("the device does not end its capture")
                    _pump(exchange, live, attempt)
            self._busy_until = 0.0
            return answer(exchange, tolerant=self._settings.tolerant)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What all the RCAPTUREs of one capture share."""

    session: Session
    plan: Plan
    bond: Bond
    patience: Patience
    guide: Guide


def _pump(exchange: Exchange | None, live: Live, attempt: _Attempt) -> None:
    """Read what arrives on either connection within one poll period."""
    if attempt.patience.cancel.is_set():
        raise CaptureCancelled("cancelled by the agent")
    open_ = [link for link in (exchange, live) if link is not None and link.open]
    readable = select.select(open_, [], [], POLL)[0]
    if live in readable:
        live.show(attempt.guide)
    live.watch()
    if exchange is not None and exchange in readable:
        exchange.read()
