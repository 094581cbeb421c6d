"""A title, its chip, and the station's own driver at the other end, without a reader between."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from drivers.chip_reader import access
from drivers.chip_reader.reading import Reading
from drivers.chip_reader.talk import Talk
from drivers.wire.chip import files
from simulators.title_chip import Kind, Making, Profile, Title, TitleChip, title
from station.capture import TitleFile, TitleKey, TitleRequest
from station.device import Patience
from tests.titles_read import CHALLENGE, HOLDER, state

if TYPE_CHECKING:
    from drivers.chip_reader.proofs import Inspection
    from drivers.wire.apdu import Response

EVERYTHING = frozenset(TitleFile)


@cache
def made(kind: Kind = Kind.NEW_CNI, profile: Profile | None = None) -> Title:
    """The title of the holder, with any chip; keys are made once."""
    return title(HOLDER, kind, state(), Making(profile or Profile()))


@dataclass(slots=True)
class Wire:
    """What a driver sends goes to the chip; `last` is what came back."""

    chip: TitleChip
    last: bytes = b""

    def __call__(self, apdu: bytearray | bytes) -> bytes:
        answer = self.chip.transmit(bytes(apdu))
        assert answer is not None
        self.last = answer
        return answer


def talk(chip: TitleChip) -> Talk:
    """The driver's conversation with a chip."""
    return Talk(Wire(chip), Patience(60))


def key_of(of: Title) -> TitleKey:
    """What opens it: the CAN of a card that has PACE, the zone of any other."""
    printed = of.printed
    if printed.can and of.profile.pace:
        return TitleKey(can=printed.can.encode())
    return TitleKey(mrz=printed.mrz_info)


def reading(chip: TitleChip, of: Title, inspection: Inspection | None = None) -> Reading:
    """Everything that the driver can get out of a chip."""
    found = Reading(TitleRequest(key_of(of), EVERYTHING, CHALLENGE), inspection, lambda _: None)
    found.run(talk(chip))
    return found


def opened(chip: TitleChip, of: Title) -> Talk:
    """A conversation in secure messaging after a reset, before any further proof."""
    chip.power()
    conversation = talk(chip)
    access.enter(conversation, key_of(of))
    return conversation


def select(conversation: Talk, file: int) -> Response:
    """Choose a file of the application."""
    return conversation.ask(files.select_file(file))
