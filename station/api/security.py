"""Where a request may come from: this machine, and the station's own pages.

Loopback alone is not enough: any page in the agent's browser can send requests there. So the Host
must be loopback (no DNS rebinding) and a foreign Origin is refused; who may call what is the
matter of `station.api.acces`. There is no CORS: nobody else has business here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders

from station.api.arrivals import FewAtOnce
from station.api.errors import FILE_TOO_LARGE, TOO_LARGE, WRONG_HOST, WRONG_ORIGIN, refusal
from station.rules.documents import documents

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from station.api.errors import Refusal

_LOOPBACK = {"127.0.0.1", "localhost"}
_MAX_BODY = 64 * 1024  # bytes
_FILE = re.compile(r"/api/dossiers/[0-9a-f-]{36}/pieces/[A-Z_]{1,40}/fichier", re.ASCII)
_CACHE = "Cache-Control"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class OwnPageOnly:
    """Around the whole application: what comes from elsewhere never reaches it."""

    app: ASGIApp
    files: ASGIApp = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "files", FewAtOnce(self.app))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse; every answer carries the same strict headers."""

        async def strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers.setdefault(_CACHE, "no-store")  # static files say otherwise
            await send(message)

        why = objection(Headers(scope=scope), scope["path"]) if scope["type"] == "http" else None
        if why is not None:
            await refusal(why)(scope, receive, strict)
        elif scope["type"] == "http" and is_file(scope["path"]):
            await self.files(scope, receive, strict)
        else:
            await self.app(scope, receive, strict)


def objection(headers: Headers, path: str = "") -> Refusal | None:
    """What speaks against a request with these headers, or None; a file may be longer."""
    host = headers.get("host", "")
    if _hostname(host) not in _LOOPBACK:
        return WRONG_HOST
    if headers.get("origin", f"http://{host}") != f"http://{host}":
        return WRONG_ORIGIN
    if "transfer-encoding" in headers:
        return TOO_LARGE
    if is_file(path):
        return FILE_TOO_LARGE if _length(headers) > documents().pdf_recu.octets_max else None
    return TOO_LARGE if _length(headers) > _MAX_BODY else None


def is_file(path: str) -> bool:
    """Whether it is the one route that takes files."""
    return _FILE.fullmatch(path) is not None


def _length(headers: Headers) -> int:
    """Bytes of the body; the server has refused what is no number."""
    return int(headers.get("content-length", "0"))


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:  # a bracket that is never closed
        return None
