"""The machine's share of one dossier, from the demo's own report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.bench.figure import Figure

STATION = Path(sys.executable).parent / "station"


def measure(folder: Path) -> list[Figure]:
    """Each step of the demo; the sum leaves out what waits for the applicant."""
    out = folder / "demo"
    subprocess.run([STATION, "demo", "--out", str(out)], check=True, capture_output=True)
    steps = json.loads((out / "report.json").read_text())["steps"]
    steps = [step for step in steps if "ms" in step]  # the others only say something
    figures = [Figure(f"dossier: {s['step']}", s["ms"] / 1000, "s") for s in steps]
    machine = sum(s["ms"] for s in steps if not s["human"]) / 1000
    return [*figures, Figure("dossier: all machine steps", machine, "s", aim=2.0)]
