"""One scan over eSCL: begun, fetched page by page, and on every way out the scanner is free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.document_scanner.service import (
    BUSY,
    CREATED,
    GONE,
    NOT_FOUND,
    OK,
    refusal,
    trouble,
)
from drivers.document_scanner.stack import Stack
from drivers.wire.escl import Source, Trouble
from station.device import Guidance
from station.errors import DeviceBusy, FeederEmpty, ProtocolError

if TYPE_CHECKING:
    from drivers.document_scanner.service import Service
    from drivers.transport.http_device import Answer
    from drivers.wire.escl import Status, Wanted
    from drivers.wire.page import Asked
    from station.capture import Sample
    from station.device import Guide, Patience

_FIRST, _OURS, _THEIRS = 0.25, 2.0, 5.0  # seconds before asking again: first, longest
_RESERVE = 1.0  # seconds that must be left after a pause: else the scanner is busy
_EARLY, _EARLY_PAUSE = 4, 0.3  # how often 404 is not believed while the job runs, and seconds


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of the scanner, and what its pages must be; `feels_paper` as it says."""

    wanted: Wanted
    asked: Asked
    feels_paper: bool


class Scan:
    """The state of one job at a scanner; `pages` runs it."""

    def __init__(self, service: Service, plan: Plan, patience: Patience, guide: Guide) -> None:
        self._service, self._plan = service, plan
        self._patience, self._guide = patience, guide
        self._source = plan.wanted.source
        self._stack = Stack(plan.asked, guide)
        self._pause = _FIRST
        self._job = ""
        self._ended = False

    def pages(self) -> tuple[Sample, ...]:
        """Every page of the job; none is kept when one fails. Raises as `Device.capture` does."""
        self._wait_until_free()
        try:
            with self._stack:
                self._begin()
                self._fetch()
        finally:
            if self._job and not self._ended:
                self._service.cancel(self._job)
        return self._stack.samples

    def _wait_until_free(self) -> None:
        status = self._look(Trouble.EMPTY if self._plan.feels_paper else None)
        while status.working:
            self._wait()
            status = self._look()

    def _begin(self) -> None:
        wanted, check = self._plan.wanted, self._patience.check
        while (answer := self._service.begin(wanted, check)).status == BUSY:
            self._look(Trouble.EMPTY)
            self._wait(answer)
        if answer.status != CREATED:
            raise self._refusal(answer, "ScanJobs")
        self._job = self._service.job(answer)
        self._patience.check()
        self._guide(Guidance.SCANNING)

    def _fetch(self) -> None:
        while (page := self._next()) is not None:
            self._stack.keep(page)
            if self._source is Source.PLATEN:
                return  # some scanners would begin once more if asked for the end

    def _next(self) -> bytes | None:
        """The next page; None at the end of the job."""
        early, self._pause = _EARLY, _FIRST
        most, check = self._stack.most_bytes, self._patience.check
        while True:
            answer = self._service.page(self._job, most, check, self._heard)
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

    def _heard(self, got: int, due: int | None) -> None:
        self._stack.progress(100 * got // due if due else 0)

    def _is_over(self, tries: int) -> bool:
        """Whether 404 means the end: some scanners say it when the next sheet is on its way."""
        status = self._look()
        found = status.trouble(self._source)
        if tries and found is None and status.runs(self._job):
            self._patience.cancel.wait(_EARLY_PAUSE)
            return False
        self._ended = True
        if not self._stack and self._source is Source.FEEDER:
            raise FeederEmpty("no sheet in the feeder")
        if not self._stack:
            raise ProtocolError("the job ended without a page")
        return True

    def _look(self, *also: Trouble | None) -> Status:
        """Ask how the scanner is; raises what it stands still for, an empty feeder on request."""
        status = self._service.status(self._patience.check)
        found = status.trouble(self._source)
        if found is not None and (found is not Trouble.EMPTY or found in also):
            raise trouble(found)
        return status

    def _refusal(self, answer: Answer, command: str) -> Exception:
        self._look(None if self._stack else Trouble.EMPTY)
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
