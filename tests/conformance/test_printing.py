"""Papers to a real CUPS of the test's own: what it takes, what it refuses."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from station.errors import PrinterFailed, PrinterNotReady
from station.guichet.impression import imprimer
from tests.needs import need, programs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_START = 20.0  # seconds
SOON = 1.5  # seconds
_FILES = """ServerRoot {0}
RequestRoot {0}/spool
TempDir {0}/tmp
CacheDir {0}/cache
StateDir {0}
AccessLog {0}/access
ErrorLog {0}/error
PageLog {0}/page
FileDevice Yes
ServerBin {0}/bin
"""
# Printers of our own: what CUPS starts to print with, told what to do by the rest of its address.
_BACKEND = """#!/bin/sh
[ $# -eq 0 ] && {{ echo 'direct specimen "Specimen" "Specimen"'; exit 0; }}
case "${{DEVICE_URI#specimen:}}" in
  copy) cat "${{6:--}}" > {0}/printed ;;
  *) echo "STATE: +${{DEVICE_URI#specimen:}}" >&2; sleep 60 ;;
esac
"""
_PARTS = ("daemon", "filter", "monitor", "notifier", "cgi-bin")
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
    """The folder of a CUPS without printers yet."""
    need(programs(cupsd="cups-daemon", lp="cups-client", lpadmin="cups-client"))
    folder = tmp_path_factory.mktemp("c")
    for name in ("spool", "tmp", "cache"):
        (folder / name).mkdir()
    (folder / "bin" / "backend").mkdir(parents=True)
    for name in _PARTS:
        (folder / "bin" / name).symlink_to(f"/usr/lib/cups/{name}")
    backend = folder / "bin" / "backend" / "specimen"
    backend.write_text(_BACKEND.format(folder))
    backend.chmod(0o700)  # run as who runs CUPS, not as its user of print jobs
    (folder / "cups-files.conf").write_text(_FILES.format(folder))
    (folder / "cupsd.conf").write_text(_SERVER.format(folder))
    command = ["cupsd", "-f", "-c", f"{folder}/cupsd.conf", "-s", f"{folder}/cups-files.conf"]
    with pytest.MonkeyPatch.context() as patch, subprocess.Popen(command) as server:
        patch.setenv("CUPS_SERVER", f"{folder}/s")
        try:
            deadline = time.monotonic() + _START
            while not (folder / "s").exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            yield folder
        finally:
            server.terminate()


def printer(name: str, does: str = "copy") -> str:
    new = ["lpadmin", "-p", name, "-E", "-v", f"specimen:{does}", "-m", "raw"]
    subprocess.run(new, check=True, capture_output=True)
    return name


def test_the_printer_gets_the_paper_as_it_is(cups: Path) -> None:
    assert imprimer(printer("guichet"), b"%PDF-1.7 SPECIMEN", "recepisse")
    assert (cups / "printed").read_bytes() == b"%PDF-1.7 SPECIMEN"


@pytest.mark.usefixtures("cups")
def test_a_printer_that_is_not_there_is_said() -> None:
    with pytest.raises(PrinterFailed, match="absente"):
        imprimer("absente", b"%PDF-1.7", "recepisse")


def held(name: str) -> str:
    command = ["lpstat", "-o", name]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()


@pytest.mark.usefixtures("cups")
@pytest.mark.parametrize("command", ["cupsdisable", "cupsreject"])
def test_a_queue_that_is_stopped_holds_nothing_back(command: str) -> None:
    name = printer(command)
    subprocess.run([command, name], check=True)
    with pytest.raises(PrinterFailed, match=command):
        imprimer(name, b"%PDF-1.7", "recepisse", SOON)
    assert held(name) == ""


@pytest.mark.usefixtures("cups")
@pytest.mark.parametrize(
    ("alert", "said"),
    [
        ("media-empty-error", "plus de papier"),
        ("cover-open", "capot ouvert"),
        ("offline-report", "éteinte"),
    ],
)
def test_a_printer_that_wants_a_hand_says_which_and_keeps_the_paper(alert: str, said: str) -> None:
    name = printer(alert, alert)
    with pytest.raises(PrinterNotReady, match=said):
        imprimer(name, b"%PDF-1.7", "recepisse", SOON)
    assert len(held(name).splitlines()) == 1
    with pytest.raises(PrinterNotReady, match=said):  # and takes no second one
        imprimer(name, b"%PDF-1.7", "recepisse", SOON)
    assert len(held(name).splitlines()) == 1


@pytest.mark.usefixtures("cups")
def test_an_alert_that_was_mended_stops_nothing() -> None:
    name = printer("reparee", "media-empty-error")
    with pytest.raises(PrinterNotReady):
        imprimer(name, b"%PDF-1.7", "recepisse", SOON)
    subprocess.run(["cancel", "-a", name], check=True)
    printer(name)
    assert imprimer(name, b"%PDF-1.7", "recepisse", SOON)


@pytest.mark.usefixtures("cups")
def test_a_warning_stops_nothing_and_a_slow_printer_is_not_waited_for() -> None:
    begun = time.monotonic()
    assert not imprimer(printer("lente", "media-low-warning"), b"%PDF-1.7", "recepisse", SOON)
    assert time.monotonic() - begun < 10


def test_without_cups_the_paper_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    need(programs(lp="cups-client"))
    monkeypatch.setenv("CUPS_SERVER", str(tmp_path / "nobody"))
    with pytest.raises(PrinterFailed):
        imprimer("guichet", b"%PDF-1.7", "recepisse")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PrinterFailed, match="FileNotFoundError"):
        imprimer("guichet", b"%PDF-1.7", "recepisse")
