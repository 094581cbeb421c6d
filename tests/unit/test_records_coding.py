"""From a capture to a record: WSQ under its ceiling, JPEG 2000 within its budget."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from station.capture import Capture, Finger, Modality, Provenance, Sample
from station.cli import quality as quality_command
from station.cli import records as records_command
from station.errors import NotAnImage, RecordInvalid
from station.faces.assessment import assess_face
from station.quality.finger import assess_finger
from station.records import cbeff, face_record, finger_record, wsq_coding
from station.records.describe import describe
from station.records.encoded import Encoded, encode_face, encode_finger
from station.records.face_image import Source
from station.records.master import Master
from station.records.portrait_coding import derive
from station.rules.codage import codage
from tests import quality_pictures as pictures

if TYPE_CHECKING:
    from pathlib import Path

DEVICE = Provenance("serial-finger", "SPECIMEN 1", "SN-0001", "1.0", simulated=True)


def _encoded_finger(grey: pictures.Grey) -> Encoded:
    sample = Sample(grey, 500, Finger.LEFT_INDEX)
    return encode_finger(Capture(Modality.FINGER, (sample,), DEVICE), assess_finger(sample))


def _encoded_face(image: pictures.Grey, dpi: int | None = None) -> Encoded:
    sample = Sample(image, dpi)
    return encode_face(Capture(Modality.FACE, (sample,), DEVICE), assess_face(sample))


def _master(image: pictures.Grey) -> Master:
    return Master.of_capture(Capture(Modality.FACE, (Sample(image, None),), DEVICE))


@pytest.fixture(scope="module")
def finger() -> Encoded:
    return _encoded_finger(pictures.finger())


def test_a_finger_is_a_record_in_a_template(finger: Encoded) -> None:
    bit = cbeff.read(finger.record)
    image = finger_record.read(bit.record)
    assert bit.finger is image.position is Finger.LEFT_INDEX
    assert (image.width, image.height, image.dpi, image.quality) == (400, 500, 500, ())


def test_a_finger_survives_the_lossy_step(finger: Encoded) -> None:
    image = finger_record.read(cbeff.read(finger.record).record)
    decoded = wsq_coding.decode(image.data)
    assert np.abs(decoded.astype(int) - pictures.finger()).mean() < 8


def test_what_is_encoded_says_where_it_comes_from(finger: Encoded) -> None:
    assert finger.device is DEVICE
    assert finger.sha256 == hashlib.sha256(finger.record).hexdigest()
    assert {"finger.ridge_area", "finger.sharpness"} <= {m.name for m in finger.quality}


def test_the_repr_of_what_is_encoded_shows_no_image(finger: Encoded) -> None:
    assert len(repr(finger)) < 500
    assert repr(finger.record)[2:40] not in repr(finger)


def test_a_large_platen_is_cut_to_the_finger() -> None:
    platen = np.full((900, 900), 252, np.uint8)
    platen[300:800, 100:500] = pictures.finger()
    grainy = platen - np.random.default_rng(2).integers(0, 60, platen.shape, dtype=np.uint8)
    encoded = _encoded_finger(np.asarray(np.maximum(grainy, 0), np.uint8))
    image = finger_record.read(cbeff.read(encoded.record).record)
    assert len(image.data) <= wsq_coding.CEILING
    assert image.width <= 400
    assert image.height <= 500


def test_a_portrait_keeps_within_its_budget() -> None:
    image = face_record.read(cbeff.read(_encoded_face(pictures.portrait()).record).record)
    assert 0.95 * 17_408 < len(image.data) <= 17_408
    assert image.source is Source.STILL_CAMERA


def test_a_scanned_portrait_says_so() -> None:
    image = face_record.read(cbeff.read(_encoded_face(pictures.portrait(), 600).record).record)
    assert image.source is Source.SCANNER


def test_a_portrait_survives_the_lossy_step() -> None:
    image = face_record.read(cbeff.read(_encoded_face(pictures.portrait()).record).record)
    decoded = cv2.imdecode(np.frombuffer(image.data, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert np.abs(decoded.astype(int) - pictures.portrait()).mean() < 3


@pytest.mark.parametrize("limit", [3_000, 9_000, 40_000])
def test_no_budget_is_exceeded(limit: int) -> None:
    limits = codage().puce.model_copy(update={"octets": limit})
    assert len(derive(_master(pictures.portrait()), limits).data) <= limit


def test_an_image_too_small_for_the_coders_is_refused() -> None:
    with pytest.raises(NotAnImage):
        derive(_master(np.zeros((20, 20, 3), np.uint8)), codage().puce)
    with pytest.raises(NotAnImage):
        wsq_coding.encode(np.zeros((20, 20), np.uint8))


def test_a_finger_without_position_is_no_evidence() -> None:
    sample = Sample(pictures.finger(), 500)
    with pytest.raises(RecordInvalid, match="position"):
        encode_finger(Capture(Modality.FINGER, (sample,), DEVICE), assess_finger(sample))


def test_a_face_is_not_taken_for_a_finger() -> None:
    sample = Sample(pictures.finger(), 500, Finger.LEFT_INDEX)
    with pytest.raises(RecordInvalid, match="finger"):
        encode_finger(Capture(Modality.FACE, (sample,), DEVICE), assess_finger(sample))


def test_a_damaged_wsq_file_is_decoded_or_refused(finger: Encoded) -> None:
    data = finger_record.read(cbeff.read(finger.record).record).data
    rng = np.random.default_rng(5)
    for _ in range(6):
        damaged = bytearray(data)
        for place in rng.integers(2, len(data), 20):
            damaged[place] ^= int(rng.integers(1, 256))
        with suppress(RecordInvalid):
            wsq_coding.decode(bytes(damaged))


@pytest.mark.parametrize("data", [b"", b"\xff\xa0", b"\xff\xa0\xff\xa8\x00\x00", b"\x89PNG" * 9])
def test_what_has_no_wsq_frame_reaches_no_decoder(data: bytes) -> None:
    with pytest.raises(RecordInvalid):
        wsq_coding.decode(data)


def test_a_wsq_file_of_impossible_size_reaches_no_decoder() -> None:
    frame = bytes.fromhex("ffa0 ffa2 0011 00ff ffff ffff")
    with pytest.raises(RecordInvalid, match="65535 x 65535"):
        wsq_coding.decode(frame)


def test_importing_the_records_registers_no_foreign_decoder() -> None:
    program = (
        "import sys, station.records.encoded, station.quality.image; sys.exit('wsq' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_template_that_belies_its_record_is_refused(finger: Encoded) -> None:
    record = cbeff.read(finger.record).record
    with pytest.raises(RecordInvalid, match="position in the BIT"):
        describe(cbeff.write(cbeff.Bit.of_finger(Finger.RIGHT_INDEX, record)))
    with pytest.raises(RecordInvalid, match="type in the BIT"):
        describe(cbeff.write(cbeff.Bit.of_face(record)))


def test_the_command_describes_a_record(tmp_path: Path, finger: Encoded) -> None:
    path = tmp_path / "07.cbeff"
    path.write_bytes(finger.record)
    done = CliRunner().invoke(records_command.app, ["show", str(path), "--json"])
    said = json.loads(done.stdout)
    assert said["position"] == "LEFT_INDEX"
    assert said["sha256"] == finger.sha256


def test_the_command_measures_a_file(tmp_path: Path) -> None:
    path = tmp_path / "finger.png"
    cv2.imwrite(str(path), pictures.finger(dark=170))
    done = CliRunner().invoke(quality_command.app, ["finger", str(path), "--json"])
    said = json.loads(done.stdout)
    assert (said["verdict"], said["dpi"], said["width"]) == ("WARN", 500, 400)
    assert said["measures"]["finger.ridge_area"]["version"]
    assert [f["code"] for f in said["findings"]] == ["CONTRASTE_FAIBLE"]
