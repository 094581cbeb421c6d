"""What a test needs of the machine: without it the test is skipped, and in CI it fails."""

from __future__ import annotations

import os

import pytest


def need(lacks: tuple[str, ...]) -> None:
    """Skip, naming the Debian packages that are missing; `.ci/run` sets DR_CI and fails."""
    if not lacks:
        return
    said = f"missing here: {', '.join(lacks)}"
    if os.environ.get("DR_CI"):
        pytest.fail(said)
    pytest.skip(said)
