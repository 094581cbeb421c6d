"""What the tests of several devices share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulators.card_bed import CardBed, missing

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def card_bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardBed]:
    """The one bed of this process: libpcsclite reads the path of its socket only once."""
    if lacks := missing():
        pytest.skip(f"no virtual card reader here: missing {', '.join(lacks)}")
    with pytest.MonkeyPatch.context() as patch, CardBed(tmp_path_factory.mktemp("card")) as bed:
        patch.setenv("PCSCLITE_CSOCK_NAME", str(bed.socket))
        yield bed
