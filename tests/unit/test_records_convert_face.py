"""Portraits: one lossless master, one lossy step, every use within its limits."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from station.capture import Capture, Finger, Modality, Provenance, Sample
from station.cli import quality as quality_command
from station.cli import records as command
from station.dossier import encodage, reprise
from station.errors import ConversionImpossible, InputError, NotAnImage, RecordInvalid, SecondLoss
from station.faces.assessment import assess_face
from station.records import coding as codings
from station.records import door, face_record, face_record_39794, finger_record
from station.records.coding import Coding
from station.records.convert_face import FaceTarget, FaceWish, convert
from station.records.encoded import encode_face
from station.records.face_image import FaceImage, Source
from station.records.finger_image import FingerImage
from station.records.images import read_portrait
from station.records.master import Master
from station.records.portrait_coding import derive
from station.rules.codage import Usage, codage
from tests import quality_pictures as pictures

if TYPE_CHECKING:
    from pathlib import Path

    from tests.quality_pictures import Grey

PORTRAIT = np.asarray(cv2.resize(pictures.portrait(), (827, 1063)), np.uint8)
SMALL = np.asarray(cv2.resize(PORTRAIT, (311, 400)), np.uint8)
RECORDS = [FaceTarget.FAC_2005, FaceTarget.FAC_2011, FaceTarget.BLOCK_39794_5]
DEVICE = Provenance("essai", "SPECIMEN", "1", "1", simulated=True)


def captured(pixels: Grey, dpi: int | None = 600) -> Capture:
    return Capture(Modality.FACE, (Sample(pixels, dpi),), DEVICE)


def picture(path: Path, pixels: Grey = SMALL, **options: Any) -> Path:
    Image.fromarray(np.ascontiguousarray(pixels[:, :, ::-1])).save(path, **options)
    return path


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def shown(data: bytes) -> Grey:
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.asarray(decoded, np.uint8)


@pytest.mark.parametrize("usage", Usage)
@pytest.mark.parametrize("shape", [(1063, 827), (1600, 1244), (531, 413)])
def test_every_use_is_within_its_limits_and_decodes(usage: Usage, shape: tuple[int, int]) -> None:
    pixels = np.asarray(cv2.resize(PORTRAIT, shape[::-1]), np.uint8)
    limits = codage().of(usage)
    derived = derive(Master.of_capture(captured(pixels)), limits)
    assert limits.octets is None or len(derived.data) <= limits.octets
    assert derived.size == min((limits.largeur, limits.hauteur), shape[::-1])
    back = shown(derived.data)
    assert back.shape[1::-1] == derived.size
    small = cv2.resize(pixels, derived.size, interpolation=cv2.INTER_AREA)
    assert np.abs(back.astype(int) - small).mean() < 3
    assert (back == small).all() == (limits.octets is None)


def test_a_chip_takes_622_by_800_pixels_and_nearly_all_its_bytes() -> None:
    noise = np.random.default_rng(3).integers(-20, 20, PORTRAIT.shape)
    rich = np.asarray(np.clip(PORTRAIT.astype(int) + noise, 0, 255), np.uint8)
    derived = derive(Master.of_capture(captured(rich)), codage().puce)
    assert derived.size == (622, 800)
    assert 0.95 * 17 * 1024 < len(derived.data) <= 17 * 1024  # TR-03121: at most 5 % smaller


def test_noise_and_a_blank_page_keep_within_the_chip() -> None:
    noise = np.random.default_rng(4).integers(0, 256, (800, 622, 3), dtype=np.uint8)
    for pixels in (noise, np.full((800, 622, 3), 200, np.uint8)):
        assert len(derive(Master.of_capture(captured(pixels)), codage().puce).data) <= 17 * 1024


def test_a_master_comes_from_a_capture_or_from_what_has_lost_nothing() -> None:
    with pytest.raises(TypeError):
        Master(PORTRAIT, 600, object())
    lossy = derive(Master.of_capture(captured(PORTRAIT)), codage().puce)
    with pytest.raises(SecondLoss):
        Master.of_lossless(lossy.coding, lossy.data)
    rgb = np.ascontiguousarray(shown(lossy.data)[:, :, ::-1])
    with pytest.raises(SecondLoss):
        Master.of_lossless(Coding.PNG, codings.png(rgb, lost=True))
    finger = Capture(Modality.FINGER, (Sample(pictures.finger(), 500, Finger.LEFT_INDEX),), DEVICE)
    with pytest.raises(RecordInvalid):
        Master.of_capture(finger)


@pytest.mark.parametrize("dpi", [None, 600])
def test_a_master_is_kept_as_it_was(dpi: int | None) -> None:
    kept = Master.of_capture(captured(PORTRAIT, dpi)).png()
    assert (Master.of_lossless(Coding.PNG, kept).pixels == PORTRAIT).all()
    said = Image.open(io.BytesIO(kept)).info.get("dpi")
    assert (said and round(said[0])) == dpi


def test_a_master_too_large_for_a_draft_is_refused() -> None:
    noise = np.random.default_rng(5).integers(0, 256, (2600, 2700, 3), dtype=np.uint8)
    with pytest.raises(NotAnImage, match="without loss"):
        Master.of_capture(captured(noise)).png()


def test_the_master_goes_with_the_record_into_the_draft_and_out_of_it() -> None:
    capture = captured(SMALL)
    encoded = encode_face(capture, assess_face(capture.samples[0]))
    assert encoded.master is not None
    assert (shown(encoded.master.record) == SMALL).all()
    step = json.loads(reprise.evidence(encoded))
    assert encodage.decoded(step) == encoded
    del step["master"]  # a draft of before
    assert encodage.decoded(step).master is None


@pytest.mark.parametrize("target", RECORDS)
@pytest.mark.parametrize("suffix", ["png", "bmp", "jp2"])
def test_a_lossless_picture_enters_a_record_without_loss(
    tmp_path: Path, target: FaceTarget, suffix: str
) -> None:
    done = convert(picture(tmp_path / f"a.{suffix}", irreversible=False), FaceWish(target))
    face = door.read(done.data).face
    assert face is not None
    assert not face.has_lost
    assert (codings.colour(face.coding, face.data) == SMALL).all()


@pytest.mark.parametrize("target", RECORDS)
@pytest.mark.parametrize(("suffix", "coding"), [("jpg", "JPEG"), ("jp2", "JPEG2000_LOSSY")])
def test_a_lossy_picture_goes_over_as_it_is_coded(
    tmp_path: Path, target: FaceTarget, suffix: str, coding: str
) -> None:
    source = picture(tmp_path / f"a.{suffix}", irreversible=True)
    face = door.read(convert(source, FaceWish(target)).data).face
    assert face is not None
    assert face.data == source.read_bytes()
    assert face.coding == coding


@pytest.mark.parametrize("usage", Usage)
@pytest.mark.parametrize("suffix", ["jpg", "jp2"])
def test_a_second_loss_is_refused_unless_it_is_wanted(
    tmp_path: Path, usage: Usage, suffix: str
) -> None:
    source = picture(tmp_path / f"a.{suffix}", irreversible=True)
    with pytest.raises(SecondLoss):
        convert(source, FaceWish(FaceTarget.FAC_2005, usage))
    if usage is Usage.PUCE:
        done = convert(source, FaceWish(FaceTarget.FAC_2005, usage, recompress=True))
        assert len(done.notes) == 1


def test_a_chip_image_can_be_made_of_a_master_once(tmp_path: Path) -> None:
    wish = FaceWish(FaceTarget.BLOCK_39794_5, Usage.PUCE)
    block = written(tmp_path / "a", convert(picture(tmp_path / "a.png"), wish).data)
    with pytest.raises(SecondLoss):
        convert(block, wish)
    png = written(tmp_path / "b", convert(block, FaceWish(FaceTarget.PNG)).data)
    with pytest.raises(SecondLoss):
        convert(png, wish)
    again = convert(png, FaceWish(FaceTarget.BLOCK_39794_5)).data  # lossless, and says its past
    assert face_record_39794.read(again).has_lost
    with pytest.raises(ConversionImpossible, match="cannot say"):
        convert(png, FaceWish(FaceTarget.FAC_2005))
    with pytest.raises(SecondLoss):
        convert(written(tmp_path / "c", again), wish)


def test_what_a_record_said_of_the_person_is_dropped_and_said(tmp_path: Path) -> None:
    jpeg = cv2.imencode(".jpg", SMALL)[1].tobytes()
    record = bytearray(face_record.write(FaceImage(311, 400, Source.PHOTO, jpeg, Coding.JPEG)))
    record[20] = 2
    done = convert(written(tmp_path / "a.fac", bytes(record)), FaceWish(FaceTarget.FAC_2005))
    assert len(done.notes) == 1
    assert done.data[20] == 0


def test_a_turned_photograph_is_set_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    done = convert(picture(tmp_path / "a.jpg", exif=exif), FaceWish(FaceTarget.FAC_2011))
    face = door.read(done.data).face
    assert face is not None
    assert face.size == (400, 311)
    assert face.has_lost


@pytest.mark.parametrize(
    "data",
    [b"", b"nothing", b"\xff\xd8\xff", b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(60),
     b"\xff\x4f\xff\x51" + bytes(60), b"FAC\x00030\x00" + bytes(40), b"\x65\x80", b"\xff\xa0" * 9],
)  # fmt: skip
@pytest.mark.parametrize("target", FaceTarget)
def test_what_is_no_portrait_is_refused_in_one_way(
    tmp_path: Path, data: bytes, target: FaceTarget
) -> None:
    with pytest.raises(InputError):
        convert(written(tmp_path / "a", data), FaceWish(target))


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(command.app, list(arguments))
    return done.exit_code, done.stdout


def test_the_command_makes_a_chip_image_and_shows_it(tmp_path: Path) -> None:
    source, out = str(picture(tmp_path / "a.png")), str(tmp_path / "a.fac")
    code, _ = run("convert", source, "--to", "39794-5", "--profile", "puce", "-o", out)
    assert code == 0
    said = json.loads(run("show", out, "--json")[1])
    assert (said["width"], said["height"], said["lossy"]) == (311, 400, True)
    code, _ = run("convert", out, "--to", "an2k", "-o", str(tmp_path / "b.an2"))
    assert code == 0
    said = json.loads(run("show", str(tmp_path / "b.an2"), "--json")[1])
    assert (said["record_types"], said["compression"]) == ([1, 2, 10], "JPEG2000_LOSSY")


@pytest.mark.parametrize(
    "arguments", [["--to", "fac-2005", "--profile", "x"], ["--to", "wsq", "--profile", "puce"]]
)
def test_a_profile_is_one_of_three_and_for_portraits(tmp_path: Path, arguments: list[str]) -> None:
    source = str(picture(tmp_path / "a.png"))
    assert run("convert", source, "-o", str(tmp_path / "b"), *arguments)[0] == 2


def test_a_portrait_of_another_shape_keeps_its_shape() -> None:
    wide = np.asarray(cv2.resize(PORTRAIT, (1280, 720)), np.uint8)
    assert derive(Master.of_capture(captured(wide)), codage().puce).size == (622, 350)


@pytest.mark.parametrize("target", [*RECORDS, FaceTarget.AN2K])
def test_a_record_is_judged_as_a_picture_is(tmp_path: Path, target: FaceTarget) -> None:
    source = picture(tmp_path / "a.jp2", irreversible=False)
    record = written(tmp_path / "a", convert(source, FaceWish(target)).data)
    assert (read_portrait(record, 600).pixels == SMALL).all()
    assert (read_portrait(source).pixels == SMALL).all()
    done = CliRunner().invoke(quality_command.app, ["face", str(record), "--json"])
    assert json.loads(done.stdout)["width"] == 311


def test_a_finger_is_no_portrait(tmp_path: Path) -> None:
    image = FingerImage(Finger.LEFT_INDEX, 2, 1, 500, Coding.RAW, b"ab")
    path = written(tmp_path / "a", finger_record.write(image))
    with pytest.raises(RecordInvalid, match="without a portrait"):
        read_portrait(path)
    with pytest.raises(ConversionImpossible, match="no portrait"):
        convert(path, FaceWish(FaceTarget.JP2))
