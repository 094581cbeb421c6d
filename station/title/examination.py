"""Everything a reading of a chip says, and what is proven of it: one report."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from station.capture import ChipStep, TitleFile
from station.errors import ChipFileInvalid, SignedDataInvalid
from station.title import active, lds, passive
from station.title.findings import Finding, Status, failed, not_performed, verified

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from station.capture import StepTaken, TitleReading
    from station.codes.mrz.zone import Mrz
    from station.records.face_image import FaceImage
    from station.records.finger_image import FingerImage
    from station.title.lds import Document, Personal
    from station.title.passive import Passive
    from station.title.trust import TrustStore

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Report:
    """What a chip says and what is proven; a part that was not read, or not sound, is None.

    `fingers` is None without DG3, and empty for a holder of whom no print was taken.
    """

    findings: tuple[Finding, ...]
    mrz: Mrz | None
    personal: Personal | None
    document: Document | None
    face: FaceImage | None = field(repr=False)
    fingers: tuple[FingerImage, ...] | None = field(repr=False)
    simulated: bool
    signed: Passive = field(repr=False)

    def proven(self, file: TitleFile) -> Status:
        """Whether the State signed this file."""
        return self.signed.proven(file)

    def status(self, check: str) -> Status:
        """How a question came out; not performed when it was not asked."""
        found = {finding.check: finding.status for finding in self.findings}
        return found.get(check, Status.NOT_PERFORMED)

    @property
    def failures(self) -> tuple[Finding, ...]:
        """What speaks against the title."""
        return tuple(f for f in self.findings if f.status is Status.FAILED)


def examine(
    reading: TitleReading,
    challenge: bytes,
    store: TrustStore | None,
    today: date,
    printed: Mrz | None = None,
) -> Report:
    """What `reading` says; `printed` is the zone on the title, where it is known."""
    signed = passive.authenticate(reading.files, store, today)
    parts = _Parts(reading.files)
    mrz = parts.read(TitleFile.DG1, lambda data: lds.dg1(data, today))
    faces = parts.read(TitleFile.DG2, lds.dg2)
    report = Report(
        findings=(),
        mrz=mrz,
        personal=parts.read(TitleFile.DG11, lds.dg11),
        document=parts.read(TitleFile.DG12, lds.dg12),
        face=faces[0] if faces else None,
        fingers=parts.read(TitleFile.DG3, lds.dg3),
        simulated=reading.device.simulated or signed.simulated,
        signed=signed,
    )
    findings = [
        _access(reading.steps),
        _announcements(reading),
        *signed.findings,
        *([] if mrz is None else [passive.country(signed, mrz.issuer)]),
        _expiry(mrz, today),
        *([] if printed is None else [_printed(printed, mrz)]),
        *_proofs(reading, challenge, signed),
        *parts.malformed,
    ]
    # one finding for each question: a file that cannot be read is not verified by its hash
    return replace(report, findings=tuple({f.check: f for f in findings}.values()))


class _Parts:
    """Reads files, and keeps what is wrong with them."""

    def __init__(self, files: dict[TitleFile, bytes]) -> None:
        self._files = files
        self.malformed: list[Finding] = []

    def read(self, file: TitleFile, parse: Callable[[bytes], T]) -> T | None:
        if file not in self._files:
            return None
        try:
            return parse(self._files[file])
        except ChipFileInvalid as error:
            self.malformed.append(failed(file, "malformed", str(error)))
            return None


def _access(steps: tuple[StepTaken, ...]) -> Finding:
    for step in steps:
        if step.done and step.step in (ChipStep.PACE, ChipStep.BAC):
            return verified("access", step.step.value, step.fact)
    return not_performed("access", "not-asked")


def _announcements(reading: TitleReading) -> Finding:
    """What a chip announces in clear must be what it signed, or PACE was made weaker."""
    files = reading.files
    if TitleFile.CARD_ACCESS not in files or TitleFile.DG14 not in files:
        return not_performed("announcements", "absent")
    try:
        clear = lds.pace_of_card_access(files[TitleFile.CARD_ACCESS])
        same = clear == lds.pace_of_dg14(files[TitleFile.DG14])
    except ChipFileInvalid as error:
        return failed("announcements", "malformed", str(error))
    return verified("announcements", "same") if same else failed("announcements", "differs")


def _expiry(mrz: Mrz | None, today: date) -> Finding:
    if mrz is None or mrz.expires is None:
        return not_performed("expiry", "no-date")
    late = mrz.expires < today
    return failed("expiry", "expired") if late else verified("expiry", "in-force")


def _printed(printed: Mrz, mrz: Mrz | None) -> Finding:
    """Signed data prove the chip, not that it belongs to this booklet."""
    if mrz is None:
        return not_performed("printed", "not-read")
    same = printed.lines == mrz.lines
    return verified("printed", "same") if same else failed("printed", "differs")


def _proofs(reading: TitleReading, challenge: bytes, signed: Passive) -> Iterator[Finding]:
    taken = {step.step: step for step in reading.steps}
    yield _chip(taken.get(ChipStep.CHIP), signed)
    yield _active(reading, taken.get(ChipStep.ACTIVE), challenge, signed)
    terminal = taken.get(ChipStep.TERMINAL)
    name = ChipStep.TERMINAL.value
    if terminal is None:
        yield not_performed(name, "not-asked")
    elif terminal.done:
        yield verified(name, "terminal", terminal.fact)
    else:
        lacks = terminal.fact == "no inspection certificate"
        yield not_performed(name, "no-inspection" if lacks else "refused", terminal.fact)


def _chip(step: StepTaken | None, signed: Passive) -> Finding:
    name = ChipStep.CHIP.value
    if step is None or not step.done:
        return not_performed(name, "refused", "" if step is None else step.fact)
    return _by_proven_key(verified(name, "done", step.fact), signed.proven(TitleFile.DG14))


def _active(
    reading: TitleReading, step: StepTaken | None, challenge: bytes, signed: Passive
) -> Finding:
    name, files = ChipStep.ACTIVE.value, reading.files
    if step is None or not step.done or TitleFile.DG15 not in files:
        return not_performed(name, "refused", "" if step is None else step.fact)
    group = files.get(TitleFile.DG14)
    try:
        algorithm = lds.active_algorithm(group) if group is not None else ""
        key = lds.dg15(files[TitleFile.DG15])
        fact = active.verify(key, algorithm, challenge, reading.signature)
    except (ChipFileInvalid, SignedDataInvalid) as error:
        return failed(name, "wrong", str(error))
    return _by_proven_key(verified(name, "done", fact), signed.proven(TitleFile.DG15))


def _by_proven_key(finding: Finding, proven: Status) -> Finding:
    """A proof by a key that the State did not sign proves nothing."""
    if proven is Status.VERIFIED:
        return finding
    return Finding(finding.check, proven, "key-not-proven", finding.fact)
