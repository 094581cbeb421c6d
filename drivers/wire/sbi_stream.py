r"""The pictures of STREAM, out of the body of its answer.

    --BoundaryString CRLF  Content-Type:image/jpeg CRLF  Content-Length:<n> CRLF CRLF  n bytes …

Boundaries in the field break RFC 2046 (the two dashes are part of the declared one), so none is
looked for: the length is the only thing believed. Another HTTP answer on the same connection,
with an error code in it, ends the stream; a refusal is that JSON alone.
"""

from __future__ import annotations

import re

from station.errors import ProtocolError

MAX_PICTURE = 8 << 20  # bytes
_MAX_HEADER = 4096
_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*(\d{1,9})[ \t]*\r?$")
_BLANK = re.compile(rb"\r?\n\r?\n")
_JPEG = b"\xff\xd8"


class Parts:
    """Cuts what arrives into JPEGs; raises `ProtocolError` once lengths make no sense."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length: int | None = None
        self.ended = False
        self.damaged = 0  # parts that were no JPEG

    def feed(self, data: bytes) -> list[bytes]:
        """The pictures that `data` completes."""
        if self.ended:
            return []
        self._buffer += data
        pictures = []
        while (part := self._next()) is not None:
            if part.startswith(_JPEG):
                pictures.append(part)
            else:
                self.damaged += 1
        return pictures

    def _next(self) -> bytes | None:
        """The next part when it is whole."""
        if self._length is None and not self._header():
            return None
        length = self._length or 0
        if len(self._buffer) < length:
            return None
        part = bytes(self._buffer[:length])
        del self._buffer[:length]
        self._length = None
        return part

    def _header(self) -> bool:
        """Read up to the bytes of the next part, if they are there."""
        self._buffer = self._buffer.lstrip(b"\r\n")
        if self._buffer.startswith((b"HTTP/1.", b"{")):
            self.ended = True
            return False
        end = _BLANK.search(self._buffer, 0, _MAX_HEADER)
        if end is None:
            if len(self._buffer) > _MAX_HEADER:
                raise ProtocolError("a part of the preview without its end of header")
            return False
        found = _LENGTH.search(self._buffer[: end.start()])
        if found is None or not 0 < int(found[1]) <= MAX_PICTURE:
            raise ProtocolError("a part of the preview without a sensible length")
        del self._buffer[: end.end()]
        self._length = int(found[1])
        return True
