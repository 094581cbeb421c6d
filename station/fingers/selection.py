"""From a slap in memory to the fingers that are wanted; everything else is wiped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from station.capture import Sample, wiped_on_error
from station.errors import RecordInvalid
from station.fingers import findings
from station.fingers.boxes import cut
from station.fingers.comparison import likeness, signature
from station.fingers.findings import HandFinding, Severity
from station.fingers.hands import Naming, name
from station.fingers.segmentation import segment
from station.rules.acquisition import acquisition

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from station.capture import Finger
    from station.fingers.boxes import Grey
    from station.fingers.segmentation import Segmentation

_PPI = 500


@dataclass(frozen=True, eq=False, slots=True)
class Selection:
    """The wanted fingers, none when something forbids it; what was found; how it was named."""

    samples: tuple[Sample, ...] = field(repr=False)
    findings: tuple[HandFinding, ...]
    naming: Naming

    @property
    def refused(self) -> bool:
        """Whether the hand has to be laid down again."""
        return any(f.severity is Severity.REFUSE for f in self.findings)


def select(slap: Sample, presented: tuple[Finger, ...], wanted: Collection[Finger]) -> Selection:
    """Cut the `wanted` fingers out of `slap`, which shows `presented`; the slap is wiped.

    Raises `RecordInvalid` when the sample is no slap of one hand, `NotAnImage` for a size that
    no slap has.
    """
    try:
        if slap.hand is None or slap.dpi is None or not presented:
            raise RecordInvalid("not a slap of one hand")
        return _selected(slap, presented, wanted)
    finally:
        slap.wipe()


def _selected(slap: Sample, presented: tuple[Finger, ...], wanted: Collection[Finger]) -> Selection:
    seen = segment(slap.pixels, len(presented))
    hand = presented[0].hand
    found = findings.of_segmentation(slap.pixels, seen, len(presented))
    naming = Naming() if found else name([s.box for s in seen.segments])
    found += findings.of_naming(naming, hand)
    fingers = _from_left(presented)
    found += findings.of_edges(seen, fingers)
    if any(f.severity is Severity.REFUSE for f in found):
        return Selection((), tuple(found), naming)
    cuts = _cut(slap.pixels, seen, fingers)
    with wiped_on_error(cuts):
        found += twins(cuts)
    for sample in cuts:
        if sample.position not in wanted:
            sample.wipe()
    kept = tuple(sample for sample in cuts if sample.position in wanted)
    return Selection(kept, tuple(found), naming)


def _from_left(presented: tuple[Finger, ...]) -> tuple[Finger, ...]:
    """The fingers as they lie: a left hand has its little finger at the left."""
    ordered = sorted(presented)
    return tuple(ordered if presented[0].hand == "right" else ordered[::-1])


def _cut(grey: Grey, seen: Segmentation, fingers: tuple[Finger, ...]) -> list[Sample]:
    return [
        Sample(cut(grey, s.box), _PPI, finger)
        for s, finger in zip(seen.segments, fingers, strict=True)
    ]


def doubled(grey: Grey, seen: Segmentation, naming: Naming) -> list[HandFinding]:
    """Fingers of the slap `grey` that are the same finger; none where they have no names."""
    return twins(_cut(grey, seen, naming.fingers)) if naming.fingers else []


def twins(samples: Sequence[Sample]) -> list[HandFinding]:
    """Fingers of one capture that are the same finger."""
    signatures = [signature(sample.pixels) for sample in samples]
    limit = acquisition().comparaison.poc
    found = []
    for n, sample in enumerate(samples[1:], 1):
        scores = likeness(signatures[n], signatures[:n])
        if sample.position is not None and any(s.score > limit for s in scores):
            found.append(findings.same_finger(sample.position))
    return found
