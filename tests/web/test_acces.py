"""Every route for everybody: nobody, this post, each role, the applicant's screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from simulators.agent_keys import authority_of
from station.api import server
from station.api.acces import TABLE, Acces
from station.config import AgentSettings, Settings, load
from station.rules.agents import Acte, Role, regles_agents
from tests.revocations import responder
from tests.web.agents import POSTE, login

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulators.lab import Laboratory

_SHA256 = hashes.SHA256()
_NUMBER = "00000000-0000-0000-0000-000000000001"
_LOGIN = {("POST", "/api/session"), ("DELETE", "/api/session")}
ROUTES = sorted((route, wanted) for route, wanted in TABLE.items() if route != ("GET", "/"))


class Listed:
    """A station whose enrolment list says what the card of the laboratory is."""

    def __init__(self, folder: Path, laboratory: Laboratory) -> None:
        self._path, self._laboratory = folder / "agents.toml", laboratory
        self._key, signer = responder(authority_of(laboratory.keys))
        self._signer = folder / "liste.pem"
        self._signer.write_bytes(signer.public_bytes(serialization.Encoding.PEM))
        card = next(laboratory.folder.rglob("carte-sign.pem"))
        certificate = x509.load_pem_x509_certificate(card.read_bytes())
        self._card = certificate.fingerprint(_SHA256).hex()

    def settings(self) -> Settings:
        agents = AgentSettings(enrolment=self._path, enrolment_cert=self._signer)
        return load(self._laboratory.config).model_copy(update={"agents": agents})

    def enrol(self, role: Role) -> None:
        said = f'version = 1\n[[agents]]\nfingerprint = "{self._card}"\nrole = "{role}"\n'
        self._path.write_text(said)
        signature = self._key.sign(said.encode(), ec.ECDSA(_SHA256))
        self._path.with_name("agents.toml.sig").write_bytes(signature)


@pytest.fixture(scope="module")
def listed(laboratory: Laboratory, tmp_path_factory: pytest.TempPathFactory) -> Listed:
    return Listed(tmp_path_factory.mktemp("liste"), laboratory)


@pytest.fixture(scope="module")
def url(listed: Listed) -> Iterator[str]:
    with server.listening(listed.settings(), POSTE, 0) as url:
        yield url


@pytest.fixture(scope="module", params=list(Role))
def logged_in(
    request: pytest.FixtureRequest, url: str, listed: Listed, laboratory: Laboratory
) -> Iterator[tuple[Role, httpx.Client]]:
    """Somebody of each role in turn; a test that ends the session begins it anew."""
    listed.enrol(request.param)
    with httpx.Client(base_url=url, timeout=30) as client:
        assert login(client, laboratory.pin).is_success
        yield request.param, client


def ask(client: httpx.Client, method: str, path: str) -> int:
    """The status of a request that means nothing."""
    there = re.sub(r"\{ecran\}", "photo", re.sub(r"\{(?!ecran)\w+\}", _NUMBER, path))
    with client.stream(method, there) as answer:
        return answer.status_code


def refused(client: httpx.Client, method: str, path: str) -> bool:
    """Whether the gate lets nothing of this request through."""
    return ask(client, method, path) in {303, 401, 403}


@pytest.mark.parametrize(("route", "wanted"), ROUTES, ids=lambda v: str(v))
def test_what_a_role_may_not_do_is_refused(
    logged_in: tuple[Role, httpx.Client], route: tuple[str, str], wanted: Acces | Acte
) -> None:
    role, client = logged_in
    if route in _LOGIN:
        return  # what everybody may, and what would end the session
    lawful = not isinstance(wanted, Acte) or regles_agents().may(role, wanted)
    assert refused(client, *route) is not lawful


@pytest.mark.parametrize(("route", "wanted"), ROUTES, ids=lambda v: str(v))
def test_nobody_gets_only_what_is_public(
    url: str, route: tuple[str, str], wanted: Acces | Acte
) -> None:
    with httpx.Client(base_url=url, timeout=30) as nobody:
        assert refused(nobody, *route) is (wanted is not Acces.PUBLIC)


@pytest.mark.parametrize(("route", "wanted"), ROUTES, ids=lambda v: str(v))
def test_the_token_of_the_post_opens_no_session(
    url: str, route: tuple[str, str], wanted: Acces | Acte
) -> None:
    if route == ("POST", "/api/session"):
        return  # the login itself
    with httpx.Client(base_url=url, headers={"X-Station-Token": POSTE}, timeout=30) as post:
        assert refused(post, *route) is (wanted not in {Acces.PUBLIC, Acces.POSTE})
