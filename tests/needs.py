"""What a test needs of the machine: without it the test is skipped, and in CI it fails."""

from __future__ import annotations

import os

import pytest


def need(lacks: tuple[str, ...]) -> None:
    """Skip, naming the Debian packages that are missing; `.ci/run` sets DR_CI and fails.

    What no package brings, a permission of the machine, is in words with a bracket and skips.
    """
    if not lacks:
        return
    said = f"missing here: {', '.join(lacks)}"
    if os.environ.get("DR_CI") and not all("(" in lack for lack in lacks):
        pytest.fail(said)
    pytest.skip(said)
