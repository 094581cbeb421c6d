"""What the processes of a station hold, at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import psutil

if TYPE_CHECKING:
    from collections.abc import Sequence

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Releve:
    """The server and its workers together: memory in MB (PSS), open files, threads."""

    memoire: float
    fichiers: int
    fils: int

    @classmethod
    def of(cls, pid: int) -> Self:
        """Of the process `pid` and of all that it started."""
        server = psutil.Process(pid)
        everyone = [server, *server.children(recursive=True)]
        return cls(
            sum(one.memory_full_info().pss for one in everyone) / _MB,
            sum(one.num_fds() for one in everyone),
            sum(one.num_threads() for one in everyone),
        )


def pente(releves: Sequence[Releve]) -> float:
    """MB that each dossier adds, by least squares over the second half of `releves`."""
    late = [one.memoire for one in releves[len(releves) // 2 :]]
    middle = (len(late) - 1) / 2
    mean = sum(late) / len(late)
    spread = sum((rank - middle) ** 2 for rank in range(len(late)))
    return sum((rank - middle) * (mb - mean) for rank, mb in enumerate(late)) / spread
