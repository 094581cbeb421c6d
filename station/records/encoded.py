"""A capture in the form it travels in: one record, its digest, and where it comes from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from station.capture import Modality
from station.errors import RecordInvalid
from station.records import (
    cbeff,
    face_record,
    face_record_2011,
    face_record_39794,
    finger_record,
    finger_record_2011,
    finger_record_39794,
    signature_picture,
    signature_record,
    wsq_coding,
)
from station.records.coding import Coding
from station.records.edition import Edition
from station.records.face_image import FaceImage, Source
from station.records.finger_image import FingerImage, Score
from station.records.master import Master
from station.records.portrait_coding import derive
from station.rules.codage import Usage, codage

if TYPE_CHECKING:
    from uuid import UUID

    from station.capture import Attestation, Capture, Provenance, Sample
    from station.pen import Trace
    from station.quality.report import Measure, QualityReport

BIT_TYPE = "application/octet-stream"  # CBEFF has no registered media type


@dataclass(frozen=True, slots=True)
class Encoded:
    """One part of a dossier: its bytes, and what has to be said beside them.

    `quality` holds the measures of the master the record was made from, each with its algorithm;
    a page has none. `attestation` is what the device signed about this part alone.
    `master` is what the record was made from, the portrait without loss or the strokes of a
    signature; it goes where the record goes, for whoever decides.
    """

    record: bytes = field(repr=False)
    media_type: str
    format: str
    capture_id: UUID
    device: Provenance
    quality: tuple[Measure, ...] = field(default=(), repr=False)
    attestation: Attestation | None = None
    master: Encoded | None = field(default=None, repr=False)

    @property
    def sha256(self) -> str:
        """Digest of the record, in hexadecimal."""
        return hashlib.sha256(self.record).hexdigest()


_FINGERS = {
    Edition.ISO_2005: (finger_record.write, finger_record.NAME),
    Edition.ISO_2011: (finger_record_2011.write, finger_record_2011.NAME),
    Edition.ISO_2019: (finger_record_39794.write, finger_record_39794.NAME),
}


_FACES = {
    Edition.ISO_2005: (face_record.write, face_record.NAME),
    Edition.ISO_2011: (face_record_2011.write, face_record_2011.NAME),
    Edition.ISO_2019: (face_record_39794.write, face_record_39794.NAME),
}


def encode_finger(
    capture: Capture, report: QualityReport, edition: Edition = Edition.ISO_2005
) -> Encoded:
    """One finger as WSQ in a record of `edition` in a BIT; a large image is cut to its ridges.

    Raises `RecordInvalid` when the capture is not one finger with its position and resolution,
    `NotAnImage` when it cannot be coded.
    """
    sample = _only_sample(capture, Modality.FINGER)
    if sample.position is None or sample.dpi is None:
        raise RecordInvalid("a finger without its position or its resolution")
    data, (height, width) = wsq_coding.encode(sample.pixels)
    image = FingerImage(
        position=sample.position,
        width=width,
        height=height,
        dpi=sample.dpi,
        coding=Coding.WSQ,
        data=data,
        quality=_nfiq2(report),
        taken_at=capture.taken_at,
    )
    write, name = _FINGERS[edition]
    bit = cbeff.Bit.of_finger(sample.position, write(image))
    return _encoded(capture, report, bit, f"{name.removeprefix('ISO/IEC ')} WSQ, CBEFF BIT")


def _nfiq2(report: QualityReport) -> tuple[Score, ...]:
    """The score of a record is that of NFIQ 2; our own figures go with the manifest."""
    return tuple(
        Score.of_nfiq2(int(found.measure.value), found.measure.algorithm.version)
        for found in report.findings
        if found.measure.name == "finger.nfiq2" and found.measure.value is not None
    )


def encode_face(
    capture: Capture, report: QualityReport, edition: Edition = Edition.ISO_2005
) -> Encoded:
    """One portrait as JPEG 2000 for the chip, in a record of `edition` in a BIT; its master beside.

    Raises `RecordInvalid` when the capture is not one portrait, `NotAnImage` when the limits of
    the chip cannot be met.
    """
    master = Master.of_capture(capture)
    coded = derive(master, codage().of(Usage.PUCE))
    image = FaceImage(
        width=coded.size[0],
        height=coded.size[1],
        source=Source.STILL_CAMERA if master.dpi is None else Source.SCANNER,
        data=coded.data,
        coding=coded.coding,
        taken_at=capture.taken_at,
    )
    write, name = _FACES[edition]
    bit = cbeff.Bit.of_face(write(image))
    said = f"{name.removeprefix('ISO/IEC ')} JPEG 2000, CBEFF BIT"
    kept = Encoded(master.png(), "image/png", "PNG", capture.id, capture.device)
    return replace(_encoded(capture, report, bit, said), master=kept)


def encode_signature(trace: Trace, report: QualityReport, device: Provenance) -> Encoded:
    """A signature as a PNG picture, its strokes beside it in a BIT.

    Raises `RecordInvalid` for a trace without a stroke, or larger than a page.
    """
    capture = uuid4()
    bit = cbeff.write(cbeff.Bit.of_signature(signature_record.write(trace)))
    said = f"{signature_record.NAME.removeprefix('ISO/IEC ')}, CBEFF BIT"
    return Encoded(
        record=signature_picture.picture(trace),
        media_type="image/png",
        format=f"PNG {signature_picture.DPI} dpi",
        capture_id=capture,
        device=device,
        quality=tuple(finding.measure for finding in report.findings),
        master=Encoded(bit, BIT_TYPE, said, capture, device),
    )


def _only_sample(capture: Capture, modality: Modality) -> Sample:
    if capture.modality is not modality or len(capture.samples) != 1:
        said = f"{len(capture.samples)} samples of {capture.modality}"
        raise RecordInvalid(f"{said}, not one of {modality}")
    if capture.attestation is not None and len(capture.attestation.signed) != 1:
        raise RecordInvalid("one sample with the signed blocks of others")
    return capture.samples[0]


def _encoded(capture: Capture, report: QualityReport, bit: cbeff.Bit, form: str) -> Encoded:
    return Encoded(
        record=cbeff.write(bit),
        media_type=BIT_TYPE,
        format=form,
        capture_id=capture.id,
        device=capture.device,
        quality=tuple(finding.measure for finding in report.findings),
        attestation=capture.attestation,
    )
