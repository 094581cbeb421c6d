r"""Signature time series, ISO/IEC 19794-7:2014, full format, binary, version "020": one signature.

offset  bytes
0       4, 4   "SDI\0", "020\0"
8       4      length of the record
12      2      number of representations
14      1      certification flag
15             representations, each:
        4      its length, these four bytes included
        9      capture time, UTC, as parts 4 and 5 have it
        1, 2, 2  device technology, vendor, type
        1      number of quality blocks, each: score (1), vendor and algorithm (2, 2)
        [1]    with the flag: number of certifications, each authority and scheme (2, 1)
        2      channels that are there, a bit each, in the order of `channels.Channel`
               a description of each (`signature_channels`)
        3      number of sample points, each with the values of its channels
        2      length of the extended data, then they, not read

The text of the standard was not at hand. The layout is that of its first edition as ITU-T X.695
gives it in ASN.1, under the header that all parts of the second have, held against the byte tests
of an independent writer of this edition (docs/adr/0024).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from station.errors import InvalidField, RecordInvalid
from station.pen import MAX_FORCE, PER_MM, PenPoint, Trace
from station.records import fields, finger_record_2011
from station.records.signature_channels import Channel, Description, Scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from station.pen import Stroke

NAME: Final = "ISO/IEC 19794-7:2014"
MAGIC: Final = b"SDI\x00" + b"020\x00"
_HEADER = struct.Struct(">8sIHB")
_SIZE = struct.Struct(">I")
_MASK = struct.Struct(">H")
_COUNT = struct.Struct(">BH")  # three bytes
_LENGTH = struct.Struct(">H")
_MAX_SAMPLES = 40_000
_DEVICE = bytes(5)  # technology, vendor and type: not said
_PLACE = Scale.of(PER_MM)  # counts a millimetre
_TIME = Scale.of(1000)  # counts a second
_PER_SECOND = 1000
_UP, _DOWN = 0, 1


def write(trace: Trace) -> bytes:
    """The record of `trace`: X, Y, T, F where the pad tells a force, and S, the tip on the pad.

    A sample with the tip off the pad ends each stroke, where its last point was. Raises
    `RecordInvalid` for a trace without a point.
    """
    if not trace.strokes:
        raise RecordInvalid("a signature without a stroke")
    told = dict(_described(trace))
    body = finger_record_2011.time(trace.taken_at) + _DEVICE + bytes((0,))
    body += _MASK.pack(sum(channel.bit for channel in told))
    body += b"".join(description.packed() for description in told.values())
    samples = list(_samples(trace))
    body += _COUNT.pack(len(samples) >> 16, len(samples) & 0xFFFF)
    body += b"".join(channel.pack(s[channel]) for s in samples for channel in told)
    body += _LENGTH.pack(0)
    record = _SIZE.pack(len(body) + _SIZE.size) + body
    return _HEADER.pack(MAGIC, _HEADER.size + len(record), 1, 0) + record


def read(data: bytes) -> Trace:
    """The strokes of a record of one signature; raises `RecordInvalid` for any other content.

    Places and times are rounded to 0.01 mm and 1 ms; hovering is left out, and so is every channel
    but X, Y, T or DT, F and S.
    """
    fields.check_size(data)
    magic, length, count, certified = fields.unpack(_HEADER, data)
    fields.check("format", magic, MAGIC)
    fields.check("record length", length, len(data))
    fields.check("number of representations", count, 1)
    fields.check("certification flag", certified, 0)
    (part,) = finger_record_2011.representations(data, _HEADER.size, 1)
    taken_at, _, offset = finger_record_2011.beginning(part)
    (mask,) = fields.unpack(_MASK, part, offset)
    told, offset = _descriptions(part, mask, offset + _MASK.size)
    high, low = fields.unpack(_COUNT, part, offset)
    samples = _read_samples(part, offset + _COUNT.size, (high << 16) + low, told)
    try:
        return Trace(tuple(_strokes(samples, told)), taken_at)
    except InvalidField as error:
        raise RecordInvalid(str(error)) from error


def _described(trace: Trace) -> Iterator[tuple[Channel, Description]]:
    yield Channel.X, Description(_PLACE)
    yield Channel.Y, Description(_PLACE)
    yield Channel.T, Description(_TIME)
    if next(trace.points()).force is not None:
        yield Channel.F, Description(most=MAX_FORCE)
    yield Channel.S, Description()


def _samples(trace: Trace) -> Iterator[Mapping[Channel, int]]:
    for stroke in trace.strokes:
        for point in stroke:
            yield _sample(point, point.force or 0, _DOWN)
        yield _sample(stroke[-1], 0, _UP)


def _sample(point: PenPoint, force: int, tip: int) -> Mapping[Channel, int]:
    return {
        Channel.X: point.x, Channel.Y: point.y, Channel.T: point.t,
        Channel.F: force, Channel.S: tip,
    }  # fmt: skip


def _descriptions(part: bytes, mask: int, offset: int) -> tuple[dict[Channel, Description], int]:
    told: dict[Channel, Description] = {}
    for channel in Channel:
        if mask & channel.bit:
            told[channel], offset = Description.read(channel, part, offset)
    for needed in (Channel.X, Channel.Y):
        if needed not in told or told[needed].scale is None:
            raise RecordInvalid(f"no {needed.name}, or not in millimetres")
    clock = told.get(Channel.T, told.get(Channel.DT))
    if clock is None or clock.scale is None:
        raise RecordInvalid("no time, or not in seconds")
    if not {Channel.S, Channel.F} & told.keys():
        raise RecordInvalid("nothing tells when the pen touches")
    return told, offset


def _read_samples(
    part: bytes, offset: int, count: int, told: Mapping[Channel, Description]
) -> Iterator[dict[Channel, int]]:
    """Each sample; its number and the extended data have to fill `part` exactly."""
    size = sum(channel.size for channel in told)
    end = offset + count * size
    if not 0 < count <= _MAX_SAMPLES or end > len(part):
        raise RecordInvalid(f"{count} samples in {len(part) - offset} bytes")
    (extended,) = fields.unpack(_LENGTH, part, end)
    fields.check("end of the record", end + _LENGTH.size + extended, len(part))
    for start in range(offset, end, size):
        sample, at = {}, start
        for channel in told:
            sample[channel] = channel.unpack(part, at)
            at += channel.size
        yield sample


def _strokes(
    samples: Iterator[dict[Channel, int]], told: Mapping[Channel, Description]
) -> Iterator[Stroke]:
    """Points between two lifts: the tip is down where S says so or, without S, where F is not 0."""
    clock = Channel.T if Channel.T in told else Channel.DT
    stroke: list[PenPoint] = []
    elapsed = 0
    for sample in samples:
        elapsed = sample[clock] + (elapsed if clock is Channel.DT else 0)
        if sample[Channel.S if Channel.S in told else Channel.F]:
            stroke.append(_point(sample, elapsed * told[clock].factor(_PER_SECOND), told))
        elif stroke:
            yield tuple(stroke)
            stroke = []
    if stroke:
        yield tuple(stroke)


def _point(
    sample: Mapping[Channel, int], t: float, told: Mapping[Channel, Description]
) -> PenPoint:
    return PenPoint(
        round(sample[Channel.X] * told[Channel.X].factor(PER_MM)),
        round(sample[Channel.Y] * told[Channel.Y].factor(PER_MM)),
        round(t),
        sample.get(Channel.F),
    )
