"""The SANE driver over the real scanimage and SANE's own test backend, which fails on demand."""

from __future__ import annotations

import contextlib
import io
import stat
import subprocess
import tempfile
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
import pytest
from PIL import Image

from drivers.document_scanner import SaneScanner
from drivers.document_scanner.sane import SaneTimes
from drivers.transport import scanimage
from drivers.wire import scan_port
from simulators.document_scanner import DocumentScannerSimulator
from station.capture import Modality
from station.device import Guidance, Patience, Progress
from station.errors import (
    CaptureCancelled,
    CaptureTimeout,
    ConfigError,
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
    TooManyPages,
)
from tests.sane import own_backend, through_airscan
from tests.sheets import BUSY_MACHINE, DPI, difference, scan, sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SLOW = {  # 64 bytes every fifth of a second: a page takes hours
    "read_limit": "true",
    "read_limit_size": "64",
    "read_delay": "true",
    "read_delay_duration": "200000",
}
FEEDER = "Automatic Document Feeder"


def port(folder: Path, options: str = "") -> str:
    return f"sane:test:0?config={folder}&dpi={DPI}{options}"


def programs() -> list[psutil.Process]:
    """Every scanimage that we, or our children, left running."""
    ours = psutil.Process().children(recursive=True)
    left = [child for child in ours if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in left if child.name() == "scanimage"]


@pytest.fixture
def sane(tmp_path: Path) -> Path:
    return own_backend(tmp_path / "sane.d")


@pytest.fixture(autouse=True)
def pipes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the driver keeps its pipes: nothing is left there, nor any program."""
    folder = tmp_path / "pipes"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []
    assert programs() == []


def test_the_page_is_what_scanimage_itself_scans(sane: Path) -> None:
    told: list[Any] = []
    with SaneScanner(port(sane)) as driver:
        capture = scan(driver, told=told)
    done = subprocess.run(
        ["scanimage", "-d", "test:0", "--mode", "Color", "--resolution", str(DPI),
         "-l", "0", "-t", "0", "-x", "210", "-y", "297", "--format=pnm"],
        env={"PATH": "/usr/bin:/bin", "SANE_CONFIG_DIR": str(sane)},
        capture_output=True,
        check=True,
        timeout=60,
    )  # fmt: skip
    with Image.open(io.BytesIO(done.stdout)) as image:
        expected = np.asarray(image)[..., ::-1]
    assert capture.modality is Modality.DOCUMENT
    assert capture.samples[0].dpi == DPI
    assert np.array_equal(capture.samples[0].pixels, expected)
    assert [t for t in told if isinstance(t, Guidance)] == [Guidance.SCANNING, Guidance.PAGE_DONE]
    assert max(t.percent for t in told if isinstance(t, Progress)) > 50


def test_every_sheet_of_the_feeder_arrives(sane: Path) -> None:
    told: list[Any] = []
    with SaneScanner(port(sane, "&source=adf&mode=grey")) as driver:
        capture = scan(driver, told=told)
    assert len(capture.samples) == 10  # what the backend's feeder holds
    assert told.count(Guidance.PAGE_DONE) == 10
    assert {t.page for t in told if isinstance(t, Progress)} >= {1, 10}


def test_the_backend_says_who_it_is_and_that_it_is_no_scanner(sane: Path) -> None:
    with SaneScanner(port(sane), SaneTimes(answer=60)) as driver:
        info = driver.info()
        assert (info.vendor, info.model, info.serial) == ("Noname", "frontend-tester", "test:0")
        assert info.simulated
        assert scan(driver).device.simulated


@pytest.mark.parametrize("source", ["platen", "adf"])
@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("DEVICE_BUSY", DeviceBusy),
        ("INVAL", DeviceRefused),
        ("EOF", ProtocolError),
        ("JAMMED", PaperJam),
        ("NO_DOCS", FeederEmpty),
        ("COVER_OPEN", CoverOpen),
        ("IO_ERROR", DeviceLost),
        ("NO_MEM", ScannerFull),
        ("ACCESS_DENIED", DeviceUnconfigured),
        ("CANCELLED", DeviceRefused),
    ],
)
def test_each_status_of_sane_has_one_error_and_the_next_scan_works(
    tmp_path: Path, source: str, status: str, error: type[Exception]
) -> None:
    folder = own_backend(tmp_path / "sane.d", read_status_code=f'"SANE_STATUS_{status}"')
    with SaneScanner(port(folder, f"&source={source}")) as driver:
        with pytest.raises(error):
            scan(driver)
        own_backend(folder)
        assert scan(driver).samples


def test_cancel_is_prompt_and_leaves_nothing_running(tmp_path: Path) -> None:
    folder = own_backend(tmp_path / "sane.d", **SLOW)
    patience = Patience(60)
    with SaneScanner(port(folder)) as driver:
        asked: list[float] = []

        def cancel() -> None:
            asked.append(time.monotonic())
            patience.cancel.set()

        def soon(what: object) -> None:
            if what is Guidance.SCANNING:
                threading.Timer(0.5, cancel).start()

        with pytest.raises(CaptureCancelled):
            driver.capture((), patience, soon)
        assert time.monotonic() - asked[0] < 0.5 + BUSY_MACHINE
        assert programs() == []
        own_backend(folder)
        assert scan(driver).samples


def test_a_backend_that_hangs_is_silent_and_killed(tmp_path: Path) -> None:
    folder = own_backend(tmp_path / "sane.d", **SLOW | {"read_limit_size": "1"})
    frozen = threading.Thread(target=freeze)
    with SaneScanner(port(folder), SaneTimes(silence=3.0)) as driver:
        frozen.start()
        with pytest.raises(DeviceSilent):
            scan(driver, seconds=60)
        frozen.join()
        assert programs() == []
        own_backend(folder)
        assert scan(driver).samples


def freeze() -> None:
    """Stop the program in the middle of its page, as a hung library would."""
    suffer("suspend")


def suffer(what: str) -> None:
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        for child in programs():
            if "-p" in child.cmdline():
                getattr(child, what)()
                return
        time.sleep(0.02)


def test_a_program_that_crashes_is_a_scanner_lost(tmp_path: Path) -> None:
    folder = own_backend(tmp_path / "sane.d", **SLOW)
    crash = threading.Thread(target=suffer, args=("kill",))
    with SaneScanner(port(folder)) as driver:
        crash.start()
        with pytest.raises(DeviceLost):
            scan(driver, seconds=60)
        crash.join()


def test_a_slow_page_ends_at_the_deadline(tmp_path: Path) -> None:
    folder = own_backend(tmp_path / "sane.d", **SLOW)
    with SaneScanner(port(folder)) as driver, pytest.raises(CaptureTimeout):
        scan(driver, seconds=1)


def test_pages_are_never_files(sane: Path, pipes: Path) -> None:
    seen: list[bool] = []

    def look(what: object) -> None:
        for entry in pipes.glob("*/*") if isinstance(what, Progress) else ():
            with contextlib.suppress(FileNotFoundError):  # renamed, its page is done
                seen.append(stat.S_ISFIFO(entry.lstat().st_mode))

    with SaneScanner(port(sane, "&source=adf")) as driver:
        driver.capture((), Patience(20), look)
    assert seen
    assert all(seen)


def test_a_stack_beyond_all_measure_is_refused(sane: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_port, "MAX_PAGES", 4)
    with SaneScanner(port(sane, "&source=adf")) as driver, pytest.raises(TooManyPages):
        scan(driver)


@pytest.mark.parametrize("device", ["test:7", "nothing:0", "airscan:e0:nobody"])
def test_a_device_that_is_not_there_is_lost(sane: Path, device: str) -> None:
    with pytest.raises(DeviceLost), SaneScanner(f"sane:{device}?config={sane}"):
        pass


def test_without_the_program_the_error_names_its_package(
    sane: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanimage, "_PATH", "/nowhere")
    with pytest.raises(ConfigError, match="sane-utils"), SaneScanner(port(sane)):
        pass


@pytest.mark.parametrize(
    "bad",
    [
        "escl:test:0",
        "sane:",
        "sane:test",
        "sane:--help:0",
        "sane://[test:0",
        "sane://host/test:0",
        "sane:test%0a:0",
        "sane:pnm:0",
        "sane:net:localhost:pnm:0",
        "sane:test:0?dpi=x",
        "sane:test:0?fingerprint=0",
    ],
)
def test_what_is_no_device_of_sane_is_a_setting_error(bad: str) -> None:
    with pytest.raises(ConfigError):
        SaneScanner(bad)


def test_a_network_scanner_can_be_reached_through_sane_as_well(tmp_path: Path) -> None:
    with DocumentScannerSimulator(sheet(1), [sheet(11), sheet(12)]) as scanner:
        folder = through_airscan(tmp_path / "sane.d", scanner)
        here = f"sane:airscan:e0:SPECIMEN?config={folder}&dpi={DPI}"
        with SaneScanner(here) as driver:
            assert difference(scan(driver), 0, 1) < 4
        with SaneScanner(f"{here}&source=adf") as driver:
            capture = scan(driver)
        assert [difference(capture, n, 11 + n) < 4 for n in range(2)] == [True, True]
