"""The way into a chip: PACE with the CAN or the zone, else BAC with the zone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drivers.wire.apdu import OK, SHORT, Command, Outcome, outcome, tries
from drivers.wire.chip import bac, files, infos, keys, pace, points
from drivers.wire.chip.messaging import Channel
from drivers.wire.chip.pace import Password
from station.capture import ChipStep, StepTaken
from station.errors import ChannelBroken, ChipRefused, ChipUnknown

if TYPE_CHECKING:
    from drivers.chip_reader.talk import Talk
    from drivers.wire.chip.infos import Protocol
    from station.capture import TitleKey

_REFUSED = (Outcome.AUTHENTICATION_FAILED, Outcome.PIN_WRONG, Outcome.PIN_BLOCKED)
_NUMBER = 10  # characters of the zone's key that are the number and its check digit


@dataclass(frozen=True, slots=True)
class Entered:
    """The step that opened the chip, what it announced, and its name for a terminal's proof."""

    step: StepTaken
    card_access: bytes
    chip: bytes = field(repr=False)


def enter(talk: Talk, key: TitleKey) -> Entered:
    """Open a channel and choose the travel document; raises `ChipRefused` and `ChipUnknown`."""
    announced = _card_access(talk)
    talk.longest = _longest(talk)
    password = Password.CAN if key.can else Password.MRZ
    ways = infos.pace(infos.read(announced)) if announced else ()
    for way in ways:
        chip = _pace(talk, way, password, key.can or key.mrz)
        if chip is not None:
            talk.must(files.select_application(), "travel document")
            step = StepTaken(ChipStep.PACE, done=True, fact=_said(way, password))
            return Entered(step, announced, chip)
    if password is Password.CAN:
        raise ChipRefused("the chip takes no CAN" if ways else "no PACE: only its zone opens it")
    return Entered(_bac(talk, key.mrz), announced, key.mrz[:_NUMBER])


def _said(way: Protocol, password: Password) -> str:
    return f"{way.suite.label}, {points.CURVES[way.number or 0].name}, {password.name}"


def _card_access(talk: Talk) -> bytes:
    """What the chip announces; empty when it has no PACE.

    Some chips refuse to select in the master file: there the file is read by its short identifier.
    """
    found = talk.file(files.CARD_ACCESS)
    if found is not None:
        return found
    head = talk.ask(files.read_by_short(files.CARD_ACCESS, files.HEAD))
    if head.sw != OK:
        return b""
    whole = bytearray()
    talk.fill(whole, files.size(head.data, files.CARD_ACCESS.tag), lambda _: None)
    return bytes(whole)


def _longest(talk: Talk) -> int:
    """Bytes of an answer, by EF.ATR/INFO; a chip that says nothing gets short commands."""
    if talk.ask(files.select_file(files.ATR_INFO)).sw != OK:
        return SHORT + 1
    answer = talk.ask(Command(0x00, 0xB0, 0x00, 0x00, le=SHORT + 1))
    return files.answer_size(answer.data)


def _pace(talk: Talk, way: Protocol, password: Password, printed: bytes) -> bytes | None:
    """The chip's name after a PACE that opened; None when it does not take this way."""
    sw = talk.ask(pace.set_at(way, password)).sw
    if sw != OK and not tries(sw):  # tries left are a warning (ICAO Doc 9303-11, 4.4.4.1)
        return None
    secret = pace.secret_of(password, printed)
    nonce = pace.nonce(way.suite, secret, _step(talk, None, b"", 0x80))
    curve = points.CURVES[way.number or 0]
    first = points.generate(curve)
    theirs = points.point(curve, _step(talk, 0x81, points.encode(first.public_key()), 0x82))
    generator = points.mapped(nonce, first, theirs)
    second = points.generate(curve)
    ours = points.encode(points.product(second, generator))
    other = _step(talk, 0x83, ours, 0x84)
    if other == ours:
        raise ChannelBroken("PACE: the chip sent our own point back")
    shared = points.agree(second, points.point(curve, other))
    talk.channel = _confirmed(talk, way, (ours, other), shared)
    return other[1 : 1 + len(shared)]


def _confirmed(talk: Talk, way: Protocol, both: tuple[bytes, bytes], shared: bytes) -> Channel:
    """Exchange the tokens; raises `ChipRefused` for another password, `ChannelBroken`."""
    ours, theirs = both
    found = keys.derived(way.suite, shared)
    token = pace.token(found, way.oid, theirs)
    answer = talk.ask(pace.general_authenticate(0x85, token, last=True))
    if outcome(answer.sw) in _REFUSED:
        raise ChipRefused("the chip does not accept what was typed")
    if answer.sw != OK:
        raise ChipUnknown(f"PACE: status {answer.sw:04x}")
    if not pace.holds(pace.answer(answer.data, 0x86), pace.token(found, way.oid, ours)):
        raise ChannelBroken("PACE: a token that is not the chip's own")
    return Channel(found)


def _step(talk: Talk, tag: int | None, value: bytes, wanted: int) -> bytes:
    data = talk.must(pace.general_authenticate(tag, value), "PACE")
    return pace.answer(data, wanted)


def _bac(talk: Talk, zone: bytes) -> StepTaken:
    talk.must(files.select_application(), "travel document")
    challenge = bac.challenge(talk.must(bac.get_challenge(), "BAC"))
    terminal = bac.Terminal(
        bac.access_keys(zone),
        challenge,
        secrets.token_bytes(bac.NONCE),
        secrets.token_bytes(bac.SECRET),
    )
    answer = talk.ask(terminal.authenticate())
    if answer.sw != OK:
        raise ChipRefused(f"the chip does not accept what was typed (status {answer.sw:04x})")
    talk.channel = terminal.channel(answer.data)
    return StepTaken(ChipStep.BAC, done=True, fact="3DES")
