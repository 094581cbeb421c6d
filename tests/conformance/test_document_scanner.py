"""The eSCL driver over real HTTP: every way a scanner disappoints, and the next scan."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from drivers.document_scanner import DocumentScanner
from drivers.document_scanner.service import Times
from drivers.wire.scan_port import MAX_PAGES
from simulators.document_scanner import DocumentScannerSimulator, Mishap, Model
from simulators.faults import Fault
from station.capture import Modality
from station.device import Guidance, Patience, Preview, Progress
from station.errors import (
    CaptureTimeout,
    CoverOpen,
    DeviceBusy,
    DeviceLost,
    DeviceRefused,
    DeviceSilent,
    DeviceUnconfigured,
    FeederEmpty,
    PaperJam,
    ProtocolError,
    ScannerFull,
    SheetsMisfed,
    TooManyPages,
)
from tests.sheets import DPI, difference, scan, sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

QUICK = Times(answer=3.0, page=4.0)


@pytest.fixture
def scanner() -> Iterator[DocumentScannerSimulator]:
    with DocumentScannerSimulator(sheet(1), [sheet(n) for n in (11, 12, 13)]) as scanner:
        yield scanner


@pytest.fixture
def glass(scanner: DocumentScannerSimulator) -> Iterator[DocumentScanner]:
    with DocumentScanner(f"{scanner.url}?dpi={DPI}", QUICK) as driver:
        yield driver


@pytest.fixture
def feeder(scanner: DocumentScannerSimulator) -> Iterator[DocumentScanner]:
    with DocumentScanner(f"{scanner.url}?source=adf&dpi={DPI}", QUICK) as driver:
        yield driver


def test_the_page_on_the_glass_arrives(
    glass: DocumentScanner, scanner: DocumentScannerSimulator
) -> None:
    told: list[Any] = []
    capture = scan(glass, told=told)
    assert capture.modality is Modality.DOCUMENT
    assert capture.device.simulated
    (sample,) = capture.samples
    assert sample.pixels.shape == (877, 620, 3)
    assert sample.dpi == DPI
    assert difference(capture, 0, 1) < 4
    assert [t for t in told if isinstance(t, Guidance)] == [Guidance.SCANNING, Guidance.PAGE_DONE]
    assert max(p.percent for p in told if isinstance(p, Progress)) == 100
    assert [max(t.pixels.shape) for t in told if isinstance(t, Preview)] == [480]
    assert scanner.idle
    assert len(scanner.cancelled) == 1  # the end was not asked for


def test_every_sheet_of_the_feeder_arrives_in_its_order(
    feeder: DocumentScanner, scanner: DocumentScannerSimulator
) -> None:
    told: list[Any] = []
    capture = scan(feeder, told=told)
    assert [difference(capture, n, 11 + n) < 4 for n in range(3)] == [True] * 3
    assert {t.page for t in told if isinstance(t, Progress)} == {1, 2, 3}
    assert scanner.idle
    assert scanner.cancelled == []  # it ended the job itself


def test_colour_grey_and_lossless_are_what_the_port_and_the_scanner_say() -> None:
    model = Model(formats=("image/jpeg", "image/png"))
    with (
        DocumentScannerSimulator(sheet(1), model=model) as scanner,
        DocumentScanner(f"{scanner.url}?dpi={DPI}&mode=grey", QUICK) as grey,
        DocumentScanner(f"{scanner.url}?dpi={DPI}", QUICK) as colour,
    ):
        pixels = scan(grey).samples[0].pixels
        assert (pixels[..., 0] == pixels[..., 2]).all()
        assert difference(scan(colour), 0, 1) == 0


@pytest.mark.parametrize(
    ("mishap", "error"),
    [(None, None), (Mishap.CUT_OFF, DeviceLost), (Mishap.ENDLESS, ProtocolError)],
)
def test_a_page_may_come_without_its_length(
    mishap: Mishap | None, error: type[Exception] | None
) -> None:
    with (
        DocumentScannerSimulator(sheet(1), model=Model(chunked=True)) as scanner,
        DocumentScanner(f"{scanner.url}?dpi={DPI}", QUICK) as driver,
    ):
        if mishap is not None and error is not None:
            scanner.mishaps.arm(mishap)
            with pytest.raises(error):
                scan(driver)
        assert difference(scan(driver), 0, 1) < 4


@pytest.mark.parametrize(("wanted", "given"), [(75, 75), (76, 150), (200, 300), (301, 600)])
def test_the_resolution_is_the_nearest_that_is_not_below(
    scanner: DocumentScannerSimulator, wanted: int, given: int
) -> None:
    with DocumentScanner(f"{scanner.url}?region=photo&dpi={wanted}", QUICK) as driver:
        sample = scan(driver).samples[0]
    assert sample.dpi == given
    assert sample.pixels.shape[1] == pytest.approx(70 / 25.4 * given, abs=2)


@pytest.mark.parametrize(
    ("region", "millimetres"),
    [("a4", (210, 297)), ("a5", (148, 210)), ("photo", (70, 90)), ("full", (216, 297))],
)
def test_the_region_starts_at_the_corner_of_the_glass(
    scanner: DocumentScannerSimulator, region: str, millimetres: tuple[int, int]
) -> None:
    with DocumentScanner(f"{scanner.url}?region={region}&dpi={DPI}", QUICK) as driver:
        capture = scan(driver)
    rows, columns = capture.samples[0].pixels.shape[:2]
    assert (columns, rows) == pytest.approx([mm / 25.4 * DPI for mm in millimetres], abs=2)
    assert difference(capture, 0, 1) < 4


def test_a_scanner_says_who_it_is(glass: DocumentScanner) -> None:
    info = glass.info()
    assert (info.vendor, info.model, info.serial) == ("SPECIMEN", "Scan 2", "SIM0001")
    assert info.firmware == "eSCL 2.63"
    assert info.simulated


def test_a_hostile_name_is_cleaned(
    glass: DocumentScanner, scanner: DocumentScannerSimulator
) -> None:
    scanner.faults.arm(Fault.HOSTILE_LABEL)
    info = glass.info()
    assert info.model.isprintable()
    assert len(info.model) == 64


# --- faults of the line ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.MUTE, DeviceSilent),
        (Fault.GARBAGE, ProtocolError),
        (Fault.TRUNCATED, ProtocolError),
        (Fault.OVERSIZE, ProtocolError),
        (Fault.REFUSE, DeviceRefused),
        (Fault.UNPLUG, DeviceLost),
        (Fault.STUCK, DeviceSilent),
        (Mishap.CUT_OFF, DeviceLost),
        (Mishap.NOT_AN_IMAGE, ProtocolError),
        (Mishap.OTHER_SIZE, ProtocolError),
        (Mishap.BOMB, ProtocolError),
        (Mishap.ENDLESS, ProtocolError),
        (Mishap.NO_PAGE, ProtocolError),
        (Mishap.WRONG_XML, ProtocolError),
        (Mishap.ENTITIES, ProtocolError),
        (Mishap.PACKED, ProtocolError),
        (Mishap.ENDLESS_LENGTH, ProtocolError),
        (Mishap.REDIRECT, DeviceUnconfigured),
    ],
)
def test_what_no_scanner_should_do_has_one_error_and_the_next_scan_works(
    glass: DocumentScanner,
    scanner: DocumentScannerSimulator,
    fault: Fault | Mishap,
    error: type[Exception],
) -> None:
    if isinstance(fault, Mishap):
        scanner.mishaps.arm(fault)
    else:
        scanner.faults.arm(fault)
    with pytest.raises(error):
        scan(glass)
    scanner.replug()
    assert scanner.idle
    assert difference(scan(glass), 0, 1) < 4


def test_a_late_page_never_answers_the_next_scan(
    glass: DocumentScanner, scanner: DocumentScannerSimulator
) -> None:
    scanner.faults.arm(Fault.LATE)
    with pytest.raises(CaptureTimeout):
        scan(glass, seconds=2)
    scanner.glass = sheet(2)
    assert difference(scan(glass), 0, 2) < 4


def test_a_job_is_asked_for_at_the_scanner_we_know_whatever_host_it_names(
    glass: DocumentScanner, scanner: DocumentScannerSimulator
) -> None:
    scanner.mishaps.arm(Mishap.FOREIGN_JOB)
    assert difference(scan(glass), 0, 1) < 4


def test_a_scanner_that_is_not_there_is_lost() -> None:
    with pytest.raises(DeviceLost), DocumentScanner("escl://127.0.0.1:9/eSCL", QUICK) as driver:
        driver.info()


# --- faults of the scanner -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mishap", "error"),
    [
        (Mishap.JAM, PaperJam),
        (Mishap.MISFEED, SheetsMisfed),
        (Mishap.COVER_OPEN, CoverOpen),
        (Mishap.FULL, ScannerFull),
    ],
)
def test_a_scanner_that_stands_still_says_why_until_somebody_sees_to_it(
    feeder: DocumentScanner,
    scanner: DocumentScannerSimulator,
    mishap: Mishap,
    error: type[Exception],
) -> None:
    scanner.mishaps.arm(mishap)
    for _ in range(2):
        with pytest.raises(error):
            scan(feeder)
        assert scanner.idle
    scanner.clear()
    assert len(scan(feeder).samples) == 3


def test_an_open_lid_stops_the_glass_too(
    glass: DocumentScanner, scanner: DocumentScannerSimulator
) -> None:
    scanner.mishaps.arm(Mishap.COVER_OPEN)
    with pytest.raises(CoverOpen):
        scan(glass)
    scanner.clear()
    assert difference(scan(glass), 0, 1) < 4


def test_a_jam_in_the_feeder_does_not_stop_the_glass(
    glass: DocumentScanner, feeder: DocumentScanner, scanner: DocumentScannerSimulator
) -> None:
    scanner.mishaps.arm(Mishap.JAM)
    with pytest.raises(PaperJam):
        scan(feeder)
    assert difference(scan(glass), 0, 1) < 4


def test_a_jam_within_a_document_keeps_no_page(
    feeder: DocumentScanner, scanner: DocumentScannerSimulator
) -> None:
    told: list[Any] = []

    def jam_after_the_first(what: Any) -> None:
        told.append(what)
        if what is Guidance.PAGE_DONE:
            scanner.mishaps.arm(Mishap.JAM)

    with pytest.raises(PaperJam):
        feeder.capture((), Patience(20), jam_after_the_first)
    assert told.count(Guidance.PAGE_DONE) == 1
    assert scanner.idle


def test_an_empty_feeder_is_said_before_the_motor_turns(
    feeder: DocumentScanner, scanner: DocumentScannerSimulator
) -> None:
    scanner.faults.arm(Fault.NEVER_PRESENT)
    with pytest.raises(FeederEmpty):
        scan(feeder)
    assert scanner.cancelled == []
    assert len(scan(feeder).samples) == 3


def test_a_busy_scanner_is_waited_for(
    glass: DocumentScanner, scanner: DocumentScannerSimulator
) -> None:
    scanner.mishaps.arm(Mishap.BUSY)
    told: list[Any] = []
    begun = time.monotonic()
    assert difference(scan(glass, told=told), 0, 1) < 4
    assert time.monotonic() - begun >= 1  # Retry-After
    assert Guidance.READY_SOON in told


def test_a_scanner_busy_to_the_end_is_busy(
    glass: DocumentScanner, scanner: DocumentScannerSimulator
) -> None:
    scanner.mishaps.arm(Mishap.BUSY, 99)
    with pytest.raises(DeviceBusy):
        scan(glass, seconds=4)


def test_a_scanner_at_work_for_another_computer_is_waited_for(
    scanner: DocumentScannerSimulator, glass: DocumentScanner
) -> None:
    scanner.pace = 0.8
    told: list[Any] = []
    with DocumentScanner(f"{scanner.url}?dpi={DPI}") as other:
        thread = threading.Thread(target=lambda: scan(other))
        thread.start()
        while scanner.idle:
            time.sleep(0.01)
        assert difference(scan(glass, told=told), 0, 1) < 4
        thread.join()
    assert Guidance.READY_SOON in told


def test_a_lamp_that_warms_up_is_waited_for(
    glass: DocumentScanner, scanner: DocumentScannerSimulator
) -> None:
    scanner.mishaps.arm(Mishap.WARMING, 2)
    told: list[Any] = []
    assert difference(scan(glass, told=told), 0, 1) < 4
    assert told.count(Guidance.READY_SOON) == 2


def test_the_end_is_not_believed_while_a_sheet_is_on_its_way(
    feeder: DocumentScanner, scanner: DocumentScannerSimulator
) -> None:
    scanner.mishaps.arm(Mishap.EARLY_END, 2)
    assert len(scan(feeder).samples) == 3


def test_a_coarser_page_is_taken_for_what_it_is(scanner: DocumentScannerSimulator) -> None:
    scanner.mishaps.arm(Mishap.COARSER)
    with DocumentScanner(f"{scanner.url}?dpi=150", QUICK) as driver:
        sample = scan(driver).samples[0]
    assert sample.dpi == 75
    assert sample.pixels.shape == (877, 620, 3)


def test_a_stack_beyond_all_measure_is_refused(
    scanner: DocumentScannerSimulator,
) -> None:
    scanner.feeder.extend(sheet(1) for _ in range(MAX_PAGES))
    port = f"{scanner.url}?source=adf&dpi={DPI}&region=photo"  # small, so the count is the limit
    with DocumentScanner(port, QUICK) as driver, pytest.raises(TooManyPages):
        scan(driver, seconds=60)
    assert scanner.idle
