"""One measured value, what it stands beside, and what it aims at."""

from __future__ import annotations

import statistics
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit`; `beside` is the alternative on the same work; aims are upper bounds."""

    name: str
    value: float
    unit: str
    beside: float | None = None
    aim: float | None = None  # of the ratio where there is one, else of the value

    @property
    def ratio(self) -> float | None:
        """`value` over `beside`."""
        return None if self.beside is None else self.value / self.beside

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None without an aim."""
        if self.aim is None:
            return None
        return (self.value if self.ratio is None else self.ratio) <= self.aim

    def as_dict(self) -> dict[str, object]:
        """For the JSON file."""
        return {**asdict(self), "ratio": self.ratio, "met": self.met}

    def row(self) -> tuple[str, ...]:
        """For the table."""
        beside = "" if self.beside is None else f"{self.beside:.3g} {self.unit}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        aim = "" if self.aim is None else f"≤ {self.aim:g}"
        word = {None: "", True: "met", False: "missed"}[self.met]
        return self.name, f"{self.value:.3g} {self.unit}", beside, ratio, aim, word


def median_ms(work: Callable[[], object], runs: int) -> float:
    """Median wall-clock time of `work`, ms, after one run that does not count."""
    work()
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)
