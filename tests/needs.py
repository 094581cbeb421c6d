"""What a test needs of the machine: without it the test is skipped, and in CI it fails."""

from __future__ import annotations

import os
import shutil

import pytest


def need(lacks: tuple[str, ...]) -> None:
    """Skip, naming the Debian packages that are missing; `.ci/run` sets DR_CI and fails.

    What no package brings, a permission of the machine, is in words with a bracket and skips.
    """
    if not lacks:
        return
    if _fails(lacks):
        pytest.fail(_said(lacks))
    pytest.skip(_said(lacks))


def mark(lacks: tuple[str, ...]) -> pytest.MarkDecorator:
    """The same for a whole module: it is skipped, or in CI it runs and fails."""
    return pytest.mark.skipif(bool(lacks) and not _fails(lacks), reason=_said(lacks))


def programs(**packages: str) -> tuple[str, ...]:
    """The Debian packages whose programs are not here, given as program="package"."""
    return tuple(
        package
        for program, package in packages.items()
        if shutil.which(program.replace("_", "-")) is None
    )


def _fails(lacks: tuple[str, ...]) -> bool:
    return bool(os.environ.get("DR_CI")) and not all("(" in lack for lack in lacks)


def _said(lacks: tuple[str, ...]) -> str:
    return f"missing here: {', '.join(lacks)}"
