"""The agent of the moment: logged in by card and PIN, gone when the card is.

Login is the card's PIN, a fresh challenge signed by its authentication key, and both certificates
checked by `station.agents`. The monitor of the readers, and a look at the card several times a
second, tell when it is gone or was swapped: the session is locked and the draft stays. Only the
same card, by its certificate and not by its ATR, may log in to a locked session.
"""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from cryptography import x509

from station.agents.admission import check_one_holder
from station.agents.revocation import UNCHECKED
from station.config import CARTE
from station.device import CardKey, ReaderChange
from station.errors import (
    CardUnknown,
    DeviceLost,
    LastTry,
    PinBlocked,
    SealError,
    SessionLocked,
    StationError,
)
from station.seal.keys import check_signature

if TYPE_CHECKING:
    from station.agents.admission import Agent, Trust
    from station.agents.revocation import Freshness
    from station.bench.bench import Bench
    from station.bench.reader_watch import ReaderWatch
    from station.device import PinStatus

_WATCH = 0.25  # seconds between two looks at the card
_TYPING = 30  # seconds to type a PIN on the reader
_CHALLENGE = 32  # bytes
_GONE = {ReaderChange.CARD_LEFT, ReaderChange.READER_LEFT}


@dataclass(frozen=True, slots=True)
class _Card:
    """The card of the session, from the moment it was met."""

    agent: Agent
    certificate: x509.Certificate  # of its signature key
    reader: str
    since: float  # of the monotonic clock, seconds


class Session:
    """One agent's card in its reader; leaving the `with` block logs out.

    `watch` may be None where the reader is none of PC/SC.
    """

    def __init__(self, bench: Bench, trust: Trust, watch: ReaderWatch | None = None) -> None:
        self._bench, self._trust, self._watch = bench, trust, watch
        self._locked, self._closed = threading.Event(), threading.Event()
        self._threads = [threading.Thread(target=self._look, daemon=True)]
        if watch is not None:
            self._threads.append(threading.Thread(target=self._listen, daemon=True))
        self._blind = threading.Event()
        self._card: _Card | None = None
        self.freshness: Freshness = UNCHECKED

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._closed.set()
        if self._watch is not None:
            self._watch.events.put(None)
        for thread in self._threads:
            thread.join()
        self.lock()

    def pin_status(self) -> PinStatus:
        """How many tries are left, to be shown before a PIN is asked for; spends none."""
        status: PinStatus = self._bench.call(CARTE, "pin_status")
        return status

    def login(self, pin: bytearray | None, *, last_try: bool = False) -> Agent:
        """Open the session, or open it again; wipes `pin`, whatever happens.

        None has the PIN typed on the keys of the reader, which must have some.
        Raises leaves of `CardError`, `DeviceError` and `SealError`: `LastTry` unless `last_try`
        says that the last one may be spent, `SessionLocked` for a card other than the first.
        """
        try:
            return self._login(pin, last_try=last_try)
        except BaseException:
            if self._card is None or self.locked:
                self._log_out()
            raise
        finally:
            _wipe(pin)

    @property
    def agent(self) -> Agent:
        """Who is logged in; raises `SessionLocked` when nobody is."""
        return self._open_card().agent

    @property
    def locked(self) -> bool:
        """Whether the session has ended."""
        return self._locked.is_set()

    def check(self) -> None:
        """Raise `SessionLocked` once the session has ended."""
        self._open_card()

    def signer(self, pin: bytearray | None, *, last_try: bool = False) -> CardSigner:
        """What signs one sealing with the card, after the PIN was asked again; wipes `pin`."""
        try:
            certificate = self._open_card().certificate
            self._verify(pin, last_try=last_try)
        finally:
            _wipe(pin)
        return CardSigner(certificate, self)

    def sign(self, message: bytes) -> bytes:
        """Sign with the card's signature key, which then forgets the PIN.

        Raises `SessionLocked` when the card is gone.
        """
        self.check()
        try:
            signature: bytes = self._bench.call(CARTE, "sign", CardKey.SIGNATURE, message)
        finally:
            with suppress(StationError):  # a card that is gone has forgotten
                self._bench.call(CARTE, "forget_pin")
        return signature

    def lock(self) -> None:
        """End the session and have the card forget its PIN."""
        if not self._locked.is_set():
            self._locked.set()
            self._log_out()

    def _login(self, pin: bytearray | None, *, last_try: bool) -> Agent:
        if self._blind.is_set():
            raise DeviceLost("nothing watches the card readers any more")
        first, since = self._card, time.monotonic()
        now = datetime.now(UTC)
        login, signature = self._certificates()
        ages = [self._trust.check(one, now) for one in (login, signature)]
        check_one_holder(login, signature)
        agent = self._trust.agent(signature)
        if first is not None and first.agent != agent:
            raise SessionLocked("the session is of another agent's card")
        reader = self._bench.info(CARTE).vendor
        self._verify(pin, last_try=last_try)
        self._challenge(login)
        self._card, self.freshness = _Card(agent, signature, reader, since), max(ages, key=_days)
        self._locked.clear()
        return agent

    def _verify(self, pin: bytearray | None, *, last_try: bool) -> None:
        status = self.pin_status()
        if status.blocked:
            raise PinBlocked("the PIN is blocked")
        if status.tries == 1 and not last_try:
            raise LastTry("one try is left before the PIN is blocked")
        if pin is None:
            self._bench.pin_on_pad(CARTE, _TYPING)
        else:
            self._bench.call(CARTE, "verify_pin", pin)

    def _challenge(self, certificate: x509.Certificate) -> None:
        challenge = secrets.token_bytes(_CHALLENGE)
        answer = self._bench.call(CARTE, "sign", CardKey.AUTHENTICATION, challenge)
        try:
            check_signature(certificate, challenge, answer)
        except SealError as error:
            raise CardUnknown("its key does not match its certificate") from error

    def _certificates(self) -> tuple[x509.Certificate, x509.Certificate]:
        """For login, and for signature."""
        held: dict[CardKey, bytes] = self._bench.call(CARTE, "certificates")
        try:
            login, signature = (
                x509.load_der_x509_certificate(held[key])
                for key in (CardKey.AUTHENTICATION, CardKey.SIGNATURE)
            )
        except KeyError as error:
            raise CardUnknown("it lacks a certificate, for login or for signature") from error
        except (ValueError, x509.InvalidVersion) as error:
            raise CardUnknown("its certificate is not X.509") from error
        return login, signature

    def _open_card(self) -> _Card:
        if self.locked or self._card is None:
            raise SessionLocked("no agent card session")
        return self._card

    def _log_out(self) -> None:
        with suppress(StationError):  # the card is gone, and its PIN with it
            self._bench.call(CARTE, "logout")

    def _look(self) -> None:
        """Ask for the card again and again: what a reader did not notice, its driver may."""
        while not self._closed.wait(_WATCH):
            if self._card is None or self.locked:
                continue
            try:
                present = self._bench.call(CARTE, "present")
            except StationError:
                present = False
            if not present:
                self.lock()

    def _listen(self) -> None:
        """Lock when the monitor says that the card is gone, or says nothing more."""
        watch = self._watch
        if watch is None:
            return
        while (event := watch.events.get()) is not None:
            card = self._card
            if card is None or event.at < card.since or event.change not in _GONE:
                continue
            if event.reader == card.reader:
                self.lock()
        if not self._closed.is_set():
            self._blind.set()
            self.lock()


@dataclass(frozen=True, slots=True)
class CardSigner:
    """The agent's card as one signature of a package."""

    certificate: x509.Certificate
    session: Session

    def sign(self, message: bytes) -> bytes:
        """Sign `message`, SHA-256; see `Session.sign`."""
        return self.session.sign(message)


def _days(freshness: Freshness) -> int:
    return freshness.days


def _wipe(pin: bytearray | None) -> None:
    """Overwrite our copy: the worker wiped only its own."""
    if pin is not None:
        pin[:] = bytes(len(pin))
