"""What an automatic capture is to whoever feeds it frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from enum import StrEnum

    import numpy as np
    import numpy.typing as npt

    from station.capture import Sample


@dataclass(frozen=True, slots=True)
class Step:
    """What one frame led to: the state of the machine, and what to tell.

    `word` is one of `station.device.Guidance`; None when what was said before still stands.
    """

    state: StrEnum
    word: str | None = None


class Machine(Protocol):
    """A state machine over frames, without a clock of its own; leaving it wipes what it kept."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...

    def see(self, frame: Sample, at: float) -> Step:
        """React to `frame`, seen at `at` (seconds of any steady clock); the frame becomes ours."""
        ...

    @property
    def is_done(self) -> bool:
        """Whether `best` is what the capture was made for."""
        ...

    @property
    def is_steady(self) -> bool:
        """Whether what is seen is good as it is: nothing should change now."""
        ...

    @property
    def has_seen(self) -> bool:
        """Whether `best` has anything to give."""
        ...

    def best(self) -> Sample:
        """The best frame, handed over once; raises a `CaptureError` that says why there is none."""
        ...

    def draw(self, preview: npt.NDArray[np.uint8]) -> None:
        """Draw help over a small copy of the frame that was seen last."""
        ...
