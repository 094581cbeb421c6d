"""Byte pipes: one I/O library each, its errors mapped once."""
