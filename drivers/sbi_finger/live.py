"""The live preview: shown while it lasts, never a reason for a capture to fail."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Self

from drivers.sbi_finger import picture
from drivers.transport.http_link import Exchange, Request
from drivers.wire import sbi
from drivers.wire.sbi_stream import MAX_PICTURE, Parts
from station.device import Preview
from station.errors import DeviceError, ProtocolError

if TYPE_CHECKING:
    from drivers.sbi_finger.service import Session
    from station.device import Guide
    from station.errors import StationError

logger = logging.getLogger(__name__)

_FIRST, _NEXT = 3.0, 2.0  # seconds without a picture before it is noted
_PERIOD = 0.04  # seconds between two pictures shown
_OK = 200


class Live:
    """STREAM on a connection of its own, open as long as the capture it belongs to.

    The service frees the device when the stream goes, so the connection is kept and drained
    even when what it carries makes no sense.
    """

    def __init__(
        self, session: Session, sub_id: str, milliseconds: int, *, wanted: bool = True
    ) -> None:
        body = sbi.stream(session.target(sub_id), milliseconds)
        path = sbi.PATHS[sbi.STREAM]
        self._exchange = Exchange(Request(session.port, sbi.STREAM, path, body, 2 * MAX_PICTURE))
        self._parts: Parts | None = Parts()
        self._wanted = wanted
        self._due = 0.0
        self._shown = 0.0

    def __enter__(self) -> Self:
        self._due = time.monotonic() + _FIRST
        if not self._wanted:
            self._exchange.__exit__()
            return self
        try:
            self._exchange.__enter__()
        except DeviceError as error:
            self._give_up(error)
        return self

    def __exit__(self, *exc: object) -> None:
        self._exchange.__exit__(*exc)

    @property
    def open(self) -> bool:
        """Whether something may still arrive."""
        return self._exchange.open

    @property
    def settled(self) -> bool:
        """The service has taken up the stream or refused it, or has had time to."""
        answered = self._exchange.status is not None or not self.open
        return answered or time.monotonic() > self._due

    def fileno(self) -> int:
        """For `select`."""
        return self._exchange.fileno()

    def show(self, guide: Guide) -> None:
        """Read what has arrived and hand on the newest picture."""
        if self._parts is None:
            self._exchange.drain()
            return
        try:
            self._exchange.read()
            pictures = self._pictures(self._exchange.body())
        except DeviceError as error:
            self._give_up(error)
            return
        now = time.monotonic()
        if pictures:
            self._due = now + _NEXT
        if pictures and now - self._shown >= _PERIOD:
            self._shown = now
            self._hand_on(pictures[-1], guide)

    def watch(self) -> None:
        """Note it once when no picture has come for long."""
        if self._parts is not None and self.open and time.monotonic() > self._due:
            self._give_up(ProtocolError("no picture"))

    def _pictures(self, data: bytes) -> list[bytes]:
        if self._parts is None or self._exchange.status != _OK:
            return []
        pictures = self._parts.feed(data)
        if self._parts.ended:
            self._give_up(ProtocolError("the service ended it"))
        return pictures

    def _hand_on(self, jpeg: bytes, guide: Guide) -> None:
        try:
            small = picture.preview(jpeg)
        except ProtocolError as error:
            logger.info("a picture of the preview is dropped: %s", error)
            return
        guide(Preview(small))

    def _give_up(self, why: StationError) -> None:
        logger.info("no preview: %s", why)
        self._parts = None
