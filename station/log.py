"""Logging that can name what happened but not show it.

`TRAFFIC` lies below DEBUG: one line per frame or APDU with its opcode and its size. No level
prints payloads: bytes and arrays given to a logger are replaced by their size.
"""

from __future__ import annotations

import logging
import sys

TRAFFIC = 5
logging.addLevelName(TRAFFIC, "TRAFFIC")


class _SizesOnly(logging.Filter):
    """Replace every payload among the arguments of a record by its size."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_bounded(arg) for arg in record.args)
        return True


def _bounded(arg: object) -> object:
    if isinstance(arg, (bytes, bytearray, memoryview)):
        return f"<{len(arg)} B>"
    if hasattr(arg, "nbytes"):
        return f"<array {arg.nbytes} B>"
    return arg


def configure(level: int = logging.INFO) -> None:
    """Send the log of the process to stderr, payloads removed."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_SizesOnly())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    if level <= TRAFFIC:
        logging.getLogger(__name__).warning(
            "TRAFFIC trace is on: opcodes and sizes of every exchange are written"
        )
