"""One scan: a job is begun, its pages are fetched, and on every way out the scanner is free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from drivers.document_scanner.service import (
    BUSY,
    CREATED,
    GONE,
    NOT_FOUND,
    OK,
    refusal,
    trouble,
)
from drivers.wire.escl import Source, Trouble
from drivers.wire.page import decode
from drivers.wire.scan_port import MAX_PAGES
from station.capture import Sample
from station.device import Guidance, Preview, Progress
from station.errors import DeviceBusy, FeederEmpty, ProtocolError, TooManyPages

if TYPE_CHECKING:
    import numpy.typing as npt

    from drivers.document_scanner.service import Service
    from drivers.transport.http_device import Answer
    from drivers.wire.escl import Status, Wanted
    from drivers.wire.page import Asked
    from station.device import Guide, Patience

_SPARE = 1 << 20  # bytes of a page beside three for each pixel
_FIRST, _OURS, _THEIRS = 0.25, 2.0, 5.0  # seconds before asking again: first, longest
_RESERVE = 0.5  # seconds that must be left after a pause: else the scanner is busy
_EARLY, _EARLY_PAUSE = 4, 0.3  # how often 404 is not believed while the job runs, and seconds
_PREVIEW = 480  # pixels of the longer side


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of the scanner, and what its pages must be; `feels_paper` as it says."""

    wanted: Wanted
    asked: Asked
    feels_paper: bool

    @property
    def most(self) -> int:
        """Bytes of a page, however badly it is compressed."""
        columns, rows = self.asked.pixels
        return 3 * columns * rows + _SPARE


class Scan:
    """The state of one job at a scanner; `pages` runs it."""

    def __init__(self, service: Service, plan: Plan, patience: Patience, guide: Guide) -> None:
        self._service, self._plan = service, plan
        self._patience, self._guide = patience, guide
        self._source = plan.wanted.source
        self._pause = _FIRST
        self._job = ""
        self._ended = False
        self._samples: list[Sample] = []

    def pages(self) -> tuple[Sample, ...]:
        """Every page of the job; none is kept when one fails. Raises as `Device.capture` does."""
        self._wait_until_free()
        try:
            self._begin()
            self._fetch()
        except BaseException:
            for sample in self._samples:
                sample.wipe()
            raise
        finally:
            if self._job and not self._ended:
                self._service.cancel(self._job)
        return tuple(self._samples)

    def _wait_until_free(self) -> None:
        status = self._look(Trouble.EMPTY if self._plan.feels_paper else None)
        while status.working:
            self._wait()
            status = self._look()

    def _begin(self) -> None:
        while (
            answer := self._service.begin(self._plan.wanted, self._patience.check)
        ).status == BUSY:
            self._look(Trouble.EMPTY)
            self._wait(answer)
        if answer.status != CREATED:
            raise self._refusal(answer, "ScanJobs")
        self._job = self._service.job(answer)
        self._guide(Guidance.SCANNING)

    def _fetch(self) -> None:
        while (page := self._next()) is not None:
            if len(self._samples) == MAX_PAGES:
                raise TooManyPages(f"more than {MAX_PAGES} pages")
            self._keep(page)
            if self._source is Source.PLATEN:
                return  # some scanners would begin once more if asked for the end

    def _next(self) -> bytes | None:
        """The next page; None at the end of the job."""
        early, self._pause = _EARLY, _FIRST
        while True:
            answer = self._service.page(
                self._job, self._plan.most, self._patience.check, self._progress()
            )
            if answer.status == OK:
                return answer.body
            if answer.status in {NOT_FOUND, GONE}:
                if self._is_over(early):
                    return None
                early -= 1
            elif answer.status == BUSY:
                self._look()
                self._wait(answer)
            else:
                raise self._refusal(answer, "NextDocument")

    def _is_over(self, tries: int) -> bool:
        """Whether 404 means the end: some scanners say it when the next sheet is on its way."""
        status = self._look()
        found = status.trouble(self._source)
        if tries and found is None and status.runs(self._job):
            self._patience.cancel.wait(_EARLY_PAUSE)
            return False
        self._ended = True
        if not self._samples and self._source is Source.FEEDER:
            raise FeederEmpty("no sheet in the feeder")
        if not self._samples:
            raise ProtocolError("the job ended without a page")
        return True

    def _keep(self, data: bytes) -> None:
        page = decode(data, self._plan.asked)
        self._samples.append(Sample(page.pixels, page.dpi))
        self._guide(Guidance.PAGE_DONE)
        self._guide(Preview(_small(page.pixels)))

    def _look(self, *also: Trouble | None) -> Status:
        """Ask how the scanner is; raises what it stands still for, an empty feeder on request."""
        status = self._service.status(self._patience.check)
        found = status.trouble(self._source)
        if found is not None and (found is not Trouble.EMPTY or found in also):
            raise trouble(found)
        return status

    def _refusal(self, answer: Answer, command: str) -> Exception:
        self._look(Trouble.EMPTY if not self._samples else None)
        return refusal(answer, command)

    def _wait(self, answer: Answer | None = None) -> None:
        """Pause before asking again; raises `DeviceBusy` when no time would be left for it."""
        theirs = "" if answer is None else answer.headers.get("retry-after", "")
        known = theirs.isascii() and theirs.isdecimal() and len(theirs) < 4
        seconds = min(max(float(theirs), _FIRST), _THEIRS) if known else self._pause
        self._pause = min(2 * self._pause, _OURS)
        if self._patience.left < seconds + _RESERVE:
            raise DeviceBusy("the scanner is at work for somebody else, or not ready yet")
        self._guide(Guidance.READY_SOON)
        self._patience.cancel.wait(seconds)
        self._patience.check()

    def _progress(self) -> _Progress:
        return _Progress(len(self._samples) + 1, self._guide)


class _Progress:
    """Tells each new percent of one page."""

    def __init__(self, page: int, guide: Guide) -> None:
        self._page, self._guide = page, guide
        self._told = -1

    def __call__(self, got: int, due: int | None) -> None:
        percent = min(100, 100 * got // due) if due else 0
        if percent > self._told:
            self._told = percent
            self._guide(Progress(self._page, percent))


def _small(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    scale = min(1.0, _PREVIEW / max(pixels.shape[:2]))
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
