"""What the glass showed: another applicant's trace, or the wanted fingers, each alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from station.capture import Modality, wiped_on_error
from station.fingers.selection import select, twins
from station.rules.acquisition import acquisition

if TYPE_CHECKING:
    from uuid import UUID

    from station.capture import Capture, Finger
    from station.fingers.findings import HandFinding
    from station.pipeline.recueil import Recueil


def residual(recueil: Recueil, dossier: UUID, capture: Capture) -> bool:
    """Whether the glass still shows another applicant.

    False for a device that cuts the fingers out itself: it does not show its glass.
    """
    if len(capture.samples) != 1:
        return False
    with wiped_on_error(capture.samples):
        figure = recueil.platen.residue(dossier, capture.samples[0].pixels)
    return figure > acquisition().comparaison.residu


def apart(
    capture: Capture, shown: tuple[Finger, ...], wanted: tuple[Finger, ...]
) -> tuple[list[Capture], list[HandFinding]]:
    """Each wanted finger as a capture of its own; the others are wiped."""
    if capture.modality is Modality.SLAP:
        selection = select(capture.samples[0], shown, wanted)
        alone = [
            # what was signed about a slap shows the whole hand, so it goes with the slap
            replace(capture, modality=Modality.FINGER, samples=(sample,), attestation=None)
            for sample in selection.samples
        ]
        return alone, list(selection.findings)
    with wiped_on_error(capture.samples):
        found = twins(capture.samples)
    alone = [capture.alone(n) for n, s in enumerate(capture.samples) if s.position in wanted]
    for sample in capture.samples:
        if sample.position not in wanted:
            sample.wipe()
    return alone, found
