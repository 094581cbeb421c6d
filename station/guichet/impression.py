"""Papers to the printer of the counter, by CUPS: nothing is kept but in the printer's queue."""

from __future__ import annotations

import subprocess

from station.errors import PrinterFailed

_LP = "lp"
_END = 20.0  # seconds
_SAID = 200  # characters of what it answers


def imprimer(imprimante: str, pdf: bytes, titre: str) -> None:
    """Hand `pdf` to the printer called `imprimante`; raises `PrinterFailed`.

    `titre` is the name of the job: a number, never a name of somebody.
    """
    command = [_LP, "-d", imprimante, "-t", titre, "-o", "media=A4", "-"]
    try:
        done = subprocess.run(  # noqa: S603 (no shell; the name is one of the settings)
            command, input=pdf, capture_output=True, timeout=_END, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PrinterFailed(f"{imprimante}: {type(error).__name__}") from error
    if done.returncode:
        raise PrinterFailed(f"{imprimante}: {done.stderr.decode(errors='replace')[:_SAID].strip()}")
