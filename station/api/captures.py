"""Captures over HTTP: start, follow live, read the figures, cancel. Never a pixel of the result."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Body, Header
from fastapi.responses import StreamingResponse

from station.api.errors import NOT_FOUND, WRONG_REQUEST, Refused, told
from station.api.events import followed
from station.api.figures import figures
from station.capture import FOUR, Finger, Hand
from station.config import EMPREINTES, PHOTO
from station.errors import DeviceBusy, ProtocolError, StationError
from station.guichet.feed import Feed

if TYPE_CHECKING:
    from station.api.ports import Job, StationPorts

_KEPT = 64  # captures remembered: figures and guidance, no pixels


FingerCode = Annotated[int | None, Body(ge=1, le=10, strict=True)]
HandName = Annotated[Hand | None, Body()]
Seconds = Annotated[float, Body(ge=1, le=120, strict=True)]
LastEvent = Annotated[int, Header(alias="Last-Event-ID", ge=0)]


class Captures:
    """The captures of this session, by their identifier."""

    def __init__(self, ports: StationPorts) -> None:
        self._ports = ports
        self._lock = threading.Lock()
        self._kept: OrderedDict[UUID, _Running] = OrderedDict()

    def router(self) -> APIRouter:
        """The routes under /api."""
        router = APIRouter(prefix="/api", tags=["captures"])
        router.post("/appareils/{name}/captures", status_code=201)(self.start)
        router.get("/captures/{number}")(self.result)
        router.get("/captures/{number}/evenements", response_class=StreamingResponse)(self.events)
        router.delete("/captures/{number}", status_code=204)(self.cancel)
        return router

    def busy(self, name: str) -> bool:
        """Whether a capture is under way on the device called `name`."""
        return any(c.name == name and not c.done for c in list(self._kept.values()))

    def start(
        self,
        name: str,
        doigt: FingerCode = None,
        main: HandName = None,
        secondes: Seconds = 30.0,
    ) -> dict[str, str]:
        """Start a capture on the device called `name`; CAP-003 while another one runs there."""
        if name not in self._ports.settings:
            raise Refused(NOT_FOUND, "appareil inconnu")
        if name not in {EMPREINTES, PHOTO}:
            raise Refused(WRONG_REQUEST, "cet appareil ne fait pas de capture")
        wanted = _wanted(doigt, main)
        if bool(wanted) != (name == EMPREINTES):
            raise Refused(
                WRONG_REQUEST, "un doigt ou une main pour des empreintes, et elles seules"
            )
        with self._lock:
            if self.busy(name):
                raise DeviceBusy(f"{name}: a capture is under way")
            number = uuid4()
            job = self._ports.devices.capture(name, wanted, secondes)
            self._kept[number] = _Running(name, wanted, job)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)[1].cancel()
        return {"id": str(number)}

    def result(self, number: UUID) -> dict[str, Any]:
        """What the capture gave: sizes and quality figures; its error as code and remedy."""
        capture = self._named(number)
        if capture.error is not None:
            raise capture.error
        if capture.figures is None:
            return {"etat": "en cours"}
        return {"etat": "termine", **capture.figures}

    async def events(self, number: UUID, last: LastEvent = 0) -> StreamingResponse:
        """Guidance and previews as server-sent events; `fin` ends the stream."""
        feed = self._named(number).feed
        return StreamingResponse(followed(feed, last), media_type="text/event-stream")

    def cancel(self, number: UUID) -> None:
        """Stop the capture; its result is then CAP-002."""
        self._named(number).cancel()

    def _named(self, number: UUID) -> _Running:
        try:
            return self._kept[number]
        except KeyError:
            raise Refused(NOT_FOUND, "capture inconnue") from None


class _Running:
    """One capture, heard in a thread of its own so that nothing piles up unheard."""

    def __init__(self, name: str, wanted: tuple[Finger, ...], job: Job) -> None:
        self.name = name
        self._wanted = wanted
        self.feed = Feed(hand=len(wanted) > 1)
        self.figures: dict[str, Any] | None = None
        self.error: StationError | None = None
        self._job: Job | None = job
        threading.Thread(target=self._hear, args=(job,), daemon=True).start()

    @property
    def done(self) -> bool:
        return self._job is None

    def cancel(self) -> None:
        job = self._job
        if job is not None:
            job.cancel()

    def _hear(self, job: Job) -> None:
        while (said := job.events.get()) is not None:
            self.feed.add(said)
        try:
            self.figures = figures(job.result.result(), self._wanted)
        except StationError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 (else the device would stay busy for good)
            self.error = ProtocolError(f"not a capture: {type(error).__name__}")
        self._job = None  # and the pixels with it
        self.feed.end({"code": None} if self.error is None else told(self.error))


def _wanted(doigt: int | None, main: Hand | None) -> tuple[Finger, ...]:
    """The fingers of an order; raises `Refused` when it names a finger and a hand."""
    if doigt is not None and main is not None:
        raise Refused(WRONG_REQUEST, "un doigt ou une main, pas les deux")
    if main is not None:
        return FOUR[main]
    return () if doigt is None else (Finger(doigt),)
