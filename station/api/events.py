"""The feed of a capture as a stream of server-sent events."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from station.guichet.feed import Feed


async def followed(feed: Feed, number: int) -> AsyncIterator[str]:
    """Every event after `number` the moment it comes, to the last one."""
    loop, news = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(news.set)

    with feed.waking(wake):
        while True:
            news.clear()
            for event in feed.after(number):
                yield event.text()
                if event.kind == "fin":
                    return
                number = event.number
            await news.wait()
