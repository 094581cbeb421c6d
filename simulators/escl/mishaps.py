"""What only a scanner can suffer."""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class Mishap(StrEnum):
    """What only a scanner can suffer; each is spent once."""

    BUSY = "busy"  # 503 for a job, Retry-After 1
    SLOW_JOB = "slow-job"  # it begins at once, and is answered a fifth of a second later
    WARMING = "warming"  # 503 for a page, while the lamp warms up
    JAM = "jam"
    COVER_OPEN = "cover-open"
    MISFEED = "misfeed"
    FULL = "full"  # no memory: 507
    NO_PAGE = "no-page"  # 404 where the first page should be
    EARLY_END = "early-end"  # 404 although the next sheet is on its way
    NOT_AN_IMAGE = "not-an-image"
    OTHER_SIZE = "other-size"  # half as large as asked, and says nothing of it
    COARSER = "coarser"  # half the resolution asked for, and says so
    BOMB = "bomb"  # a few bytes that announce 3.6 gigapixels
    ENDLESS = "endless"  # a page without length or end
    CUT_OFF = "cut-off"  # the connection breaks within a page
    ENDLESS_LENGTH = "endless-length"  # an answer whose length has five thousand digits
    PACKED = "packed"  # gzip that nobody asked for
    WRONG_XML = "wrong-xml"
    ENTITIES = "entities"  # XML that grows
    FOREIGN_JOB = "foreign-job"  # a Location on another host
    REDIRECT = "redirect"


LASTING: dict[
    Mishap, tuple[str, str, tuple[str, ...]]
] = {  # State, AdfState and StateReason until somebody clears it
    Mishap.JAM: ("Stopped", "ScannerAdfJam", ()),
    Mishap.MISFEED: ("Stopped", "ScannerAdfMultipickDetected", ()),
    Mishap.COVER_OPEN: ("Stopped", "ScannerAdfLoaded", ("CoverOpen",)),
    Mishap.FULL: ("Stopped", "ScannerAdfLoaded", ("InternalStorageFull",)),
}
