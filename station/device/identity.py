"""Who a device says it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from station.capture import Modality

_LABEL = 64  # characters; a longer label is not a name


def label(text: str) -> str:
    """A name as a device gave it, without anything a terminal or a log would act on."""
    return "".join(c for c in text[: 4 * _LABEL] if c.isprintable())[:_LABEL]


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """Who the device says it is. Labels are cleaned: a device is not trusted."""

    vendor: str
    model: str
    serial: str
    firmware: str
    modalities: frozenset[Modality]
    simulated: bool = False

    def __post_init__(self) -> None:
        for name in ("vendor", "model", "serial", "firmware"):
            object.__setattr__(self, name, label(getattr(self, name)))
