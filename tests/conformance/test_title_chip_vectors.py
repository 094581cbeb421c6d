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
    (Path(__file__).parents[1] / "vectors" / "title_chip.json").read_text()
)
BAC, PACE, MESSAGES = VECTORS["bac"], VECTORS["pace"], VECTORS["messaging"]
DONE = b"\x90\x00"
H = bytes.fromhex


def _day(digits: str) -> date:
    return datetime.strptime(digits + "+0000", "%y%m%d%z").date()


def _chip(zone: str, *drawn: str) -> TitleChip:
    """The chip of the example, whose chance is what the example says."""
    number, born, expires = zone[:9].rstrip("<"), _day(zone[10:16]), _day(zone[17:23])
    printed = Printed(Kind.OLD_PASSPORT, (), number, born, born, expires)
    chance = iter([H(value) for value in drawn])
    profile = Profile(pace=(Protocol(2, 13),), active=Active.NONE, chip=None)
    files = {lds.COM: H("".join(said["data"] for said in MESSAGES))}
    title = Title(printed, profile, files, ChipKeys(), b"")
    return TitleChip(title, draw=lambda _: next(chance))


def test_basic_access_control_and_its_messages_are_those_of_icao_appendix_d() -> None:
    chip = _chip(BAC["zone"], BAC["challenge"], BAC["chip_secret"])
    assert chip.transmit(bytes((0x00, 0xA4, 0x04, 0x0C, len(AID))) + AID) == DONE
    assert chip.transmit(H("0084000008")) == H(BAC["challenge"]) + DONE
    assert chip.transmit(H(f"0082000028{BAC['command']}28")) == H(BAC["answer"]) + DONE
    for said in MESSAGES:
        assert chip.transmit(H(said["protected"])) == H(said["answer"])


def test_pace_answers_what_icao_appendix_g_says() -> None:
    chip = _chip(PACE["zone"], PACE["nonce"], PACE["x2"], PACE["y2"])
    assert chip.transmit(H("0022C1A412 800A04007F00070202040202 830101 84010D")) == DONE
    assert _step(chip, b"") == (0x80, H(PACE["encrypted_nonce"]))
    assert _step(chip, tlv.encode(0x81, _point("X1"))) == (0x82, _point("X2"))
    assert _step(chip, tlv.encode(0x83, _point("Y1"))) == (0x84, _point("Y2"))
    token = tlv.encode(0x85, H(PACE["token_terminal"]))
    assert _step(chip, token, cla=0x00) == (0x86, H(PACE["token_chip"]))


def _step(chip: TitleChip, data: bytes, *, cla: int = 0x10) -> tuple[int, bytes]:
    """One GENERAL AUTHENTICATE, and the one object in its answer."""
    asked = tlv.encode(0x7C, data)
    answer = chip.transmit(bytes((cla, 0x86, 0, 0, len(asked))) + asked + b"\x00")
    assert answer is not None
    assert answer[-2:] == DONE
    (item,) = tlv.decode(tlv.find(answer[:-2], 0x7C))
    return item.tag, item.value


def _point(name: str) -> bytes:
    """The point whose secret the example gives; its x is the one that is printed."""
    base = BRAINPOOL256.g if name.startswith("X") else _mapped()
    point = BRAINPOOL256.multiply(int(PACE[name.lower()], 16), base)
    assert point[0] == int(PACE[name], 16)
    return BRAINPOOL256.encode(point)


def _mapped() -> tuple[int, int]:
    curve = BRAINPOOL256
    s, x1, x2 = (int(PACE[name], 16) for name in ("nonce", "x1", "x2"))
    mapped = curve.multiply(s + x1 * x2, curve.g)
    assert mapped[0] == int(PACE["generator"], 16)
    return mapped


@pytest.mark.parametrize("number", sorted(CURVES))
def test_the_arithmetic_of_each_curve_agrees_with_openssl(number: int) -> None:
    curve = CURVES[number]
    for secret in (1, 2, 3, curve.n - 1, 0x1234567890ABCDEF << 128):
        numbers = ec.derive_private_key(secret, curve.named).public_key().public_numbers()
        assert curve.multiply(secret, curve.g) == (numbers.x, numbers.y)
