"""The agent's card over its real wire: faults, other programs, the world outside the bed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drivers.agent_card import AgentCard
from drivers.agent_card.ias_application import select_ias
from drivers.agent_card.piv_application import select_piv
from drivers.transport.pcsc_card import PcscCard
from drivers.wire.apdu import Command, Response, converse
from drivers.wire.pinpad import verify_structure
from simulators.agent_card import Deal
from simulators.agent_keys import Kinds
from simulators.card_bed import CardBed, missing
from station import log
from station.agents.admission import Trust
from station.agents.chain import load_authorities
from station.bench.bench import Bench
from station.config import CARTE, DeviceSettings
from station.device import CardKey
from station.errors import (
    CardAbsent,
    CardBusy,
    DeviceError,
    DeviceLost,
    DeviceSilent,
    SessionLocked,
)
from station.session import Session
from tests import needs
from tests.conformance.agent_card_fixtures import OPENSC, CardDesk, until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.pcsc

PKCS11 = ["pkcs11-tool", "--module", str(OPENSC)]
LABEL = 64  # characters of a cleaned label
STRUCTURE = 19  # bytes of PIN_VERIFY_STRUCTURE before the command


@pytest.fixture
def card(card_bed: CardBed) -> Iterator[AgentCard]:
    CardDesk(card_bed).unblock()
    with AgentCard(card_bed.port) as card:
        yield card


@pytest.fixture
def second_bed(tmp_path: Path) -> Iterator[CardBed]:
    """A bed that only other processes speak to."""
    needs.need(missing())
    with CardBed(tmp_path, kinds=Kinds("rsa3072", "p384")) as bed:
        yield bed


@pytest.mark.parametrize("key", CardKey)
def test_a_swap_that_the_reader_missed_locks_at_the_next_signature(
    card_bed: CardBed, card: AgentCard, key: CardKey
) -> None:
    card.verify_pin(bytearray(card_bed.pin.encode()))
    card_bed.slip()
    with pytest.raises(SessionLocked):
        card.sign(key, b"manifest")


def test_the_trace_masks_even_the_size_of_a_pin(
    card_bed: CardBed, card: AgentCard, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(log.TRAFFIC)
    card.verify_pin(bytearray(card_bed.pin.encode()))
    lines = [record.getMessage() for record in caplog.records]
    assert "INS 20: masked" in lines
    assert not [line for line in lines if line.startswith("INS 20: ") and " B " in line]
    assert any(line.startswith("INS cb: ") for line in lines)


def test_a_pin_is_not_shown_to_a_card_that_slipped_in(card_bed: CardBed, card: AgentCard) -> None:
    card.info()
    card_bed.slip()
    with pytest.raises(SessionLocked):
        card.verify_pin(bytearray(card_bed.pin.encode()))


@pytest.mark.parametrize("kind", ["piv", "ias"])
def test_what_a_keypad_is_given_makes_a_command_that_the_card_accepts(
    card_bed: CardBed, kind: str
) -> None:
    """The test is the keypad: it puts the digits where the structure says, and sends it."""
    card_bed.deal(Deal(kind=kind, kinds=("rsa2048", "rsa2048")))
    try:
        with PcscCard(card_bed.port) as reader:
            until(lambda: reader.insertion() is not None)
            reader.connect()

            def ask(command: Command) -> Response:
                return converse(reader.transmit, command)

            application = select_piv(ask) or select_ias(ask)
            assert application is not None
            assert application.kind.lower().startswith(kind)
            command = bytearray(verify_structure(application.pin_entry, 30)[STRUCTURE:])
            typed = card_bed.pin.encode()
            if not application.pin_entry.width:
                command[4] = len(typed)
            command[5 : 5 + len(typed)] = typed
            assert reader.transmit(command) == b"\x90\x00"
    finally:
        card_bed.deal()


def test_a_second_program_is_told_that_the_card_is_taken(
    card_bed: CardBed, card: AgentCard
) -> None:
    card.pin_status()
    with AgentCard(card_bed.port) as second, pytest.raises(CardBusy):
        second.pin_status()


def test_another_program_cannot_use_the_verified_pin(
    card_bed: CardBed, card: AgentCard, tmp_path: Path
) -> None:
    card.verify_pin(bytearray(card_bed.pin.encode()))
    (tmp_path / "message").write_bytes(b"SPECIMEN")
    sign = [*PKCS11, "--sign", "--id", "01", "-m", "SHA256-RSA-PKCS", "-i", "message"]
    done = subprocess.run(
        sign, env=os.environ | card_bed.env, cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode != 0
    card.sign(CardKey.AUTHENTICATION, b"the session goes on")


@pytest.mark.usefixtures("card")
def test_the_bed_opens_no_port_on_the_host() -> None:
    for table in ("tcp", "tcp6"):
        assert ":8C7B " not in Path(f"/proc/net/{table}").read_text()


def test_a_reader_that_is_not_there_is_lost(card_bed: CardBed) -> None:
    with pytest.raises(DeviceLost), AgentCard(f"pcsc:No such reader?socket={card_bed.socket}"):
        pass


def test_without_pcscd_the_service_is_said_to_be_silent(tmp_path: Path) -> None:
    port = f"pcsc:Virtual PCD?socket={tmp_path / 'nobody'}"
    with (
        Bench({CARTE: DeviceSettings(driver="agent-card", port=port)}) as bench,
        pytest.raises(DeviceSilent),
    ):
        bench.info(CARTE)


def test_without_pyscard_the_extra_is_named() -> None:
    program = (
        "import sys; sys.modules['smartcard'] = None\n"
        "from drivers.agent_card import AgentCard\n"
        "from station.errors import ConfigError\n"
        "try: AgentCard('pcsc:any').__enter__()\n"
        "except ConfigError as error: print(error)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "smartcard" in said.stdout


def test_a_session_of_larger_keys_lives_until_its_reader_dies(second_bed: CardBed) -> None:
    trust = Trust(load_authorities(second_bed.folder / "ca.pem", None))
    settings = DeviceSettings(driver="agent-card", port=second_bed.port)
    with Bench({CARTE: settings}) as bench:
        with Session(bench, trust) as session:
            assert session.login(bytearray(second_bed.pin.encode())).name == "SPECIMEN Agent 001"
            session.signer(bytearray(second_bed.pin.encode())).sign(b"manifest")
            second_bed.remove()
            until(lambda: session.locked)
            with pytest.raises(SessionLocked):
                session.sign(b"manifest")
        second_bed.__exit__()
        until(lambda: gone(bench))


def gone(bench: Bench) -> bool:
    """Whether there is no reader; a service that is being killed may still say: no card."""
    try:
        bench.info(CARTE)
    except CardAbsent:
        return False
    except DeviceError:
        return True
    return False


def test_a_bed_does_not_outlive_a_killed_owner(tmp_path: Path) -> None:
    program = (
        "import sys, time, pathlib\n"
        "from simulators.card_bed import CardBed\n"
        "with CardBed(pathlib.Path(sys.argv[1])) as bed:\n"
        "    print(bed.socket, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        path = owner.stdout.readline().strip()
        assert _listens(path)
        owner.send_signal(signal.SIGKILL)
    until(lambda: not _listens(path))


def _listens(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(path) == 0
