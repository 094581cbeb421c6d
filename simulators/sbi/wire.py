"""The face that can break HTTP: bytes on a socket, with the faults that no HTTP library sends.

It is also the MOSIP mock when the profile says so: lengths counted in characters, four stray
bytes after each body, requests read in one piece, an HTTP/1.0 stream, and any origin welcome.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulators.sbi.faults import SbiFault
from simulators.sbi.model import Asked, Reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from simulators.faults import Stock
    from simulators.sbi.model import Model

_MOST = 65_536  # bytes of a request
_PIECES, _BETWEEN = 20, 0.02  # of a slow answer; seconds
_OFF = 10  # bytes that a length is wrong
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset
_STREAM_HEAD = (
    b"HTTP/1.0 200 OK\r\nServer: SPECIMEN\r\nConnection: close\r\nMax-Age: 0\r\nExpires: 0\r\n"
    b"Cache-Control: no-cache, private\r\nPragma: no-cache\r\n"
    b"Content-Type: multipart/x-mixed-replace; boundary=--BoundaryString\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        """Write, and wait until the other side takes it."""
        self.writer.write(data)
        await self.writer.drain()


class WireFace:
    """A service that writes its answers itself, byte for byte."""

    def __init__(self, model: Model, faults: Stock[SbiFault], port: int, *, mock: bool) -> None:
        self._model, self._faults, self._port, self._mock = model, faults, port, mock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None
        self._end = asyncio.Event()
        self._talks: set[asyncio.Task[None]] = set()
        self.ready = False

    def run(self, listener: socket.socket) -> None:
        """Serve until `stop`."""
        asyncio.run(self._serve(listener))

    def stop(self) -> None:
        """End `run`; from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._end.set)

    def open_again(self) -> None:
        """Listen once more, if a fault closed the port."""
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    async def _serve(self, listener: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._talk, sock=listener, limit=_MOST)
        self.ready = True
        await self._end.wait()
        self._server.close()
        for talk in list(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _listen(self) -> None:
        if self._server is None or not self._server.is_serving():
            self._server = await asyncio.start_server(
                self._talk, "127.0.0.1", self._port, limit=_MOST, reuse_address=True
            )

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._talks.add(task)
            task.add_done_callback(self._talks.discard)
        try:
            with suppress(OSError, ValueError, EOFError, asyncio.LimitOverrunError):
                await self._converse(_Line(reader, writer))
        finally:
            writer.close()

    async def _converse(self, line: _Line) -> None:
        asked = await self._asked(line.reader)
        reply = await self._model.reply(asked, self._port)
        if not isinstance(reply, Reply):
            await self._stream(line, reply)
        elif asked.verb == "RCAPTURE":
            await self._answer(line, reply)
        else:
            await line.send(self._whole(reply))
            self._refuse_from_now()

    async def _asked(self, reader: asyncio.StreamReader) -> Asked:
        """The request; the mock reads once and takes what is there."""
        if self._mock:
            head, _, body = (await reader.read(_MOST)).partition(b"\r\n\r\n")
        else:
            head = await reader.readuntil(b"\r\n\r\n")
            body = b""
        first, *lines = head.decode("latin-1").strip().split("\r\n")
        verb, path, _ = first.split(" ", 2)
        headers = {k.lower(): v.strip() for k, _, v in (text.partition(":") for text in lines)}
        if not self._mock:
            body = await reader.readexactly(int(headers.get("content-length", "0")))
        return Asked(verb, path, headers.get("host", ""), headers.get("origin", ""), body)

    def _refuse_from_now(self) -> None:
        if self._faults.spend(SbiFault.REFUSE) and self._server is not None:
            self._server.close()

    # --- answers ------------------------------------------------------------------------------

    def _head(self, reply: Reply, length: int) -> bytes:
        said = "OK" if reply.status in {200, 405} else "Forbidden"
        cors = "Access-Control-Allow-Origin: *\r\n" if self._mock else ""
        return (
            f"HTTP/1.1 {reply.status} {said}\r\nCache-Control: no-store\r\n{cors}"
            f"Location: http://127.0.0.1:{self._port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {length}\r\nConnection: Closed\r\n\r\n"
        ).encode()

    def _whole(self, reply: Reply) -> bytes:
        body = reply.body
        if self._mock:
            return self._head(reply, len(body.decode())) + body + b"\r\n\r\n"
        return self._head(reply, len(body)) + body

    async def _answer(self, line: _Line, reply: Reply) -> None:
        """The answer to a capture, as one of the faults of a connection leaves it."""
        for fault, spoil in (
            (SbiFault.RESET, self._reset),
            (SbiFault.SLOW_BYTES, self._slowly),
            (SbiFault.ENDLESS_ANSWER, self._endless),
        ):
            if self._faults.spend(fault):
                await spoil(line, reply)
                return
        await line.send(self._spoilt(reply))

    def _spoilt(self, reply: Reply) -> bytes:
        body, size = reply.body, len(reply.body)
        broken: dict[SbiFault, Callable[[], bytes]] = {
            SbiFault.CLOSE_BEFORE_BODY: lambda: self._head(reply, size),
            SbiFault.CUT_BODY: lambda: self._head(reply, size) + body[: size // 2],
            SbiFault.LENGTH_TOO_SHORT: lambda: self._head(reply, size - _OFF) + body,
            SbiFault.LENGTH_TOO_LONG: lambda: self._head(reply, size + _OFF) + body,
            SbiFault.EXTRA_BYTES: lambda: self._whole(reply) + b"\r\n\r\nstray",
            SbiFault.DOUBLE_RESPONSE: lambda: self._whole(reply) * 2,
            SbiFault.CHUNKED: lambda: _chunked(body),
            SbiFault.NOT_HTTP: lambda: b"SSH-2.0-OpenSSH_9.2\r\n",
            SbiFault.REDIRECT: lambda: _redirect(self._port),
        }
        for fault, sent in broken.items():
            if self._faults.spend(fault):
                return sent()
        return self._whole(reply)

    async def _reset(self, line: _Line, _: Reply) -> None:
        line.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        line.writer.transport.abort()

    async def _slowly(self, line: _Line, reply: Reply) -> None:
        raw = self._whole(reply)
        step = len(raw) // _PIECES + 1
        for at in range(0, len(raw), step):
            await line.send(raw[at : at + step])
            await asyncio.sleep(_BETWEEN)

    async def _endless(self, line: _Line, _: Reply) -> None:
        """Blanks, for as long as somebody reads."""
        await line.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while True:
            await line.send(b" " * 1024)
            await asyncio.sleep(_BETWEEN)

    async def _stream(self, line: _Line, parts: AsyncIterator[bytes]) -> None:
        """Until it ends, or until nobody reads."""
        await line.send(_STREAM_HEAD)
        async for part in parts:
            await line.send(part)


def _chunked(body: bytes) -> bytes:
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    half = len(body) // 2
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in (body[:half], body[half:]))
    return head + chunks + b"0\r\n\r\n"


def _redirect(port: int) -> bytes:
    return (
        f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{port + 1}/\r\n"
        "Content-Length: 0\r\nConnection: close\r\n\r\n"
    ).encode()
