"""What the service says: discovery, device information, captures with their chain of hashes."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulators.sbi.faults import SbiFault
from simulators.sbi.glass import NAMES, Glass

if TYPE_CHECKING:
    from simulators.faults import Stock
    from simulators.people import Person
    from simulators.sbi.glass import Shown
    from simulators.sbi.keys import Keys

Answer = dict[str, Any]

READY, BUSY, ABSENT = "Ready", "Busy", "Absent"
_SAID = {
    READY: ("0", "Success"),
    BUSY: ("111", "Device is busy"),
    "Not Registered": ("100", "Device not registered"),
    "Not Ready": ("110", "Device not ready"),
}
_START = hashlib.sha256(b"").hexdigest().upper()
_HEX = re.compile(r"[0-9A-F]{64}")
_TRANSACTION = re.compile(r"[A-Za-z0-9-]{4,50}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?")
_DEVICE_ID = "2"
_CERTIFICATIONS = {  # of 0.9.5 or not, with a chip or not
    (True, False): "L0",
    (True, True): "L1",
    (False, False): "SBI 1.0",
    (False, True): "SBI 2.0",
}
_SLAP_SIZE = {"1": 4, "2": 4}


@dataclass(frozen=True, slots=True)
class Profile:
    """What one device is: `kind` "Slap" or "Single"; `quirks` are those of the MOSIP mock.

    With a `chip`, as L1 and SBI 2.0 devices have, the digital ID is signed by a key of its own.
    """

    kind: str = "Slap"
    serial: str = "DRSIM0000001"
    env: str = "Developer"
    versions: tuple[str, ...] = ("0.9.5", "1.0")
    quirks: bool = False
    chip: bool = False

    @property
    def code(self) -> str:
        """The deviceCode: the serial number, but for the mock."""
        return "b692b595-3523-slap-99fc-bd76e35f190f" if self.quirks else self.serial


class Answers:
    """One device with the fingers of `person` on it."""

    def __init__(
        self, person: Person, profile: Profile, keys: Keys, faults: Stock[SbiFault]
    ) -> None:
        self._glass = Glass(person, faults)
        self._profile, self._keys, self._faults = profile, keys, faults
        self._before: Answer | None = None

    def discovery(self, port: int, version: str, state: str) -> list[Answer]:
        """The answer to MOSIPDISC or SBIDISC."""
        if state == ABSENT:
            return [{"error": self._error("106", "Device not found")}]
        state = self._state(state)
        said = self._device(port, version, state)
        said |= {"digitalId": _coded(json.dumps(self._digital_id()))}
        return [said | {"error": self._error(*_SAID[state])}]

    def info(self, port: int, version: str, state: str) -> list[Answer]:
        """The answer to MOSIPDINFO or SBIINFO."""
        if state == ABSENT:
            return [{"error": self._error("106", "Device not found")}]
        said = self._device(port, version, state)
        signed = self._keys.signed(self._digital_id(), chip=self._profile.chip)
        said |= {"digitalId": signed, "env": self._profile.env, "firmware": "0.9.5"}
        return [{"deviceInfo": self._keys.signed(said), "error": self._error(*_SAID[state])}]

    def capture(self, asked: Answer) -> Answer:
        """The answer to an RCAPTURE that `refusal` lets pass."""
        if self._faults.spend(SbiFault.REPLAYED_ANSWER) and self._before is not None:
            return self._before
        if self._faults.spend(SbiFault.KEY_ROTATED):
            self._keys.rotate()
        self._before = {"biometrics": self._items(asked, asked["bio"][0])}
        return self._before

    def failed(self, version: str, code: str, said: str) -> Answer:
        """A capture that ends in an error."""
        error = self._error(code, said)
        return {"biometrics": [{"specVersion": version, "data": "", "hash": "", "error": error}]}

    # --- who it is --------------------------------------------------------------------------

    def _state(self, state: str) -> str:
        if self._faults.spend(SbiFault.NOT_REGISTERED):
            return "Not Registered"
        return "Not Ready" if self._faults.spend(SbiFault.NOT_READY) else state

    def _device(self, port: int, version: str, state: str) -> Answer:
        names = {"serialNo": self._profile.serial}
        if version == "0.9.5":
            names = {"deviceId": _DEVICE_ID, "deviceCode": self._profile.code}
        return names | {
            "deviceStatus": state,
            "certification": _CERTIFICATIONS[version == "0.9.5", self._profile.chip],
            "serviceVersion": "0.9.5",
            "deviceSubId": ["1", "2"] if self._profile.kind == "Slap" else ["0"],
            "callbackId": self._callback(port),
            "specVersion": [version],
            "purpose": "Registration",
        }

    def _callback(self, port: int) -> str:
        if self._faults.spend(SbiFault.CALLBACK_EMPTY):
            return ""
        host = "192.0.2.1" if self._faults.spend(SbiFault.CALLBACK_ELSEWHERE) else "127.0.0.1"
        return f"http://{host}:{port}/"

    def _digital_id(self, serial: str | None = None, kind: str = "Finger") -> Answer:
        other = self._faults.spend(SbiFault.OTHER_SERIAL)
        return {
            "serialNo": "DRSIM0000008" if other else serial or self._profile.serial,
            "make": "SPECIMEN",
            "model": f"SIM {self._profile.kind}",
            "type": kind,
            "deviceSubType": self._profile.kind,
            "deviceProvider": "SPECIMEN",
            "deviceProviderId": "SIMULATION",
            "dateTime": _time(),
        }

    def _error(self, code: str, said: str) -> dict[str, str]:
        # An accent is one character and two bytes: what makes the mock's lengths too short.
        text = f"{said} é" if self._profile.quirks else said
        return {"errorCode": code, "errorInfo": text}

    # --- captures ---------------------------------------------------------------------------

    def refusal(self, asked: Answer) -> tuple[str, str] | None:
        """Why a request is refused, code and text: the rules of the mock, and the patterns."""
        bio = asked["bio"][0]
        if not (_only_texts(asked, bio) and _well_formed(asked, bio)):
            return "123", ""
        if not _TRANSACTION.fullmatch(asked.get("transactionId", "")):
            return "112", "Invalid Transaction Id"
        if bio.get("type") != "Finger":
            return "114", "Invalid bio type"
        if bio.get("deviceId", bio.get("serialNo")) not in {_DEVICE_ID, self._profile.serial}:
            return "705", "Device not found"
        wanted = _SLAP_SIZE.get(bio["deviceSubId"], 1)
        if int(bio["count"]) + len(bio["exception"]) != wanted:
            return "109", "Count mismatch"
        return None if asked.get("purpose") == "Registration" else ("706", "Purpose")

    def _items(self, asked: Answer, bio: Answer) -> list[Answer]:
        before = bytes.fromhex(bio["previousHash"] or _START)
        items = []
        for shown in self._glass.shown(bio):
            digest = hashlib.sha256(before + hashlib.sha256(shown.record).digest()).digest()
            items.append(self._item(asked, shown, self._hash(digest, before, shown.record)))
            before = digest
        if self._faults.spend(SbiFault.PARTIAL_ITEMS):
            items[-1] |= {"data": "", "hash": "", "error": self._error("701", "Timeout")}
        if self._faults.spend(SbiFault.ERROR_AND_DATA):
            items = [item | {"error": self._error("101", "No finger")} for item in items]
        return items

    def _hash(self, digest: bytes, before: bytes, iso: bytes) -> str:
        if self._faults.spend(SbiFault.BAD_HASH):
            return _START
        if self._faults.spend(SbiFault.TEXT_HASH):
            text = before.hex().upper() + hashlib.sha256(iso).hexdigest().upper()
            return hashlib.sha256(text.encode()).hexdigest().upper()
        if self._faults.spend(SbiFault.HASH_RESTART):
            other = hashlib.sha256(b"another start").digest()
            digest = hashlib.sha256(other + hashlib.sha256(iso).digest()).digest()
        return digest.hex().upper()

    def _item(self, asked: Answer, shown: Shown, digest: str) -> Answer:
        said = {
            "digitalId": self._signed_id(),
            "deviceCode": self._profile.code,
            "deviceServiceVersion": "0.9.5",
            "bioType": "Finger",
            "bioSubType": shown.name,
            "purpose": asked["purpose"],
            "env": asked["env"],
            "bioValue": self._value(shown.record),
            "transactionId": self._transaction(asked),
            "timestamp": self._timestamp(),
            "requestedScore": self._requested(asked),
            "qualityScore": self._score(shown),
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
        data = self._keys.signed(said, self._faults)
        return {
            "specVersion": version,
            "data": data,
            "hash": digest,
            "error": self._error(*_SAID[READY]),
        }

    def _signed_id(self) -> str:
        serial = "DRSIM0000009" if self._faults.spend(SbiFault.SERIAL_DIFFERS) else None
        kind = "Iris" if self._faults.spend(SbiFault.WRONG_TYPE) else "Finger"
        said = self._digital_id(serial, kind)
        if self._faults.spend(SbiFault.DIGITALID_UNSIGNED):
            return _coded(json.dumps(said))
        return self._keys.signed(said, chip=self._profile.chip)

    def _requested(self, asked: Answer) -> str:
        score: str = asked["bio"][0]["requestedScore"]
        return f"{float(score)}" if self._profile.quirks else score

    def _score(self, shown: Shown) -> str:
        if self._faults.spend(SbiFault.SCORE_OUT_OF_SCALE):
            return "140"
        return "100" if self._faults.spend(SbiFault.SCORE_TOO_HIGH) else str(shown.score)

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


def _only_texts(asked: Answer, bio: Answer) -> bool:
    """Every leaf is a text: the mock refuses numbers."""
    leaves = [v for v in asked.values() if not isinstance(v, list | dict | type(None))]
    leaves += [v for v in bio.values() if not isinstance(v, list)]
    return all(isinstance(v, str) for v in leaves)


def _well_formed(asked: Answer, bio: Answer) -> bool:
    """What the schemas of the compliance kit ask of a request beside its types."""
    listed = (bio.get("bioSubType"), bio.get("exception"))
    if not all(isinstance(names, list) and {*names} <= {*NAMES.values()} for names in listed):
        return False
    numbers = (asked.get("timeout"), bio.get("count"), bio.get("requestedScore"))
    return (
        all(isinstance(n, str) and n.isdecimal() for n in numbers)
        and isinstance(bio.get("deviceSubId"), str)
        and _HEX.fullmatch(bio.get("previousHash") or _START) is not None
        and _TIME.fullmatch(asked.get("captureTime", "")) is not None
    )


def _time(minutes: float = 0) -> str:
    return f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


def _coded(raw: bytes | str) -> str:
    data = raw.encode() if isinstance(raw, str) else raw
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
