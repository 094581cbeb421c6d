"""Images and slaps from the scanner beside a plain copy of the same bytes through the same pty."""

from __future__ import annotations

import os
import statistics
import threading
import time
import tty
from typing import TYPE_CHECKING

from drivers.serial_finger import SerialFinger
from drivers.transport.serial_line import SerialLine
from simulators import platen
from simulators.firmware import Firmware, compiled
from simulators.people import Person
from simulators.serial_finger import SerialFingerSimulator
from station.capture import FOUR, Finger, Hand
from station.device import Guidance, Patience
from tests.bench.figure import Figure, median_ms
from tests.prints import ridges

if TYPE_CHECKING:
    from pathlib import Path

RUNS = 15


def measure(_: Path) -> list[Figure]:
    """A 400 x 500 image, 200 kB; a 1600 x 1500 slap, 2.4 MB."""
    image, hand = ridges(9), platen.hand(Person(1).slap(Hand.RIGHT))
    plain, plain_slap = _plain_copy(image.tobytes()), _plain_copy(hand.pixels.tobytes())
    figures = []
    for name, twin in (("C stub", Firmware), ("Python twin", SerialFingerSimulator)):
        if twin is Firmware and not compiled():
            continue
        with twin() as scanner:
            scanner.present(Finger.RIGHT_INDEX, image)
            scanner.lay(Hand.RIGHT, hand)
            with SerialFinger(scanner.url) as driver:
                value = _transfer(driver, (Finger.RIGHT_INDEX,))
                slap = _transfer(driver, FOUR[Hand.RIGHT])
        figures.append(Figure(f"image transfer, {name}", value, "ms", beside=plain))
        figures.append(Figure(f"slap transfer, {name}", slap, "ms", beside=plain_slap))
    return figures


def _transfer(driver: SerialFinger, wanted: tuple[Finger, ...]) -> float:
    """From the last guidance, when the image is ready, to the image in hand."""
    times = []
    for _ in range(RUNS):
        ready = [0.0]

        def heard(told: object, ready: list[float] = ready) -> None:
            if told is Guidance.LIFT:
                ready[0] = time.perf_counter()

        driver.capture(wanted, Patience(10), heard)
        times.append((time.perf_counter() - ready[0]) * 1000)
    return statistics.median(times)


def _plain_copy(data: bytes) -> float:
    master, slave = os.openpty()
    tty.setraw(slave)
    with SerialLine(f"serial://{os.ttyname(slave)}") as line:

        def copy() -> None:
            writer = threading.Thread(target=_write, args=(master, data))
            writer.start()
            left = len(data)
            while left:
                left -= len(line.read())
            writer.join()

        value = median_ms(copy, RUNS)
    os.close(slave)
    os.close(master)
    return value


def _write(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view[:4096]) :]
