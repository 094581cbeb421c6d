"""Find drivers by name. The station knows entry points, never modules."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from station.errors import ConfigError

if TYPE_CHECKING:
    from station.device import ReaderMonitor

GROUP = "dr.drivers"
MONITORS = "dr.monitors"


def names() -> tuple[str, ...]:
    """Names of the installed drivers, sorted."""
    return tuple(sorted(ep.name for ep in entry_points(group=GROUP)))


def load(name: str) -> Any:  # a Device or a SigningCard: the settings say which
    """Import the driver called `name`, and only that one; raises `ConfigError`."""
    for ep in entry_points(group=GROUP, name=name):
        return ep.load()
    raise ConfigError(f"no driver called {name!r}; installed: {', '.join(names())}")


def watches(port: str) -> bool:
    """Whether something installed can watch the readers of this kind of port."""
    return bool(entry_points(group=MONITORS, name=_scheme(port)))


def monitor(port: str) -> ReaderMonitor:
    """What watches the readers where `port` is; raises `ConfigError` for a port without any."""
    for ep in entry_points(group=MONITORS, name=_scheme(port)):
        made: ReaderMonitor = ep.load()(port)
        return made
    raise ConfigError(f"nothing watches the readers of {_scheme(port)!r} ports")


def _scheme(port: str) -> str:
    return port.partition(":")[0]
