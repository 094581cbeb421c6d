"""Commands and answers with one chip, protected once there is a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.wire.apdu import OK, SHORT, Command, Response, converse
from drivers.wire.chip import files, messaging
from station.errors import ChipUnknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.wire.apdu import Send
    from drivers.wire.chip.files import File
    from drivers.wire.chip.messaging import Channel
    from station.device import Patience

_MOST = 4096  # bytes of an answer: so that progress and cancel are heard of in between


class Talk:
    """One powered chip; `longest` is how long an answer may be, 256 without extended length."""

    def __init__(self, send: Send, patience: Patience) -> None:
        self._send, self._patience = send, patience
        self.channel: Channel | None = None
        self.longest = SHORT + 1

    def ask(self, command: Command) -> Response:
        """The answer to `command`; raises what `Patience` does between any two commands."""
        self._patience.check()
        if self.channel is None:
            return converse(self._send, command)
        extended = self.longest > SHORT + 1
        protected = self.channel.protect(command, extended=extended)
        return self.channel.open(converse(self._send, protected, extended=extended))

    def must(self, command: Command, what: str) -> bytes:
        """What the chip answers; raises `ChipUnknown` when it refuses."""
        answer = self.ask(command)
        if answer.sw != OK:
            raise ChipUnknown(f"{what}: status {answer.sw:04x}")
        return answer.data

    @property
    def room(self) -> int:
        """Bytes of a file that one answer brings."""
        block = 1 if self.channel is None else self.channel.block
        return messaging.room(min(self.longest, _MOST), block)

    def length(self, file: File) -> int | None:
        """Choose a file: how long it is, None when there is none to be had.

        Raises `ChipUnknown` and `ProtocolError`.
        """
        chosen = self.ask(files.select_file(file.fid))
        if files.is_absent(chosen.sw):
            return None
        if chosen.sw != OK:
            raise ChipUnknown(f"file {file.fid:04x}: status {chosen.sw:04x}")
        head = self.ask(files.read(0, files.HEAD))
        if files.is_absent(head.sw):
            return None  # it is there, and not for us
        if head.sw != OK:
            raise ChipUnknown(f"file {file.fid:04x}: status {head.sw:04x}")
        return files.size(head.data, file.tag)

    def fill(self, found: bytearray, size: int, heard: Callable[[int], None]) -> None:
        """Read the chosen file on to its end, from where `found` ends."""
        while len(found) < size:
            offset = len(found)
            count = files.fitting(offset, size - offset, self.room)
            data = self.must(files.read(offset, count), "READ BINARY")
            found += files.taken(offset, count, data)
            heard(len(found))

    def file(self, file: File) -> bytes | None:
        """A whole file, None when there is none to be had."""
        size = self.length(file)
        if size is None:
            return None
        found = bytearray()
        self.fill(found, size, lambda _: None)
        return bytes(found)
