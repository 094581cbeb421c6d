"""The local HTTP interface: health of the devices, captures, the queue, one plain page."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, FastAPI, Response

from station.api import queue
from station.api.captures import Captures
from station.api.errors import explain_errors
from station.api.health import Health
from station.api.security import Guard, OwnPageOnly

if TYPE_CHECKING:
    from collections.abc import Callable

    from station.api.ports import StationPorts

_PAGES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/devices.js": ("devices.js", "text/javascript; charset=utf-8"),
    "/style.css": ("style.css", "text/css; charset=utf-8"),
    "/icone.svg": ("icone.svg", "image/svg+xml"),
}


def create_app(ports: StationPorts, token: str) -> FastAPI:
    """The application; every route under /api wants `token`."""
    app = FastAPI(
        title="dr-station",
        description="Interface locale de la station.",
        docs_url=None,
        redoc_url=None,
    )
    captures = Captures(ports)
    api = APIRouter(prefix="/api", dependencies=[Depends(Guard(token))])
    api.include_router(Health(ports, captures.busy).router())
    api.include_router(captures.router())
    api.include_router(queue.router(ports.queue))
    app.include_router(api)
    for path, (name, kind) in _PAGES.items():
        app.add_api_route(path, _page(name, kind), include_in_schema=False)
    explain_errors(app)
    app.add_middleware(OwnPageOnly)
    return app


def _page(name: str, kind: str) -> Callable[[], Response]:
    content = (resources.files("station.api") / "static" / name).read_bytes()

    def page() -> Response:
        return Response(content, media_type=kind)

    return page
