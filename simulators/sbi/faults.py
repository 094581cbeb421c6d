"""What a device service can do wrong; each fault is spent once by the answer it spoils."""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class SbiFault(StrEnum):
    """Faults of an SBI service."""

    # presence
    ABSENT = "absent"
    UNPLUG_BEFORE = "unplug-before"
    UNPLUG_DURING_STREAM = "unplug-during-stream"
    UNPLUG_DURING_CAPTURE = "unplug-during-capture"
    # state
    NOT_REGISTERED = "not-registered"
    NOT_READY = "not-ready"
    BUSY_FOREVER = "busy-forever"
    BUSY_ARRAY_ANSWER = "busy-array-answer"
    STUCK_BUSY = "stuck-busy-after-cancel"
    SECOND_CLIENT = "second-client"
    # timing
    DELAY_DISCOVERY = "delay-discovery"
    DELAY_CAPTURE = "delay-capture"
    NEVER_ANSWERS = "never-answers"
    SLOW_BYTES = "slow-bytes"  # here and under "connection": on the wire face only
    TIMEOUT_BEST_FRAME = "timeout-best-frame"
    LATE_ANSWER = "late-answer-after-cancel"
    # connection
    REFUSE = "refuse"
    RESET = "reset"
    CLOSE_BEFORE_BODY = "close-before-body"
    CUT_BODY = "cut-body-at-n"
    LENGTH_TOO_SHORT = "length-too-short"
    LENGTH_TOO_LONG = "length-too-long"
    EXTRA_BYTES = "extra-bytes"
    DOUBLE_RESPONSE = "double-response"
    CHUNKED = "chunked"
    ENDLESS_ANSWER = "endless-answer"
    NOT_HTTP = "not-http"
    REDIRECT = "redirect"
    # JSON
    TRUNCATED_JSON = "truncated-json"
    NOT_JSON = "not-json"
    MISSING_KEY = "missing-key"
    UNKNOWN_KEY = "unknown-key"
    HUGE_ANSWER = "huge-answer"
    BAD_BASE64 = "bad-base64"
    WRONG_JSON_TYPE = "wrong-json-type"
    LATIN1_TEXT = "latin1-text"
    PARTIAL_ITEMS = "partial-items"
    ERROR_AND_DATA = "error-and-data"
    # signature
    BAD_SIGNATURE = "bad-signature"
    ALG_NONE = "alg-none"
    ALG_HS256 = "alg-hs256"
    NO_X5C = "no-x5c"
    EXPIRED_CERT = "expired-cert"
    NOT_YET_VALID = "not-yet-valid"
    OTHER_CA = "other-ca"
    CHAIN_IN_X5C = "chain-in-x5c"
    KEY_ROTATED = "key-rotated"  # accepted: the same provider certifies the new one
    KEY_1024 = "key-1024"
    OTHER_DEVICE_KEY = "other-device-key"  # of the same provider, under this device's identity
    # identity
    OTHER_SERIAL = "other-serial"
    CALLBACK_EMPTY = "callback-empty"
    CALLBACK_ELSEWHERE = "callback-elsewhere"
    SERIAL_DIFFERS = "serial-differs-info-capture"
    WRONG_TYPE = "wrong-type"
    DIGITALID_UNSIGNED = "digitalid-unsigned"
    # binding
    OTHER_TRANSACTION = "other-transaction"
    REPLAYED_ANSWER = "replayed-answer"
    FROZEN_GLASS = "frozen-glass"  # the same image to the bit, signed anew
    OLD_TIMESTAMP = "old-timestamp"
    FUTURE_TIMESTAMP = "future-timestamp"
    TIMESTAMP_MS = "timestamp-ms"
    BAD_HASH = "bad-hash"
    TEXT_HASH = "text-hash"
    HASH_RESTART = "hash-restart"
    OTHER_SPEC_VERSION = "other-spec-version"
    # fingers
    WRONG_HAND = "wrong-hand"
    SWAPPED_FINGERS = "swapped-fingers"
    SAME_FINGER_TWICE = "same-finger-twice"
    THREE_OF_FOUR = "three-of-four"
    EXTRA_FINGER = "extra-finger"
    EXCEPTION_FINGER_PRESENT = "exception-finger-present"
    WRONG_ORDER = "wrong-order"
    UNKNOWN_SUBTYPE = "unknown-subtype"
    POSITION_CODE_MISMATCH = "position-code-mismatch"
    # quality
    ONE_BAD_FINGER = "one-bad-finger-good-average"
    SCORE_TOO_HIGH = "score-too-high"
    SCORE_OUT_OF_SCALE = "score-out-of-scale"
    BLANK = "blank"
    SMEAR = "smear"
    WET = "wet"
    DRY = "dry"
    WRONG_DPI = "wrong-dpi"
    CORRUPT_IMAGE = "corrupt-image"
    # stream
    NO_FRAME = "no-frame"
    BAD_JPEG = "bad-jpeg"
    GIANT_FRAME = "giant-frame"
    NO_LENGTH = "no-length"
    ONE_FPS = "one-fps"
    FREEZE = "freeze"
    END_609 = "end-609"
    END_610 = "end-610"
    STREAM_ENDS = "stream-ends-before-capture"
    STREAM_FLOOD = "stream-flood"
