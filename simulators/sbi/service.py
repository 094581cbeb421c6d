"""The HTTP side: custom verbs on Uvicorn's h11 parser, a preview stream with its odd framing."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import cv2
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from simulators.faults import Stock
from simulators.sbi.answers import Answers, failed
from simulators.sbi.faults import SbiFault
from simulators.sbi.keys import Keys
from station.capture import Hand

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from simulators.people import Person

_PORTS = range(4501, 4601)
_START = 10.0  # seconds
_FRAME = 0.05  # seconds between two frames
_FRAMES = 200
_HUGE = 80 * 1024 * 1024  # bytes
_SILENCE = 60.0  # seconds
_HANDS = {"1": Hand.LEFT, "2": Hand.RIGHT}


class SbiService:
    """A device service for the length of a `with` block; `kind` is "Slap" or "Single"."""

    def __init__(self, person: Person, kind: str = "Slap") -> None:
        self.faults: Stock[SbiFault] = Stock()
        self.errors: list[tuple[str, str]] = []  # codes and texts of captures to come
        self._keys = Keys()
        self._person = person
        self._answers = Answers(person, kind, self._keys, self.faults)
        self._busy = threading.Event()
        self._socket = _first_free()
        config = uvicorn.Config(
            self._app(),
            http="h11",  # the other parser refuses verbs it does not know
            ws="none",
            lifespan="off",
            log_level="critical",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    @property
    def port(self) -> int:
        """Where it listens, in the range of the specification."""
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        """What to put in the settings of the station, without `trust`."""
        return f"sbi://127.0.0.1:{self.port}"

    @property
    def trust(self) -> bytes:
        """The certificate of the device's provider, PEM."""
        return self._keys.trust

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + _START
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.should_exit = True
        self._thread.join(_START)
        self._socket.close()

    # --- verbs --------------------------------------------------------------------------------

    def _app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)
        for path, verbs, work in (
            ("/device", ("MOSIPDISC", "SBIDISC"), self._discovery),
            ("/info", ("MOSIPDINFO", "SBIINFO"), self._info),
            ("/capture", ("RCAPTURE",), self._capture),
            ("/stream", ("STREAM",), self._stream),
        ):
            app.api_route(path, methods=list(verbs), include_in_schema=False)(work)
        return app

    async def _discovery(self, request: Request) -> Response:
        asked = await self._asked(request)
        if asked is None or asked.get("type") not in {"Biometric Device", "Finger"}:
            return _json([{"error": {"errorCode": "502", "errorInfo": "Type"}}])
        return _json(self._answers.discovery(self.port, _version(request)))

    async def _info(self, request: Request) -> Response:
        await self._asked(request)
        return _json(self._answers.info(self.port, _version(request)))

    async def _capture(self, request: Request) -> Response:
        asked = await self._asked(request)
        if asked is None:
            return _json(failed("", "123", ""))
        if self.faults.spend(SbiFault.NEVER_ANSWERS):
            await asyncio.sleep(_SILENCE)
        if self.faults.spend(SbiFault.BUSY_ARRAY_ANSWER):
            return _json(self._answers.info(self.port, "0.9.5"))
        if self.errors:
            return _json(failed(asked["specVersion"], *self.errors.pop(0)))
        self._busy.set()
        try:
            said = await asyncio.to_thread(self._answers.capture, asked)
        finally:
            self._busy.clear()
        return self._spoilt(said)

    def _spoilt(self, said: dict[str, Any]) -> Response:
        """The answer as it goes over the line, damaged when a fault says so."""
        raw = json.dumps(said).encode()
        if self.faults.spend(SbiFault.TRUNCATED_JSON):
            raw = raw[: len(raw) // 2]
        if self.faults.spend(SbiFault.NOT_JSON):
            raw = b"<html>erreur interne</html>"
        if self.faults.spend(SbiFault.EXTRA_BYTES):
            raw += b"\r\n\r\n"
        if self.faults.spend(SbiFault.HUGE_ANSWER):
            raw = b'{"biometrics": "' + b"A" * _HUGE + b'"}'
        return Response(raw, media_type="application/json")

    async def _stream(self, request: Request) -> Response:
        asked = await self._asked(request) or {}
        hand = _HANDS.get(str(asked.get("deviceSubId")), Hand.RIGHT)
        head = "multipart/x-mixed-replace; boundary=--BoundaryString"
        return StreamingResponse(self._frames(hand), headers={"Content-Type": head})

    async def _frames(self, hand: Hand) -> AsyncIterator[bytes]:
        """A quarter of the glass in each direction, until a capture ends it."""
        if self.faults.spend(SbiFault.NO_FRAME):
            await asyncio.sleep(_SILENCE)
        grey = await asyncio.to_thread(lambda: self._person.slap(hand).pixels[::4, ::4])
        _, data = cv2.imencode(".jpg", grey)
        jpeg = data.tobytes()
        for _ in range(_FRAMES):
            body = b"\0" * len(jpeg) if self.faults.spend(SbiFault.BAD_JPEG) else jpeg
            giant = self.faults.spend(SbiFault.GIANT_FRAME)
            yield _part(body, 10**10 if giant else len(body))
            if self._busy.is_set():
                return
            await asyncio.sleep(_FRAME)

    async def _asked(self, request: Request) -> dict[str, Any] | None:
        """The body, from this computer's own client only."""
        if request.headers.get("host") != f"127.0.0.1:{self.port}":
            return None
        if "origin" in request.headers:
            return None  # a page of the web, not a station
        with suppress(ValueError):
            said = json.loads(await request.body() or b"{}")
            return said if isinstance(said, dict) else None
        return None


def _version(request: Request) -> str:
    return "0.9.5" if request.method.startswith("MOSIP") else "1.0"


def _part(body: bytes, length: int) -> bytes:
    """One frame, framed as the public mock does: no blank after the colons."""
    head = f"--BoundaryString\r\nContent-Type:image/jpeg\r\nContent-Length:{length}\r\n\r\n"
    return head.encode() + body + b"\r\n\r\n"


def _json(said: object) -> Response:
    return Response(json.dumps(said), media_type="application/json")


def _first_free() -> socket.socket:
    """The first free port of the specification's range."""
    for port in _PORTS:
        listener = socket.socket()
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            listener.close()
            continue
        return listener
    raise OSError("no free port from 4501 to 4600")
