"""From one form of a finger to another: nothing is lost that nobody asked to lose."""

from __future__ import annotations

import hashlib
import io
import json
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from station.capture import Finger
from station.cli import records as command
from station.cli.main import main
from station.errors import ConversionImpossible, InputError, RecordInvalid, SecondLoss
from station.records import (
    cbeff,
    door,
    finger_record,
    finger_record_2011,
    finger_record_39794,
    itl_reading,
    wsq_coding,
)
from station.records import coding as codings
from station.records.coding import Coding
from station.records.convert import Target, Wish, convert
from station.records.finger_image import FingerImage, Score
from tests import quality_pictures as pictures

if TYPE_CHECKING:
    from pathlib import Path

GREY = pictures.finger()
RECORD_TARGETS = [Target.FIR_2005, Target.FIR_2011, Target.BLOCK_39794_4, Target.AN2K]


@pytest.fixture(scope="module")
def wsq() -> bytes:
    return wsq_coding.encode(GREY)[0]


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def picture(path: Path) -> Path:
    Image.fromarray(GREY).save(path, dpi=(500, 500))
    return path


@pytest.mark.parametrize("suffix", ["png", "bmp", "pgm"])
@pytest.mark.parametrize("target", RECORD_TARGETS)
def test_a_picture_enters_a_record_without_loss(
    tmp_path: Path, suffix: str, target: Target
) -> None:
    done = convert(picture(tmp_path / f"a.{suffix}"), Wish(target, Finger.LEFT_INDEX, dpi=500))
    (image,) = door.read(done.data).fingers
    assert done.notes == ()
    assert (image.position, image.dpi, image.has_lost) == (Finger.LEFT_INDEX, 500, False)
    assert (codings.grey(image.coding, image.data, image.size) == GREY).all()


def test_what_a_picture_does_not_say_is_said(tmp_path: Path) -> None:
    done = convert(picture(tmp_path / "a.pgm"), Wish(Target.FIR_2005))
    (image,) = door.read(done.data).fingers
    assert (image.position, image.dpi) == (None, 500)
    assert len(done.notes) == 2


@pytest.mark.parametrize("way", [RECORD_TARGETS, RECORD_TARGETS[::-1]], ids=["up", "down"])
def test_wsq_goes_through_every_record_untouched(
    tmp_path: Path, wsq: bytes, way: list[Target]
) -> None:
    path = written(tmp_path / "a.wsq", wsq)
    for target in way:
        done = convert(path, Wish(target, Finger.RIGHT_INDEX))
        path = written(tmp_path / target, done.data)
    assert convert(path, Wish(Target.WSQ)).data == wsq


def test_a_score_of_nfiq2_goes_along_with_its_name(tmp_path: Path, wsq: bytes) -> None:
    score = Score.of_nfiq2(64, "2.3.0")
    image = FingerImage(Finger.LEFT_INDEX, 400, 500, 500, Coding.WSQ, wsq, (score,))
    path = written(tmp_path / "a", finger_record_2011.write(image))
    transaction = convert(path, Wish(Target.AN2K)).data
    assert itl_reading.read(transaction)[2].fields[24] == b"7\x1f64\x1f0101\x1f57"
    path = written(tmp_path / "b", transaction)
    block = convert(path, Wish(Target.BLOCK_39794_4)).data
    assert door.read(block).fingers[0].quality == (score,)


def test_a_quality_byte_nobody_signs_never_passes_for_nfiq2(tmp_path: Path, wsq: bytes) -> None:
    image = FingerImage(Finger.LEFT_INDEX, 400, 500, 500, Coding.WSQ, wsq, (Score(64),))
    path = written(tmp_path / "a.fir", finger_record.write(image))
    done = convert(path, Wish(Target.AN2K))
    assert 24 not in itl_reading.read(done.data)[2].fields
    assert len(done.notes) == 1
    assert convert(path, Wish(Target.FIR_2011)).notes == ()


def test_png_to_wsq_is_the_one_lossy_step(tmp_path: Path) -> None:
    done = convert(picture(tmp_path / "a.png"), Wish(Target.WSQ))
    assert done.notes == ("Doigt non précisé : ajouter --finger.",)
    assert np.abs(wsq_coding.decode(done.data).astype(int) - GREY).mean() < 8


@pytest.mark.parametrize("through", [(), (Target.BLOCK_39794_4,), (Target.FIR_2005, Target.AN2K)])
def test_a_png_out_of_wsq_remembers_it_through_every_record(
    tmp_path: Path, wsq: bytes, through: tuple[Target, ...]
) -> None:
    path = written(tmp_path / "a.wsq", wsq)
    for step in (Target.PNG, *through):
        path = written(tmp_path / step, convert(path, Wish(step, Finger.LEFT_INDEX)).data)
    with pytest.raises(SecondLoss):
        convert(path, Wish(Target.WSQ))
    again = convert(path, Wish(Target.WSQ, Finger.LEFT_INDEX, recompress=True))
    assert any("Seconde compression" in note for note in again.notes)


@pytest.mark.parametrize("form", ["JPEG", "JPEG2000"])
@pytest.mark.parametrize("target", RECORD_TARGETS)
def test_a_lossy_picture_is_kept_as_it_decodes_and_marked(
    tmp_path: Path, form: str, target: Target
) -> None:
    Image.fromarray(GREY).save(tmp_path / "a", form, irreversible=True)
    decoded = np.asarray(Image.open(tmp_path / "a"))
    path = written(tmp_path / "b", convert(tmp_path / "a", Wish(target, Finger.LEFT_RING)).data)
    (image,) = door.read(path.read_bytes()).fingers
    assert image.has_lost
    assert (codings.grey(image.coding, image.data, image.size) == decoded).all()
    with pytest.raises(SecondLoss):
        convert(path, Wish(Target.WSQ))


def test_a_lossless_jpeg2000_has_lost_nothing(tmp_path: Path) -> None:
    Image.fromarray(GREY).save(tmp_path / "a.jp2", irreversible=False)
    done = convert(tmp_path / "a.jp2", Wish(Target.PGM))
    assert done.data == codings.pgm(GREY)


def test_a_block_that_says_its_pgm_has_lost_is_believed(tmp_path: Path) -> None:
    image = FingerImage(
        Finger.LEFT_INDEX, 400, 500, 500, Coding.PGM, codings.pgm(GREY), lossy_before=True
    )
    path = written(tmp_path / "a", finger_record_39794.write(image))
    path = written(tmp_path / "b", convert(path, Wish(Target.FIR_2005)).data)
    with pytest.raises(SecondLoss):
        convert(path, Wish(Target.WSQ))
    (kept,) = door.read(path.read_bytes()).fingers
    assert (codings.grey(kept.coding, kept.data, kept.size) == GREY).all()


def test_one_finger_is_chosen_among_several(tmp_path: Path, wsq: bytes) -> None:
    left = FingerImage(Finger.LEFT_INDEX, 400, 500, 500, Coding.WSQ, wsq)
    right = FingerImage(Finger.RIGHT_INDEX, 400, 500, 500, Coding.RAW, GREY.tobytes())
    one, two = finger_record_2011.write(left), finger_record_2011.write(right)
    body = one[16:] + two[16:]
    record = one[:8] + (16 + len(body)).to_bytes(4, "big") + b"\0\2\0\2" + body
    path = written(tmp_path / "a.fir", record)
    with pytest.raises(ConversionImpossible, match="2 fingers"):
        convert(path, Wish(Target.FIR_2005))
    chosen = convert(path, Wish(Target.FIR_2005, Finger.RIGHT_INDEX))
    assert door.read(chosen.data).fingers == (right,)
    with pytest.raises(ConversionImpossible, match="does not hold"):
        convert(path, Wish(Target.FIR_2005, Finger.RIGHT_RING))
    everything = door.read(convert(path, Wish(Target.AN2K)).data).fingers
    assert [image.position for image in everything] == [Finger.LEFT_INDEX, Finger.RIGHT_INDEX]


def test_what_is_not_500_dpi_is_not_coded_as_wsq(tmp_path: Path) -> None:
    with pytest.raises(ConversionImpossible, match="1000"):
        convert(picture(tmp_path / "a.png"), Wish(Target.WSQ, dpi=1000))


@pytest.mark.parametrize(
    "data",
    [b"", b"nothing", b"\xff\xa0\xff", b"\x7f\x60", b"FIR\x00010\x00", b"\x64\x80", b"%PDF-1.7",
     b"1.001:7\x1d", b"\x89PNG\r\n\x1a\n" + bytes(30), b"FAC\x00010\x00" + bytes(40)],
)  # fmt: skip
@pytest.mark.parametrize("target", Target)
def test_what_is_no_finger_is_refused_in_one_way(
    tmp_path: Path, data: bytes, target: Target
) -> None:
    with pytest.raises(InputError):
        convert(written(tmp_path / "a", data), Wish(target))


def test_a_bit_is_opened(tmp_path: Path, wsq: bytes) -> None:
    image = FingerImage(Finger.LEFT_INDEX, 400, 500, 500, Coding.WSQ, wsq)
    bit = cbeff.write(cbeff.Bit.of_finger(Finger.LEFT_INDEX, finger_record.write(image)))
    done = convert(written(tmp_path / "a.bit", bit), Wish(Target.FIR_2005))
    assert done.data == finger_record.write(image)


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(command.app, list(arguments))
    return done.exit_code, done.stdout, done.stderr


def test_the_command_writes_a_file_only_its_owner_reads(tmp_path: Path) -> None:
    out = tmp_path / "out.fir"
    source = str(picture(tmp_path / "a.png"))
    code, said, noted = run("convert", source, "--to", "fir-2005", "-o", str(out), "--json")
    assert code == 0
    assert "--finger" in noted
    assert json.loads(said)["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert out.stat().st_mode & 0o777 == 0o600


def test_the_command_says_who_sends_to_whom(tmp_path: Path) -> None:
    out = tmp_path / "out.an2"
    run(
        "convert", str(picture(tmp_path / "a.png")), "--to", "an2k", "-o", str(out),
        "--finger", "7", "--origin", "FR/75056-01", "--destination", "FR/LABORATOIRE",
    )  # fmt: skip
    first = itl_reading.read(out.read_bytes())[0]
    assert (first.fields[8], first.fields[7]) == (b"FR/75056-01", b"FR/LABORATOIRE")


def test_the_command_shows_every_form(tmp_path: Path) -> None:
    for target in [*RECORD_TARGETS, Target.WSQ]:
        out = tmp_path / target
        source = str(picture(tmp_path / "a.png"))
        assert run("convert", source, "--to", target, "-o", str(out), "--finger", "2")[0] == 0
        code, said, _ = run("show", str(out), "--json")
        assert code == 0
        assert json.loads(said)["width"] == 400


def test_a_refused_conversion_leaves_no_file(
    tmp_path: Path, wsq: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    png = written(
        tmp_path / "a.png", convert(written(tmp_path / "a.wsq", wsq), Wish(Target.PNG)).data
    )
    with pytest.raises(SystemExit) as ended:
        main(["records", "convert", str(png), "--to", "wsq", "-o", str(out)])
    assert ended.value.code == 1
    assert "INP-010" in capsys.readouterr().err
    assert not out.exists()


def test_a_form_that_does_not_exist_is_wrong_usage(tmp_path: Path) -> None:
    source = str(picture(tmp_path / "a.png"))
    assert run("convert", source, "--to", "tiff", "-o", str(tmp_path / "x"))[0] == 2


def test_a_colour_png_of_a_print_is_read_as_grey(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), cv2.cvtColor(GREY, cv2.COLOR_GRAY2BGR))
    assert convert(tmp_path / "a.png", Wish(Target.PGM)).data == codings.pgm(GREY)


def test_a_type_4_record_is_read(wsq: bytes) -> None:
    head = "00 00 07FFFFFFFFFF 00 0190 01F4 01"  # IDC, impression, finger, resolution, size, WSQ
    record = (18 + len(wsq)).to_bytes(4, "big") + bytes.fromhex(head) + wsq
    body = b"1.002:0502\x1d1.003:1\x1f1\x1e4\x1f00\x1d1.011:19.69\x1d1.012:19.69\x1c"
    first = b"1.001:%d\x1d" % (len(body) + len("1.001:00 ")) + body
    (image,) = door.read(first + record).fingers
    assert (image.position, image.dpi, image.size) == (Finger.LEFT_INDEX, 500, (400, 500))
    with pytest.raises(RecordInvalid):
        door.read(first + record[:-1])


def test_a_png_keeps_its_resolution(tmp_path: Path) -> None:
    done = convert(picture(tmp_path / "a.png"), Wish(Target.PNG, Finger.LEFT_INDEX))
    assert round(Image.open(io.BytesIO(done.data)).info["dpi"][0]) == 500
