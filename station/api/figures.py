"""What a capture gave, in figures: the samples themselves never leave the station."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from station.capture import Modality
from station.faces.assessment import assess_face
from station.fingers.selection import select
from station.quality.engines import engine
from station.quality.finger import assess_finger

if TYPE_CHECKING:
    from station.capture import Capture, Finger, Sample


def figures(capture: Capture, wanted: tuple[Finger, ...]) -> dict[str, Any]:
    """Figures of each finger of a hand, and what was found; of anything else its own figures."""
    if capture.modality is not Modality.SLAP:
        return _of_samples(capture.samples, capture)
    selection = select(capture.samples[0], wanted, wanted)
    found = [{"code": f.code, "message": f.message, "doigt": f.finger} for f in selection.findings]
    return {"constats": found, **_of_samples(selection.samples, capture)}


def _of_samples(samples: tuple[Sample, ...], capture: Capture) -> dict[str, Any]:
    """The figures of `samples`, which are wiped."""
    said = {"simule": capture.device.simulated}
    found = [(str(int(sample.position or 0)), _of_sample(sample)) for sample in samples]
    for sample in samples:
        sample.wipe()
    return said | (found[0][1] if len(found) == 1 else {"doigts": dict(found)})


def _of_sample(sample: Sample) -> dict[str, Any]:
    report = assess_face(sample) if sample.pixels.ndim == 3 else assess_finger(sample, engine())
    return {
        "largeur": sample.pixels.shape[1],
        "hauteur": sample.pixels.shape[0],
        "verdict": report.verdict.name,
        "raisons": report.reasons,
        "politique": report.policy,
        "mesures": {
            f.measure.name: {
                "value": f.measure.value,
                "unit": f.measure.unit,
                "algorithm": f.measure.algorithm.name,
                "version": f.measure.algorithm.version,
                "verdict": f.verdict.name,
            }
            for f in report.findings
        },
    }
