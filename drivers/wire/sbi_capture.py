"""The answer to RCAPTURE: items, each with a signed block, a hash and an error of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from drivers.wire import sbi_errors, sbi_jws
from drivers.wire.sbi import CAPTURE, FINGERS
from drivers.wire.sbi_json import mapping, number, text
from station.errors import AttestationInvalid, DeviceBusy, ProtocolError, WrongFingers

if TYPE_CHECKING:
    from station.capture import Finger

_MOST_ITEMS = 10
MAX_RECORD = 4 << 20  # bytes of a finger record
_STAMP, _STAMP_MS = "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True)
class Item:
    """One finger of the answer; `block` is empty when `error` is not "0"."""

    version: str
    error: str
    hash: str
    block: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Block:
    """What the device signed about one finger; `record` is a clear ISO/IEC 19794-4 record."""

    code: str | None
    bio_type: str
    sub_type: str
    purpose: str
    env: str
    transaction: str
    timestamp: datetime
    requested: float
    quality: float
    record: bytes = field(repr=False)


def items(answer: Any) -> tuple[Item, ...]:
    """The items of an answer.

    Raises what its error code stands for when it holds nothing else, `DeviceBusy` for the list
    of devices that answers a second capture, and `ProtocolError`.
    """
    if isinstance(answer, list):
        raise _of_list(answer)
    found = mapping(answer, CAPTURE)
    if "biometrics" not in found:
        code = sbi_errors.code(found)
        if code == sbi_errors.SUCCESS:
            raise ProtocolError("an answer to RCAPTURE without biometrics")
        raise sbi_errors.refusal(code, CAPTURE)
    listed = found["biometrics"]
    if not isinstance(listed, list) or not 0 < len(listed) <= _MOST_ITEMS:
        raise ProtocolError("an answer to RCAPTURE without a list of biometrics")
    return tuple(_item(mapping(item, "biometrics")) for item in listed)


def stopped_with_stream(answer: Any) -> bool:
    """Whether the capture ended because the preview beside it did."""
    found = answer.get("biometrics") if isinstance(answer, dict) else None
    first = found[0] if isinstance(found, list) and found else None
    return isinstance(first, dict) and sbi_errors.code(first) == sbi_errors.STREAM_STOPPED


def _of_list(answer: list[Any]) -> Exception:
    for item in answer[:_MOST_ITEMS]:
        code = sbi_errors.code(mapping(item, CAPTURE))
        if code != sbi_errors.SUCCESS:
            return sbi_errors.refusal(code, CAPTURE)
    return DeviceBusy("RCAPTURE was answered with the state of the device")


def _item(of: dict[str, Any]) -> Item:
    error = sbi_errors.code(of) if "error" in of else sbi_errors.SUCCESS
    if error != sbi_errors.SUCCESS:
        return Item("", error, "", "")  # data beside an error are not looked at
    version, claimed = text(of, "specVersion"), text(of, "hash")
    return Item(version, error, claimed, text(of, "data", sbi_jws.MAX_JWS))


def block(of: dict[str, Any], *, tolerant: bool = False) -> Block:
    """The signed block in `of`, the payload of a verified JWS; raises `ProtocolError`."""
    return Block(
        code=text(of, "deviceCode") if "deviceCode" in of else None,
        bio_type=text(of, "bioType"),
        sub_type=text(of, "bioSubType"),
        purpose=text(of, "purpose"),
        env=text(of, "env"),
        transaction=text(of, "transactionId"),
        timestamp=_stamp(text(of, "timestamp"), tolerant=tolerant),
        requested=number(of, "requestedScore"),
        quality=number(of, "qualityScore"),
        record=sbi_jws.base64url(text(of, "bioValue", 2 * MAX_RECORD), tolerant=tolerant),
    )


def _stamp(written: str, *, tolerant: bool) -> datetime:
    """UTC to the second; milliseconds only for the tolerant."""
    for form in (_STAMP, _STAMP_MS)[: 1 + tolerant]:
        try:
            return datetime.strptime(written, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise AttestationInvalid("the time of the capture is not written as YYYY-MM-DDTHH:MM:SSZ")


def check_fingers(sub_types: tuple[str, ...], expected: tuple[Finger, ...]) -> None:
    """Raise `WrongFingers`, naming each, unless `sub_types` are `expected` in that order."""
    got = tuple(FINGERS.get(name) for name in sub_types)
    wrong = [f"{spoken(f)} missing" for f in expected if f not in got]
    wrong += [f"{spoken(f)} not asked for" for f in dict.fromkeys(got) if f and f not in expected]
    wrong += [f"{spoken(f)} twice" for f in dict.fromkeys(got) if f and got.count(f) > 1]
    wrong += ["a finger without a name"] * (None in got)
    if not wrong and got != expected:
        places = zip(got, expected, strict=True)
        wrong = [f"{spoken(f)} out of order" for f, due in places if f and f != due]
    if wrong:
        raise WrongFingers("; ".join(wrong))


def spoken(finger: Finger) -> str:
    """A finger in words: "right index"."""
    return finger.name.replace("_", " ").lower()
