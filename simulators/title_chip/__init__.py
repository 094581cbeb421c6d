"""The chip of a title, made of software: eMRTD of ICAO Doc 9303 parts 10 and 11.

    making, title     what a person's title says and holds       profile     what its chip can do
    issuer            CSCA, document signers, master list        inspection  who may read prints
    chip, session     commands in, answers out                   channel     secure messaging
    bac, pace         opening the chip                           agreement   is it a copy
    terminal, cvc     opening DG3                                faults, defects   what is wrong

`TitleChip(title(person, kind, issuer))` is a card for `simulators.vpcd.Slot`, or to call directly.
"""

from simulators.title_chip.chip import ChipFaults, TitleChip
from simulators.title_chip.defects import Defect, revoked, spoilt
from simulators.title_chip.faults import ChipFault
from simulators.title_chip.issuer import Issuer
from simulators.title_chip.making import Making, printed_of, title
from simulators.title_chip.profile import Active, Profile, Protocol
from simulators.title_chip.title import Kind, Printed, Title

__all__ = [
    "Active",
    "ChipFault",
    "ChipFaults",
    "Defect",
    "Issuer",
    "Kind",
    "Making",
    "Printed",
    "Profile",
    "Protocol",
    "Title",
    "TitleChip",
    "printed_of",
    "revoked",
    "spoilt",
    "title",
]
