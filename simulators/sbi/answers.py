"""What the service says: discovery, device information, captures with their chain of hashes."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from simulators.sbi import record
from simulators.sbi.faults import SbiFault
from station.capture import FOUR, Finger, Hand

if TYPE_CHECKING:
    import numpy.typing as npt

    from simulators.faults import Stock
    from simulators.people import Person
    from simulators.sbi.keys import Keys

    Grey = npt.NDArray[np.uint8]

Answer = dict[str, Any]
_IMPRESSIONS = 2

_NAMES = {
    finger: f"{finger.hand.title()} {part}"
    for hand in Hand
    for finger, part in zip(
        FOUR[hand], ("IndexFinger", "MiddleFinger", "RingFinger", "LittleFinger"), strict=True
    )
}
_SUB_IDS = {"1": Hand.LEFT, "2": Hand.RIGHT}
_OK = {"errorCode": "0", "errorInfo": "Success"}
_START = hashlib.sha256(b"").hexdigest().upper()


class Answers:
    """One device, `kind` "Slap" or "Single", with the fingers of `person` on it."""

    def __init__(self, person: Person, kind: str, keys: Keys, faults: Stock[SbiFault]) -> None:
        self._person, self._kind, self._keys, self._faults = person, kind, keys, faults
        self._attempt = 0
        self._prints: dict[tuple[Finger, int], Grey] = {}
        self._before: Answer | None = None
        self.serial = "DRSIM0000001"

    def discovery(self, port: int, version: str) -> list[Answer]:
        """The answer to MOSIPDISC or SBIDISC."""
        said = self._device(port, version) | {"digitalId": _coded(json.dumps(self._digital_id()))}
        return [said | {"error": self._state()[1]}]

    def info(self, port: int, version: str) -> list[Answer]:
        """The answer to MOSIPDINFO or SBIINFO."""
        said = self._device(port, version)
        said |= {"digitalId": self._signed_id(), "env": "Developer", "firmware": "0.9.5"}
        return [{"deviceInfo": self._keys.signed(said, self._faults), "error": self._state()[1]}]

    def capture(self, asked: Answer) -> Answer:
        """The answer to RCAPTURE."""
        if self._faults.spend(SbiFault.REPLAYED_ANSWER) and self._before is not None:
            return self._before
        bio = asked["bio"][0]
        wrong = _refusal(asked, bio, self._kind)
        if wrong is not None:
            return failed(asked["specVersion"], *wrong)
        self._attempt += 1
        self._before = {"biometrics": self._items(asked, bio)}
        return self._before

    # --- who it is --------------------------------------------------------------------------

    def _state(self) -> tuple[str, dict[str, str]]:
        if self._faults.spend(SbiFault.NOT_REGISTERED):
            return "Not Registered", {"errorCode": "100", "errorInfo": "Device not registered"}
        if self._faults.spend(SbiFault.NOT_READY):
            return "Not Ready", {"errorCode": "110", "errorInfo": "Device not ready"}
        return "Ready", _OK

    def _device(self, port: int, version: str) -> Answer:
        names = {"serialNo": self.serial}
        if version == "0.9.5":
            names = {"deviceId": "2", "deviceCode": self.serial}
        return names | {
            "deviceStatus": "Ready",
            "certification": "L0" if version == "0.9.5" else "SBI 1.0",
            "serviceVersion": "0.9.5",
            "deviceSubId": ["1", "2"] if self._kind == "Slap" else ["0"],
            "callbackId": f"http://127.0.0.1:{port}/",
            "specVersion": [version],
            "purpose": "Registration",
        }

    def _digital_id(self) -> Answer:
        serial, kind = self.serial, "Finger"
        if self._faults.spend(SbiFault.SERIAL_DIFFERS):
            serial = "DRSIM0000009"
        if self._faults.spend(SbiFault.WRONG_TYPE):
            kind = "Iris"
        return {
            "serialNo": serial,
            "make": "SPECIMEN",
            "model": f"SIM {self._kind}",
            "type": kind,
            "deviceSubType": self._kind,
            "deviceProvider": "SPECIMEN",
            "deviceProviderId": "SIMULATION",
            "dateTime": _time(),
        }

    def _signed_id(self) -> str:
        if self._faults.spend(SbiFault.DIGITALID_UNSIGNED):
            return _coded(json.dumps(self._digital_id()))
        return self._keys.signed(self._digital_id(), self._faults)

    # --- captures ---------------------------------------------------------------------------

    def _items(self, asked: Answer, bio: Answer) -> list[Answer]:
        before = bytes.fromhex(bio["previousHash"] or _START)
        items = []
        for name, iso in self._shown(self._laid(bio)):
            digest = hashlib.sha256(before + hashlib.sha256(iso).digest()).digest()
            items.append(self._item(asked, name, iso, self._hash(digest, before, iso)))
            before = digest
        if self._faults.spend(SbiFault.PARTIAL_ITEMS):
            error = {"errorCode": "701", "errorInfo": "Timeout"}
            items[-1] |= {"data": "", "hash": "", "error": error}
        return items

    def _hash(self, digest: bytes, before: bytes, iso: bytes) -> str:
        if self._faults.spend(SbiFault.BAD_HASH):
            return _START
        if self._faults.spend(SbiFault.TEXT_HASH):
            text = before.hex().upper() + hashlib.sha256(iso).hexdigest().upper()
            return hashlib.sha256(text.encode()).hexdigest().upper()
        if self._faults.spend(SbiFault.HASH_RESTART):
            digest = hashlib.sha256(bytes.fromhex(_START) + hashlib.sha256(iso).digest()).digest()
        return digest.hex().upper()

    def _laid(self, bio: Answer) -> list[Finger]:
        """The fingers on the glass, from index to little finger."""
        hand = _SUB_IDS.get(bio["deviceSubId"])
        if hand is None:
            return [f for f, name in _NAMES.items() if name in bio["bioSubType"]][:1]
        if self._faults.spend(SbiFault.WRONG_HAND):
            hand = next(other for other in Hand if other is not hand)
        laid = [f for f in FOUR[hand] if _NAMES[f] not in bio["exception"]]
        if self._faults.spend(SbiFault.THREE_OF_FOUR):
            laid.pop()
        if self._faults.spend(SbiFault.SAME_FINGER_TWICE):
            laid[1] = laid[0]
        return laid

    def _shown(self, laid: list[Finger]) -> list[tuple[str, bytes]]:
        """Name and record of each finger."""
        names = [_NAMES[f] for f in laid]
        if self._faults.spend(SbiFault.SWAPPED_FINGERS):
            names[:2] = names[1::-1]
        if self._faults.spend(SbiFault.UNKNOWN_SUBTYPE):
            names[0] = "UNKNOWN"
        return [(name, self._record(f)) for name, f in zip(names, laid, strict=True)]

    def _record(self, finger: Finger) -> bytes:
        grey = self._print(finger, self._attempt % _IMPRESSIONS)
        position, ppi = int(finger), 500
        if self._faults.spend(SbiFault.POSITION_CODE_MISMATCH):
            position = 10 if position != 10 else 2
        if self._faults.spend(SbiFault.WRONG_DPI):
            ppi = 300
        if self._faults.spend(SbiFault.CORRUPT_IMAGE):
            noise = np.random.default_rng(0).bytes(4000)
            return record.wrapped(noise, grey.shape[::-1], position, ppi)
        return record.record(grey, position, ppi)

    def _print(self, finger: Finger, impression: int) -> Grey:
        """One of a few impressions, each drawn once."""
        if (finger, impression) not in self._prints:
            drawn = self._person.print_of(finger, None, impression + 1)
            self._prints[finger, impression] = drawn
        return self._prints[finger, impression]

    def _item(self, asked: Answer, name: str, iso: bytes, digest: str) -> Answer:
        said = {
            "digitalId": self._signed_id(),
            "deviceCode": self.serial,
            "deviceServiceVersion": "0.9.5",
            "bioType": "Finger",
            "bioSubType": name,
            "purpose": asked["purpose"],
            "env": asked["env"],
            "bioValue": self._value(iso),
            "transactionId": self._transaction(asked),
            "timestamp": self._timestamp(),
            "requestedScore": asked["bio"][0]["requestedScore"],
            "qualityScore": "140" if self._faults.spend(SbiFault.SCORE_OUT_OF_SCALE) else "68",
        }
        version = asked["specVersion"]
        if version != "0.9.5":
            del said["deviceCode"]
        if self._faults.spend(SbiFault.MISSING_KEY):
            del said["transactionId"]
        if self._faults.spend(SbiFault.UNKNOWN_KEY):
            said["vendorMood"] = "cheerful"
        if self._faults.spend(SbiFault.OTHER_SPEC_VERSION):
            version = "0.9.2"
        signed = self._keys.signed(said, self._faults)
        return {"specVersion": version, "data": signed, "hash": digest, "error": dict(_OK)}

    def _value(self, iso: bytes) -> str:
        coded = _coded(iso)
        return "*" + coded[1:] if self._faults.spend(SbiFault.BAD_BASE64) else coded

    def _transaction(self, asked: Answer) -> str:
        other = self._faults.spend(SbiFault.OTHER_TRANSACTION)
        return "00000000-another" if other else str(asked["transactionId"])

    def _timestamp(self) -> str:
        if self._faults.spend(SbiFault.OLD_TIMESTAMP):
            return _time(minutes=-30)
        if self._faults.spend(SbiFault.FUTURE_TIMESTAMP):
            return _time(minutes=30)
        plain = _time()
        return plain[:-1] + ".123Z" if self._faults.spend(SbiFault.TIMESTAMP_MS) else plain


def failed(version: str, code: str, said: str) -> Answer:
    """A capture that ends in an error."""
    error = {"errorCode": code, "errorInfo": said}
    return {"biometrics": [{"specVersion": version, "data": "", "hash": "", "error": error}]}


def _refusal(asked: Answer, bio: Answer, kind: str) -> tuple[str, str] | None:
    """Why the request is refused, as the public mock does: code and text."""
    leaves = [v for v in asked.values() if not isinstance(v, list | dict | type(None))]
    leaves += [v for v in bio.values() if not isinstance(v, list)]
    if any(not isinstance(v, str) for v in leaves):
        return "123", ""
    if not 4 <= len(asked.get("transactionId", "")) <= 50:
        return "112", "Invalid Transaction Id"
    if bio.get("type") != "Finger":
        return "114", "Invalid bio type"
    wanted = 4 if kind == "Slap" else 1
    if kind == "Slap" and int(bio["count"]) + len(bio.get("exception") or []) != wanted:
        return "109", "Count mismatch"
    if asked.get("purpose") != "Registration":
        return "706", "Purpose"
    return None


def _time(minutes: float = 0) -> str:
    return f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


def _coded(raw: bytes | str) -> str:
    data = raw.encode() if isinstance(raw, str) else raw
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
