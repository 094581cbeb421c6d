"""Who may call: this machine, from the station's own page, with the token of this start.

Loopback alone is not enough: any page in the agent's browser can send requests there. So the Host
must be loopback (no DNS rebinding), a foreign Origin is refused, and the token travels in a header
that no form and no other site can set.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Header, HTTPException, Request

_LOOPBACK = {"127.0.0.1", "localhost"}


@dataclass(frozen=True, slots=True)
class Guard:
    """Checks every request; `token` is made anew at each start."""

    token: str

    def place(self, request: Request) -> None:
        """Refuse what does not come from this machine's own page."""
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
        origin = request.headers.get("origin")
        if host not in _LOOPBACK:
            raise HTTPException(421, "hôte inattendu")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
            raise HTTPException(403, "origine inattendue")

    def session(self, authorization: Annotated[str, Header()] = "") -> None:
        """Refuse what does not carry the token."""
        kind, _, given = authorization.partition(" ")
        if kind != "Bearer" or not secrets.compare_digest(given.encode(), self.token.encode()):
            raise HTTPException(401, "jeton de session absent ou faux")
