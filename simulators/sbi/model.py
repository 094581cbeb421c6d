"""The service without its wire: verbs and states of one device, and the frames it streams."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2

from simulators.sbi.answers import ABSENT, BUSY, READY, Answers
from simulators.sbi.faults import SbiFault
from simulators.sbi.glass import SUB_IDS
from station.capture import Hand

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from simulators.faults import Stock
    from simulators.people import Person
    from simulators.sbi.answers import Profile
    from simulators.sbi.keys import Keys

_FRAME, _SLOW_FRAME = 0.05, 1.0  # seconds between two frames
_BEFORE_PULL = 2  # frames until the cable is pulled
_FRAMES = 6000
_HUGE = 80 * 1024 * 1024  # bytes
_FOREVER = 600.0  # seconds, or until the service is told to start over
_LATE, _DELAY = 1.0, 0.5  # seconds
_TICK = 0.02  # seconds
_DISCOVERY, _INFO = ("MOSIPDISC", "SBIDISC"), ("MOSIPDINFO", "SBIINFO")
VERBS = {"/device": _DISCOVERY, "/info": _INFO, "/capture": ("RCAPTURE",), "/stream": ("STREAM",)}
_TYPES = {"Biometric Device", "Finger"}
_END = {SbiFault.END_609: "609", SbiFault.END_610: "610", SbiFault.STREAM_ENDS: "0"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request; `host` and `origin` are those of its headers, empty when absent."""

    verb: str
    path: str
    host: str
    origin: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, whose `body` is JSON unless a fault spoilt it."""

    body: bytes
    status: int = 200


class Model:
    """One device of one service, from the first request to the last."""

    def __init__(
        self, person: Person, profile: Profile, keys: Keys, faults: Stock[SbiFault]
    ) -> None:
        self.errors: list[tuple[str, str]] = []  # codes and texts of captures to come
        self.lasts = 0.0  # seconds until a finger is good enough
        self.asked: list[bytes] = []  # bodies of the captures that were asked for
        self.given: list[dict[str, Any]] = []  # the items of all answers
        self.streams = 0  # that are open now
        self._person, self._profile, self._faults = person, profile, faults
        self._answers = Answers(person, profile, keys, faults)
        self._capturing = self._pulled = self._pulling = self._stopped = self._shown = False
        self._captures = self._life = 0
        self._jpegs: dict[Hand, bytes] = {}
        self._busy_until = 0.0

    def start_over(self) -> None:
        """Forget everything that was under way or that was to go wrong."""
        for fault in SbiFault:
            while self._faults.spend(fault):
                pass
        self.errors.clear()
        self.asked.clear()
        self.given.clear()
        self.lasts = self._busy_until = 0.0
        self._capturing = self._pulled = self._pulling = self._stopped = False
        self._life += 1

    async def reply(self, asked: Asked, port: int) -> Reply | AsyncIterator[bytes]:
        """What the service answers; the parts of a stream when it is one."""
        if not self._profile.quirks and (asked.origin or asked.host != f"127.0.0.1:{port}"):
            return Reply(b"", 403)  # a page of the web, not a station
        version = self._version(asked)
        if version is None:
            return _json([{"error": {"errorCode": "500", "errorInfo": "Invalid URL"}}], 405)
        try:
            said = json.loads(asked.body or b"{}")
        except ValueError:
            said = None
        if not isinstance(said, dict):
            return _json(self._answers.failed("", "123", ""))
        if asked.verb == "STREAM":
            return self._stream(said)
        if asked.verb == "RCAPTURE":
            return await self._capture(said, port, asked.body)
        return await self._who(asked.verb, said, port, version)

    def _version(self, asked: Asked) -> str | None:
        """The version that a verb belongs to, None when this service does not speak it."""
        if asked.verb not in VERBS.get(asked.path, ()):
            return None
        if not asked.verb.startswith(("MOSIP", "SBI")):
            return ""
        old = asked.verb.startswith("MOSIP")
        return next((v for v in self._profile.versions if (v == "0.9.5") == old), None)

    # --- who ----------------------------------------------------------------------------------

    async def _who(self, verb: str, said: dict[str, Any], port: int, version: str) -> Reply:
        if said.get("type") not in _TYPES:
            return _json([{"error": {"errorCode": "502", "errorInfo": "Type"}}])
        if self._faults.spend(SbiFault.DELAY_DISCOVERY):
            await self._pause(_DELAY)
        if verb in _DISCOVERY:
            return _json(self._answers.discovery(port, version, self._state()))
        return _json(self._answers.info(port, version, self._state()))

    def _state(self) -> str:
        if self._pulled or self._faults.spend(SbiFault.ABSENT):
            return ABSENT
        if self._faults.spend(SbiFault.UNPLUG_BEFORE):
            self._pulled = True
            return ABSENT
        if self._faults.spend(SbiFault.SECOND_CLIENT):
            self._busy_until = time.monotonic() + _FOREVER
        busy = self._capturing or time.monotonic() < self._busy_until
        return BUSY if busy or self._faults.spend(SbiFault.BUSY_FOREVER) else READY

    # --- capture ------------------------------------------------------------------------------

    async def _capture(self, said: dict[str, Any], port: int, body: bytes) -> Reply:
        self.asked.append(body)
        version = str(said.get("specVersion"))
        wrong = self._refusal(said)
        if self._faults.spend(SbiFault.BUSY_ARRAY_ANSWER):
            return _json(self._answers.info(port, self._profile.versions[0], BUSY))
        if wrong is not None:
            return _json(self._answers.failed(version, *wrong))
        self._capturing, life = True, self._life
        try:
            await self._pause(self._duration(said))
            while self.streams and not self._shown and life == self._life:
                await asyncio.sleep(_TICK)  # a device shows what it sees before it keeps it
            if self._pulled:
                return _json(self._answers.failed(version, "106", "Device not found"))
            answer = await asyncio.to_thread(self._answers.capture, said)
            self.given += answer["biometrics"]
            return self._spoilt(answer)
        finally:
            if life == self._life:
                self._capturing = False
                self._captures += 1

    def _refusal(self, said: dict[str, Any]) -> tuple[str, str] | None:
        """Why a capture cannot begin, code and text."""
        if self._pulled:
            return "106", "Device not found"
        if self._capturing or time.monotonic() < self._busy_until:
            return "703", "Capture in progress"
        if self._stopped:
            self._stopped = False
            return "700", "Stream stopped"
        return self.errors.pop(0) if self.errors else self._answers.refusal(said)

    def _duration(self, said: dict[str, Any]) -> float:
        """Seconds until the answer: when the fingers are good enough, at most the time-out."""
        longest = int(said["timeout"]) / 1000
        if self._faults.spend(SbiFault.NEVER_ANSWERS) or self._faults.spend(SbiFault.STUCK_BUSY):
            return _FOREVER
        if self._faults.spend(SbiFault.TIMEOUT_BEST_FRAME):
            return longest
        if self._faults.spend(SbiFault.LATE_ANSWER):
            return _LATE
        if self._faults.spend(SbiFault.DELAY_CAPTURE):
            return _DELAY
        if self._faults.spend(SbiFault.UNPLUG_DURING_CAPTURE):
            self._pulled = True
        return min(self.lasts, longest)

    async def _pause(self, seconds: float) -> None:
        """Wait, but not beyond a new start, nor for a cable that is being pulled."""
        life, ends = self._life, time.monotonic() + seconds
        while life == self._life and (time.monotonic() < ends or self._pulling):
            await asyncio.sleep(_TICK)

    def _spoilt(self, said: dict[str, Any]) -> Reply:
        """The answer as it goes over the line, damaged when a fault says so."""
        raw = _json(said).body
        if self._faults.spend(SbiFault.TRUNCATED_JSON):
            raw = raw[: len(raw) // 2]
        if self._faults.spend(SbiFault.NOT_JSON):
            raw = b"<html>erreur interne</html>"
        if self._faults.spend(SbiFault.WRONG_JSON_TYPE):
            raw = b'{"biometrics": {"data": 7}}'
        if self._faults.spend(SbiFault.LATIN1_TEXT):
            raw = raw.replace(b"Success", "Succès".encode("latin-1"))
        if self._faults.spend(SbiFault.HUGE_ANSWER):
            raw = b'{"biometrics": "' + b"A" * _HUGE + b'"}'
        return Reply(raw)

    # --- stream -------------------------------------------------------------------------------

    def _stream(self, said: dict[str, Any]) -> Reply | AsyncIterator[bytes]:
        if self._pulled:
            error = {"errorCode": "202", "errorInfo": "No Device Connected"}
            return _json({"error": error})
        if self._capturing:
            return _json({"errorCode": "607", "errorInfo": "Device is busy"})
        if self._faults.spend(SbiFault.UNPLUG_DURING_STREAM):
            self._pulling = True
        return self._parts(SUB_IDS.get(str(said.get("deviceSubId")), Hand.RIGHT))

    async def _parts(self, hand: Hand) -> AsyncIterator[bytes]:
        """A quarter of the glass in each direction, until a capture ends it."""
        begun, life = self._captures, self._life
        self.streams, self._shown = self.streams + 1, False
        try:
            jpeg = await asyncio.to_thread(self._jpeg, hand)
            self._shown = True
            if self._faults.spend(SbiFault.NO_FRAME):
                await self._until_captured()
            for fault, code in _END.items():
                if self._faults.spend(fault):
                    self._stopped = fault is SbiFault.STREAM_ENDS
                    yield self._part(jpeg) + _ended(code)
                    return
            for sent in range(_FRAMES):
                if self._captures != begun or life != self._life or self._unplugged_after(sent):
                    break
                yield self._part(jpeg)
                await self._until_next()
            yield _ended("0")
        finally:
            self.streams -= 1

    def _jpeg(self, hand: Hand) -> bytes:
        if hand not in self._jpegs:
            shown = self._person.slap(hand).pixels[::4, ::4]
            self._jpegs[hand] = cv2.imencode(".jpg", shown)[1].tobytes()
        return self._jpegs[hand]

    def _unplugged_after(self, sent: int) -> bool:
        if self._pulling and sent >= _BEFORE_PULL:
            self._pulled, self._pulling = True, False
        return self._pulled

    def _part(self, jpeg: bytes) -> bytes:
        """One frame, framed as the public mock does: no blank after the colons."""
        if self._faults.spend(SbiFault.STREAM_FLOOD):
            return b"A" * _HUGE
        body = b"\0" * len(jpeg) if self._faults.spend(SbiFault.BAD_JPEG) else jpeg
        length = 10**10 if self._faults.spend(SbiFault.GIANT_FRAME) else len(body)
        said = f"Content-Length:{length}\r\n"
        if self._faults.spend(SbiFault.NO_LENGTH):
            said = ""
        head = f"--BoundaryString\r\nContent-Type:image/jpeg\r\n{said}\r\n"
        return head.encode() + body + b"\r\n\r\n"

    async def _until_next(self) -> None:
        if self._faults.spend(SbiFault.FREEZE):
            await self._until_captured()
        await asyncio.sleep(_SLOW_FRAME if self._faults.spend(SbiFault.ONE_FPS) else _FRAME)

    async def _until_captured(self) -> None:
        begun, life = self._captures, self._life
        while self._captures == begun and life == self._life:
            await asyncio.sleep(_TICK)


def _ended(code: str) -> bytes:
    """The second answer on the same connection, as the mock ends a stream."""
    body = json.dumps({"errorCode": code, "errorInfo": "Stream ended"}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return f"{head}\r\n\r\n".encode() + body


def _json(said: object, status: int = 200) -> Reply:
    return Reply(json.dumps(said, ensure_ascii=False).encode(), status)
