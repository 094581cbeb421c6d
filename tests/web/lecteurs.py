"""The readers of the laboratory: without them a test is skipped, and in CI it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators import card_bed
from tests.needs import need

if TYPE_CHECKING:
    from simulators.card_bed import CardBed
    from simulators.lab import Laboratory
    from simulators.title_chip import Title


def bed(laboratory: Laboratory) -> CardBed:
    """The reader with the agent's card."""
    if laboratory.bed is None:
        need(card_bed.missing() or ("pyscard",))
    assert laboratory.bed is not None
    return laboratory.bed


def title(laboratory: Laboratory) -> Title:
    """The title in the second reader."""
    bed(laboratory)
    assert laboratory.title is not None
    return laboratory.title
