"""What a role may not do leaves nothing behind."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from station import pipeline
from station.capture import PortraitSource
from station.errors import RoleForbidden
from station.rules.agents import Role
from tests.recueils import at_work, begun

if TYPE_CHECKING:
    from pathlib import Path


def test_a_technician_begins_no_dossier_and_seals_none(tmp_path: Path) -> None:
    with ExitStack() as stack:
        recueil = at_work(stack, tmp_path)("software-token", "token:///nowhere")
        technicien = replace(recueil, agent=replace(recueil.agent, role=Role.TECHNICIEN))
        with pytest.raises(RoleForbidden):
            pipeline.open_draft(technicien, PortraitSource.CAMERA_DR)
        assert not technicien.drafts.ids()
        draft = begun(recueil)
        with pytest.raises(RoleForbidden):
            pipeline.complete(technicien, draft)
