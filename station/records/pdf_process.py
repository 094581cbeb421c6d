"""The process that opens a PDF from outside: bytes in, plain values out.

Memory and processor time are limited before the first byte is looked at. What a page of paper
would not hold is refused, wherever it lies in the file, reachable or not: ISO 32000-1 §7.5 to
§7.11, §12.6, §12.7.8. Links to the web stay: nothing follows them, and every bill has some.
"""

from __future__ import annotations

import io
import resource
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

_ACTIONS = {
    "/JavaScript": "a script",
    "/Launch": "an action that starts a program",
    "/SubmitForm": "a form that sends itself",
    "/ImportData": "an action that reads a file",
    "/GoToR": "a reference to another file",
    "/GoToE": "a reference to an embedded file",
    "/Rendition": "a film or a sound",
    "/RichMediaExecute": "a film or a sound",
}
_KEYS = {
    "/JS": "a script",
    "/JavaScript": "a script",
    "/EmbeddedFiles": "an attachment",
    "/EmbeddedFile": "an attachment",
    "/EF": "an attachment",
    "/XFA": "a form in XFA",
    "/OPI": "a reference to another file",
}
_KINDS = {
    "/EmbeddedFile": "an attachment",
    "/FileAttachment": "an attachment",
    "/RichMedia": "a film or a sound",
    "/Movie": "a film or a sound",
    "/Sound": "a film or a sound",
    "/Screen": "a film or a sound",
    "/3D": "a film or a sound",
}
_DEEP = 40
_MB = 1 << 20
_MAX_IMAGE = 32 * _MB


def serve(pipe: Connection, limits: dict[str, int]) -> None:
    """Receive one file, answer `("refused", why)` or `("pages", [...])`, end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _restrict(limits)
    data = pipe.recv_bytes()
    try:
        pipe.send(_answer(data, limits))
    except MemoryError:
        pipe.send(("refused", f"needs more than {limits['memoire_mo']} MB"))


def _restrict(limits: dict[str, int]) -> None:
    """Memory beyond what the process already has, processor time, no files, no core dump."""
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    memory = held + limits["memoire_mo"] * _MB
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["secondes"], limits["secondes"] + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(data: bytes, limits: dict[str, int]) -> tuple[str, Any]:
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                return "refused", "encrypted"
            if len(pdf.objects) > limits["objets_max"]:
                return "refused", f"more than {limits['objets_max']} objects"
            if not 1 <= len(pdf.pages) <= limits["pages_max"]:
                return "refused", f"{len(pdf.pages)} pages, not 1 to {limits['pages_max']}"
            for item in pdf.objects:
                if (why := _unwanted(item)) is not None:
                    return "refused", why
            return "pages", [_page(page) for page in pdf.pages]
    except pikepdf.PasswordError:
        return "refused", "encrypted"
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError, OverflowError):
        return "refused", "damaged, or no PDF"


def _unwanted(item: Any) -> str | None:
    """What `item`, one object of the file with all it holds directly, should not have."""
    for part in _parts(item):
        kinds = [str(part.get(key)) for key in ("/Type", "/Subtype") if key in part]
        found = [_ACTIONS.get(str(part.get("/S"))), *map(_KINDS.get, kinds)]
        found += [why for key, why in _KEYS.items() if key in part]
        outside = isinstance(part, pikepdf.Stream) and "/F" in part
        if outside or ("/Ref" in part and "/Form" in kinds):
            found.append("a reference to another file")
        for why in found:
            if why is not None:
                return why
    return None


def _parts(item: Any) -> Iterator[Any]:
    """Every dictionary and stream of `item`, without following references."""
    waiting = [(item, 0)]
    while waiting:
        part, depth = waiting.pop()
        if depth > _DEEP:
            raise ValueError("nested too deep")
        inside: list[Any] = []
        if isinstance(part, pikepdf.Stream | pikepdf.Dictionary):
            yield part
            inside = [value for _, value in part.items()]
        elif isinstance(part, pikepdf.Array):
            inside = list(part)
        nested = (pikepdf.Stream, pikepdf.Dictionary, pikepdf.Array)
        waiting += [(p, depth + 1) for p in inside if isinstance(p, nested) and not p.is_indirect]


def _page(page: pikepdf.Page) -> dict[str, Any]:
    """Size in points, whether anything is drawn, and the image when the page is one image."""
    left, bottom, right, top = (float(v) for v in page.mediabox)
    steps = list(pikepdf.parse_content_stream(page))
    drawn = [str(step.operator) for step in steps]
    things = [str(step.operands[0]) for step in steps if str(step.operator) == "Do"]
    images = _images(page, things)
    shows = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "b", "sh", "Do", "INLINE IMAGE"}
    alone = len(images) == len(things) == 1 and not {"Tj", "TJ"} & set(drawn)
    return {
        "width": abs(right - left),
        "height": abs(top - bottom),
        "rotate": int(page.obj.get("/Rotate", 0)) % 360,
        "drawn": bool(shows & set(drawn)),
        "image": _image(images[0]) if alone else None,
    }


def _images(page: pikepdf.Page, names: list[str]) -> list[Any]:
    """The images among what the page draws; raises `ValueError` when something is missing."""
    held = page.resources.get("/XObject", pikepdf.Dictionary())
    things: list[Any] = [held.get(name) for name in names]
    if not all(isinstance(thing, pikepdf.Stream) for thing in things):
        raise ValueError("something that is drawn is missing")
    return [thing for thing in things if str(thing.get("/Subtype")) == "/Image"]


def _image(item: Any) -> bytes | None:
    """The image as a file, when it is one that readers of images know."""
    if int(item.Width) * int(item.Height) * 3 > 4 * _MAX_IMAGE:
        return None
    out = io.BytesIO()
    try:
        pikepdf.PdfImage(item).extract_to(stream=out)
    except (pikepdf.PdfError, NotImplementedError, ValueError, OSError, AttributeError):
        return None
    data = out.getvalue()
    return data if len(data) <= _MAX_IMAGE else None
