"""A station at work on one device, and no card: the session is not the matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from station import pipeline
from station.agents.admission import Agent
from station.bench.bench import Bench
from station.capture import PortraitSource
from station.config import EMPREINTES, DeviceSettings, Settings
from station.dossier import reprise
from station.dossier.drafts import Drafts, station_key
from station.journal import Journal
from station.outbox.store import Outbox
from station.rules.agents import Role
from tests.applications import usager

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack
    from pathlib import Path

    from station.dossier.draft import Draft
    from station.pipeline import Recueil

AGENT = "ab" * 32
KEYS = {"certificate": "c", "key": "k", "agents_ca": "a"}
CENTRE = dict.fromkeys(("ca", "recipient", "receipt_cert", "client_cert", "client_key"), "x")


class Opened(Protocol):
    """Opens a station at work on one device, for prints unless `role` says otherwise."""

    def __call__(
        self, driver: str, port: str, role: str = EMPREINTES, **more: object
    ) -> Recueil: ...


def settings_of(data: Path, devices: Mapping[str, DeviceSettings], **more: object) -> Settings:
    """Settings of a laboratory with these devices, and no CERT."""
    return Settings.model_validate(
        {
            **more,
            "profile": "lab",
            "data": data,
            "station": {"insee": "75056", "poste": "01", **KEYS},
            "devices": devices,
            "centre": {"url": "https://127.0.0.1:1", **CENTRE},
        }
    )


def at_work(stack: ExitStack, data: Path) -> Opened:
    """Opens stations whose files are in `data`, until `stack` is closed."""

    def at(driver: str, port: str, role: str = EMPREINTES, **more: object) -> Recueil:
        settings = settings_of(data, {role: DeviceSettings(driver=driver, port=port)}, **more)
        return pipeline.Recueil(
            settings,
            stack.enter_context(Bench(settings.devices)),
            Agent("SPECIMEN", AGENT, Role.AGENT),
            Drafts(settings.drafts_path, station_key(data / "kek"), AGENT),
            stack.enter_context(Outbox(settings.outbox_path)),
            Journal(settings.journal_path),
        )

    return at


def begun(recueil: Recueil) -> Draft:
    """A draft whose applicant, an adult, is known."""
    draft = pipeline.open_draft(recueil, PortraitSource.CAMERA_DR)
    draft.usager = usager()
    pipeline.keep(recueil, draft, "usager", reprise.form(draft.usager))
    return draft


def nobody(_: object) -> None:
    """Nobody watches."""
