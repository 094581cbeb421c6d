"""What a capture says while it runs, as server-sent events (HTML standard, §9.2).

event: consigne   {"consigne": "place", "texte": "Posez …", "ton": "INFO"}   every one, in order
event: apercu     {"jpeg": "<base64>", "quand": 1.0}  the newest only: who is slow skips some
event: avancement {"page": 1, "pourcent": 40}    of a scan, the newest only
event: fin        {"code": null} or an error     the stream ends

`ton` is BON when nothing needs to change, ATTENTION when something does, else INFO; `quand` is when
the sensor saw the picture, in milliseconds since the epoch.
"""

from __future__ import annotations

import base64
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from station.device import Guidance, Preview, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from station.device import Told

_WORDS = 1000  # of guidance; a device that says more in one capture is not heard further
_SIDE = 640  # pixels of a preview, its longer side
_QUALITY = 72  # of its JPEG: 15 to 40 kB
_GOOD: Final = frozenset({Guidance.HOLD, Guidance.LIFT, Guidance.PAGE_DONE, Guidance.HOLD_TITLE})
_NEUTRAL: Final = frozenset(
    {
        Guidance.PLACE,
        Guidance.LOOK,
        Guidance.SHOW_CODE,
        Guidance.READY_SOON,
        Guidance.SCANNING,
        Guidance.PLACE_TITLE,
    }
)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing said; `number` grows by one with each."""

    number: int
    kind: str
    said: dict[str, Any] = field(repr=False)

    def text(self) -> str:
        """The event as it goes over the line."""
        data = json.dumps(self.said, ensure_ascii=False)
        return f"id: {self.number}\nevent: {self.kind}\ndata: {data}\n\n"


class Feed:
    """Kept for any number of listeners, early or late; of a whole hand with `hand`."""

    def __init__(self, *, hand: bool = False) -> None:
        self.hand = hand
        self._lock = threading.Lock()
        self._wakes: set[Callable[[], None]] = set()
        self._count = 0
        self._words: list[Event] = []
        self._preview: Event | None = None
        self._progress: Event | None = None
        self._end: Event | None = None

    def add(self, told: Told) -> None:
        """Take what the device says; of previews and progress only the last is kept."""
        said = _said(told, hand=self.hand)
        with self._lock:
            if isinstance(told, Preview):
                self._preview = self._numbered("apercu", said)
            elif isinstance(told, Progress):
                self._progress = self._numbered("avancement", said)
            elif len(self._words) < _WORDS:
                self._words.append(self._numbered("consigne", said))
        self._wake()

    def end(self, said: dict[str, Any]) -> None:
        """Close the feed; the last preview is somebody's face or finger, and goes."""
        with self._lock:
            self._preview = None
            self._end = self._numbered("fin", said)
        self._wake()

    @property
    def ended(self) -> dict[str, Any] | None:
        """What was said at the end; None while it goes on."""
        return None if self._end is None else self._end.said

    def after(self, number: int) -> list[Event]:
        """What was said after event `number`, oldest first."""
        with self._lock:
            kept = [*self._words, self._preview, self._progress, self._end]
        new = [event for event in kept if event is not None and event.number > number]
        return sorted(new, key=lambda event: event.number)

    @contextmanager
    def waking(self, wake: Callable[[], None]) -> Iterator[None]:
        """Call `wake`, from any thread, each time there is something new."""
        with self._lock:
            self._wakes.add(wake)
        try:
            yield
        finally:
            with self._lock:
                self._wakes.discard(wake)

    def _wake(self) -> None:
        with self._lock:
            wakes = tuple(self._wakes)
        for wake in wakes:
            wake()

    def _numbered(self, kind: str, said: dict[str, Any]) -> Event:
        self._count += 1
        return Event(self._count, kind, said)


def _said(told: Told, *, hand: bool) -> dict[str, Any]:
    if isinstance(told, Preview):
        return {"jpeg": _jpeg(told.pixels), "quand": round(told.at * 1000)}
    if isinstance(told, Progress):
        return {"page": told.page, "pourcent": told.percent}
    return {
        "consigne": told,
        "texte": told.consigne_main if hand else told.consigne,
        "ton": _tone(told),
    }


def _tone(word: Guidance) -> str:
    if word in _GOOD:
        return "BON"
    return "INFO" if word in _NEUTRAL else "ATTENTION"


def _jpeg(pixels: npt.NDArray[np.uint8]) -> str:
    """The picture, no larger than a page shows it."""
    scale = _SIDE / max(pixels.shape[:2])
    if scale < 1:
        small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        pixels = np.asarray(small, np.uint8)
    _, data = cv2.imencode(".jpg", pixels, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))
    return base64.b64encode(data.tobytes()).decode()
