"""The screens of the station: one line each, and every check is made on every one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.browser.visit import Visit


@dataclass(frozen=True, slots=True)
class Screen:
    """`prepare` does what an agent does before; `ready` is seen when the screen is all there."""

    name: str  # of its picture in docs/screens
    path: str
    ready: str
    prepare: Callable[[Visit], None] | None = None

    def reach(self, visit: Visit) -> None:
        """Bring `visit` to this screen."""
        if self.prepare is not None:
            self.prepare(visit)
        visit.open(self.path)
        visit.see(self.ready)


SCREENS = (Screen("appareils", "/", "#appareils tr"),)
