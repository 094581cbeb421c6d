"""Reader of the chip of a title (ICAO Doc 9303), behind PC/SC."""

from drivers.chip_reader.driver import ChipReader

__all__ = ["ChipReader"]
