"""A private pcscd with the agent's card in its virtual reader; no root, no port on the host.

A second reader is for titles, and empty at first.

pcscd, vpcd and the card live in namespaces of their own (user, mount, network, PID): vpcd listens
on a loopback that nobody else has. Clients outside speak over the Unix socket of the bed. The
card process is PID 1 of the namespace and ends with its stdin, so a bed never outlives us.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict, astuple
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from simulators.agent_card import Beginning, Deal
from simulators.agent_keys import Kinds
from simulators.title_chip.title import dump

if TYPE_CHECKING:
    from simulators.title_chip import ChipFault, Title

READER, TITLE_READER = "Virtual PCD 00 00", "Virtual PCD 00 01"
_DRIVERS = (
    "/usr/lib/pcsc/drivers/serial/libifdvpcd.so",
    "/usr/local/lib/pcsc/drivers/serial/libifdvpcd.so",
)
_READERS = """FRIENDLYNAME "Virtual PCD"
DEVICENAME   /dev/null:0x8C7B
LIBPATH      {driver}
CHANNELID    0x8C7B
"""
# $1 folder, then the card's command. PID 1 is the shell, then the card in its place.
_SCRIPT = """set -eu
folder=$1; shift
[ -d /run/pcscd ] || { mount -t tmpfs none /run; mkdir /run/pcscd; }
mount --bind "$folder" /run/pcscd
polkit=; pcscd --help 2>&1 | grep -q -e --disable-polkit && polkit=--disable-polkit
export DR_PCSCD_OPTION="$polkit"
pcscd -f -i -c "$folder/readers" $polkit < /dev/null > "$folder/pcscd.log" 2>&1 &
tries=0
while [ ! -S "$folder/pcscd.comm" ] && [ $tries -lt 100 ]; do sleep 0.05; tries=$((tries + 1)); done
exec "$@"
"""
_NAMESPACES = (("--user", "--map-root-user"), ())  # as anybody; as root where users may not
_FLAGS = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private")
_ANSWER = 20.0  # seconds; making RSA keys on a busy machine


def missing() -> tuple[str, ...]:
    """What this machine lacks to run a bed, by Debian package; empty when it can."""
    lacks = [
        package
        for package, command in (("pcscd", "pcscd"), ("util-linux", "unshare"), ("mount", "mount"))
        if _which(command) is None
    ]
    if not any(Path(driver).exists() for driver in _DRIVERS):
        lacks.append("vsmartcard-vpcd")
    if not lacks and _namespaces() is None:
        lacks.append("namespaces (unshare is not permitted)")
    return tuple(lacks)


class CardBed:
    """The bed for the length of a `with` block; `folder` receives the certificates.

    `authority` is a folder with `ca.pem` and `ca.key.pem`; without one the issuer is made anew,
    and so is the PIN. `port` is what the settings of a station take, `env` what other programs
    need. Raises RuntimeError when something is missing or does not start.
    """

    def __init__(
        self,
        folder: Path,
        *,
        authority: Path | None = None,
        kinds: Kinds | None = None,
        pin: str = "",
    ) -> None:
        self.folder, self._authority, self._kinds = folder, authority, kinds or Kinds()
        self.pin = pin or f"{secrets.randbelow(10**6):06d}"
        self.puk = f"{secrets.randbelow(10**8):08d}"
        # Not in `folder`: a Unix socket may have 107 characters of path.
        self._run = tempfile.TemporaryDirectory(prefix="dr-card-")
        self._process: subprocess.Popen[str] | None = None

    @property
    def socket(self) -> Path:
        """Where pcscd listens."""
        return Path(self._run.name) / "pcscd.comm"

    @property
    def env(self) -> dict[str, str]:
        """The variable that leads any PC/SC program to this bed."""
        return {"PCSCLITE_CSOCK_NAME": str(self.socket)}

    @property
    def port(self) -> str:
        """The URL of the reader of the agent's card."""
        return f"pcsc:{READER}?socket={self.socket}"

    @property
    def title_port(self) -> str:
        """The URL of the reader of titles."""
        return f"pcsc:{TITLE_READER}?socket={self.socket}"

    def __enter__(self) -> Self:
        if lacks := missing():
            self._run.cleanup()
            raise RuntimeError(f"no simulated card reader: missing {', '.join(lacks)}")
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()  # unshare ignores SIGTERM; --kill-child ends the namespace
            process.communicate()
        self._run.cleanup()

    def insert(self) -> None:
        """Put the agent's card in."""
        self._order("insert")

    def remove(self) -> None:
        """Take the card out."""
        self._order("remove")

    def swap(self) -> None:
        """Put another agent's card in the place of whichever is there."""
        self._order("swap")

    def slip(self) -> None:
        """Swap the cards without the reader noticing: the worst case for a session."""
        self._order("slip")

    def deal(self, deal: Deal | None = None) -> None:
        """Take a card of another kind, or the first one again, and put it in.

        The same deal is the same card; `folder` then holds its certificates.
        """
        chosen = deal or Deal(kinds=(self._kinds.authentication, self._kinds.signature))
        self._order(f"deal {json.dumps(asdict(chosen))}")

    def arm(self, fault: str, after: int = 0) -> None:
        """Arm one `Fault` or `CardFault` for the next command, or the one `after` more."""
        self._order(f"arm {fault} {after}")

    def insert_title(self, title: Title | None = None) -> None:
        """Put a title on the second reader; None is the last one again."""
        if title is None:
            self._order("title-insert")
            return
        file = Path(self._run.name) / "title.json"
        file.touch(mode=0o600)  # it holds the keys of the chip
        file.write_text(dump(title))
        try:
            self._order(f"title {file}")
        finally:
            file.unlink()

    def remove_title(self) -> None:
        """Take the title away."""
        self._order("title-remove")

    def arm_title(self, fault: ChipFault) -> None:
        """Arm one fault of the chip."""
        self._order(f"title-arm {fault}")

    def disarm_title(self) -> None:
        """Forget the faults of the chip that no command has spent."""
        self._order("title-disarm")

    def kill_service(self) -> None:
        """End pcscd without notice; the cards that were in fall out."""
        self._order("service-kill")

    def start_service(self) -> None:
        """Start pcscd again; its readers are empty."""
        self._order("service-start")

    def _start(self) -> None:
        run = Path(self._run.name)
        (run / "readers").mkdir()
        driver = next(path for path in _DRIVERS if Path(path).exists())
        (run / "readers" / "vpcd").write_text(_READERS.format(driver=driver))
        card = [sys.executable, "-m", "simulators.agent_card"]
        self._process = subprocess.Popen(  # noqa: S603 (the command is written here)
            [*(_namespaces() or ()), "sh", "-c", _SCRIPT, "bed", str(run), *card],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
            env=os.environ | {"PATH": _path()},
            process_group=0,  # Ctrl-C is for the laboratory, which then ends its devices
        )
        self._order(json.dumps(asdict(self._beginning())), "ready")

    def _beginning(self) -> Beginning:
        return Beginning(
            folder=str(self.folder.resolve()),
            authority=str(self._authority.resolve()) if self._authority else "",
            pin=self.pin,
            puk=self.puk,
            kinds=astuple(self._kinds),
        )

    def _order(self, line: str, expected: str = "ok") -> None:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise RuntimeError("the bed of the card is not running")
        watchdog = threading.Timer(_ANSWER, process.kill)
        watchdog.start()
        try:
            process.stdin.write(line + "\n")
            process.stdin.flush()
            answer = process.stdout.readline().strip()
        except OSError as error:
            raise RuntimeError(f"the card process ended: {self._log()}") from error
        finally:
            watchdog.cancel()
        if answer != expected:
            raise RuntimeError(f"the card process answered {answer!r}: {self._log()}")

    def _log(self) -> str:
        log = Path(self._run.name) / "pcscd.log"
        return log.read_text(errors="replace")[-500:] if log.exists() else "pcscd did not start"


def _path() -> str:
    """PATH with the folders of system programs, which users often lack."""
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def _which(command: str) -> str | None:
    return shutil.which(command, path=_path())


@cache
def _namespaces() -> tuple[str, ...] | None:
    """The command that enters new namespaces, or None where that is not permitted."""
    unshare = _which("unshare")
    if unshare is None:
        return None
    for user in _NAMESPACES:
        command = (unshare, *user, *_FLAGS)
        done = subprocess.run([*command, "true"], capture_output=True, check=False)  # noqa: S603 (ours)
        if done.returncode == 0:
            return command
    return None
