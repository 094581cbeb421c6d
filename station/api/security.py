"""Who may call: this machine, from the station's own page, with the token of this start.

Loopback alone is not enough: any page in the agent's browser can send requests there. So the Host
must be loopback (no DNS rebinding), a foreign Origin is refused, and the token travels in a header
that no form and no other site can set. There is no CORS: nobody else has business here.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from fastapi import Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers, MutableHeaders

from station.api.errors import NO_TOKEN, TOO_LARGE, WRONG_HOST, WRONG_ORIGIN, Refused, refusal

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from station.api.errors import Refusal

_LOOPBACK = {"127.0.0.1", "localhost"}
_MAX_BODY = 64 * 1024  # bytes
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_bearer = HTTPBearer(auto_error=False)
_header = APIKeyHeader(name="X-Station-Token", auto_error=False)


@dataclass(frozen=True, slots=True)
class Guard:
    """Asks for the token of this start: `Authorization: Bearer …` or `X-Station-Token`."""

    token: str

    def __call__(
        self,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
        header: Annotated[str | None, Security(_header)],
    ) -> None:
        """Refuse what does not carry the token."""
        given = bearer.credentials if bearer is not None else header or ""
        if not secrets.compare_digest(given.encode(), self.token.encode()):
            raise Refused(NO_TOKEN)


@dataclass(frozen=True, slots=True)
class OwnPageOnly:
    """Around the whole application: what comes from elsewhere never reaches it."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse; every answer carries the same strict headers."""

        async def strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        why = objection(Headers(scope=scope)) if scope["type"] == "http" else None
        app = self.app if why is None else refusal(why)
        await app(scope, receive, strict)


def objection(headers: Headers) -> Refusal | None:
    """What speaks against a request with these headers, or None."""
    host = headers.get("host", "")
    if _hostname(host) not in _LOOPBACK:
        return WRONG_HOST
    if headers.get("origin", f"http://{host}") != f"http://{host}":
        return WRONG_ORIGIN
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers or not length.isdigit() or int(length) > _MAX_BODY:
        return TOO_LARGE
    return None


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:  # a bracket that is never closed
        return None
