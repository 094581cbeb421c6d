"""A signature from a pad: strokes, record, picture, and what is no signature."""

from __future__ import annotations

import io
import json
import struct
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from typer.testing import CliRunner

from station.capture import Finger, Provenance
from station.cli.main import app
from station.errors import InvalidField, RecordInvalid
from station.pen import MAX_FORCE, PER_MM, PenPoint, Trace
from station.quality.report import Verdict
from station.quality.signature import assess_signature
from station.records import cbeff, door, signature_record
from station.records.encoded import encode_signature
from station.records.signature_channels import Scale
from station.records.signature_picture import picture
from tests.writing import NOON, dot, line, signed, stroke

if TYPE_CHECKING:
    from pathlib import Path

PAD = Provenance("pad", "SPECIMEN pad", "1", "1.0", simulated=False)


# --- strokes ------------------------------------------------------------------------------------


def test_a_pad_gives_strokes_from_its_first_touch_on() -> None:
    told = [[(100.0, 50.0, 1000.0, 0.5), (110.0, 40.0, 1010.0, 1.0)], [(90.0, 50.0, 1500.0, 0.0)]]
    trace = Trace.of_pad(told, units_per_mm=10)
    first, second = trace.strokes
    assert first == (PenPoint(0, 0, 0, round(MAX_FORCE / 2)), PenPoint(100, 100, 10, MAX_FORCE))
    assert second == (PenPoint(-100, 0, 500, 0),)


@pytest.mark.parametrize(
    "told",
    [
        [[(float("nan"), 0, 0, None)]],
        [[(float("inf"), 0, 0, None)]],
        [[(1e9, 0, 0, None)], [(0, 0, 1, None)]],
        [[(0, 0, 0, 2.0)]],
        [[(0, 0, 0, -0.1)]],
        [[(0, 0, 10, None), (0, 0, 5, None)]],
        [[(0, 0, 0, None), (0, 0, 70_000, None)]],
        [[(0, 0, 0, None), (0, 0, 1, 0.5)]],
        [[]],
        [[(0, 0)]],
        [["abc"]],
        [[(0, 0, 0, None)]] * 501,
        [[(0, 0, 0, None)] * 20_001],
    ],
)
def test_what_no_pen_can_write_is_refused(told: list[list[tuple[float, ...]]]) -> None:
    with pytest.raises(InvalidField):
        Trace.of_pad(told, 10)  # type: ignore[arg-type]


def test_a_pad_without_a_scale_is_refused() -> None:
    with pytest.raises(InvalidField):
        Trace.of_pad([[(0, 0, 0, None)]], 0)


def test_strokes_are_not_shown() -> None:
    assert "PenPoint" not in repr(signed())


# --- the record ---------------------------------------------------------------------------------


def points(*, force: bool) -> st.SearchStrategy[PenPoint]:
    place = st.integers(-32767, 32767)
    given_ = st.integers(0, MAX_FORCE) if force else st.none()
    return st.builds(PenPoint, place, place, st.integers(0, 65535), given_)


@given(draw=st.data())
def test_what_is_written_is_read_as_it_was(draw: st.DataObject) -> None:
    kind = points(force=draw.draw(st.booleans()))
    found = draw.draw(st.lists(kind, min_size=1, max_size=30))
    times = sorted(point.t for point in found)
    ordered = [replace(point, t=t) for point, t in zip(found, times, strict=True)]
    cut = draw.draw(st.integers(1, len(ordered)))
    strokes = tuple(tuple(part) for part in (ordered[:cut], ordered[cut:]) if part)
    taken = NOON + timedelta(milliseconds=draw.draw(st.integers(0, 10**9)))
    trace = Trace(strokes, draw.draw(st.sampled_from([None, taken])))
    assert signature_record.read(signature_record.write(trace)) == trace


def test_the_bytes_are_those_of_the_layout() -> None:
    trace = Trace(((PenPoint(0, 0, 0, 9), PenPoint(-1, 256, 12, 65535)),))
    head = bytes.fromhex("53444900 30323000 00000053 0001 00")
    began = bytes.fromhex("00000044 ffffffffffffffffff 00 0000 0000 00")
    # X, Y, T, F, S; scales 100 = 1.5625 * 2^6 and 1000 = 1.953125 * 2^9
    channels = bytes.fromhex("c160 80b480 80b480 80cfa0 60 0000 ffff 00")
    samples = bytes.fromhex("000003 80008000 0000 0009 01 7fff8100 000c ffff 01")
    lifted = bytes.fromhex("7fff8100 000c 0000 00 0000")
    assert signature_record.write(trace) == head + began + channels + samples + lifted


def other_writer(**changed: int) -> bytes:
    """A record as an independent writer of this edition makes it: X, Y, T, F, limits said."""
    mask = changed.get("mask", 0b1100000101000000)
    scale = changed.get("scale", (22 << 11) + 1152)
    flags = changed.get("flags", 0b11100000)
    place = struct.pack(">BHHH", flags, scale, 0, 65535)
    told = place + place + struct.pack(">BH", 0x80, (25 << 11) + 1952)
    told += struct.pack(">BHH", 0b01100000, 0, 1023)
    samples = [(1200, 2100, 12, 1), (1210, 2110, 22, 512), (1210, 2110, 30, 0), (900, 0, 90, 7)]
    body = b"\xff" * 9 + bytes((1, 0, 0, 0, 0, 0)) + struct.pack(">H", mask) + told
    body += b"\x00" + struct.pack(">H", changed.get("count", len(samples)))
    body += b"".join(struct.pack(">HHHH", x + 32768, y + 32768, t, f) for x, y, t, f in samples)
    body += struct.pack(">H", 4) + b"more"
    length = len(body) + 4
    return b"SDI\x00020\x00" + struct.pack(">IHBI", length + 15, 1, 0, length) + body


def test_a_record_of_another_writer_lifts_where_no_force_is() -> None:
    trace = signature_record.read(other_writer())
    assert trace.strokes == (
        (PenPoint(1200, 2100, 12, 1), PenPoint(1210, 2110, 22, 512)),
        (PenPoint(900, 0, 90, 7),),
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"mask": 0b0100000101000000},  # no X
        {"mask": 0b1100000001000000},  # no time
        {"mask": 0b1100000100000000},  # nothing tells a lift
        {"scale": 0},  # 65536 mm a count
        {"flags": 0b11100100},  # constant
        {"flags": 0b01100000},  # no scale, and the values out of step
        {"count": 0},
        {"count": 5},
        {"count": 65535},
    ],
)
def test_a_record_that_cannot_be_meant_is_refused(changed: dict[str, int]) -> None:
    with pytest.raises(RecordInvalid):
        signature_record.read(other_writer(**changed))


@pytest.mark.parametrize("counts", [1, 2, 100, 1000, 0.001, 39.37])
def test_a_scale_holds_to_one_in_two_thousand(counts: float) -> None:
    assert Scale.of(counts).counts == pytest.approx(counts, rel=1 / 2048)


@pytest.mark.parametrize("counts", [1e-6, 1e6])
def test_a_scale_beyond_what_fits_is_refused(counts: float) -> None:
    with pytest.raises(RecordInvalid):
        Scale.of(counts)


def test_an_empty_trace_has_neither_record_nor_picture() -> None:
    for made in (signature_record.write, picture):
        with pytest.raises(RecordInvalid):
            made(Trace(()))


def test_a_bit_names_a_signature_and_no_other_type() -> None:
    record = signature_record.write(signed())
    bit = cbeff.write(cbeff.Bit.of_signature(record))
    assert bytes.fromhex("810180 820100 87020101 8802000e") in bit
    content = door.read(bit)
    assert content.signature == signed()
    assert content.bit is not None
    assert content.bit.type is cbeff.BiometricType.SIGNATURE
    for wrong in (cbeff.Bit.of_face(record), cbeff.Bit.of_finger(Finger.LEFT_RING, record)):
        with pytest.raises(RecordInvalid):
            door.read(cbeff.write(wrong))


def test_the_command_tells_how_much_was_written(tmp_path: Path) -> None:
    file = tmp_path / "signature.cbeff"
    file.write_bytes(cbeff.write(cbeff.Bit.of_signature(signature_record.write(signed()))))
    run = CliRunner().invoke(app, ["records", "show", str(file), "--json"])
    said = json.loads(run.stdout)
    assert (said["cbeff"], said["cbeff_format"]) == ("SIGNATURE", "000E")
    assert (said["format"], said["strokes"], said["points"]) == ("ISO/IEC 19794-7:2014", 2, 200)
    assert (said["duration_ms"], said["force"]) == (2490, True)


def test_a_signature_is_no_finger_to_convert(tmp_path: Path) -> None:
    file = tmp_path / "signature.cbeff"
    file.write_bytes(signature_record.write(signed()))
    out = tmp_path / "out.png"
    run = CliRunner().invoke(app, ["records", "convert", str(file), "--to", "png", "-o", str(out)])
    assert run.exit_code != 0
    assert not out.exists()


# --- the picture --------------------------------------------------------------------------------


def seen(trace: Trace) -> tuple[Image.Image, np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    image = Image.open(io.BytesIO(picture(trace)))
    return image, np.asarray(image)


def test_the_picture_has_the_true_size_and_smooth_edges() -> None:
    image, grey = seen(signed())
    assert (image.format, image.mode) == ("PNG", "L")
    assert [round(float(rate)) for rate in image.info["dpi"]] == [300, 300]
    across = [point.x for point in signed().points()]
    true = (max(across) - min(across)) / PER_MM + 6
    assert image.width / 300 * 25.4 == pytest.approx(true, abs=0.3)
    assert set(grey[0]) == set(grey[-1]) == {255}  # nothing cut
    assert (grey < 64).any()
    assert ((grey > 64) & (grey < 192)).sum() > 100  # edges between black and white


def test_pressure_is_width() -> None:
    def ink(force: int) -> int:
        pressed = tuple(replace(point, force=force) for point in stroke(0))
        return int((seen(Trace((pressed,)))[1] < 128).sum())

    assert ink(MAX_FORCE) > 1.8 * ink(0) > 0


def test_small_things_stand_on_paper_of_some_size_and_large_ones_are_refused() -> None:
    image, grey = seen(dot())
    assert image.size == pytest.approx((472, 177), abs=3)
    assert (grey < 128).sum() > 4
    with pytest.raises(RecordInvalid):
        picture(line(25_000))


def test_the_same_strokes_give_the_same_bytes() -> None:
    assert picture(signed()) == picture(signed())


# --- whether it is one --------------------------------------------------------------------------


@pytest.mark.parametrize("trace", [signed(), signed(force=False)])
def test_a_signature_is_accepted(trace: Trace) -> None:
    assert assess_signature(trace).verdict is Verdict.PASS


def cross() -> Trace:
    """What somebody who cannot write signs with."""
    one = tuple(PenPoint(12 * n, 12 * n, 10 * n) for n in range(51))
    other = tuple(PenPoint(600 - 12 * n, 12 * n, 900 + 10 * n) for n in range(51))
    return Trace((one, other))


def test_a_cross_is_a_signature() -> None:
    assert assess_signature(cross()).verdict.accepts


def hasty() -> Trace:
    return Trace((tuple(replace(p, t=p.t // 20) for p in stroke(0)),))


def sparse() -> Trace:
    return Trace((stroke(0)[::12],))


@pytest.mark.parametrize(
    ("trace", "said"),
    [
        (Trace(()), "Rien n’a été tracé"),
        (dot(), "un point"),
        (line(), "trait droit"),
        (Trace((stroke(0)[:2],)), "très court"),
        (hasty(), "trop bref"),
        (sparse(), "perd des points"),
    ],
)
def test_what_is_none_is_refused_in_one_sentence(trace: Trace, said: str) -> None:
    report = assess_signature(trace)
    assert report.verdict is Verdict.FAIL
    assert said in report.reasons[0]


def test_a_tiny_one_is_refused_for_its_size() -> None:
    small = Trace((tuple(replace(p, x=p.x // 7, y=p.y // 7) for p in stroke(0)),))
    assert "très petite" in " ".join(assess_signature(small).reasons)


def test_it_is_kept_as_a_picture_with_its_strokes_beside() -> None:
    report = assess_signature(signed())
    encoded = encode_signature(signed(), report, PAD)
    assert (encoded.media_type, encoded.format) == ("image/png", "PNG 300 dpi")
    assert encoded.master is not None
    assert door.read(encoded.master.record).signature == signed()
    assert encoded.master.capture_id == encoded.capture_id
    assert {measure.name for measure in encoded.quality} == {
        f"signature.{name}" for name in ("strokes", "length", "height", "width", "duration", "rate")
    }
