"""Every reader of records, fed with what no device of good faith would send.

Whatever is cut, changed, nested or lied about ends in a record or in `RecordInvalid`, and in no
more memory than a few times what was given.
"""

from __future__ import annotations

import tracemalloc
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.capture import Finger
from station.errors import RecordInvalid
from station.pen import PenPoint, Trace
from station.records import (
    cbeff,
    der,
    door,
    face_record,
    face_record_2011,
    face_record_39794,
    finger_record,
    finger_record_2011,
    finger_record_39794,
    itl,
    signature_record,
)
from station.records import coding as codings
from station.records.coding import Coding
from station.records.face_image import FaceImage, Source
from station.records.finger_image import NFIQ2, FingerImage, Impression, Score
from station.records.portrait_coding import lossless

GREY = np.arange(12 * 8, dtype=np.uint8).reshape(8, 12)
IMAGE = FingerImage(
    Finger.LEFT_RING, 12, 8, 500, Coding.RAW, GREY.tobytes(), (Score.of_nfiq2(64, "2.3.0"),),
    Impression.ROLLED, datetime(2026, 3, 2, 12, 0, 1, 250_000, UTC),
)  # fmt: skip
PNG = replace(IMAGE, coding=Coding.PNG, data=codings.png(GREY, lost=False))
BLOCK = finger_record_39794.write(PNG)
HEADER = itl.Header("7", "SPECIMEN-1", "SPECIMEN-2", datetime(2026, 3, 2, tzinfo=UTC))
RECORDS = {
    "fir-2005": finger_record.write(IMAGE),
    "fir-2011": finger_record_2011.write(IMAGE),
    "39794-4": BLOCK,
    "bit-2005": cbeff.write(cbeff.Bit.of_finger(Finger.LEFT_RING, finger_record.write(IMAGE))),
    "bit-39794": cbeff.write(cbeff.Bit.of_finger(Finger.LEFT_RING, BLOCK)),
    "an2k": itl.write(HEADER, (IMAGE, PNG)),
}
FACE = FaceImage(12, 8, Source.SCANNER, codings.png(GREY, lost=False), Coding.PNG)
LOSSLESS = replace(FACE, data=lossless(np.dstack([GREY] * 3)), coding=Coding.JPEG2000_LOSSLESS)
WRITTEN = Trace(((PenPoint(0, 0, 0, 7), PenPoint(-9, 4, 10, 65535)), (PenPoint(5, 5, 99, 1),)))
RECORDS |= {
    "fac-2005": face_record.write(LOSSLESS),
    "fac-2011": face_record_2011.write(FACE),
    "39794-5": face_record_39794.write(LOSSLESS),
    "bit-face": cbeff.write(cbeff.Bit.of_face(face_record_39794.write(LOSSLESS))),
    "an2k-face": itl.write(HEADER, (IMAGE,), FACE),
    "sdi": signature_record.write(WRITTEN),
    "bit-sdi": cbeff.write(cbeff.Bit.of_signature(signature_record.write(WRITTEN))),
}
WRITERS = {
    "fir-2011": finger_record_2011.write,
    "39794-4": finger_record_39794.write,
}
times = st.integers(0, 200 * 366 * 86_400_000).map(
    lambda ms: HEADER.at + timedelta(milliseconds=ms)
)
scores = st.builds(
    Score,
    st.none() | st.integers(0, 100),
    st.integers(1, 0xFFFF),
    st.sampled_from(sorted(NFIQ2.values())) | st.integers(1, 0xFFFF),
)


@pytest.mark.parametrize("kind", WRITERS)
@given(draw=st.data())
def test_what_is_written_is_read_as_it_was(kind: str, draw: st.DataObject) -> None:
    width, height = draw.draw(st.integers(1, 30)), draw.draw(st.integers(1, 30))
    pixels = draw.draw(st.binary(min_size=width * height, max_size=width * height))
    grey = np.frombuffer(pixels, np.uint8).reshape(height, width)
    image = FingerImage(
        position=draw.draw(st.none() | st.sampled_from(Finger)),
        width=width,
        height=height,
        dpi=draw.draw(st.integers(1, 4000)),
        coding=Coding.PNG,
        data=codings.png(grey, lost=draw.draw(st.booleans())),
        quality=tuple(draw.draw(st.lists(scores, max_size=4))),
        impression=draw.draw(st.sampled_from(Impression)),
        taken_at=draw.draw(st.none() | times),
    )
    (read,) = door.read(WRITERS[kind](image)).fingers
    assert replace(read, lossy_before=False) == image
    assert read.has_lost == image.has_lost
    assert (codings.grey(read.coding, read.data, read.size) == grey).all()


@given(
    images=st.lists(st.sampled_from([IMAGE, PNG, replace(IMAGE, position=None)]), min_size=1),
    quality=st.lists(scores, max_size=4),
)
def test_a_transaction_gives_its_fingers_back(
    images: list[FingerImage], quality: list[Score]
) -> None:
    given_ = tuple(replace(image, quality=tuple(quality), taken_at=HEADER.at) for image in images)
    assert door.read(itl.write(HEADER, given_)).fingers == given_


@pytest.mark.parametrize("kind", RECORDS)
def test_no_beginning_of_a_record_is_a_record(kind: str) -> None:
    data = RECORDS[kind]
    for size in range(len(data)):
        with pytest.raises(RecordInvalid):
            door.read(data[:size])


@pytest.mark.parametrize("kind", RECORDS)
def test_nothing_may_follow_a_record(kind: str) -> None:
    with pytest.raises(RecordInvalid):
        door.read(RECORDS[kind] + b"\x00")


@pytest.mark.parametrize("kind", RECORDS)
@pytest.mark.parametrize("value", [0x00, 0x01, 0x7F, 0x80, 0xFF])
def test_any_one_byte_changed_gives_a_record_or_a_refusal(kind: str, value: int) -> None:
    data = RECORDS[kind]
    for place in range(len(data)):
        with suppress(RecordInvalid):
            door.read(data[:place] + bytes((value,)) + data[place + 1 :])


@pytest.mark.parametrize("kind", RECORDS)
@given(draw=st.data())
def test_many_bytes_changed_give_a_record_or_a_refusal(kind: str, draw: st.DataObject) -> None:
    data = bytearray(RECORDS[kind])
    for _ in range(draw.draw(st.integers(1, 8))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    with suppress(RecordInvalid):
        door.read(bytes(data))


@given(st.sampled_from([data[:8] for data in RECORDS.values()]), st.binary(max_size=300))
def test_noise_behind_a_magic_is_refused(magic: bytes, noise: bytes) -> None:
    with pytest.raises(RecordInvalid):
        door.read(magic + noise)


def bomb(levels: int, content: bytes) -> bytes:
    for _ in range(levels):
        content = der.sequence(content)
    return der.tlv(0x64, content)


HOSTILE = {
    "indefinite length": bytes.fromhex("6480 A007 800103 810207E3 0000"),
    "length of the whole address space": bytes.fromhex("64 84 FFFFFFFF"),
    "length of more octets than there are": bytes.fromhex("64 88 FFFFFFFFFFFFFFFF"),
    "length of 127 octets": b"\x64\xff" + b"\xff" * 127,
    "length longer than needed": bytes.fromhex("64 84 00000002 0500"),
    "reserved length": b"\x64\xff" + bytes(20),
    "tag without end": b"\x64\x05\xbf" + b"\xff" * 4,
    "one level too many": bomb(40, der.null()),
    "half a million levels": b"\x64\x80" + b"\x30\x80" * 500_000,
    "a million elements": der.tlv(0x64, der.null() * 1_000_000),
    "a million empty representations": der.tlv(
        0x64, der.context(0, b"\x80\1\3\x81\2\7\xe3"), der.context(1, der.sequence() * 1_000_000)
    ),
    "a record as large as may be, 32 levels deep": bomb(31, der.octet_string(bytes(4_000_000))),
    "65535 landmarks": face_record_2011.write(FACE)[:36] + b"\xff" * 2000,
    "more than may be": b"\x64" + bytes(5 * 1024 * 1024),
    "65535 representations": b"FIR\x00020\x00" + (20).to_bytes(4, "big") + b"\xff\xff\0\0" * 2,
    "a transaction of a billion bytes": b"1.001:1000000000\x1d1.002:0502\x1c",
    "a transaction that lists a million": b"1.001:99\x1d1.003:1\x1f1000000\x1c",
    "a million separators": b"1.001:1000008\x1d" + b"\x1d" * 1_000_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_lengths_and_depths_that_lie_are_refused_in_bounded_memory(kind: str) -> None:
    data = HOSTILE[kind]
    tracemalloc.start()
    try:
        with pytest.raises(RecordInvalid):
            door.read(data)
        assert tracemalloc.get_traced_memory()[1] < 16 * 1024 * 1024
    finally:
        tracemalloc.stop()
