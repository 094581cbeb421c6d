"""How long `station` takes to start, and what it holds in memory."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil

from simulators.lab import Laboratory
from tests.bench.figure import Figure, median_ms

STATION = Path(sys.executable).parent / "station"
MB = 1e6


def measure(folder: Path) -> list[Figure]:
    """`station --help`, then `station serve` with its devices opened."""
    help_ms = median_ms(
        lambda: subprocess.run([STATION, "--help"], check=True, capture_output=True), 7
    )
    figures = [Figure("station --help", help_ms / 1000, "s", aim=0.4)]
    with Laboratory(folder / "lab", seed=7) as laboratory:
        figures += _serve(laboratory.config)
    return figures


def _serve(config: Path) -> list[Figure]:
    begun = time.perf_counter()
    command = [str(STATION), "serve", "--config", str(config), "--port", "0", "--announce"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url, token = process.stdout.readline().split()
        head = {"Authorization": f"Bearer {token}"}
        httpx.get(f"{url}/api/sante", headers=head, timeout=30).raise_for_status()
        answered = time.perf_counter() - begun
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(True)]
        memory = sum(p.memory_full_info().uss for p in family) / MB
        process.terminate()
    return [
        Figure("station serve answers", answered, "s", aim=3.0),
        Figure("station serve with its workers", memory, "MB", aim=300),
    ]
