"""Proportions of one head: who it is, and how old."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulators.floats import Floats, floats

if TYPE_CHECKING:
    from simulators.faces.params import Params


@dataclass(frozen=True, slots=True)
class Build:
    """Proportions of one head, 1 for the mean adult; `old` goes from 0 to 1."""

    width: float = 1.0
    jaw: float = 1.0
    eyes: float = 1.0  # distance between the eyes
    eye: float = 1.0  # size of an eye
    nose: float = 1.0
    lower: float = 1.0  # everything below the eyes
    body: float = 1.0
    old: float = 0.0

    @classmethod
    def of(cls, params: Params, rng: np.random.Generator) -> Build:
        """The head of `params`, drawn from `rng`; the face of a child is short, its eyes large."""
        young = float(np.clip((16 - params.age) / 13, 0, 1))
        old = float(np.clip((params.age - 50) / 35, 0, 1))
        spread = (0.03, 0.10, 0.03, 0.06) if params.seed else (0.0,) * 4
        width, jaw, eyes, nose = (float(v) for v in 1 + rng.uniform(-1, 1, 4) * spread)
        return cls(
            width=width * (1 + 0.02 * young),
            jaw=jaw * (1 - 0.06 * young),
            eyes=eyes * (1 - 0.02 * young),
            eye=1 + 0.10 * young - 0.06 * old,
            nose=nose * (1 - 0.14 * young + 0.05 * old),
            lower=1 - 0.16 * young,
            body=1 - 0.26 * young,
            old=old,
        )

    def flat(self, y: Floats) -> Floats:
        """Heights of the mean face, where its solids and its skin are laid out, for true ones."""
        return floats(np.where(y < 0, y / np.float32(self.lower), y))

    def height(self, y: float) -> float:
        """The true height of what the mean face has at `y`."""
        return y * self.lower if y < 0 else y
