"""The face that follows the rules: routes with the verbs of SBI, on Uvicorn's h11 parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from simulators.sbi.model import VERBS, Asked, Reply

if TYPE_CHECKING:
    import socket

    from simulators.sbi.model import Model

_MULTIPART = "multipart/x-mixed-replace; boundary=--BoundaryString"


class AsgiFace:
    """A service that an HTTP library sends: what it says may be wrong, how it says it is not."""

    def __init__(self, model: Model, port: int) -> None:
        self._model, self._port = model, port
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

    @property
    def ready(self) -> bool:
        """Whether it takes requests."""
        return self._server.started

    def run(self, listener: socket.socket) -> None:
        """Serve until `stop`."""
        self._server.run(sockets=[listener])

    def stop(self) -> None:
        """End `run`; from any thread."""
        self._server.should_exit = True

    def open_again(self) -> None:
        """Nothing: this face never closes its port."""

    def _app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)
        for path, verbs in VERBS.items():
            app.api_route(path, methods=list(verbs), include_in_schema=False)(self._answer)
        return app

    async def _answer(self, request: Request) -> Response:
        headers = request.headers
        asked = Asked(
            verb=request.method,
            path=request.url.path,
            host=headers.get("host", ""),
            origin=headers.get("origin", ""),
            body=await request.body(),
        )
        reply = await self._model.reply(asked, self._port)
        if not isinstance(reply, Reply):
            return StreamingResponse(reply, headers={"Content-Type": _MULTIPART})
        said = {"Cache-Control": "no-store", "Location": f"http://127.0.0.1:{self._port}"}
        return Response(reply.body, reply.status, said, media_type="application/json")
