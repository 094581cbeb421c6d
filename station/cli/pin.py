"""PINs and PUKs typed for a command: from a file or standard input, never from its arguments."""

from __future__ import annotations

import sys
import termios
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from station.errors import PinNeeded

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX = 64  # bytes of a line

LastTryOption = Annotated[
    bool, typer.Option("--last-try", help="Confirmer le dernier essai avant le blocage.")
]
PinFileOption = Annotated[
    Path | None, typer.Option("--pin-file", help="Fichier du code PIN ; sinon, entrée standard.")
]
PinPadOption = Annotated[
    bool, typer.Option("--pinpad", help="Saisir le code PIN sur le clavier du lecteur de cartes.")
]


def copy_of(pin: bytearray | None) -> bytearray | None:
    """A copy for whoever wipes what it was given; None stays None."""
    return None if pin is None else bytearray(pin)


@contextmanager
def typed(path: Path | None, *, pad: bool) -> Iterator[bytearray | None]:
    """The PIN as `read_pin` reads it, wiped at the end; None where the reader's keys take it."""
    pin = None if pad else read_pin(path)
    try:
        yield pin
    finally:
        if pin is not None:
            pin[:] = bytes(len(pin))


def read_pin(path: Path | None, *, prompt: str = "Code PIN : ") -> bytearray:
    """One line of the file, or of standard input, for the caller to wipe; no echo on a terminal.

    Raises `PinNeeded` for a file that cannot be read.
    """
    return read_codes(path, prompt)[0]


def read_codes(path: Path | None, *prompts: str) -> list[bytearray]:
    """As many lines as there are prompts; see `read_pin`."""
    if path is None:
        with _silent() as terminal:
            return [_line(sys.stdin.buffer, prompt if terminal else "") for prompt in prompts]
    try:
        with path.open("rb", buffering=0) as file:
            return [_line(file, "") for _ in prompts]
    except OSError as error:
        raise PinNeeded("the PIN file cannot be read") from error


def _line(source: Any, prompt: str) -> bytearray:
    """Read byte by byte into a place of ours: a line of `bytes` could not be wiped."""
    typed, one = bytearray(), bytearray(1)
    _say(prompt)
    while len(typed) < _MAX and source.readinto(one) and one != b"\n":
        typed += one
    one[0] = 0
    _say("\n" if prompt else "")
    while typed[-1:].isspace():
        del typed[-1]
    return typed


def _say(text: str) -> None:
    typer.echo(text, nl=False, err=True)


def _silent() -> Any:
    """No echo while codes are typed; whether a terminal is there at all."""
    return _unechoed(sys.stdin) if sys.stdin.isatty() else nullcontext(enter_result=False)


@contextmanager
def _unechoed(terminal: IO[str]) -> Iterator[bool]:
    before = termios.tcgetattr(terminal)
    silent = [*before]
    silent[3] = before[3] & ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSAFLUSH, silent)
    try:
        yield True
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
