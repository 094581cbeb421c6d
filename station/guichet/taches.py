"""What runs beside the requests of a dossier: a capture, a scan, a reading; one at a time each."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from station import heap
from station.errors import DeviceBusy, StationError
from station.guichet.feed import Feed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from uuid import UUID

    from station.bench.bench import Job
    from station.device import Told

    # does the work, telling what the device says; returns what the page shows in the end
    Work = Callable[[Callable[[Told], None]], dict[str, Any]]

_KEPT = 32  # tasks remembered, so that a page may ask how one ended
_END = 5.0  # seconds a task has to stop
_current = threading.local()


class Tache:
    """One work under way: its feed for the pages, and how it ended."""

    def __init__(self, role: str, feed: Feed, work: Work, dossier: UUID | None = None) -> None:
        self._work, self.dossier = work, dossier
        self.id, self.role, self.feed = uuid4(), role, feed
        self.done = threading.Event()
        self._jobs: list[Job[Any]] = []
        self._cancelled = False
        self._lock = threading.Lock()

    def run(self) -> None:
        """Do the work; whatever happens, the feed ends and the device is free again."""
        _current.tache = self
        said: dict[str, Any] = {"code": "STA-000", "message": "", "remede": StationError.remedy}
        try:
            said = {"code": None, **self._work(self.feed.add)}
        except StationError as error:
            said = {"code": error.code, "message": str(error), "remede": error.remedy}
        finally:
            self._forget()
            self.done.set()
            self.feed.end(said)
            heap.give_back()

    def _forget(self) -> None:
        """Let go of the pictures: those of the applicant before are nobody's business."""
        del self._work
        with self._lock:
            self._jobs.clear()

    def begun(self, job: Job[Any]) -> None:
        """Remember a job of the bench, to be cancelled with the task."""
        with self._lock:
            self._jobs.append(job)
            cancelled = self._cancelled
        if cancelled:
            job.cancel()

    def cancel(self) -> None:
        """Ask the device to stop; the feed ends with `CAP-002`."""
        with self._lock:
            self._cancelled = True
            jobs = tuple(self._jobs)
        for job in jobs:
            job.cancel()


class Taches:
    """The tasks of one session, by their identifier; one at a time on a device."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[UUID, Tache] = {}

    def start(
        self, role: str, work: Work, *, hand: bool = False, dossier: UUID | None = None
    ) -> Tache:
        """Begin `work` on the device of `role`; raises `DeviceBusy` while another runs there.

        `dossier` is whose applicant it is about: nobody else's screen shows it.
        """
        with self._lock:
            if any(t.role == role and not t.done.is_set() for t in self._kept.values()):
                raise DeviceBusy(f"{role}: a capture is under way")
            tache = Tache(role, Feed(hand=hand), work, dossier)
            self._kept[tache.id] = tache
            while len(self._kept) > _KEPT:
                self._kept.pop(next(iter(self._kept)))
        threading.Thread(target=tache.run, daemon=True).start()
        return tache

    def named(self, number: UUID) -> Tache | None:
        """The task called `number`, None when it is forgotten."""
        return self._kept.get(number)

    def running(self, dossier: UUID, roles: Collection[str]) -> Tache | None:
        """What runs for `dossier` on one of the devices called `roles`, if anything does."""
        with self._lock:
            for tache in self._kept.values():
                if (tache.dossier, tache.done.is_set()) == (dossier, False) and tache.role in roles:
                    return tache
        return None

    def abandon(self, dossier: UUID) -> None:
        """Cancel what runs for a dossier that takes nothing any more."""
        for tache in tuple(self._kept.values()):
            if tache.dossier == dossier:
                tache.cancel()

    def stop(self) -> None:
        """Cancel everything and wait until it has ended."""
        for tache in tuple(self._kept.values()):
            tache.cancel()
        for tache in tuple(self._kept.values()):
            tache.done.wait(_END)


def of_hand() -> None:
    """From here on the task of this thread speaks to a whole hand."""
    tache: Tache | None = getattr(_current, "tache", None)
    if tache is not None:
        tache.feed.hand = True


def begun(job: Job[Any]) -> None:
    """Tie a job of the bench to the task whose thread began it, if there is one."""
    tache: Tache | None = getattr(_current, "tache", None)
    if tache is not None:
        tache.begun(job)
