"""The simulated chip against the published worked examples of BAC and PACE, byte for byte."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from drivers.wire import tlv
from simulators.title_chip import Active, Kind, Printed, Profile, Protocol, Title, TitleChip, lds
from simulators.title_chip.curves import BRAINPOOL256, CURVES
from simulators.title_chip.storage import AID
from simulators.title_chip.title import ChipKeys

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "emrtd.json").read_text()
)
BAC, PACE = VECTORS["bac"], VECTORS["pace"]
SELECT = bytes((0x00, 0xA4, 0x04, 0x0C, len(AID))) + AID


def _day(digits: str) -> date:
    return datetime.strptime(digits + "+0000", "%y%m%d%z").date()


def _chip(of: dict[str, Any], *drawn: str) -> TitleChip:
    """The chip of the example, whose chance is what the example says."""
    born, expires = _day(of["birth"]), _day(of["expiry"])
    printed = Printed(Kind.OLD_PASSPORT, (), of["number"], born, born, expires)
    chance = iter(bytes.fromhex(value) for value in drawn)
    protocol = Protocol(PACE["cipher"], PACE["curve"])
    profile = Profile(pace=(protocol,), active=Active.NONE, chip=None)
    files = {lds.COM: bytes.fromhex(BAC["ef_com"])}
    title = Title(printed, profile, files, ChipKeys(), b"")
    return TitleChip(title, draw=lambda _: next(chance))


def test_the_exchange_of_basic_access_control_is_that_of_icao_appendix_d() -> None:
    chip = _chip(BAC, BAC["rnd_ic"], BAC["k_ic"])
    assert chip.transmit(SELECT) == b"\x90\x00"
    for command, answer in BAC["exchange"]:
        assert chip.transmit(bytes.fromhex(command)) == bytes.fromhex(answer)


def test_the_exchange_of_pace_is_that_of_icao_appendix_g() -> None:
    chip = _chip(PACE, PACE["s"], PACE["x2"], PACE["y2"])
    set_at = bytes.fromhex("0022C1A412 800A04007F00070202040202 830101 84010D")
    assert chip.transmit(set_at) == b"\x90\x00"
    assert _step(chip, b"") == (0x80, bytes.fromhex(PACE["z"]))
    assert _step(chip, _point(0x81, "X1")) == (0x82, _uncompressed("X2"))
    assert _step(chip, _point(0x83, "Y1")) == (0x84, _uncompressed("Y2"))
    token = tlv.encode(0x85, bytes.fromhex(PACE["T_PCD"]))
    assert _step(chip, token, last=True) == (0x86, bytes.fromhex(PACE["T_IC"]))
    assert _mapped()[0] == _number("G~")


def _step(chip: TitleChip, data: bytes, *, last: bool = False) -> tuple[int, bytes]:
    """One GENERAL AUTHENTICATE, and the one object in its answer."""
    asked = tlv.encode(0x7C, data)
    cla = 0x00 if last else 0x10
    answer = chip.transmit(bytes((cla, 0x86, 0, 0, len(asked))) + asked + b"\x00")
    assert answer is not None
    assert answer[-2:] == b"\x90\x00"
    (item,) = tlv.decode(tlv.find(answer[:-2], 0x7C))
    return item.tag, item.value


def _number(name: str) -> int:
    return int(PACE[name], 16)


def _uncompressed(name: str) -> bytes:
    """The point whose secret the example gives; its x is the one that is printed."""
    base = BRAINPOOL256.g if name.startswith("X") else _mapped()
    point = BRAINPOOL256.multiply(_number(name.lower()), base)
    assert point[0] == _number(name)
    return BRAINPOOL256.encode(point)


def _point(tag: int, name: str) -> bytes:
    return tlv.encode(tag, _uncompressed(name))


def _mapped() -> tuple[int, int]:
    curve = BRAINPOOL256
    shared = curve.multiply(_number("x1"), curve.multiply(_number("x2"), curve.g))
    mapped = curve.add(curve.multiply(_number("s"), curve.g), shared)
    assert mapped is not None
    return mapped


@pytest.mark.parametrize("number", sorted(CURVES))
def test_the_arithmetic_of_each_curve_agrees_with_openssl(number: int) -> None:
    curve = CURVES[number]
    for secret in (1, 2, 3, curve.n - 1, 0x1234567890ABCDEF << 128):
        numbers = ec.derive_private_key(secret, curve.named).public_key().public_numbers()
        assert curve.multiply(secret, curve.g) == (numbers.x, numbers.y)
