"""The process of the simulated cards: `python -m simulators.agent_card`, inside its bed.

One line of JSON on stdin says how to begin (`Beginning`); then one order a line, each answered by
one line on stdout:

    insert          put the agent's card in           -> ok
    remove          take the card out                 -> ok
    swap            put another agent's card in       -> ok
    slip            swap, unnoticed by the reader     -> ok
    arm FAULT       a fault of `simulators.faults`    -> ok

Orders about the title, in a second reader (`simulators.title_chip`):

    title FILE          put in the title that `dump` wrote  -> ok
    title-insert        put the same one in again           -> ok
    title-remove        take it out                         -> ok
    title-arm FAULT     a fault of `ChipFault`              -> ok
    title-disarm        forget faults that are still armed  -> ok

The process ends with its stdin, and the bed with the process.
"""

from __future__ import annotations

import fcntl
import json
import socket
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from drivers.wire import piv
from simulators.agent_keys import AgentKeys, Kinds, authority_of, issue, write_certificates
from simulators.faults import Fault, Faults
from simulators.piv_card import PivCard
from simulators.title_chip.chip import ChipFaults, TitleChip
from simulators.title_chip.faults import ChipFault
from simulators.title_chip.title import load
from simulators.vpcd import Slot

_SET_FLAGS, _UP = 0x8914, 0x1  # SIOCSIFFLAGS, IFF_UP: linux/sockios.h, linux/if.h


@dataclass(frozen=True, slots=True)
class Beginning:
    """How the card begins; `authority` is a folder, empty for a fresh authority.

    The card's certificates are written into `folder`, see `write_certificates`.
    """

    folder: str
    authority: str
    pin: str
    puk: str
    kinds: tuple[str, str]  # of the keys, for login and for signature


class _Counter:
    """The second reader, and the title that was last put in."""

    def __init__(self) -> None:
        self._slot, self._faults = Slot(1), ChipFaults()
        self._chip: TitleChip | None = None

    def obey(self, order: list[str]) -> bool:
        """Carry out an order about the title; False for any other. Raises ValueError, OSError."""
        match order:
            case ["title", file]:
                self._put(TitleChip(load(Path(file).read_text()), self._faults))
            case ["title-insert"] if self._chip is not None:
                self._put(self._chip)
            case ["title-remove"]:
                self._slot.remove()
            case ["title-arm", fault]:
                self._faults.arm(ChipFault(fault))
            case ["title-disarm"]:
                self._faults.disarm()
            case _:
                return False
        return True

    def _put(self, chip: TitleChip) -> None:
        self._chip = chip
        self._slot.insert(chip)


class _Desk:
    """Two agents' cards, one slot, and who is in it."""

    def __init__(self, beginning: Beginning) -> None:
        self._counter = _Counter()
        self._beginning, self._faults, self._slot = beginning, Faults(), Slot()
        self._authority = authority_of(Path(beginning.authority) if beginning.authority else None)
        keys = self._issue("SPECIMEN Agent 001")
        write_certificates(Path(beginning.folder), self._authority, keys)
        self._card = self._make(keys)
        self._other: PivCard | None = None

    def obey(self, order: str) -> None:
        """Carry out one line; raises ValueError for an unknown one."""
        match order.split():
            case ["insert"]:
                self._slot.insert(self._card)
            case ["remove"]:
                self._slot.remove()
            case ["swap"]:
                self._slot.insert(self._another())
            case ["slip"]:
                self._slot.slip(self._another())
            case ["arm", fault]:
                self._faults.arm(Fault(fault))
            case words if self._counter.obey(words):
                pass
            case _:
                raise ValueError(f"unknown order {order!r}")

    def _another(self) -> PivCard:
        """A second agent's card, made at its first use: RSA keys take their time."""
        if self._other is None:
            self._other = self._make(self._issue("SPECIMEN Agent 002"))
        return self._other

    def _issue(self, agent: str) -> AgentKeys:
        return issue(self._authority, agent, Kinds(*self._beginning.kinds))

    def _make(self, keys: AgentKeys) -> PivCard:
        slots = {piv.AUTHENTICATION: keys.authentication, piv.SIGNATURE: keys.signature}
        pin, puk = self._beginning.pin.encode(), self._beginning.puk.encode()
        return PivCard(slots, pin, puk, self._faults)


def _raise_loopback() -> None:
    """Bring up `lo`, which is down in a new network namespace."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh22x", b"lo", _UP))


def _say(out: TextIO, line: str) -> None:
    out.write(line + "\n")
    out.flush()


def main() -> None:
    """Serve orders until stdin ends."""
    _raise_loopback()
    desk = _Desk(Beginning(**json.loads(sys.stdin.readline())))
    desk.obey("insert")
    _say(sys.stdout, "ready")
    for line in sys.stdin:
        try:
            desk.obey(line)
        except (ValueError, OSError) as error:
            _say(sys.stdout, f"failed: {error}")
        else:
            _say(sys.stdout, "ok")


if __name__ == "__main__":
    main()
