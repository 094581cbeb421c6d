"""The process that holds the native code of NFIQ 2 and bozorth3: PNG in, plain numbers out.

Nothing of the library leaves this process: its objects hold raw pointers that no other process
could follow. One order at a time; whatever goes wrong here ends here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from station import heap

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


def serve(pipe: Connection) -> None:
    """Answer ("score", png) and ("bozorth3", png, png) until the pipe closes."""
    import nbis  # noqa: PLC0415 - the optional extra, and native code: in this process only

    settings = nbis.NbisExtractorSettings(
        min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=True, ppi=None
    )
    engine = nbis.new_nbis_extractor(settings)
    try:
        while True:
            kind, *images = pipe.recv()
            work = _score if kind == "score" else _matched
            try:
                pipe.send(work(engine, *images))
            except nbis.NbisError as error:
                pipe.send(type(error).__name__)
            heap.give_back()
    except (EOFError, OSError):
        return


def _score(engine: Any, png: bytes) -> tuple[int, dict[str, float]]:
    """The score and the native features."""
    quality = engine.extract_minutiae(png).quality()
    return int(quality.score), {f.name: float(f.value) for f in quality.features}


def _matched(engine: Any, one: bytes, other: bytes) -> int:
    """bozorth3 of two prints."""
    first, second = (engine.extract_minutiae(png) for png in (one, other))
    return int(first.compare(second))
