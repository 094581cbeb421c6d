"""The devices that speak DRSP/1, for the tests that every one of them has to pass."""

from __future__ import annotations

from typing import Final

import pytest

from simulators.faults import Fault
from simulators.firmware import PROGRAM, Firmware, compiled
from simulators.serial_finger import SerialFingerSimulator
from station.errors import (
    CaptureTimeout,
    DeviceLost,
    DeviceRefused,
    DeviceSilent,
    ProtocolError,
)

_SANITIZED = PROGRAM.with_name("scanner-sanitized")


def _firmware(*, slaps: bool = True) -> Firmware:
    return Firmware(_SANITIZED if _SANITIZED.exists() else PROGRAM, slaps=slaps)


DEVICES: Final = [
    pytest.param(SerialFingerSimulator, id="python-twin"),
    pytest.param(
        _firmware,
        marks=[
            pytest.mark.firmware,
            pytest.mark.skipif(not compiled(), reason="make -C firmware_stubs needs a C compiler"),
        ],
        id="c-firmware",
    ),
]

FAULTS: Final = [
    (Fault.MUTE, 10, DeviceSilent),
    (Fault.BAD_CRC, 50, ProtocolError),
    (Fault.TRUNCATED, 50, ProtocolError),
    (Fault.OVERSIZE, 50, ProtocolError),
    (Fault.REFUSE, 1, DeviceRefused),
    (Fault.UNPLUG, 1, DeviceLost),
    (Fault.NEVER_PRESENT, 1, CaptureTimeout),
]
"""A fault, how often it strikes, and the one error it ends in."""
