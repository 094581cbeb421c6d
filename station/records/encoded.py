"""A capture in the form it travels in: one record, its digest, and where it comes from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from station.capture import Modality
from station.errors import RecordInvalid
from station.records import (
    cbeff,
    face_record,
    finger_record,
    finger_record_2011,
    finger_record_39794,
    jpeg2000,
    wsq_coding,
)
from station.records.coding import Coding
from station.records.edition import Edition
from station.records.finger_image import FingerImage, Score

if TYPE_CHECKING:
    from uuid import UUID

    from station.capture import Attestation, Capture, Provenance, Sample
    from station.quality.report import Measure, QualityReport

BIT_TYPE = "application/octet-stream"  # CBEFF has no registered media type
FACE_FORMAT = "19794-5:2005 JPEG 2000, CBEFF BIT"
FACE_LIMIT = 17_000  # bytes of image: portraits.md §15, what a chip takes


@dataclass(frozen=True, slots=True)
class Encoded:
    """One part of a dossier: its bytes, and what has to be said beside them.

    `quality` holds the measures of the master the record was made from, each with its algorithm;
    a page or a signature has none. `attestation` is what the device signed about this part alone.
    """

    record: bytes = field(repr=False)
    media_type: str
    format: str
    capture_id: UUID
    device: Provenance
    quality: tuple[Measure, ...] = field(default=(), repr=False)
    attestation: Attestation | None = None

    @property
    def sha256(self) -> str:
        """Digest of the record, in hexadecimal."""
        return hashlib.sha256(self.record).hexdigest()


_FINGERS = {
    Edition.ISO_2005: (finger_record.write, finger_record.NAME),
    Edition.ISO_2011: (finger_record_2011.write, finger_record_2011.NAME),
    Edition.ISO_2019: (finger_record_39794.write, finger_record_39794.NAME),
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


def encode_face(capture: Capture, report: QualityReport, limit: int = FACE_LIMIT) -> Encoded:
    """One portrait as JPEG 2000 of at most `limit` bytes in a FAC "010" record in a BIT.

    Raises `RecordInvalid` when the capture is not one portrait, `NotAnImage` when the limit
    cannot be met.
    """
    sample = _only_sample(capture, Modality.FACE)
    scanned = sample.dpi is not None
    image = face_record.FaceImage(
        width=sample.pixels.shape[1],
        height=sample.pixels.shape[0],
        source=face_record.Source.SCANNER if scanned else face_record.Source.STILL_CAMERA,
        data=jpeg2000.encode(sample.pixels, limit),
    )
    bit = cbeff.Bit.of_face(face_record.write(image))
    return _encoded(capture, report, bit, FACE_FORMAT)


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
