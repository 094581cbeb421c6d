"""Captures over HTTP: start, follow live, read the figures, cancel. Never a pixel of the result."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Body, Header
from fastapi.responses import StreamingResponse

from station.api.errors import NOT_FOUND, WRONG_REQUEST, Refused, told
from station.api.events import Feed, followed
from station.capture import Finger, Modality
from station.config import EMPREINTES, PHOTO
from station.errors import DeviceBusy, ProtocolError, StationError
from station.quality.engines import engine
from station.quality.face import assess_face
from station.quality.finger import assess_finger

if TYPE_CHECKING:
    from station.api.ports import Job, StationPorts
    from station.capture import Capture, Sample
    from station.quality.report import QualityReport

_KEPT = 64  # captures remembered: figures and guidance, no pixels


def _assess_finger(sample: Sample) -> QualityReport:
    return assess_finger(sample, engine())


_ASSESS = {Modality.FINGER: _assess_finger, Modality.FACE: assess_face}

FingerCode = Annotated[int | None, Body(ge=1, le=10)]
Seconds = Annotated[float, Body(ge=1, le=120)]
LastEvent = Annotated[int, Header(alias="Last-Event-ID", ge=0)]


class Captures:
    """The captures of this session, by their identifier."""

    def __init__(self, ports: StationPorts) -> None:
        self._ports = ports
        self._lock = threading.Lock()
        self._kept: OrderedDict[UUID, _Running] = OrderedDict()

    def router(self) -> APIRouter:
        """The routes under /api."""
        router = APIRouter(tags=["captures"])
        router.post("/appareils/{name}/captures", status_code=201)(self.start)
        router.get("/captures/{number}")(self.result)
        router.get("/captures/{number}/evenements", response_class=StreamingResponse)(self.events)
        router.delete("/captures/{number}", status_code=204)(self.cancel)
        return router

    def busy(self, name: str) -> bool:
        """Whether a capture is under way on the device called `name`."""
        return any(c.name == name and not c.done for c in list(self._kept.values()))

    def start(
        self, name: str, doigt: FingerCode = None, secondes: Seconds = 30.0
    ) -> dict[str, str]:
        """Start a capture on the device called `name`; CAP-003 while another one runs there."""
        if name not in self._ports.settings:
            raise Refused(NOT_FOUND, "appareil inconnu")
        if name not in {EMPREINTES, PHOTO}:
            raise Refused(WRONG_REQUEST, "cet appareil ne fait pas de capture")
        if (doigt is None) == (name == EMPREINTES):
            raise Refused(WRONG_REQUEST, "doigt attendu pour des empreintes, et pour elles seules")
        wanted = () if doigt is None else (Finger(doigt),)
        with self._lock:
            if self.busy(name):
                raise DeviceBusy(f"{name}: a capture is under way")
            number = uuid4()
            job = self._ports.devices.capture(name, wanted, secondes)
            self._kept[number] = _Running(name, job)
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

    def __init__(self, name: str, job: Job) -> None:
        self.name = name
        self.feed = Feed()
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
            self.figures = _figures(job.result.result())
        except StationError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 (else the device would stay busy for good)
            self.error = ProtocolError(f"not a capture: {type(error).__name__}")
        self._job = None  # and the pixels with it
        self.feed.end({"code": None} if self.error is None else told(self.error))


def _figures(capture: Capture) -> dict[str, Any]:
    sample = capture.samples[0]
    report = _ASSESS[capture.modality](sample)
    return {
        "largeur": sample.pixels.shape[1],
        "hauteur": sample.pixels.shape[0],
        "simule": capture.device.simulated,
        "verdict": report.verdict.name,
        "raisons": report.reasons,
        "politique": report.policy,
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
