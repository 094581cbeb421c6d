"""Pure codecs: bytes in, values out."""
