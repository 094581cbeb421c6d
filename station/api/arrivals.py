"""Files on their way in: few at a time, and none for ever, so that memory has a bound."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from station.api.errors import BUSY, refusal

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

AT_ONCE: Final = 4
SECONDS: Final = 20.0  # from this machine to itself, a file takes less than one


@dataclass(slots=True)
class FewAtOnce:
    """Around what takes a file: at most `AT_ONCE` whose body has not come whole within `SECONDS`.

    One more is refused at once; one that is late is given up, and then it is malformed.
    """

    app: ASGIApp
    arriving: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if self.arriving >= AT_ONCE:
            await refusal(BUSY)(scope, receive, send)
            return
        self.arriving += 1
        whole, end = False, time.monotonic() + SECONDS

        def arrived() -> None:
            nonlocal whole
            if not whole:
                whole = True
                self.arriving -= 1

        async def part() -> Message:
            if whole:
                return await receive()
            async with asyncio.timeout(max(0.0, end - time.monotonic())):
                message = await receive()
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                arrived()
            return message

        try:
            await self.app(scope, part, send)
        finally:
            arrived()
