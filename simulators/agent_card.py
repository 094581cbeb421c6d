"""The process of the simulated cards: `python -m simulators.agent_card`, inside its bed.

One line of JSON on stdin says how to begin (`Beginning`); then one order a line, each answered by
one line on stdout:

    insert          put the agent's card in           -> ok
    remove          take the card out                 -> ok
    swap            put another agent's card in       -> ok
    slip            swap, unnoticed by the reader     -> ok
    deal JSON       take another kind of card (`Deal`), and put it in  -> ok
    arm FAULT [N]   a `Fault` or `CardFault`, after N commands         -> ok

Orders about the title, in a second reader (`simulators.title_chip`):

    title FILE          put in the title that `dump` wrote  -> ok
    title-insert        put the same one in again           -> ok
    title-remove        take it out                         -> ok
    title-arm FAULT     a fault of `ChipFault`              -> ok
    title-disarm        forget faults that are still armed  -> ok

Orders about the service behind the readers (`simulators.card_service`):

    service-kill        end pcscd as a crash does           -> ok
    service-start       start it again                      -> ok

The process ends with its stdin, and the bed with the process.
"""

from __future__ import annotations

import fcntl
import json
import socket
import struct
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from simulators.agent_keys import AgentKeys, Kinds, authority_of, issue, write_certificates
from simulators.card_contacts import Contacts, Mishaps
from simulators.card_service import Service
from simulators.ias_card import IasCard
from simulators.piv_card import PivCard, PivTraits
from simulators.pki import Validity
from simulators.title_chip.chip import ChipFaults, TitleChip
from simulators.title_chip.faults import ChipFault
from simulators.title_chip.title import load
from simulators.vpcd import Slot

_AGENT, _OTHER = "SPECIMEN Agent 001", "SPECIMEN Agent 002"
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


@dataclass(frozen=True, slots=True)
class Deal:
    """Which kind of card is on the desk: `piv` or `ias`, its keys, and what is odd about it."""

    kind: str = "piv"
    kinds: tuple[str, str] = ("rsa2048", "p256")
    expired: bool = False
    packed: bool = False  # certificates in gzip
    policy: str = "4000"  # PIN usage policy of the discovery object, hexadecimal; empty: none
    atr: str = ""  # hexadecimal; empty: that of its kind
    borrowed: bool = False  # its signature certificate is of the other agent


class _Desk:
    """Two agents' cards, one slot, and who is in it."""

    def __init__(self, beginning: Beginning) -> None:
        self._counter = _Counter()
        self._beginning, self._mishaps, self._slot = beginning, Mishaps(), Slot()
        self._authority = authority_of(Path(beginning.authority) if beginning.authority else None)
        self._cards: dict[tuple[Deal, str], tuple[Contacts, AgentKeys]] = {}
        self._take(Deal(kinds=(beginning.kinds[0], beginning.kinds[1])))

    def obey(self, order: str) -> None:
        """Carry out one line; raises ValueError for an unknown one."""
        match order.strip().split(maxsplit=1):
            case ["insert"]:
                self._slot.insert(self._card())
            case ["remove"]:
                self._slot.remove()
            case ["swap"]:
                self._slot.insert(self._card(_OTHER))
            case ["slip"]:
                self._slot.slip(self._card(_OTHER))
            case ["deal", said]:
                given = json.loads(said)
                self._take(Deal(**given | {"kinds": tuple(given["kinds"])}))
                self._slot.insert(self._card())
            case ["arm", said]:
                fault, _, after = said.partition(" ")
                self._mishaps.arm(fault, int(after or 0))
            case _ if self._counter.obey(order.split()):
                pass
            case _:
                raise ValueError(f"unknown order {order!r}")

    def _take(self, deal: Deal) -> None:
        self._deal = deal
        self._card()
        _, keys = self._cards[deal, _AGENT]
        write_certificates(Path(self._beginning.folder), self._authority, keys)

    def _card(self, agent: str = _AGENT) -> Contacts:
        """A card of this deal, made at its first use: RSA keys take their time."""
        if (self._deal, agent) not in self._cards:
            self._cards[self._deal, agent] = self._make(self._deal, agent)
        return self._cards[self._deal, agent][0]

    def _make(self, deal: Deal, agent: str) -> tuple[Contacts, AgentKeys]:
        validity = Validity(-400.0, -1.0) if deal.expired else None
        keys = issue(self._authority, agent, Kinds(*deal.kinds), validity)
        if deal.borrowed:
            keys = replace(
                keys, signature=issue(self._authority, _OTHER, Kinds(*deal.kinds)).signature
            )
        codes = self._beginning.pin.encode(), self._beginning.puk.encode()
        if deal.kind == "ias":
            return Contacts(IasCard(keys, codes, self._mishaps), self._mishaps), keys
        traits = PivTraits(bytes.fromhex(deal.policy), deal.packed)
        if deal.atr:
            traits = replace(traits, atr=bytes.fromhex(deal.atr))
        return Contacts(PivCard(keys, codes, self._mishaps, traits), self._mishaps), keys


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
    service = Service()
    _say(sys.stdout, "ready")
    for line in sys.stdin:
        try:
            if not service.obey(line.split()):
                desk.obey(line)
        except (ValueError, OSError) as error:
            _say(sys.stdout, f"failed: {error}")
        else:
            _say(sys.stdout, "ok")


if __name__ == "__main__":
    main()
