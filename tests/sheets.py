"""Sheets that tests lay on scanners, and how near a scan comes to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from simulators.document_scanner import Sheet
from station.device import Patience

if TYPE_CHECKING:
    from station.capture import Capture
    from station.device import Device

DPI = 75
BUSY_MACHINE = 1.0  # seconds that a test may lose to whatever else runs here


def sheet(seed: int, dpi: int = DPI) -> Sheet:
    """A page of A4, soft enough for JPEG to keep, another for each seed."""
    rng = np.random.default_rng(seed)
    rows, columns = round(11.69 * dpi), round(8.27 * dpi)
    blocks = rng.integers(0, 255, (rows // 40, columns // 40, 3), np.uint8)
    pixels = cv2.resize(blocks, (columns, rows), interpolation=cv2.INTER_CUBIC)
    return Sheet(np.asarray(pixels, np.uint8), dpi)


def difference(capture: Capture, page: int, seed: int) -> float:
    """How far a page taken is from the sheet, in grey levels."""
    expected, got = sheet(seed).pixels.astype(int), capture.samples[page].pixels
    rows, columns = min(expected.shape[0], got.shape[0]), min(expected.shape[1], got.shape[1])
    return float(np.abs(expected[:rows, :columns] - got[:rows, :columns]).mean())


def scan(driver: Device, seconds: float = 20, told: list[Any] | None = None) -> Capture:
    """One capture of whatever lies there; what is told goes into `told`."""
    return driver.capture((), Patience(seconds), (told if told is not None else []).append)
