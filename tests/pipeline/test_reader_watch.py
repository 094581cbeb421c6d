"""The monitor of the card readers, against a real PC/SC service that dies, restarts and hangs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from simulators import card_bed
from simulators.card_bed import READER, TITLE_READER, CardBed
from simulators.faults import Fault
from station.bench.bench import Bench
from station.bench.reader_watch import ReaderWatch
from station.config import CARTE, DeviceSettings
from station.device import ReaderChange
from station.errors import ConfigError, DeviceSilent
from tests import needs
from tests.readers import NOTICE, hear

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.device import ReaderEvent

pytestmark = [
    pytest.mark.pcsc,
    needs.mark(card_bed.missing()),
]
STATION = Path(sys.executable).parent / "station"


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardBed]:
    with CardBed(tmp_path_factory.mktemp("bed")) as bed:
        yield bed


@pytest.fixture
def watch(bed: CardBed) -> Iterator[ReaderWatch]:
    bed.insert()
    with ReaderWatch(bed.port) as watch:
        hear(watch, (ReaderChange.CARD_CAME, READER))
        yield watch


def test_a_card_that_leaves_and_comes_is_told_with_its_atr(
    bed: CardBed, watch: ReaderWatch
) -> None:
    bed.remove()
    assert hear(watch, (ReaderChange.CARD_LEFT, READER)) == [(ReaderChange.CARD_LEFT, READER)]
    bed.insert()
    event: ReaderEvent | None = watch.events.get(timeout=NOTICE)
    assert event is not None
    assert (event.change, event.reader) == (ReaderChange.CARD_CAME, READER)
    assert event.atr[0] == 0x3B
    assert 0 <= time.monotonic() - event.at < NOTICE


def test_a_swap_is_a_card_that_left_and_another_that_came(bed: CardBed, watch: ReaderWatch) -> None:
    bed.swap()
    told = hear(watch, (ReaderChange.CARD_CAME, READER))
    assert told == [(ReaderChange.CARD_LEFT, READER), (ReaderChange.CARD_CAME, READER)]


def test_a_dead_service_takes_cards_and_readers_along_and_comes_back(
    bed: CardBed, watch: ReaderWatch
) -> None:
    for _ in range(3):
        bed.kill_service()
        told = hear(watch, (ReaderChange.SERVICE_DOWN, ""))
        assert told[:2] == [(ReaderChange.CARD_LEFT, READER), (ReaderChange.READER_LEFT, READER)]
        assert (ReaderChange.READER_LEFT, TITLE_READER) in told
        bed.start_service()
        bed.insert()
        told = hear(watch, (ReaderChange.CARD_CAME, READER))
        assert told.count((ReaderChange.SERVICE_UP, "")) >= 1
        assert (ReaderChange.READER_CAME, TITLE_READER) in told


def test_a_service_that_is_not_there_yet_is_waited_for(bed: CardBed) -> None:
    bed.kill_service()
    try:
        with ReaderWatch(bed.port) as watch:
            hear(watch, (ReaderChange.SERVICE_DOWN, ""))
            bed.start_service()
            bed.insert()
            hear(watch, (ReaderChange.CARD_CAME, READER))
    finally:
        if not bed.socket.exists():
            bed.start_service()


def test_the_monitor_ends_at_once_and_its_death_is_told(bed: CardBed) -> None:
    with ReaderWatch(bed.port) as watch:
        hear(watch, (ReaderChange.SERVICE_UP, ""))
        pid = watch.pid
        assert pid is not None
        begun = time.monotonic()
    assert time.monotonic() - begun < NOTICE
    assert not Path(f"/proc/{pid}").exists()
    with ReaderWatch(bed.port) as watch:
        hear(watch, (ReaderChange.SERVICE_UP, ""))
        assert watch.pid is not None
        os.kill(watch.pid, signal.SIGKILL)
        while watch.events.get(timeout=NOTICE) is not None:
            pass


def test_a_card_that_hangs_costs_its_worker_and_not_the_monitor(
    bed: CardBed, watch: ReaderWatch
) -> None:
    with Bench({CARTE: DeviceSettings(driver="agent-card", port=bed.port)}) as bench:
        bench.info(CARTE)
        before = bench.pid(CARTE)
        bed.arm(Fault.MUTE)
        with pytest.raises(DeviceSilent):
            bench.call(CARTE, "pin_status")
        bed.remove()
        hear(watch, (ReaderChange.CARD_LEFT, READER))
        bed.insert()
        hear(watch, (ReaderChange.CARD_CAME, READER))
        assert bench.call(CARTE, "pin_status").tries == 3
        assert bench.pid(CARTE) != before


def test_three_hundred_monitors_and_cards_leave_no_context_behind(bed: CardBed) -> None:
    """pcsc-lite refuses the 198th context of a process tree that leaks them."""
    bed.insert()
    program = (
        "import sys, threading\n"
        "from drivers.transport.pcsc_card import PcscCard\n"
        "from drivers.transport.reader_monitor import ReaderMonitor\n"
        "from station.device import ReaderChange\n"
        "for _ in range(300):\n"
        "    monitor, seen = ReaderMonitor(sys.argv[1]), []\n"
        "    thread = threading.Thread(target=monitor.watch, args=(seen.append,))\n"
        "    thread.start()\n"
        "    while not seen: pass\n"
        "    with PcscCard(sys.argv[1]) as card: assert card.insertion() is not None\n"
        "    monitor.stop(); thread.join()\n"
        "    assert seen[0].change is ReaderChange.SERVICE_UP, seen\n"
    )
    subprocess.run([sys.executable, "-c", program, bed.port], check=True, timeout=120)


def test_without_pyscard_the_monitor_ends_and_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "smartcard.py").write_text("raise ImportError('not here')\n")
    monkeypatch.syspath_prepend(str(tmp_path))  # the process of the monitor inherits it
    with ReaderWatch("pcsc:any") as watch:
        assert watch.events.get(timeout=NOTICE) is None
        assert isinstance(watch.error, ConfigError)
        assert "smartcard" in str(watch.error)


def test_a_port_without_readers_has_no_monitor() -> None:
    with pytest.raises(ConfigError):
        ReaderWatch("token:///nowhere")


def test_the_command_tells_what_happens_until_it_is_interrupted(bed: CardBed) -> None:
    bed.insert()
    command = [str(STATION), "card", "monitor", "--json", "--port", bed.port]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told: list[dict[str, str]] = []
        while not told or told[-1]["event"] != "card-came":
            told.append(json.loads(process.stdout.readline()))
        process.send_signal(signal.SIGINT)
        assert process.wait(NOTICE) == 0
    assert told[0]["event"] == "service-up"
    assert told[-1]["reader"] == READER
    assert told[-1]["atr"].startswith("3b")
