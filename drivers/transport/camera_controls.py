"""Focus, exposure and white balance of a V4L2 camera, as the port asks for them.

    video:///dev/video0?width=1920&height=1080&focus=auto&exposure=156&white_balance=4600

`auto` lets the camera choose, until `lock` keeps what it has chosen; a number is in the camera's
own units (exposure 0.1 ms, white balance kelvin) and turns the automatic off. What the port does
not name stays as the camera starts; it is locked as `auto` is.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

import cv2

from station.errors import ConfigError

AUTO = "auto"
_SIZES = (160, 8192)  # px
_LARGEST = 100_000
_MANUAL_EXPOSURE, _AUTO_EXPOSURE = 1, 3  # V4L2_EXPOSURE_MANUAL, V4L2_EXPOSURE_APERTURE_PRIORITY

Setting = tuple[int, float]  # a property of OpenCV and its value


@dataclass(frozen=True, slots=True)
class _Control:
    """One automatic: its switch, the values of the switch, and what it sets."""

    switch: int
    off: int
    on: int
    value: int


_CONTROLS = {
    "focus": _Control(cv2.CAP_PROP_AUTOFOCUS, 0, 1, cv2.CAP_PROP_FOCUS),
    "exposure": _Control(
        cv2.CAP_PROP_AUTO_EXPOSURE, _MANUAL_EXPOSURE, _AUTO_EXPOSURE, cv2.CAP_PROP_EXPOSURE
    ),
    "white_balance": _Control(cv2.CAP_PROP_AUTO_WB, 0, 1, cv2.CAP_PROP_WB_TEMPERATURE),
}
_SHAPE = {"width": cv2.CAP_PROP_FRAME_WIDTH, "height": cv2.CAP_PROP_FRAME_HEIGHT}


@dataclass(frozen=True, slots=True)
class Controls:
    """What the port asks of the camera; see the module."""

    asked: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, query: str) -> Controls:
        """Those of the query of a port; raises `ConfigError` for what no camera has."""
        asked = tuple(parse_qsl(query, keep_blank_values=True))
        for name, value in asked:
            _check(name, value)
        return cls(asked)

    def start(self) -> tuple[Setting, ...]:
        """What to set once the camera is open, in this order."""
        return tuple(setting for name, value in self.asked for setting in _settings(name, value))

    def lock(self, *, on: bool) -> tuple[Setting, ...]:
        """What keeps, or lets go again, every automatic that the port did not turn off."""
        fixed = {name for name, value in self.asked if value != AUTO}
        free = [control for name, control in _CONTROLS.items() if name not in fixed]
        return tuple((c.switch, float(c.off if on else c.on)) for c in free)


def _settings(name: str, value: str) -> tuple[Setting, ...]:
    if name in _SHAPE:
        return ((_SHAPE[name], float(value)),)
    control = _CONTROLS[name]
    if value == AUTO:
        return ((control.switch, float(control.on)),)
    return (control.switch, float(control.off)), (control.value, float(value))


def _check(name: str, value: str) -> None:
    """Raise `ConfigError` unless `name` may be set to `value`."""
    if name not in _SHAPE and name not in _CONTROLS:
        known = ", ".join((*_SHAPE, *_CONTROLS))
        raise ConfigError(f"a camera has {known}, and no {name!r}")
    if name in _CONTROLS and value == AUTO:
        return
    low, high = _SIZES if name in _SHAPE else (0, _LARGEST)
    if not (value.isascii() and value.isdecimal() and low <= int(value[:9]) <= high):
        raise ConfigError(f"{name}={value!r}: from {low} to {high}" + f" or {AUTO}")
