"""Fuzz every reader of records, guided by coverage; a find is a file that ends in another error.

    pip install atheris        not a dependency: for whoever runs this
    scripts/fuzz_records.py CORPUS [options of libFuzzer, for one -max_total_time=3600]

Seeds are written into CORPUS, a folder, at the first run. What is read is written again in its
own edition and must come back as it was. Decoders of images are not reached: WSQ has a process of
its own, the others are Pillow's.
"""

from __future__ import annotations

import io
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import atheris
import numpy as np
from PIL import Image

with atheris.instrument_imports(include=["station.records", "PIL.PngImagePlugin"]):
    from station.capture import Finger
    from station.errors import RecordInvalid
    from station.records import (
        cbeff,
        coding,
        der,
        door,
        face_record,
        face_record_2011,
        face_record_39794,
        finger_record,
        finger_record_2011,
        finger_record_39794,
        itl,
        wsq_coding,
    )
    from station.records.coding import Coding
    from station.records.face_image import FaceImage, Source
    from station.records.finger_image import FingerImage, Score

_WRITERS = {
    finger_record.NAME: finger_record.write,
    finger_record_2011.NAME: finger_record_2011.write,
    finger_record_39794.NAME: finger_record_39794.write,
}
_FACES = {
    face_record.NAME: face_record.write,
    face_record_2011.NAME: face_record_2011.write,
    face_record_39794.NAME: face_record_39794.write,
}
_LIMITS = ["-rss_limit_mb=1024", "-timeout=10", "-max_len=8192"]


def one(data: bytes) -> None:
    """Read `data` as everything it could be."""
    with suppress(RecordInvalid):
        der.read(data)
    with suppress(RecordInvalid):
        found = coding.recognised(data)
        if found is not None:
            coding.said_size(found, data)
    with suppress(RecordInvalid):
        _again(door.read(data))


def _again(content: door.Content) -> None:
    """What was read, written and read: the same, unless this edition cannot write it."""
    for image in content.fingers:
        try:
            record = _WRITERS[content.format](image)
        except (RecordInvalid, KeyError):
            continue
        (same,) = door.read(record).fingers
        if (same.size, same.dpi, same.data) != (image.size, image.dpi, image.data):
            raise AssertionError("another image after a round trip")
    if content.face is not None and content.format in _FACES:
        face = door.read(_FACES[content.format](content.face)).face
        if face is None or (face.size, face.data) != (content.face.size, content.face.data):
            raise AssertionError("another portrait after a round trip")


def seeds() -> list[bytes]:
    """One small record of each kind."""
    grey = np.arange(64 * 64, dtype=np.uint8).reshape(64, 64)
    png, jpeg2000 = io.BytesIO(), io.BytesIO()
    Image.fromarray(grey).save(png, "PNG")
    Image.fromarray(grey).save(jpeg2000, "JPEG2000", irreversible=False)
    wsq = wsq_coding.encode(grey)[0]
    raw = _image(Coding.RAW, grey.tobytes())
    images = [
        raw,
        _image(Coding.WSQ, wsq),
        _image(Coding.PNG, png.getvalue()),
        _image(Coding.JPEG2000_LOSSLESS, jpeg2000.getvalue()),
    ]
    found = [wsq, png.getvalue(), jpeg2000.getvalue(), coding.pgm(grey)]
    for image in images:
        for write in _WRITERS.values():
            with suppress(RecordInvalid):
                record = write(image)
                found += [record, cbeff.write(cbeff.Bit.of_finger(Finger.LEFT_INDEX, record))]
    for coded, data in (
        (Coding.JPEG2000_LOSSLESS, jpeg2000.getvalue()),
        (Coding.PNG, png.getvalue()),
    ):
        face = FaceImage(64, 64, Source.SCANNER, data, coded)
        for write_face in _FACES.values():
            with suppress(RecordInvalid):
                record = write_face(face)
                found += [record, cbeff.write(cbeff.Bit.of_face(record))]
    header = itl.Header("1", "SPECIMEN1", "SPECIMEN2", datetime(2026, 1, 2, tzinfo=UTC))
    return [*found, itl.write(header, tuple(images), face)]


def _image(kind: Coding, data: bytes) -> FingerImage:
    score = Score.of_nfiq2(64, "2.3.0")
    taken_at = datetime(2026, 1, 2, tzinfo=UTC)
    return FingerImage(Finger.LEFT_INDEX, 64, 64, 500, kind, data, (score,), taken_at=taken_at)


def main() -> None:
    """Fuzz until the options of libFuzzer say stop."""
    corpus = Path(sys.argv[1])
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (corpus / f"seed-{number:02d}").write_bytes(seed)
    atheris.Setup([sys.argv[0], str(corpus), *_LIMITS, *sys.argv[2:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
