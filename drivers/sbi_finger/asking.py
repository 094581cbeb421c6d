"""One question to a device service, and the JSON that answers it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from drivers.transport.http_link import Exchange, Request
from drivers.wire import sbi_json
from station.errors import CaptureCancelled, DeviceLost, DeviceSilent, ProtocolError

if TYPE_CHECKING:
    from threading import Event

_OK = 200


def ask(request: Request, seconds: float, tolerant: bool, cancel: Event | None = None) -> Any:
    """The JSON that answers `request`.

    Raises `DeviceSilent` when it has not come whole within `seconds`, `CaptureCancelled`, and
    what `answer` raises.
    """
    ends = time.monotonic() + seconds
    with Exchange(request) as exchange:
        while not exchange.done:
            if cancel is not None and cancel.is_set():
                raise CaptureCancelled("cancelled by the agent")
            if time.monotonic() > ends:
                raise DeviceSilent(f"no answer to {request.method}")
            exchange.wait()
        return answer(exchange, tolerant=tolerant)


def answer(exchange: Exchange, *, tolerant: bool) -> Any:
    """The JSON of a finished exchange; raises `DeviceLost` or `ProtocolError`.

    Strict: one whole message of HTTP and nothing after it. Tolerant: whatever came.
    """
    method, status = exchange.request.method, exchange.status
    if status is None and not exchange.flaw:
        raise DeviceLost(f"{method}: the service closed the connection")
    if status != _OK:  # a redirection is never followed
        raise ProtocolError(f"{method}: {exchange.flaw or f'HTTP status {status}'}")
    if tolerant:
        return sbi_json.value(exchange.body() + exchange.stray(), tolerant=True)
    if exchange.flaw or exchange.stray().strip():
        raise ProtocolError(f"{method}: {exchange.flaw or 'bytes after the answer'}")
    return sbi_json.value(exchange.body())
