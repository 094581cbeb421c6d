"""Captures over HTTP: start, follow live, read the figures, cancel. Never a pixel of the result."""

from __future__ import annotations

import asyncio
import base64
import json
from collections import OrderedDict
from queue import Empty
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import cv2
from fastapi import APIRouter, Body, HTTPException
from fastapi.responses import StreamingResponse

from station.capture import Finger
from station.config import EMPREINTES
from station.device import Guidance
from station.errors import StationError
from station.quality.face import assess_face
from station.quality.finger import assess_finger

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from station.bench.bench import Bench, Job
    from station.capture import Capture

_KEPT = 16  # captures remembered; the pixels of each go with it
_POLL = 0.05  # seconds

FingerCode = Annotated[int | None, Body(ge=1, le=10)]
Seconds = Annotated[float, Body(ge=1, le=120)]


class Captures:
    """The captures of this session, by their identifier."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._jobs: OrderedDict[str, tuple[str, Job]] = OrderedDict()

    def router(self) -> APIRouter:
        """The routes under /api."""
        router = APIRouter(tags=["captures"])
        router.post("/appareils/{name}/captures", status_code=201)(self.start)
        router.get("/captures/{number}")(self.result)
        router.get("/captures/{number}/evenements")(self.events)
        router.delete("/captures/{number}", status_code=204)(self.cancel)
        return router

    def start(
        self, name: str, doigt: FingerCode = None, secondes: Seconds = 30.0
    ) -> dict[str, str]:
        """Start a capture on the device called `name`."""
        if name not in self._bench.names:
            raise HTTPException(404, "appareil inconnu")
        wanted = () if doigt is None else (Finger(doigt),)
        if bool(wanted) != (name == EMPREINTES):
            raise HTTPException(422, "doigt attendu pour des empreintes, et pour elles seules")
        number = str(uuid4())
        self._jobs[number] = (name, self._bench.capture(name, wanted, secondes))
        while len(self._jobs) > _KEPT:
            self._jobs.popitem(last=False)[1][1].cancel()
        return {"id": number}

    def result(self, number: str) -> dict[str, Any]:
        """What the capture gave: sizes and quality figures; its error as code and remedy."""
        name, job = self._job(number)
        if not job.result.done():
            return {"etat": "en cours"}
        return {"etat": "termine", **_described(name, job.result.result())}

    async def events(self, number: str) -> StreamingResponse:
        """Guidance and previews as server-sent events; `fin` ends the stream."""
        _, job = self._job(number)
        return StreamingResponse(_follow(job), media_type="text/event-stream")

    def cancel(self, number: str) -> None:
        """Stop the capture; its result is then CAP-002."""
        self._job(number)[1].cancel()

    def _job(self, number: str) -> tuple[str, Job]:
        if number not in self._jobs:
            raise HTTPException(404, "capture inconnue")
        return self._jobs[number]


def _described(name: str, capture: Capture) -> dict[str, Any]:
    sample = capture.samples[0]
    report = (assess_finger if name == EMPREINTES else assess_face)(sample)
    return {
        "largeur": sample.pixels.shape[1],
        "hauteur": sample.pixels.shape[0],
        "verdict": report.verdict.name,
        "raisons": report.reasons,
        "mesures": {
            f.measure.name: {
                "value": f.measure.value,
                "unit": f.measure.unit,
                "algorithm": f.measure.algorithm.name,
                "version": f.measure.algorithm.version,
                "verdict": f.verdict.name,
            }
            for f in report.findings
        },
    }


async def _follow(job: Job) -> AsyncIterator[str]:
    while True:
        try:
            told = job.events.get_nowait()
        except Empty:
            await asyncio.sleep(_POLL)
            continue
        if told is None:
            break
        if isinstance(told, Guidance):
            yield _event("consigne", {"consigne": told})
        else:
            _, jpeg = cv2.imencode(".jpg", told.pixels)
            yield _event("apercu", {"jpeg": base64.b64encode(jpeg.tobytes()).decode()})
    yield _event("fin", _ending(job))


def _ending(job: Job) -> dict[str, Any]:
    error = job.result.exception()
    if isinstance(error, StationError):
        return {"code": error.code, "message": str(error), "remede": error.remedy}
    return {"code": None}


def _event(kind: str, said: dict[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(said, ensure_ascii=False)}\n\n"
