"""The feed of a capture as a stream of server-sent events."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from station.guichet.feed import Feed

_POLL = 0.02  # seconds; a preview comes every 40 to 60 ms


async def followed(feed: Feed, number: int) -> AsyncIterator[str]:
    """Every event after `number` as it comes, to the last one."""
    while True:
        for event in feed.after(number):
            yield event.text()
            if event.kind == "fin":
                return
            number = event.number
        await asyncio.sleep(_POLL)
