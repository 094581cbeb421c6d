"""Whoever cancels, or runs out of time, leaves the eSCL scanner idle."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from drivers.document_scanner import DocumentScanner
from drivers.document_scanner.service import Times
from simulators.document_scanner import DocumentScannerSimulator, Mishap
from simulators.faults import Fault
from station.device import Guidance, Patience, Progress
from station.errors import CaptureCancelled, CaptureTimeout
from tests.sheets import BUSY_MACHINE, DPI, difference, scan, sheet

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def scanner() -> Iterator[DocumentScannerSimulator]:
    with DocumentScannerSimulator(sheet(1)) as scanner:
        yield scanner


@pytest.mark.parametrize("fault", [Fault.STUCK, Fault.LATE])
def test_cancel_is_prompt_and_leaves_the_scanner_idle(
    scanner: DocumentScannerSimulator, fault: Fault
) -> None:
    scanner.faults.arm(fault)
    patience = Patience(60)
    asked: list[float] = []

    def cancel() -> None:
        asked.append(time.monotonic())
        patience.cancel.set()

    def soon(what: object) -> None:
        if what is Guidance.SCANNING:
            threading.Timer(0.5, cancel).start()

    with DocumentScanner(f"{scanner.url}?dpi={DPI}") as driver:
        with pytest.raises(CaptureCancelled):
            driver.capture((), patience, soon)
        assert time.monotonic() - asked[0] < 0.5 + BUSY_MACHINE
        assert scanner.idle
        assert len(scanner.cancelled) == 1
        assert difference(scan(driver), 0, 1) < 4


def test_a_job_that_begins_while_the_agent_cancels_is_ended_too(
    scanner: DocumentScannerSimulator,
) -> None:
    scanner.mishaps.arm(Mishap.SLOW_JOB)
    patience = Patience(60)

    def cancel() -> None:
        while scanner.idle:
            time.sleep(0.005)
        patience.cancel.set()

    thread = threading.Thread(target=cancel)
    thread.start()
    with (
        DocumentScanner(f"{scanner.url}?dpi={DPI}", Times(linger=10)) as driver,
        pytest.raises(CaptureCancelled),
    ):
        driver.capture((), patience, lambda _: None)
    thread.join()
    assert scanner.idle
    assert len(scanner.cancelled) == 1


def test_a_slow_page_is_told_as_it_comes_and_ends_at_the_deadline(
    scanner: DocumentScannerSimulator,
) -> None:
    scanner.pace = 20
    told: list[Any] = []
    with DocumentScanner(f"{scanner.url}?dpi={DPI}") as driver, pytest.raises(CaptureTimeout):
        scan(driver, seconds=6, told=told)
    assert len([t for t in told if isinstance(t, Progress)]) >= 2
    assert scanner.idle
