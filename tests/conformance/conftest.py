"""What the tests of several devices share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulators.card_bed import CardBed, missing
from simulators.people import Person
from simulators.sbi import SbiService
from tests.needs import need

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conformance.sbi_fixtures import Port


@pytest.fixture(scope="session")
def card_bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardBed]:
    """The one bed of this process: libpcsclite reads the path of its socket only once."""
    need(missing())
    with pytest.MonkeyPatch.context() as patch, CardBed(tmp_path_factory.mktemp("card")) as bed:
        patch.setenv("PCSCLITE_CSOCK_NAME", str(bed.socket))
        yield bed


@pytest.fixture(scope="module")
def plain() -> Iterator[SbiService]:
    with SbiService(Person(90)) as service:
        yield service


@pytest.fixture(scope="module")
def bytewise() -> Iterator[SbiService]:
    with SbiService(Person(90), raw=True) as service:
        yield service


@pytest.fixture
def service(plain: SbiService) -> SbiService:
    """The service behind an HTTP library, with nothing wrong."""
    plain.start_over()
    return plain


@pytest.fixture
def raw(bytewise: SbiService) -> SbiService:
    """The service that writes its bytes itself, with nothing wrong."""
    bytewise.start_over()
    return bytewise


@pytest.fixture
def port(tmp_path: Path) -> Port:
    """The port of a service in station.toml, with its options."""

    def at(service: SbiService, url: str = "", **options: str) -> str:
        trust = tmp_path / "provider.pem"
        trust.write_bytes(service.trust)
        said = {"trust": str(trust), "env": "Developer", **options}
        return f"{url or service.url}?" + "&".join(f"{k}={v}" for k, v in said.items())

    return at
