"""`station card monitor`: readers, cards and the service behind them, as they come and go."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from station.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption

if TYPE_CHECKING:
    from station.device import ReaderEvent

_TOLD = {
    "service-up": "service PC/SC : présent",
    "service-down": "service PC/SC : absent",
    "reader-came": "lecteur branché",
    "reader-left": "lecteur parti",
    "card-came": "carte insérée",
    "card-left": "carte retirée",
}


def monitor(
    config: ConfigOption = DEFAULT_CONFIG,
    port: Annotated[
        str, typer.Option(help="Port du lecteur (pcsc:…) ; sinon celui de devices.carte.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Dire ce qui arrive aux lecteurs et aux cartes, jusqu’à Ctrl-C."""
    from station.bench.reader_watch import ReaderWatch

    begun = time.monotonic()
    with ReaderWatch(port or _port(config)) as watch:
        try:
            while (event := watch.events.get()) is not None:
                typer.echo(_json(event, begun) if as_json else _line(event, begun))
        except KeyboardInterrupt:
            return
    raise watch.error


def _port(config: Path) -> str:
    from station import registry
    from station.config import CARTE, load
    from station.errors import ConfigError

    card = load(config).devices.get(CARTE)
    if card is None or not registry.watches(card.port):
        raise ConfigError("devices.carte: no reader that can be watched; name one with --port")
    return card.port


def _line(event: ReaderEvent, begun: float) -> str:
    said = [f"{max(0.0, event.at - begun):9.3f} s", _TOLD[event.change]]
    said += [text for text in (event.reader, event.atr.hex(), event.why) if text]
    return "  ".join(said)


def _json(event: ReaderEvent, begun: float) -> str:
    return json.dumps(
        {
            "seconds": round(max(0.0, event.at - begun), 3),
            "event": event.change,
            "reader": event.reader,
            "atr": event.atr.hex(),
            "why": event.why,
        },
        ensure_ascii=False,
    )
