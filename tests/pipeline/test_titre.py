"""A title through the bench: progress, cancel, a chip that hangs, a simulated one in production."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from simulators.card_bed import CardBed, missing
from simulators.title_chip.faults import ChipFault
from simulators.title_chip.making import Making, title
from simulators.title_chip.profile import Profile
from simulators.title_chip.title import Kind
from station.bench.bench import Bench
from station.capture import TitleFile, TitleKey, TitleRequest
from station.config import TITRE, DeviceSettings, Settings, TitleSettings
from station.config import Profile as Mode
from station.device import Guidance, Progress
from station.errors import CaptureCancelled, ConfigError, DeviceSilent, DeviceUntrusted
from station.pipeline.titre import Lecture, authorities, examined, read_title
from station.title.findings import Status
from tests.needs import need
from tests.recueils import CENTRE, KEYS, nobody
from tests.titles_read import HOLDER, by_can, made, state, store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from station.device import Told

pytestmark = pytest.mark.pcsc


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardBed]:
    need(missing())
    with CardBed(tmp_path_factory.mktemp("bed")) as bed:
        yield bed


@pytest.fixture
def bench(bed: CardBed) -> Iterator[Bench]:
    reader = DeviceSettings(driver="chip-reader", port=bed.title_port)
    with Bench({TITRE: reader}) as bench:
        yield bench
    bed.disarm_title()


def settings(mode: Mode, folder: Path, bed: CardBed) -> Settings:
    reader = {"driver": "chip-reader", "port": bed.title_port}
    said = {
        "profile": mode,
        "data": folder,
        "station": {"insee": "75056", "poste": "01", **KEYS},
        "devices": {TITRE: reader},
        "centre": {"url": "https://127.0.0.1:1", **CENTRE},
    }
    return Settings.model_validate(said)


def test_the_agent_sees_how_far_the_portrait_is(bed: CardBed, bench: Bench) -> None:
    chip = title(HOLDER, Kind.NEW_CNI, state(), Making(Profile(extended=False)))
    bed.insert_title(chip)
    told: list[Told] = []
    titre = examined(bench, Lecture(by_can(chip)), store(), told.append)
    assert titre.report.proven(TitleFile.DG2) is Status.VERIFIED
    percents = [one.percent for one in told if isinstance(one, Progress) and one.page == 2]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert len(percents) > 20
    assert Guidance.HOLD_TITLE in told


def test_waiting_for_a_title_is_cancelled_from_the_counter(bed: CardBed, bench: Bench) -> None:
    bed.remove_title()
    told: list[Told] = []
    with pytest.raises(CaptureCancelled):
        cancelled(bench, told)
    assert Guidance.PLACE_TITLE in told


def cancelled(bench: Bench, told: list[Told]) -> None:
    """Cancel once the agent was asked to lay the title down."""
    job = bench.read_title(TITRE, TitleRequest(TitleKey(can=b"123456"), frozenset()), 60)
    while (one := job.events.get()) is not None:
        told.append(one)
        if one is Guidance.PLACE_TITLE:
            job.cancel()
    job.result.result()


def test_a_chip_that_hangs_costs_one_reading(bed: CardBed, bench: Bench) -> None:
    bed.insert_title(made())
    bed.arm_title(ChipFault.MUTE)
    with pytest.raises(DeviceSilent):
        examined(bench, Lecture(by_can(made()), seconds=1.0), store(), nobody)
    bed.remove_title()
    threading.Timer(1.0, bed.insert_title).start()
    again = examined(bench, Lecture(by_can(made())), store(), nobody)
    assert again.report.failures == ()


def test_a_simulated_title_is_refused_in_production(
    bed: CardBed, bench: Bench, tmp_path: Path
) -> None:
    bed.insert_title(made())
    lecture = Lecture(by_can(made()))
    found = read_title(bench, settings(Mode.LAB, tmp_path, bed), lecture, nobody)
    assert found.report.simulated
    with pytest.raises(DeviceUntrusted):
        read_title(bench, settings(Mode.PRODUCTION, tmp_path, bed), lecture, nobody)


def test_a_device_that_reads_no_titles_is_an_error_of_the_settings(bed: CardBed) -> None:
    other = DeviceSettings(driver="agent-card", port=bed.port)
    with Bench({TITRE: other}) as bench, pytest.raises(ConfigError, match="titles"):
        examined(bench, Lecture(by_can(made())), store(), nobody)


def test_trust_files_are_named_beside_the_settings(tmp_path: Path) -> None:
    assert TitleSettings().csca is None
    with pytest.raises(ConfigError, match="csca"):
        authorities(TitleSettings(csca=tmp_path / "csca.ml"))
