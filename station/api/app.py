"""The local HTTP interface: health of the devices, captures, the queue, one plain page."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from station.api.captures import Captures
from station.api.security import Guard
from station.errors import (
    CaptureError,
    CardError,
    CentreError,
    ConfigError,
    DeviceError,
    StationError,
)
from station.outbox.store import WAITING

if TYPE_CHECKING:
    from station.bench.bench import Bench
    from station.outbox.store import Outbox

_STATUS = {CaptureError: 409, CardError: 409, DeviceError: 503, CentreError: 503, ConfigError: 500}
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_PAGES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/devices.js": ("devices.js", "text/javascript; charset=utf-8"),
    "/style.css": ("style.css", "text/css; charset=utf-8"),
}


def create_app(bench: Bench, outbox: Outbox, token: str) -> FastAPI:
    """The application; every route but the page's own files wants `token`."""
    guard = Guard(token)
    app = FastAPI(
        title="dr-station",
        description="Interface locale de la station.",
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(guard.place)],
    )
    app.add_exception_handler(StationError, _explained)
    app.middleware("http")(_sealed_headers)
    api = APIRouter(prefix="/api", dependencies=[Depends(guard.session)])
    api.include_router(_Health(bench, outbox).router())
    api.include_router(Captures(bench).router())
    app.include_router(api)
    for path, (name, kind) in _PAGES.items():
        app.add_api_route(path, _page(name, kind), include_in_schema=False)
    return app


class _Health:
    """What works and what waits."""

    def __init__(self, bench: Bench, outbox: Outbox) -> None:
        self._bench, self._outbox = bench, outbox

    def router(self) -> APIRouter:
        router = APIRouter(tags=["état"])
        router.get("/sante")(self.health)
        router.get("/file-envoi")(self.queue)
        return router

    async def health(self) -> dict[str, Any]:
        """Each device: who it is, or the code and the remedy of what ails it."""
        names = self._bench.names
        states = await asyncio.gather(*(asyncio.to_thread(self._state, name) for name in names))
        return {"appareils": dict(zip(names, states, strict=True))}

    def queue(self) -> dict[str, Any]:
        """How many dossiers wait for the CERT, and since when the oldest does."""
        waiting = self._outbox.entries(*WAITING)
        age = (datetime.now(UTC) - waiting[0].queued_at).total_seconds() if waiting else 0
        return {"en_attente": len(waiting), "age_secondes": round(age)}

    def _state(self, name: str) -> dict[str, Any]:
        try:
            info = self._bench.info(name)
        except StationError as error:
            return {"etat": "en panne", **_told(error)}
        return {"etat": "pret", **asdict(info), "modalities": sorted(info.modalities)}


def _told(error: StationError) -> dict[str, str]:
    return {"code": error.code, "message": str(error), "remede": error.remedy}


async def _explained(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, StationError):
        raise error
    status = next((s for kind, s in _STATUS.items() if isinstance(error, kind)), 500)
    return JSONResponse(_told(error), status_code=status)


async def _sealed_headers(request: Request, call_next: Any) -> Response:
    response: Response = await call_next(request)
    response.headers.update(_HEADERS)
    return response


def _page(name: str, kind: str) -> Any:
    content = (resources.files("station.api") / "static" / name).read_bytes()

    def page() -> Response:
        return Response(content, media_type=kind)

    return page
