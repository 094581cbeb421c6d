"""PACE with generic mapping over elliptic curves, at the chip's end (ICAO Doc 9303-11, §4.4).

step   terminal sends   chip answers
1      nothing          80 nonce, encrypted with the password
2      81 X1            82 X2      G' = s·G + x1·x2·G
3      83 Y1            84 Y2      K = x of y1·y2·G'
4      85 token         86 token
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drivers.wire import tlv
from simulators.title_chip.channel import Channel
from simulators.title_chip.ciphers import (
    FOR_ENCRYPTION,
    FOR_MAC,
    FOR_PASSWORD,
    Keys,
    aes_cbc,
)
from simulators.title_chip.curves import CURVES, Curve, Point
from simulators.title_chip.profile import PACE_GM, Protocol
from simulators.title_chip.status import Refused, objects, only

if TYPE_CHECKING:
    from collections.abc import Callable

_TEMPLATE = 0x7C
_NONCE = 16


@dataclass(slots=True)
class Pace:
    """One run; each step has its turn once."""

    protocol: Protocol
    password: bytes = field(repr=False)
    draw: Callable[[int], bytes]
    reflects: bool = False  # a fault: the chip sends the terminal's own key back
    strays: bool = False  # a fault: its mapping point is not on the curve
    channel: Channel | None = None
    identity: bytes = b""  # x of the chip's ephemeral key, which terminal authentication signs
    _step: int = 0
    _nonce: int = field(default=0, repr=False)
    _base: Point = (0, 0)
    _theirs: bytes = b""
    _ours: bytes = b""
    _keys: Keys | None = None

    def advance(self, data: bytes) -> bytes:
        """The answer to the next GENERAL AUTHENTICATE; raises `Refused`, and the run is over."""
        steps = (self._encrypted_nonce, self._map, self._agree, self._confirm)
        if self._step == len(steps):
            raise Refused(0x6985)
        asked = only(data, _TEMPLATE)
        step, self._step = steps[self._step], self._step + 1
        try:
            return tlv.encode(_TEMPLATE, step(asked))
        except ValueError:
            self._step = len(steps)
            raise Refused(0x6A80) from None

    @property
    def _curve(self) -> Curve:
        return CURVES[self.protocol.curve]

    def _encrypted_nonce(self, asked: bytes) -> bytes:
        if asked:
            raise Refused(0x6A80)
        nonce = self.draw(_NONCE)
        self._nonce = int.from_bytes(nonce, "big")
        cipher = aes_cbc(self.protocol.suite.key(self.password, FOR_PASSWORD), bytes(16))
        encryptor = cipher.encryptor()
        return tlv.encode(0x80, encryptor.update(nonce) + encryptor.finalize())

    def _map(self, asked: bytes) -> bytes:
        curve, theirs = self._curve, self._point(asked, 0x81)
        secret = curve.secret(self.draw)
        shared = curve.multiply(secret, theirs)
        mapped = curve.add(curve.multiply(self._nonce, curve.g), shared)
        if mapped is None:
            raise ValueError("the mapping leads to infinity")
        self._base = mapped
        ours = curve.encode(curve.multiply(secret, curve.g))
        return tlv.encode(0x82, ours[:-1] + bytes([ours[-1] ^ 1]) if self.strays else ours)

    def _agree(self, asked: bytes) -> bytes:
        curve, theirs = self._curve, self._point(asked, 0x83)
        secret = curve.secret(self.draw)
        ours = curve.multiply(secret, self._base)
        self._theirs, self._ours = curve.encode(theirs), curve.encode(ours)
        if self._theirs == self._ours:
            raise ValueError("the terminal sent our own key back")
        agreed = curve.multiply(secret, theirs)[0].to_bytes(curve.width, "big")
        suite = self.protocol.suite
        self._keys = Keys(suite.key(agreed, FOR_ENCRYPTION), suite.key(agreed, FOR_MAC))
        return tlv.encode(0x84, self._theirs if self.reflects else self._ours)

    def _confirm(self, asked: bytes) -> bytes:
        if self._keys is None:
            raise Refused(0x6985)
        expected = self._token(self._keys, self._ours)
        if not hmac.compare_digest(only(asked, 0x85), expected):
            raise Refused(0x6300)
        self.channel = Channel(self.protocol.suite, self._keys)
        self.identity = self._ours[1 : 1 + self._curve.width]
        return tlv.encode(0x86, self._token(self._keys, self._theirs))

    def _point(self, asked: bytes, tag: int) -> Point:
        return self._curve.decode(only(asked, tag))

    def _token(self, keys: Keys, point: bytes) -> bytes:
        name = tlv.encode(0x06, PACE_GM + bytes([self.protocol.cipher]))
        return self.protocol.suite.mac(keys.mac, tlv.encode(0x7F49, name + tlv.encode(0x86, point)))


def chosen(offered: tuple[Protocol, ...], data: bytes) -> tuple[Protocol, int]:
    """What MSE:Set AT asks for, and the number of its password; raises `Refused`."""
    asked = objects(data)
    name, password = asked.get(0x80, b""), asked.get(0x83, b"")
    curve = asked.get(0x84)
    matching = [
        one
        for one in offered
        if name == PACE_GM + bytes([one.cipher]) and curve in (None, bytes([one.curve]))
    ]
    if not matching or len(password) != 1:
        raise Refused(0x6A80)
    if len(matching) > 1:
        raise Refused(0x6A88)  # the curve must be named when several fit
    return matching[0], password[0]
