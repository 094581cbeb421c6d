"""What a device that captures or reads can do, each kind a Protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from station.capture import (
        Capture,
        Finger,
        Provenance,
        Sample,
        TitleReading,
        TitleRequest,
        Trial,
    )
    from station.device.guidance import Guide
    from station.device.identity import DeviceInfo
    from station.device.patience import Patience


class Device(Protocol):
    """A capture device, opened by `__enter__` and released by `__exit__`.

    Raises only leaves of `DeviceError` and `CaptureError`, whatever the library beneath raises.
    """

    def __init__(self, port: str) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...

    def info(self) -> DeviceInfo:
        """Ask the device who it is; cheap enough to serve as a health check."""
        ...

    def capture(self, wanted: tuple[Finger, ...], patience: Patience, guide: Guide) -> Capture:
        """Acquire `wanted` (empty for a face), telling the applicant what to do by `guide`.

        A single-finger device takes one finger. A slap device takes the fingers of one hand that
        can be presented, the four of it less the missing ones, and returns one SLAP sample, or
        one FINGER sample for each. Blocks until the capture, the deadline or the cancellation;
        `guide` is called from the same thread. Raises `CaptureTimeout` or `CaptureCancelled`
        when `patience` says so.
        """
        ...


@runtime_checkable
class BindingDevice(Protocol):
    """A device that signs what it captures, and can tie its signature to a dossier.

    Its driver is entered again after an error, never made anew: it knows a replay when it sees one.
    """

    def bind(self, dossier: UUID) -> None:
        """The dossier of the captures to come; called before each."""
        ...


@runtime_checkable
class FrameSource(Protocol):
    """A sensor that only shows what it sees; the station decides when a frame is the capture."""

    def frames(self, wanted: tuple[Finger, ...], patience: Patience) -> Iterator[Sample]:
        """Live frames at full resolution, as samples, until closed; raises as `Device` does."""
        ...

    def provenance(self) -> Provenance:
        """Who took the frames."""
        ...


@runtime_checkable
class LockableSource(Protocol):
    """A source of frames that adjusts itself, and can be told to keep what it has chosen."""

    def lock(self, *, on: bool) -> None:
        """Keep focus, exposure and white balance, or choose them again; never fails."""
        ...


@runtime_checkable
class TrialDevice(Protocol):
    """A module whose images serve diagnostics and demonstrations only; it has no `capture`."""

    def trial(self, seconds: float) -> Trial:
        """Wait `seconds` for a finger and fetch its image; raises as `Device` does."""
        ...


@runtime_checkable
class TextReader(Protocol):
    """A reader of codes or of machine-readable zones: it sends text, and no image.

    Raises only leaves of `DeviceError` and `CaptureError`. What it sends is bounded, framed and
    free of control characters but the separators of codes (GS, RS, US); nothing else is known
    of it.
    """

    def read(self, patience: Patience, guide: Guide) -> bytes:
        """The next thing presented, UTF-8, once: what was there before the call is dropped.

        `guide` is called with `SHOW_CODE` once the reader listens. The lines of a
        machine-readable zone come as one answer. Raises `CodeGarbled`, `SeveralCodes`, and what
        `patience` does.
        """
        ...


@runtime_checkable
class TitleChip(Protocol):
    """A reader on which a title is laid, opened by `__enter__` and released by `__exit__`.

    Raises only leaves of `DeviceError`, `CaptureError` and `CardError`.
    """

    def read_title(self, request: TitleRequest, patience: Patience, guide: Guide) -> TitleReading:
        """What the chip hands over of `request`, and the steps it went through; none is believed.

        A file that the chip does not have is left out, and so is DG3 without terminal
        authentication. A title that moves is waited for, and read on when the same one is back.
        `guide` says when to lay the title down and hold it, and how far a data group is. Raises
        `ChipAbsent`, `ChipRemoved`, `ChipRefused`, `ChipUnknown`, `ChannelBroken`,
        `ChipSwapped`, `ChipSlow`, `CaptureCancelled`.
        """
        ...
