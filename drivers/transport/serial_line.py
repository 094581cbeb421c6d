"""A serial line, real or pty, opened from a URL such as `serial:///dev/ttyUSB0?baud=115200`."""

from __future__ import annotations

import errno
import os
from typing import Self
from urllib.parse import parse_qs, urlsplit

import serial

from station.errors import ConfigError, DeviceLost

_POLL = 0.02  # seconds; bounds how late a cancellation is noticed
_WRITE = 2.0  # seconds; a full line must not hang the driver
_CHUNK = 65536


class SerialLine:
    """Reads and writes bytes; knows nothing of frames. Raises `DeviceLost` only."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "serial" or not parts.path:
            raise ConfigError(f"not a serial port: {url!r}")
        baud = parse_qs(parts.query).get("baud", ["115200"])[0]
        if not baud.isdecimal():
            raise ConfigError(f"not a baud rate: {baud!r}")
        self._path, self._baud = parts.path, int(baud)
        self._port: serial.Serial | None = None

    def __enter__(self) -> Self:
        try:
            self._port = serial.Serial(
                self._path, self._baud, timeout=_POLL, write_timeout=_WRITE, exclusive=True
            )
        except (serial.SerialException, OSError, ValueError) as error:
            raise DeviceLost(f"cannot open {self._path}{_why(error)}") from error
        return self

    def __exit__(self, *exc: object) -> None:
        port, self._port = self._port, None
        if port is not None:
            port.close()

    def write(self, data: bytes) -> None:
        """Send all of `data`."""
        try:
            self._open_port.write(data)
        except (serial.SerialException, OSError) as error:
            raise DeviceLost(f"{self._path} does not take data") from error

    def read(self) -> bytes:
        """Whatever has arrived, possibly nothing, after at most one poll period."""
        try:
            port = self._open_port
            got: bytes = port.read(min(max(1, port.in_waiting), _CHUNK))
        except (serial.SerialException, OSError) as error:
            raise DeviceLost(f"{self._path} went away") from error
        return got

    @property
    def _open_port(self) -> serial.Serial:
        if self._port is None:
            raise DeviceLost(f"{self._path} is closed")
        return self._port


def _why(error: Exception) -> str:
    """What the system says, that somebody may mend it: no such file, no right to, in use."""
    number = getattr(error, "errno", None)
    if number == errno.EAGAIN:
        return ": another program holds it"
    return f": {os.strerror(number)}" if number else ""
