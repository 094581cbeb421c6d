"""A PDF from outside, looked at in a process of its own, which ends with it."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from station.errors import PdfRefused
from station.records import pdf_process
from station.rules.documents import documents

if TYPE_CHECKING:
    from station.rules.documents import PdfRecu

MAGIC = b"%PDF-"
_START = 20.0  # seconds: a new interpreter on a busy computer
_MM = 25.4 / 72
_processes = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page: its size in mm as it is shown, whether it shows anything, its image if that is all.

    `image` is an image file; `rotate` says by how many degrees clockwise it is to be turned.
    """

    width: float
    height: float
    rotate: int
    drawn: bool
    image: bytes | None = field(repr=False)


def read_pdf(data: bytes, name: str, limits: PdfRecu | None = None) -> tuple[PdfPage, ...]:
    """The pages of `data`; raises `PdfRefused`, saying what is in the way.

    Refused are scripts, actions that start, send or read something, attachments, XFA forms,
    encryption, references to other files, films and sounds, and whatever outgrows the limits.
    """
    limits = limits or documents().pdf_recu
    if len(data) > limits.octets_max:
        raise PdfRefused(f"{name}: larger than {limits.octets_max} bytes")
    if not data.startswith(MAGIC):
        raise PdfRefused(f"{name}: does not begin as a PDF")
    kind, said = _asked(data, limits)
    if kind == "refused":
        raise PdfRefused(f"{name}: {said}")
    return tuple(_page(page) for page in said)


def _asked(data: bytes, limits: PdfRecu) -> tuple[str, Any]:
    """What the process answers; one that dies or is late has met something hostile."""
    ours, theirs = _processes.Pipe()
    process = _processes.Process(
        target=pdf_process.serve, args=(theirs, limits.model_dump()), daemon=True
    )
    with ours:
        process.start()
        theirs.close()
        try:
            ours.send_bytes(data)
            if ours.poll(_START + 2 * limits.secondes):
                kind, said = ours.recv()
                return str(kind), said
            return "refused", f"not read within {limits.secondes} seconds"
        except (EOFError, OSError):
            return "refused", f"needs more than {limits.secondes} s or {limits.memoire_mo} MB"
        finally:
            process.kill()
            process.join()
            process.close()


def _page(said: dict[str, Any]) -> PdfPage:
    width, height = said["width"] * _MM, said["height"] * _MM
    if said["rotate"] in {90, 270}:
        width, height = height, width
    return PdfPage(width, height, said["rotate"], said["drawn"], said["image"])
