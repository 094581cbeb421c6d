"""Find drivers by name. The station knows entry points, never modules."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

from station.errors import ConfigError

GROUP = "dr.drivers"


def names() -> tuple[str, ...]:
    """Names of the installed drivers, sorted."""
    return tuple(sorted(ep.name for ep in entry_points(group=GROUP)))


def load(name: str) -> Any:  # a Device or a SigningCard: the settings say which
    """Import the driver called `name`, and only that one; raises `ConfigError`."""
    for ep in entry_points(group=GROUP, name=name):
        return ep.load()
    raise ConfigError(f"no driver called {name!r}; installed: {', '.join(names())}")
