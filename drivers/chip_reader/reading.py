"""One reading of a title, which outlives the title's movements on the reader."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drivers.chip_reader import access, proofs
from drivers.wire.chip import files
from station.capture import ChipStep, StepTaken, TitleFile
from station.device import Progress
from station.errors import ChipSwapped, ChipUnknown

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

    from drivers.chip_reader.access import Entered
    from drivers.chip_reader.proofs import Inspection
    from drivers.chip_reader.talk import Talk
    from station.capture import TitleRequest
    from station.device import Guide

FILES = {
    TitleFile.COM: files.COM,
    TitleFile.SOD: files.SOD,
    **{TitleFile(f"dg{number}"): file for number, file in files.GROUPS.items()},
}
_FIRST = (TitleFile.COM, TitleFile.DG14, TitleFile.DG15)
_LAST = (TitleFile.DG1, TitleFile.DG11, TitleFile.DG12, TitleFile.DG2, TitleFile.DG3)
_LONG = 4096  # bytes; what is shorter is read before anybody could look


@dataclass(slots=True)
class Reading:
    """What has come so far; `run` goes through everything that is still to come."""

    request: TitleRequest
    inspection: Inspection | None
    guide: Guide
    whole: dict[TitleFile, bytes] = field(default_factory=dict, repr=False)
    absent: set[TitleFile] = field(default_factory=set)
    steps: dict[ChipStep, StepTaken] = field(default_factory=dict)
    signature: bytes = field(default=b"", repr=False)
    _part: tuple[TitleFile, bytearray] | None = field(default=None, repr=False)
    _identity: bytes = field(default=b"", repr=False)

    @property
    def begun(self) -> bool:
        """Whether a chip has opened already."""
        return bool(self._identity)

    def run(self, talk: Talk) -> None:
        """Open the chip, know it again, prove and read; raises `ChipSwapped` for another one."""
        entered = access.enter(talk, self.request.key)
        self.steps[entered.step.step] = entered.step
        if entered.card_access:
            self.whole[TitleFile.CARD_ACCESS] = entered.card_access
        self._recognise(talk)
        for file in _FIRST:
            self._read(talk, file)
        ephemeral = self._prove(talk)
        if TitleFile.DG3 in self.request.files and TitleFile.DG3 not in self.whole:
            self._show_who_we_are(talk, entered, ephemeral)
        for file in _LAST:
            if file in self.request.files:
                self._read(talk, file)

    def wipe(self) -> None:
        """Overwrite the file that was under way."""
        if self._part is not None:
            self._part[1][:] = bytes(len(self._part[1]))

    def _recognise(self, talk: Talk) -> None:
        """The signed object names the chip: the same bytes, the same title."""
        found = talk.file(files.SOD)
        if found is None:
            raise ChipUnknown("the chip has no EF.SOD")
        identity = hashlib.sha256(found).digest()
        if self._identity not in (b"", identity):
            raise ChipSwapped("another chip than the one that was being read")
        self._identity, self.whole[TitleFile.SOD] = identity, found

    def _prove(self, talk: Talk) -> ec.EllipticCurvePrivateKey | None:
        """Anew in each session: the chip that lies there at the end is the one that was proven."""
        step, ephemeral = proofs.chip_authentication(talk, self.whole.get(TitleFile.DG14))
        self.steps[ChipStep.CHIP] = step
        group, challenge = self.whole.get(TitleFile.DG15), self.request.challenge
        step, self.signature = proofs.active_authentication(talk, group, challenge)
        self.steps[ChipStep.ACTIVE] = step
        return ephemeral

    def _show_who_we_are(
        self, talk: Talk, entered: Entered, ephemeral: ec.EllipticCurvePrivateKey | None
    ) -> None:
        step = proofs.terminal_authentication(talk, self.inspection, entered.chip, ephemeral)
        self.steps[ChipStep.TERMINAL] = step
        if not step.done:
            self.absent.add(TitleFile.DG3)

    def _read(self, talk: Talk, file: TitleFile) -> None:
        """One file to its end, from where an earlier chip session left it."""
        if file in self.whole or file in self.absent:
            return
        size = talk.length(FILES[file])
        if size is None:
            self.absent.add(file)
            return
        if self._part is None or self._part[0] is not file or len(self._part[1]) > size:
            self._part = (file, bytearray())
        talk.fill(self._part[1], size, self._progress(file, size))
        self.whole[file] = bytes(self._part[1])
        self.wipe()
        self._part = None

    def _progress(self, file: TitleFile, size: int) -> _Progress:
        return _Progress(self.guide, FILES[file].fid & 0xFF, size)


@dataclass(slots=True)
class _Progress:
    """Says how far a long file is, once for each per cent."""

    guide: Guide
    group: int
    size: int
    said: int = -1

    def __call__(self, come: int) -> None:
        percent = come * 100 // self.size
        if self.size > _LONG and percent != self.said:
            self.said = percent
            self.guide(Progress(self.group, percent))
