"""The devices that should be there, and how each is."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter

from station.api.errors import told
from station.errors import StationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from station.api.ports import StationPorts

_OWNERS: Final = {"counter": "agent", "dossier": "agent", "office": "administrateur"}


class Health:
    """Asks the devices; one that is at work, or listens, is left alone."""

    def __init__(self, ports: StationPorts, busy: Callable[[str], bool]) -> None:
        self._ports, self._busy = ports, busy

    def router(self) -> APIRouter:
        """The routes under /api."""
        router = APIRouter(prefix="/api", tags=["appareils"])
        router.get("/sante")(self.health)
        router.get("/appareils")(self.devices)
        return router

    async def health(self) -> dict[str, Any]:
        """Each device: who it is, or the code and the remedy of what ails it."""
        names = tuple(self._ports.settings)
        states = await asyncio.gather(*(asyncio.to_thread(self._state, name) for name in names))
        return {"appareils": dict(zip(names, states, strict=True))}

    def devices(self) -> dict[str, Any]:
        """What the settings say: role, driver and port of each device."""
        listed = [
            {"nom": name, "pilote": s.driver, "port": s.port, "occupe": self._busy(name)}
            for name, s in self._ports.settings.items()
        ]
        return {"appareils": listed}

    def _state(self, name: str) -> dict[str, Any]:
        try:
            info = None if self._busy(name) else self._ports.devices.info_if_free(name)
        except StationError as error:
            return {"etat": "en panne", **told(error), "qui": _qui(error)}
        if info is None:
            return {"etat": "occupe"}
        return {"etat": "pret", **asdict(info), "modalities": sorted(info.modalities)}


def _qui(error: StationError) -> str:
    """Who puts it right: errors are declared by their owner."""
    return _OWNERS.get(type(error).__module__.rpartition(".")[2], "technicien")
