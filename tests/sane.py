"""Folders of SANE's configuration for one test, and what this machine lacks for it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests import needs

if TYPE_CHECKING:
    from simulators.document_scanner import DocumentScannerSimulator

_LIBRARIES = ("/usr/lib", "/usr/lib64", "/usr/local/lib")
_PACKAGES = {"test": "libsane1", "escl": "libsane1", "airscan": "sane-airscan"}


def need(*backends: str) -> None:
    """Say which packages of scripts/system-packages the test lacks, see `tests.needs`."""
    lacks = [] if shutil.which("scanimage") else ["sane-utils"]
    for name in backends:
        pattern = f"**/sane/libsane-{name}.so*"
        if not any(next(Path(folder).glob(pattern), None) for folder in _LIBRARIES):
            lacks.append(_PACKAGES[name])
    needs.need(tuple(lacks))


def own_backend(folder: Path, **settings: str) -> Path:
    """A folder in which SANE has its own test backend alone, set as told."""
    need("test")
    folder.mkdir(exist_ok=True)
    (folder / "dll.conf").write_text("test\n")
    said = {"number_of_devices": "1", "geometry_max": "300.0"}
    pictures = {"test-picture": '"Color pattern"'}
    told = {key.replace("_", "-"): value for key, value in settings.items()}
    lines = (f"{key} {value}\n" for key, value in (said | pictures | told).items())
    (folder / "test.conf").write_text("".join(lines))
    return folder


def through_airscan(folder: Path, scanner: DocumentScannerSimulator) -> Path:
    """A folder in which sane-airscan knows `scanner` alone, as `airscan:e0:SPECIMEN`."""
    need("airscan")
    folder.mkdir(exist_ok=True)
    (folder / "dll.conf").write_text("airscan\n")
    (folder / "airscan.conf").write_text(
        f'[devices]\n"SPECIMEN" = http://{scanner.address}/eSCL, eSCL\n'
        "[options]\ndiscovery = disable\nws-discovery = off\n"
    )
    return folder


def through_escl(folder: Path, scanner: DocumentScannerSimulator) -> Path:
    """A folder in which SANE's own eSCL backend knows `scanner` alone."""
    need("escl")
    folder.mkdir(exist_ok=True)
    (folder / "dll.conf").write_text("escl\n")
    (folder / "escl.conf").write_text(f'device http://{scanner.address} "SPECIMEN"\n')
    return folder
