"""Records: a portrait to the chip from its master, the master itself, a finger into a block."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

from simulators.people import Person
from station.capture import Capture, Finger, Modality, Provenance, Sample
from station.records import door, finger_record, finger_record_39794, wsq_coding
from station.records.coding import Coding
from station.records.finger_image import FingerImage
from station.records.master import Master
from station.records.portrait_coding import derive
from station.rules.codage import Usage, codage
from tests.bench.figure import Figure, median_ms
from tests.quality_pictures import portrait

if TYPE_CHECKING:
    from pathlib import Path

RUNS = 9
AIMS = {Usage.PUCE: 80.0, Usage.PRODUCTEUR: None, Usage.REGISTRE: None}


def measure(_: Path) -> list[Figure]:
    """A portrait of 827 x 1063 pixels with the grain of a scan, and a print of 400 x 500."""
    return [*_of_portraits(), *_of_fingers()]


def _of_portraits() -> list[Figure]:
    smooth = cv2.resize(portrait(), (827, 1063)).astype(np.float64)
    grained = smooth + np.random.default_rng(1).normal(0, 2, smooth.shape)
    pixels = np.asarray(np.clip(grained, 0, 255), np.uint8)
    device = Provenance("bench", "", "", "", simulated=True)
    master = Master.of_capture(Capture(Modality.FACE, (Sample(pixels, 600),), device))
    figures = [
        Figure(
            f"portrait coded for {usage}",
            median_ms(partial(derive, master, codage().of(usage)), RUNS),
            "ms",
            aim=AIMS[usage],
        )
        for usage in Usage
    ]
    own, theirs = median_ms(master.png, RUNS), median_ms(lambda: _pillow(pixels), RUNS)
    return [*figures, Figure("master kept, beside Pillow's PNG", own, "ms", theirs, aim=0.5)]


def _pillow(pixels: np.ndarray) -> None:
    Image.fromarray(np.ascontiguousarray(pixels[:, :, ::-1])).save(io.BytesIO(), "PNG")


def _of_fingers() -> list[Figure]:
    data, (rows, columns) = wsq_coding.encode(Person(1).print_of(Finger.LEFT_INDEX))
    image = FingerImage(Finger.LEFT_INDEX, columns, rows, 500, Coding.WSQ, data)
    first, third = finger_record.write(image), finger_record_39794.write(image)
    block = median_ms(lambda: door.read(third), 99)
    fir = median_ms(lambda: door.read(first), 99)
    return [Figure("finger block of 39794-4 read, beside FIR 2005", block, "ms", fir)]
