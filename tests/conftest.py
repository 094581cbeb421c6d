"""What several test folders use."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from station.faces import models

if TYPE_CHECKING:
    from pathlib import Path

# An example that hangs is an error; one that waited for a core is none. In CI the examples are
# always the same, so that what it says is about the change; elsewhere they are new ones each time.
settings.register_profile(
    "dr", deadline=timedelta(seconds=2), derandomize=bool(os.environ.get("DR_CI"))
)
settings.load_profile("dr")


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """Where the landmark models lie; `make setup` installs them where there is a network."""
    folder = models.folder()
    if gone := models.missing(folder):
        pytest.skip(f"face models are not installed: {', '.join(gone)}; run station models install")
    return folder
