"""What the pages are told without asking: the lock, the link, devices, changes, codes, captures."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterator

_QUEUED = 500  # news a page may lag behind; then it is told to look anew


@dataclass(frozen=True, slots=True)
class Nouvelle:
    """One thing to tell; `kind` is the name of the server-sent event."""

    kind: str
    said: dict[str, Any] = field(repr=False)

    def text(self) -> str:
        """The event as it goes over the line (HTML standard, §9.2)."""
        return f"event: {self.kind}\ndata: {json.dumps(self.said, ensure_ascii=False)}\n\n"


class Nouvelles:
    """Tells every page that listens, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[_Listener] = set()

    def tell(self, kind: str, **said: Any) -> None:
        """Say it to all who listen now."""
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener.hear(Nouvelle(kind, said))

    @property
    def listeners(self) -> int:
        """How many pages listen."""
        return len(self._listeners)

    async def heard(self) -> AsyncGenerator[Nouvelle]:
        """Everything that is said from now on."""
        with self._listening() as listener:
            while True:
                yield await listener.next()

    async def followed(self) -> AsyncIterator[str]:
        """The same as text of server-sent events."""
        async with aclosing(self.heard()) as heard:
            async for news in heard:
                yield news.text()

    @contextmanager
    def _listening(self) -> Iterator[_Listener]:
        listener = _Listener(asyncio.get_running_loop())
        with self._lock:
            self._listeners.add(listener)
        try:
            yield listener
        finally:
            with self._lock:
                self._listeners.discard(listener)


class _Listener:
    """One page; woken in its own event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._queue: asyncio.Queue[Nouvelle] = asyncio.Queue()

    def hear(self, news: Nouvelle) -> None:
        """Take it, in whatever thread; a loop that has ended hears nothing."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._put, news)

    async def next(self) -> Nouvelle:
        return await self._queue.get()

    def _put(self, news: Nouvelle) -> None:
        if self._queue.qsize() >= _QUEUED:
            while not self._queue.empty():
                self._queue.get_nowait()
            news = Nouvelle("recharger", {})
        self._queue.put_nowait(news)
