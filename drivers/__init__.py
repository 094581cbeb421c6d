"""Drivers: one file per device, over `wire` (codecs) and `transport` (byte pipes)."""
