"""What the tests of several parts together share."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.recueils import at_work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.recueils import Opened


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Opens a station at work; closed after the test."""
    with ExitStack() as stack:
        yield at_work(stack, tmp_path)
