"""Drafts that do not become dossiers: given up, or past midnight."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from simulators.cert.decisions import Scenario
from station import pipeline
from station.capture import PortraitSource
from station.cert.client import exchange
from station.cert.connection import delivering
from station.dossier.expiration import expired, purge_expired
from station.errors import WrongState
from station.pipeline import RaisonAnnulation
from station.rules.regles import en_vigueur
from tests.applications import draft as filled
from tests.cert_fixtures import World, make
from tests.comptoir import Comptoir, at_counter, colleague

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

REGLES = en_vigueur(date(2026, 1, 1))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def counter(world: World, tmp_path: Path) -> Iterator[Comptoir]:
    with at_counter(world, tmp_path) as counter:
        yield counter


def last_line(counter: Comptoir) -> dict[str, object]:
    line: dict[str, object] = json.loads(
        counter.recueil.settings.journal_path.read_text().splitlines()[-1]
    )
    return line


def aged(counter: Comptoir, draft: UUID, by: timedelta) -> None:
    """As if `draft` had been begun so long ago."""
    path = counter.recueil.settings.drafts_path / f"{draft}.key"
    then = path.stat().st_mtime - by.total_seconds()
    os.utime(path, (then, then))


def test_a_draft_given_up_leaves_its_reason_and_frees_its_stamps(counter: Comptoir) -> None:
    draft = pipeline.open_draft(counter.recueil, PortraitSource.CAMERA_DR)
    draft.demandes = filled().demandes
    pipeline.cancel(counter.recueil, draft, RaisonAnnulation.USAGER_RENONCE)
    assert counter.recueil.drafts.ids() == ()
    assert list(counter.recueil.settings.drafts_path.iterdir()) == []
    line = last_line(counter)
    assert line["what"] == "dossier.annule"
    assert line["detail"] == {"raison": "USAGER_RENONCE", "timbres_liberes": 1}
    assert set(pipeline.ANNULATIONS) == set(RaisonAnnulation)


def test_a_sealed_dossier_is_not_given_up(counter: Comptoir) -> None:
    package = counter.sealed()
    draft = filled()
    draft.id = package.id
    with pytest.raises(WrongState):
        pipeline.cancel(counter.recueil, draft, RaisonAnnulation.DOUBLON)


def test_a_complement_given_up_is_still_awaited(counter: Comptoir) -> None:
    counter.cert.centre.scenario = Scenario.MUET
    entry = counter.asked(pieces=["JUSTIF_NOM_USAGE"])
    draft = pipeline.open_complement(counter.recueil, entry)
    pipeline.cancel(counter.recueil, draft, RaisonAnnulation.ERREUR_SAISIE)
    assert pipeline.open_complement(counter.recueil, entry).id == draft.id


def test_a_draft_lives_until_midnight_of_the_station() -> None:
    begun = datetime(2026, 3, 2, 23, 30).astimezone()
    assert not expired(begun, datetime(2026, 3, 2, 23, 59).astimezone(), REGLES)
    assert expired(begun, datetime(2026, 3, 3, 0, 1).astimezone(), REGLES)
    assert not expired(begun, datetime(2026, 3, 1, 12, 0).astimezone(), REGLES)  # clock set back


def test_drafts_of_yesterday_go_whoever_began_them(counter: Comptoir) -> None:
    mine = pipeline.open_draft(counter.recueil, PortraitSource.CAMERA_DR)
    theirs = pipeline.open_draft(colleague(counter.recueil), PortraitSource.CAMERA_DR)
    fresh = pipeline.open_draft(counter.recueil, PortraitSource.CAMERA_DR)
    for draft in (mine, theirs):
        aged(counter, draft.id, timedelta(days=1))
    recueil = counter.recueil
    gone = pipeline.purge_drafts(recueil.settings, recueil.journal)
    assert set(gone) == {mine.id, theirs.id}
    assert recueil.drafts.ids() == (fresh.id,)
    assert last_line(counter)["what"] == "dossier.expire"
    assert pipeline.purge_drafts(recueil.settings, recueil.journal) == ()


def test_the_sending_thread_destroys_them_too(counter: Comptoir) -> None:
    draft = pipeline.open_draft(counter.recueil, PortraitSource.CAMERA_DR)
    aged(counter, draft.id, timedelta(days=1))
    with delivering(counter.recueil.settings) as delivery:
        exchange(delivery)
    assert counter.recueil.drafts.ids() == ()
    assert last_line(counter)["what"] == "dossier.expire"


def test_the_purge_says_what_it_did_whatever_the_hour(counter: Comptoir) -> None:
    draft = pipeline.open_draft(counter.recueil, PortraitSource.CAMERA_DR)
    folder = counter.recueil.settings.drafts_path
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert purge_expired(folder, tomorrow, REGLES) == (draft.id,)
    assert purge_expired(folder, tomorrow, REGLES) == ()
