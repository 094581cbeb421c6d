"""The contract between the station and its drivers.

A driver is a class that satisfies one of these Protocols; it inherits from nothing. All
calls block. The station gives each device a process of its own (`station.bench`), so a driver
neither locks nor fears to hang: the watchdog kills it.
"""

from station.device.cards import (
    CardKey,
    Mechanism,
    PinStatus,
    SigningCard,
    UnblockableCard,
)
from station.device.guidance import (
    Guidance,
    Guide,
    Preview,
    Progress,
    Told,
)
from station.device.identity import (
    DeviceInfo,
    label,
)
from station.device.patience import (
    Patience,
)
from station.device.readers import (
    ReaderChange,
    ReaderEvent,
    ReaderMonitor,
)
from station.device.sensors import (
    BindingDevice,
    Device,
    FrameSource,
    LockableSource,
    TextReader,
    TitleChip,
    TrialDevice,
)

__all__ = [
    "BindingDevice",
    "CardKey",
    "Device",
    "DeviceInfo",
    "FrameSource",
    "Guidance",
    "Guide",
    "LockableSource",
    "Mechanism",
    "Patience",
    "PinStatus",
    "Preview",
    "Progress",
    "ReaderChange",
    "ReaderEvent",
    "ReaderMonitor",
    "SigningCard",
    "TextReader",
    "TitleChip",
    "Told",
    "TrialDevice",
    "UnblockableCard",
    "label",
]
