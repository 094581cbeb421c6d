"""How a command says that it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from station.errors import StationError


def say(error: StationError) -> None:
    """One line of fact and one of remedy, on stderr."""
    from rich.console import Console
    from rich.text import Text

    said = Text.assemble((error.code, "bold red"), f" {error}\n    {error.remedy}")
    Console(stderr=True).print(said, soft_wrap=True)
