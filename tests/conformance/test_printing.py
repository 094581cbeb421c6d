"""Papers to a real CUPS of the test's own: what it takes, what it refuses."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from station.errors import PrinterFailed
from station.guichet.impression import imprimer
from tests.needs import need, programs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_START = 20.0  # seconds
_FILES = """ServerRoot {0}
RequestRoot {0}/spool
TempDir {0}/tmp
CacheDir {0}/cache
StateDir {0}
AccessLog {0}/access
ErrorLog {0}/error
PageLog {0}/page
FileDevice Yes
"""
_SERVER = """Listen {0}/s
PreserveJobFiles Yes
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
Allow all
</Limit>
</Policy>
"""


@pytest.fixture(scope="module")
def cups(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a CUPS with one printer, `guichet`, that prints into nothing."""
    need(programs(cupsd="cups-daemon", lp="cups-client", lpadmin="cups-client"))
    folder = tmp_path_factory.mktemp("c")
    for name in ("spool", "tmp", "cache"):
        (folder / name).mkdir()
    (folder / "cups-files.conf").write_text(_FILES.format(folder))
    (folder / "cupsd.conf").write_text(_SERVER.format(folder))
    command = ["cupsd", "-f", "-c", f"{folder}/cupsd.conf", "-s", f"{folder}/cups-files.conf"]
    with pytest.MonkeyPatch.context() as patch, subprocess.Popen(command) as server:
        patch.setenv("CUPS_SERVER", f"{folder}/s")
        try:
            deadline = time.monotonic() + _START
            while not (folder / "s").exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            new = ["lpadmin", "-p", "guichet", "-E", "-v", "file:/dev/null", "-m", "raw"]
            subprocess.run(new, check=True, capture_output=True)
            yield folder
        finally:
            server.terminate()


def test_the_printer_gets_the_paper_as_it_is(cups: Path) -> None:
    imprimer("guichet", b"%PDF-1.7 SPECIMEN", "recepisse")
    (kept,) = (cups / "spool").glob("d*")
    assert kept.read_bytes() == b"%PDF-1.7 SPECIMEN"


@pytest.mark.usefixtures("cups")
def test_a_printer_that_is_not_there_is_said() -> None:
    with pytest.raises(PrinterFailed, match="absente"):
        imprimer("absente", b"%PDF-1.7", "recepisse")
