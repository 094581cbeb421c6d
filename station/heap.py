"""The allocator of the C library, told to give back what pictures have left (glibc alone).

Every thread that works on a picture may get an arena of its own, and what it frees stays there:
after an hour at the counter that is more than everything the station holds. A dossier that was
dropped is a cycle of objects, which Python may keep for hours before it looks for such.
"""

from __future__ import annotations

import ctypes
import gc
from typing import Final

_M_ARENA_MAX: Final = -8  # mallopt(3)
_M_MMAP_THRESHOLD: Final = -3
_ARENAS: Final = 2
_PICTURE: Final = 1024 * 1024  # bytes from which a block has pages of its own


def share() -> None:
    """Few arenas for all threads, none for pictures; to be called before threads begin.

    Left alone, the size of a picture that was freed becomes what an arena takes (mallopt(3)).
    """
    _call("mallopt", _M_ARENA_MAX, _ARENAS)
    _call("mallopt", _M_MMAP_THRESHOLD, _PICTURE)


def loaded() -> None:
    """What is there now stays for good: `forget` need not look through it, and takes 20 ms."""
    gc.collect()
    gc.freeze()


def forget() -> None:
    """Really free what was dropped: prints and portraits outlive their dossier nowhere."""
    gc.collect()
    give_back()


def give_back() -> None:
    """Return free pages to the system: 1 to 10 ms, so after a work and not within one."""
    _call("malloc_trim", 0)


def _call(name: str, *arguments: int) -> None:
    function = getattr(ctypes.CDLL(None), name, None)
    if function is not None:  # another C library keeps house by itself
        function(*arguments)
