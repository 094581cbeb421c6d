"""Papers to the printer of the counter, by CUPS: nothing is kept but in the printer's queue.

A queue that is stopped takes a job all the same and holds it, with somebody's name in it, until it
is started again; so the printer is looked at before, and for a moment after. `lpstat` is read in
the C locale; the words of its alerts are those of RFC 8011, section 5.4.12.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from typing import TYPE_CHECKING, Final

from station.errors import PrinterFailed, PrinterNotReady

if TYPE_CHECKING:
    from collections.abc import Iterator

_LP, _LPSTAT = "lp", "lpstat"
_END = 20.0  # seconds a command may take
_STEP = 0.25  # seconds between two looks
_SAID = 200  # characters of what CUPS answers
_ALERTS = re.compile(r"^\tAlerts: (.+)$", re.MULTILINE)
_JOB = re.compile(r"^request id is (\S+-\d+) ", re.MULTILINE)
_TOLD = ("-report", "-warning")  # of what does not stop the printer
_OFFLINE = "offline"  # told as a report, and nothing comes out
_BLOCKING: Final = {
    "media-empty": "plus de papier",
    "media-needed": "plus de papier",
    "media-jam": "bourrage de papier",
    "input-tray-missing": "bac à papier absent",
    "output-area-full": "bac de sortie plein",
    "cover-open": "capot ouvert",
    "door-open": "capot ouvert",
    "interlock-open": "capot ouvert",
    "toner-empty": "plus d’encre",
    "marker-supply-empty": "plus d’encre",
    _OFFLINE: "éteinte ou débranchée",
}


def imprimer(imprimante: str, pdf: bytes, titre: str, secondes: float = 5.0) -> bool:
    """Hand `pdf` to the printer called `imprimante`; whether it took all of it within `secondes`.

    `titre` is the name of the job: a number, never a name of somebody. Raises `PrinterFailed` when
    CUPS, the queue or its name is at fault, and `PrinterNotReady` when the printer wants a hand:
    what was sent by then comes out once it has it.
    """
    _look(imprimante, waiting=bool(_held(imprimante)))
    said = _run([_LP, "-d", imprimante, "-t", titre, "-o", "media=A4", "-"], imprimante, pdf)
    job = _JOB.search(said)
    if job is None:
        raise PrinterFailed(f"{imprimante}: {said[:_SAID].strip()}")
    deadline = time.monotonic() + secondes
    while job[1] in _held(imprimante):
        late = time.monotonic() >= deadline
        _look(imprimante, waiting=late)
        if late:
            return False
        time.sleep(_STEP)
    return True


def _look(imprimante: str, *, waiting: bool) -> None:
    """Raise what keeps the printer from printing.

    Its alerts count when a paper is `waiting`: the last one told may be long mended.
    """
    said = _run([_LPSTAT, "-l", "-p", imprimante], imprimante)
    first = said.partition("\n")[0]
    if " disabled since " in first:
        raise PrinterFailed(f"{imprimante}: the queue is stopped")
    for alert in _alerts(said) if waiting else ():
        raise PrinterNotReady(f"{imprimante}: {_BLOCKING[alert]}")


def _alerts(said: str) -> Iterator[str]:
    """What stops the printer, of everything that it tells."""
    found = _ALERTS.search(said)
    told = "" if found is None else found[1]
    for alert in told.replace(",", " ").split():
        if alert.startswith(_OFFLINE):
            yield _OFFLINE
        elif not alert.endswith(_TOLD) and alert.removesuffix("-error") in _BLOCKING:
            yield alert.removesuffix("-error")


def _held(imprimante: str) -> set[str]:
    """The jobs that the queue still holds."""
    said = _run([_LPSTAT, "-o", imprimante], imprimante)
    return {line.split(maxsplit=1)[0] for line in said.splitlines() if line.strip()}


def _run(command: list[str], imprimante: str, given: bytes = b"") -> str:
    """What a command of CUPS says; raises `PrinterFailed` when it refuses or does not end."""
    try:
        done = subprocess.run(  # noqa: S603 (no shell; the name is one of the settings)
            command, input=given, capture_output=True, timeout=_END, check=False,
            env=os.environ | {"LC_ALL": "C"},
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PrinterFailed(f"{imprimante}: {type(error).__name__}") from error
    if done.returncode:
        raise PrinterFailed(f"{imprimante}: {done.stderr.decode(errors='replace')[:_SAID].strip()}")
    return done.stdout.decode(errors="replace")
