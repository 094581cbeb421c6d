"""What a capture says while it runs, as server-sent events (HTML standard, §9.2).

event: consigne   {"consigne": "place", "texte": "Posez …"}   every one, in order
event: apercu     {"jpeg": "<base64>"}           the newest only: who is slow skips pictures
event: avancement {"page": 1, "pourcent": 40}    of a scan, the newest only
event: fin        {"code": null} or an error     the stream ends
"""

from __future__ import annotations

import base64
import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import cv2

from station.device import Preview, Progress

if TYPE_CHECKING:
    from station.device import Guidance, Told

_WORDS = 1000  # of guidance; a device that says more in one capture is not heard further


@dataclass(frozen=True, slots=True)
class Event:
    """One thing said; `number` grows by one with each."""

    number: int
    kind: str
    said: Preview | dict[str, Any] = field(repr=False)

    def text(self) -> str:
        """The event as it goes over the line."""
        said = {"jpeg": _jpeg(self.said)} if isinstance(self.said, Preview) else self.said
        data = json.dumps(said, ensure_ascii=False)
        return f"id: {self.number}\nevent: {self.kind}\ndata: {data}\n\n"


class Feed:
    """Kept for any number of listeners, early or late; of a whole hand with `hand`."""

    def __init__(self, *, hand: bool = False) -> None:
        self._hand = hand
        self._lock = threading.Lock()
        self._count = 0
        self._words: list[Event] = []
        self._preview: Event | None = None
        self._progress: Event | None = None
        self._end: Event | None = None

    def add(self, told: Told) -> None:
        """Take what the device says; of previews and progress only the last is kept."""
        with self._lock:
            if isinstance(told, Preview):
                self._preview = self._numbered("apercu", told)
            elif isinstance(told, Progress):
                said = {"page": told.page, "pourcent": told.percent}
                self._progress = self._numbered("avancement", said)
            elif len(self._words) < _WORDS:
                self._words.append(self._numbered("consigne", self._instruction(told)))

    def end(self, said: dict[str, Any]) -> None:
        """Close the feed; the last preview is somebody's face or finger, and goes."""
        with self._lock:
            self._preview = None
            self._end = self._numbered("fin", said)

    def after(self, number: int) -> list[Event]:
        """What was said after event `number`, oldest first."""
        with self._lock:
            kept = [*self._words, self._preview, self._progress, self._end]
        new = [event for event in kept if event is not None and event.number > number]
        return sorted(new, key=lambda event: event.number)

    def _instruction(self, told: Guidance) -> dict[str, Any]:
        return {"consigne": told, "texte": told.consigne_main if self._hand else told.consigne}

    def _numbered(self, kind: str, said: Preview | dict[str, Any]) -> Event:
        self._count += 1
        return Event(self._count, kind, said)


def _jpeg(preview: Preview) -> str:
    _, data = cv2.imencode(".jpg", preview.pixels)
    return base64.b64encode(data.tobytes()).decode()
