"""What a scan can be asked to show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Image = npt.NDArray[np.uint8]

A4: Final = (210.0, 297.0)
A5: Final = (148.0, 210.0)
SMALL: Final = (105.0, 74.0)
PHOTO: Final = (35.0, 45.0)


@unique
class Recapture(StrEnum):
    """What was photographed instead of a person."""

    NONE = "none"
    PRINT = "print"  # another photograph, lying on a table
    SCREEN = "screen"


@unique
class Kind(StrEnum):
    """What a page is."""

    BILL = "bill"  # proof of address
    BIRTH = "birth"  # copy of a birth record
    FORM = "form"


@dataclass(frozen=True, slots=True)
class PhotoScan:
    """One scan of a printed photograph; the defaults make one that meets the rules.

    `bed` is the grey level of the lid. `shadow`, `glare`, `raster` go from 0 to 1; `dust`,
    `folds` and `stains` are counts; `off_edge` is how much of the paper lies beside the glass.
    `across` and `down` shift the paper from the middle, `gap` parts it from a second one.
    """

    glass: tuple[float, float] = SMALL
    dpi: int = 600
    bed: int = 240
    size: tuple[float, float] = PHOTO
    angle: float = 0.0
    across: float = 0.0
    down: float = 0.0
    count: int = 1
    gap: float = 6.0
    off_edge: float = 0.0
    shadow: float = 0.5
    dust: int = 0
    folds: int = 0
    glare: float = 0.0
    stains: int = 0
    raster: float = 0.0
    recapture: Recapture = Recapture.NONE
    noise: float = 1.5
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class PageScan:
    """One scan of a page of A4; the defaults make one that is accepted.

    `bed` is the grey level around a page smaller than the glass, None when it fills the glass.
    `blur` is a standard deviation; `cut` is how much of the page lies beside the glass; `glare`
    and `coffee` go from 0 to 1; `ink` is the grey level of the text. `code` is an image laid
    where a bill has its code.
    """

    kind: Kind = Kind.BILL
    dpi: int = 300
    bed: int | None = None
    skew: float = 0.0
    turned: int = 0  # quarters of a turn
    blur: float = 0.0
    cut: float = 0.0
    blank: bool = False
    glare: float = 0.0
    coffee: float = 0.0
    ink: int = 40
    noise: float = 2.0
    code: Image | None = None
    seed: int = 0
