"""Synthetic portraits of people no limit was tuned on, rendered once and kept in a folder."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

import simulators.faces
from simulators.faces import Cause, random_conforming, render, with_cause

if TYPE_CHECKING:
    import numpy.typing as npt

    from simulators.faces import Params

FOLDER = Path("bench-out/portraits")
_FIRST = 10_000  # seed of people no test and no tuning knows


def conforming(number: int) -> Params:
    """The portrait `number` that meets the rules."""
    return random_conforming(_FIRST + number)


def spoilt(number: int, cause: Cause) -> Params:
    """The same portrait with `cause`."""
    return with_cause(_FIRST + number, cause)


def picture(params: Params, folder: Path = FOLDER) -> npt.NDArray[np.uint8]:
    """What `render` gives, from the folder when it was asked for before."""
    name = hashlib.sha256(f"{_version()}{params}".encode()).hexdigest()[:24]
    file = folder / f"{name}.png"
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        aside = folder / f"{name}.part.png"
        cv2.imwrite(str(aside), render(params), [cv2.IMWRITE_PNG_COMPRESSION, 1])
        aside.replace(file)
    return np.asarray(cv2.imread(str(file)), np.uint8)


@cache
def _version() -> str:
    """What the renderer is, so that another one does not find the pictures of this one."""
    sources = sorted(Path(simulators.faces.__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()
