"""The error codes of SBI as errors of ours (specification, "Error codes"; 113 and up: MOSIP mock).

Codes are decimal texts. Vendors use 5xx freely: those say no more than "it failed".
"""

from __future__ import annotations

from typing import Any

from drivers.wire import sbi_json
from station.errors import (
    CaptureTimeout,
    DeviceBusy,
    DeviceLost,
    DeviceNotReady,
    DeviceTampered,
    DeviceUnconfigured,
    FingerNotSeen,
    ProtocolError,
    ServiceRefused,
    StationError,
)

SUCCESS, STREAM_STOPPED = "0", "700"
_MAX_CODE = 8  # characters

_MEANINGS: dict[str, tuple[type[StationError], str]] = {
    "100": (DeviceUnconfigured, "the device is not registered"),
    "101": (FingerNotSeen, "no finger detected"),
    "103": (DeviceTampered, "the device says that it was tampered with"),
    "104": (DeviceUnconfigured, "the management server of the device is unreachable"),
    "105": (FingerNotSeen, "the fingers do not lie straight"),
    "106": (DeviceLost, "the service does not find its device"),
    "107": (DeviceUnconfigured, "the key of the device has expired"),
    "108": (DeviceUnconfigured, "the key of the domain is missing"),
    "110": (DeviceNotReady, "the device is not ready"),
    "111": (DeviceBusy, "the device is busy"),
    "202": (DeviceLost, "no device is connected"),
    "503": (DeviceLost, "the service has no device"),
    "601": (DeviceUnconfigured, "the device serves authentication only"),
    "606": (DeviceUnconfigured, "the device serves another purpose"),
    "607": (DeviceBusy, "the device is not ready for a preview"),
    "609": (CaptureTimeout, "the preview ended by its own time-out"),
    "701": (CaptureTimeout, "the device saw nothing in time"),
    "702": (DeviceBusy, "another device of the service shows its preview"),
    "703": (DeviceBusy, "a capture is under way"),
    "705": (DeviceLost, "the service no longer knows the device"),
    "706": (DeviceUnconfigured, "the device does not capture for registration"),
    "707": (FingerNotSeen, "the device has no image of a finger that was asked for"),
    "708": (FingerNotSeen, "the device has no image"),
    "709": (DeviceUnconfigured, "the device does not capture for registration"),
}
_OUR_MISTAKE = frozenset(
    {"109", "704", "604", "605", "500", "501", "502", "504", "505", "506", "507", "551"}
    | {str(code) for code in range(112, 124)}
)


def refusal(code: str, verb: str) -> StationError:
    """The error that `code` stands for in the answer to `verb`."""
    if code in _MEANINGS:
        kind, meaning = _MEANINGS[code]
        return kind(f"{verb}: {meaning} (error {code})")
    if code in _OUR_MISTAKE:
        return ProtocolError(f"{verb}: the service does not understand the request (error {code})")
    return ServiceRefused(f"{verb}: error {code}")


def code(of: dict[str, Any]) -> str:
    """The errorCode of an item, "0" when all is well; raises `ProtocolError`.

    Three shapes are in use: {"error": {"errorCode"}}, {"errorCode"}, and none at all.
    """
    error = of.get("error", of)
    if error is None or (error is of and "errorCode" not in of):
        return SUCCESS
    found = sbi_json.text(sbi_json.mapping(error, "error"), "errorCode", _MAX_CODE)
    if not found.isascii() or not found.isalnum():
        raise ProtocolError("an error code that is none")
    return found
