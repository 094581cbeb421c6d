"""The best frame so far: whatever is not kept is wiped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from station.capture import Sample

Rank = tuple[float, ...]  # compared from the left; the larger is the better


class Keeper:
    """Owns every frame it is offered; at the end of a `with` block nothing is left of them."""

    def __init__(self) -> None:
        self._best: tuple[Rank, Sample] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.drop()

    @property
    def has_any(self) -> bool:
        """Whether there is something to take."""
        return self._best is not None

    def offer(self, frame: Sample, rank: Rank) -> None:
        """Keep the better of `frame` and the best so far, wipe the other."""
        if self._best is not None and self._best[0] >= rank:
            frame.wipe()
            return
        self.drop()
        self._best = (rank, frame)

    def take(self) -> Sample | None:
        """The best frame, handed over once: whoever asks owns it."""
        kept, self._best = self._best, None
        return None if kept is None else kept[1]

    def drop(self) -> None:
        """Wipe what was kept."""
        frame = self.take()
        if frame is not None:
            frame.wipe()
