"""What a chip can do wrong on the wire; each fault is spent once by the command it spoils."""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class ChipFault(StrEnum):
    """Faults of a title chip."""

    # contacts
    UNPLUG = "unplug"  # pulled away inside a command
    MUTE = "mute"  # never answers
    SLOW = "slow"  # asks for two seconds
    WRONG_ATR = "wrong-atr"  # no answer to reset at all; spent by nobody, until it is disarmed
    # answers
    GARBAGE_SW = "garbage-sw"  # a status word that no standard knows
    TRUNCATED = "truncated"  # one byte
    TOO_LONG = "too-long"  # more than was asked for
    OTHER_COMMAND = "other-command"  # the answer to the command before
    # secure messaging
    WRONG_MAC = "wrong-mac"
    NO_MAC = "no-mac"  # the answer comes in clear
    LOST = "lost"  # the chip has forgotten the session
    # PACE
    REFLECTED_KEY = "reflected-key"
    OFF_CURVE = "off-curve"
    CAN_COUNTED = "can-counted"  # 63C1: one try left, and the run goes on
    CAN_BLOCKED = "can-blocked"
