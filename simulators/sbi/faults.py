"""What a device service can do wrong; each fault is spent once by the answer it spoils."""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class SbiFault(StrEnum):
    """Faults of an SBI service."""

    # state
    NOT_REGISTERED = "not-registered"
    NOT_READY = "not-ready"
    BUSY_ARRAY_ANSWER = "busy-array-answer"
    NEVER_ANSWERS = "never-answers"
    # JSON
    TRUNCATED_JSON = "truncated-json"
    NOT_JSON = "not-json"
    MISSING_KEY = "missing-key"
    UNKNOWN_KEY = "unknown-key"
    HUGE_ANSWER = "huge-answer"
    BAD_BASE64 = "bad-base64"
    EXTRA_BYTES = "extra-bytes"
    PARTIAL_ITEMS = "partial-items"
    # signature
    BAD_SIGNATURE = "bad-signature"
    ALG_NONE = "alg-none"
    ALG_HS256 = "alg-hs256"
    NO_X5C = "no-x5c"
    EXPIRED_CERT = "expired-cert"
    NOT_YET_VALID = "not-yet-valid"
    OTHER_CA = "other-ca"
    CHAIN_IN_X5C = "chain-in-x5c"
    KEY_ROTATED = "key-rotated"
    KEY_1024 = "key-1024"
    # identity
    SERIAL_DIFFERS = "serial-differs-info-capture"
    WRONG_TYPE = "wrong-type"
    DIGITALID_UNSIGNED = "digitalid-unsigned"
    # binding
    OTHER_TRANSACTION = "other-transaction"
    REPLAYED_ANSWER = "replayed-answer"
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
    UNKNOWN_SUBTYPE = "unknown-subtype"
    POSITION_CODE_MISMATCH = "position-code-mismatch"
    # quality
    SCORE_OUT_OF_SCALE = "score-out-of-scale"
    WRONG_DPI = "wrong-dpi"
    CORRUPT_IMAGE = "corrupt-image"
    # stream
    NO_FRAME = "no-frame"
    BAD_JPEG = "bad-jpeg"
    GIANT_FRAME = "giant-frame"
