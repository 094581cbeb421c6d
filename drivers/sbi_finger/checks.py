"""What an answer to RCAPTURE must satisfy before a pixel of it is believed.

1  one answer, no error beside the data       5  transaction, purpose, env, version as asked
2  the whole set of fingers, in order         6  the clock of the device is near ours
3  each block signed by a certified key       7  the hash chain goes on where it stopped
4  the same device as the info proved         8  no record seen before; each decodes, at 500 ppi,
                                                 under the position code of its finger
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from drivers.sbi_finger import picture
from drivers.sbi_finger.service import prove_identity
from drivers.sbi_finger.trust import Trust
from drivers.wire import fir, sbi, sbi_capture, sbi_chain, sbi_errors
from drivers.wire.sbi_capture import spoken
from station.capture import Sample
from station.errors import AttestationInvalid, CaptureReplayed, ProtocolError, WrongFingers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from drivers.sbi_finger.memory import Memory
    from drivers.sbi_finger.port import Settings
    from drivers.sbi_finger.service import Session
    from drivers.wire.sbi import Order
    from drivers.wire.sbi_capture import Block, Item

logger = logging.getLogger(__name__)

_PPI = 500
_WARN = 60.0  # seconds apart


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and what its answer is held against."""

    order: Order
    session: Session
    settings: Settings
    memory: Memory


@dataclass(frozen=True, slots=True)
class Signed:
    """A block with the compact JWS it came in."""

    item: Item
    block: Block


def samples(answer: Any, asked: Asked) -> tuple[tuple[Sample, ...], tuple[str, ...]]:
    """The fingers asked for and the signed block of each, in the order of the request.

    Raises a leaf of `DeviceError` or `CaptureError` at the first thing that is wrong; then no
    pixels survive, and the chain stays where it was.
    """
    items = sbi_capture.items(answer)
    good = [item for item in items if item.error == sbi_errors.SUCCESS]
    if not good:
        raise sbi_errors.refusal(items[0].error, sbi.CAPTURE)
    signed = [_proven(item, asked) for item in good]
    sbi_capture.check_fingers(tuple(s.block.sub_type for s in signed), asked.order.fingers)
    if len(good) < len(items):
        raise WrongFingers(f"{len(items) - len(good)} fingers more than asked for, without image")
    records = tuple(s.block.record for s in signed)
    hashes = zip(records, (s.item.hash for s in signed), strict=True)
    last = sbi_chain.follow(asked.order.previous, hashes)
    digests = tuple(sha256(record).digest() for record in records)
    asked.memory.check_new(digests)
    found = _decoded(signed, asked)
    asked.memory.keep(last, digests)
    return found, tuple(s.item.block for s in signed)


def _proven(item: Item, asked: Asked) -> Signed:
    """The signed block of `item`, made by the device of the session for this request."""
    settings, session = asked.settings, asked.session
    trust = Trust(settings.trust, datetime.now(UTC), settings.tolerant)
    proven = trust.prove(item.block)
    block = sbi_capture.block(proven.payload, tolerant=settings.tolerant)
    who = prove_identity(session.found, settings, proven)
    if who != session.identity or (proven.simulated and not session.simulated):
        raise AttestationInvalid("the capture was signed by another device")
    if block.code not in {None, session.found.code} or block.bio_type != session.identity.type:
        raise AttestationInvalid("the capture names another device or another kind")
    _check_request(item, block, asked)
    _check_clock(block.timestamp, settings.clock)
    return Signed(item, block)


def _check_request(item: Item, block: Block, asked: Asked) -> None:
    """The block answers this request and no other."""
    order = asked.order
    if block.transaction != order.transaction:
        if asked.memory.knows(block.transaction):
            raise CaptureReplayed("the answer to an earlier request")
        raise AttestationInvalid("the capture was made for another transaction")
    if (block.purpose, block.env) != (sbi.REGISTRATION, order.env):
        raise AttestationInvalid("the capture was made for another purpose or environment")
    if item.version != order.target.version:
        raise AttestationInvalid("the capture speaks another version than was asked")
    if block.requested != order.score:
        raise ProtocolError("the capture was made for another score")
    if not 0 <= block.quality <= 100:
        raise ProtocolError(f"a quality score of {block.quality:g}")


def _check_clock(stamp: datetime, tolerance: int) -> None:
    apart = abs((datetime.now(UTC) - stamp).total_seconds())
    if apart > tolerance:
        raise AttestationInvalid(f"the clock of the device is {apart:.0f} s apart")
    if apart > _WARN:
        logger.warning("the clock of the device is %.0f s apart", apart)


def _decoded(signed: list[Signed], asked: Asked) -> tuple[Sample, ...]:
    """The samples; those already decoded are wiped when a later one is wrong."""
    done: list[Sample] = []
    try:
        for sample in _pictures(signed, asked):
            done.append(sample)
    except BaseException:
        for sample in done:
            sample.wipe()
        raise
    return tuple(done)


def _pictures(signed: list[Signed], asked: Asked) -> Iterator[Sample]:
    for one, finger in zip(signed, asked.order.fingers, strict=True):
        try:
            record = fir.read(one.block.record)
            pixels = picture.pixels(record)
        except ProtocolError as error:
            raise ProtocolError(f"{spoken(finger)}: {error}") from error
        if record.position != finger:
            raise WrongFingers(f"{spoken(finger)}: its record holds position {record.position}")
        yield Sample(pixels, _PPI, finger)
