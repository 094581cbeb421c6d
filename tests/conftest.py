"""What several test folders use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from station.faces import models

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """Where the landmark models lie; `make setup` installs them where there is a network."""
    folder = models.folder()
    if gone := models.missing(folder):
        pytest.skip(f"face models are not installed: {', '.join(gone)}; run station models install")
    return folder
