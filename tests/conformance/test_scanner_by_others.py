"""Our eSCL simulator judged by public clients: sane-airscan, and SANE's own eSCL backend."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from simulators.document_scanner import DocumentScannerSimulator, Mishap
from simulators.faults import Fault
from tests.sane import through_airscan, through_escl
from tests.sheets import DPI, sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JAMMED, NO_DOCS = 6, 7  # exit statuses of scanimage
AIRSCAN = "airscan:e0:SPECIMEN"


@pytest.fixture
def scanner() -> Iterator[DocumentScannerSimulator]:
    with DocumentScannerSimulator(sheet(1), [sheet(n) for n in (11, 12, 13)]) as scanner:
        yield scanner


def scanimage(config: Path, device: str, *arguments: str) -> int:
    command = ["scanimage", "-d", device, "--format=png", "--mode", "Color"]
    return subprocess.run(
        [*command, "--resolution", str(DPI), *arguments],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "SANE_CONFIG_DIR": str(config)},
        capture_output=True,
        check=False,
        timeout=120,
        cwd=config,
    ).returncode


def shows(path: Path, seed: int) -> bool:
    """Whether the file is the sheet: their JPEG decoder may round otherwise than ours."""
    with Image.open(path) as image:
        got = np.asarray(image)[..., ::-1].astype(int)
    expected = sheet(seed).pixels.astype(int)
    rows, columns = min(len(got), len(expected)), min(got.shape[1], expected.shape[1])
    return float(np.abs(got[:rows, :columns] - expected[:rows, :columns]).mean()) < 4


def test_airscan_scans_the_glass(scanner: DocumentScannerSimulator, tmp_path: Path) -> None:
    config = through_airscan(tmp_path / "c", scanner)
    assert scanimage(config, AIRSCAN, "-o", "page.png") == 0
    assert shows(config / "page.png", 1)
    assert scanner.idle


def test_airscan_scans_every_sheet_of_the_feeder(
    scanner: DocumentScannerSimulator, tmp_path: Path
) -> None:
    config = through_airscan(tmp_path / "c", scanner)
    assert scanimage(config, AIRSCAN, "--source", "ADF", "--batch=page%d.png") == 0
    assert [shows(config / f"page{n}.png", 10 + n) for n in (1, 2, 3)] == [True] * 3


def test_airscan_understands_our_jam_and_our_empty_feeder(
    scanner: DocumentScannerSimulator, tmp_path: Path
) -> None:
    config = through_airscan(tmp_path / "c", scanner)
    scanner.mishaps.arm(Mishap.JAM)
    assert scanimage(config, AIRSCAN, "--source", "ADF", "-o", "page.png") == JAMMED
    scanner.clear()
    scanner.faults.arm(Fault.NEVER_PRESENT, 9)
    scanner.feeder.clear()
    assert scanimage(config, AIRSCAN, "--source", "ADF", "-o", "page.png") == NO_DOCS


def test_the_escl_backend_of_sane_scans_the_glass(
    scanner: DocumentScannerSimulator, tmp_path: Path
) -> None:
    config = through_escl(tmp_path / "c", scanner)
    assert scanimage(config, f"escl:http://{scanner.address}", "-o", "page.png") == 0
    assert shows(config / "page.png", 1)
