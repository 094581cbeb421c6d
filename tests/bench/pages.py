"""Pages of A4 from the eSCL simulator: our driver beside scanimage with sane-airscan."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from drivers.document_scanner import DocumentScanner
from drivers.wire.page import Asked, decode
from simulators.document_scanner import DocumentScannerSimulator, Sheet
from simulators.paper import PageScan, page_scan
from tests.bench.figure import Figure, median_ms
from tests.sane import through_airscan
from tests.sheets import scan

RUNS, DPI = 5, 300


def measure(_: Path) -> list[Figure]:
    """One page from the glass, and the decoding of it, beside whoever else does it."""
    sheet = Sheet(page_scan(PageScan(dpi=DPI)), DPI)
    rows, columns = sheet.pixels.shape[:2]
    jpeg = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(sheet.pixels[..., ::-1])).save(jpeg, "JPEG", quality=90)
    data = jpeg.getvalue()
    asked = Asked(columns / DPI, rows / DPI, DPI, whole=True)
    decoded = median_ms(lambda: decode(data, asked), RUNS)
    plain = median_ms(lambda: cv2.imdecode(np.frombuffer(data, np.uint8), 1), RUNS)
    with DocumentScannerSimulator(sheet) as scanner:
        with DocumentScanner(f"{scanner.url}?dpi={DPI}") as driver:
            ours = median_ms(lambda: scan(driver), RUNS)
        theirs = _through_sane(scanner) if shutil.which("scanimage") else None
    return [
        Figure("page of A4, 300 dpi, checked and decoded", decoded, "ms", beside=plain, aim=4),
        Figure("page of A4 over eSCL, beside scanimage", ours, "ms", beside=theirs),
    ]


def _through_sane(scanner: DocumentScannerSimulator) -> float:
    with tempfile.TemporaryDirectory() as name:
        folder = through_airscan(Path(name), scanner)
        command = [
            "scanimage", "-d", "airscan:e0:SPECIMEN", "--format=pnm", "--mode", "Color",
            "--resolution", str(DPI), "-x", "210", "-y", "297",
        ]  # fmt: skip
        environment = {"PATH": "/usr/bin:/bin", "SANE_CONFIG_DIR": str(folder)}
        return median_ms(
            lambda: subprocess.run(command, env=environment, capture_output=True, check=True), RUNS
        )
