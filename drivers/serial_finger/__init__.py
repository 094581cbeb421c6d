"""The driver of the reference fingerprint scanner, in two files: its line, its captures."""

from drivers.serial_finger.link import Times
from drivers.serial_finger.scanner import SerialFinger

__all__ = ["SerialFinger", "Times"]
