"""The allocator of the C library, told to give back what pictures have left (glibc alone).

Every thread that works on a picture may get an arena of its own, and what it frees stays there:
after an hour at the counter that is more than everything the station holds.
"""

from __future__ import annotations

import ctypes
from typing import Final

_M_ARENA_MAX: Final = -8  # mallopt(3)
_ARENAS: Final = 2


def share() -> None:
    """Few arenas for all threads; to be called before threads begin."""
    _call("mallopt", _M_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Return free pages to the system: 1 to 10 ms, so after a work and not within one."""
    _call("malloc_trim", 0)


def _call(name: str, *arguments: int) -> None:
    function = getattr(ctypes.CDLL(None), name, None)
    if function is not None:  # another C library keeps house by itself
        function(*arguments)
