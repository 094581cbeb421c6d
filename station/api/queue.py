"""The dossiers that wait for the CERT, counted."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from station.outbox.cycle import WAITING, Etat

if TYPE_CHECKING:
    from station.api.ports import Queue


def router(queue: Queue) -> APIRouter:
    """The route under /api."""
    routes = APIRouter(prefix="/api", tags=["file d’envoi"])

    @routes.get("/file-envoi")
    def waiting() -> dict[str, Any]:
        """How many dossiers wait, since when the oldest does, and how many were refused."""
        entries = queue.entries(*WAITING, Etat.REFUSE)
        counts = Counter(entry.state for entry in entries)
        since = [entry.queued_at for entry in entries if entry.state in WAITING]
        age = (datetime.now(UTC) - since[0]).total_seconds() if since else 0
        refused = counts[Etat.REFUSE]
        return {"en_attente": len(since), "age_secondes": max(0, round(age)), "refuses": refused}

    return routes
