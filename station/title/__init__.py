"""The chip of a title (ICAO Doc 9303-10, -11, -12): its files, and what is proven of them.

Bytes in, values out; nothing here knows a reader, a setting or a clock. A finding is verified,
failed or not performed, each with its reason: there is no plain yes.
"""
