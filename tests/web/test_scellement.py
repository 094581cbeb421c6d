"""A whole dossier over real HTTP: confirmed, sealed once, acknowledged; never edited again."""

from __future__ import annotations

import hashlib
import json
import threading
import time
import weakref
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import httpx
import pytest

from simulators.cert.app import CertFault
from simulators.cert.opener import Opener
from simulators.cert.store import Store
from simulators.faults import Fault
from station.api.app import create_app
from station.api.server import at_work, serving
from station.config import load
from station.dossier.drafts import Drafts, station_key
from station.dossier.expiration import purge_expired
from station.guichet.kept import Kept
from station.outbox.cycle import Etat
from station.pipeline import complete, seal_dossier
from station.rules.regles import en_vigueur
from station.seal.keys import load_certificate, load_signer
from tests.web.agents import POSTE, fill, login
from tests.web.dossier_entier import capture_all, confirm, seal, type_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulators.lab import Laboratory
    from station.guichet.guichet import Guichet

_END = 20.0  # seconds
NOBODY = "00000000-0000-0000-0000-000000000001"


@pytest.fixture(scope="module")
def counter(laboratory: Laboratory) -> Iterator[tuple[Guichet, str]]:
    with (
        at_work(load(laboratory.config)) as (guichet, veille),
        serving(create_app(guichet, veille, POSTE), 0) as url,
    ):
        yield guichet, url


@pytest.fixture(scope="module")
def url(counter: tuple[Guichet, str]) -> str:
    return counter[1]


@pytest.fixture
def guichet(counter: tuple[Guichet, str]) -> Guichet:
    return counter[0]


@pytest.fixture
def ready(agent: httpx.Client, laboratory: Laboratory) -> str:
    """A dossier that may be sealed."""
    dossier = type_all(agent, laboratory.person)
    capture_all(agent, dossier, laboratory)
    assert confirm(agent, dossier).is_success
    return dossier


def until(look: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _END
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def progress(client: httpx.Client, dossier: str) -> str:
    said = client.get(f"/api/dossiers/{dossier}/envoi").json()
    return str(said["fragments"]["bloc-envoi"])


def test_sealed_sent_and_acknowledged_then_nothing_is_left(
    agent: httpx.Client, guichet: Guichet, laboratory: Laboratory, ready: str
) -> None:
    answer = seal(agent, ready, laboratory.pin)
    assert answer.json() == {"aller": f"/dossiers/{ready}/scellement"}
    receipt = agent.get(f"/dossiers/{ready}/recepisse.pdf")
    assert receipt.content.startswith(b"%PDF-")
    until(lambda: "accusé signé, vérifié" in progress(agent, ready))
    until(lambda: UUID(ready) not in guichet.recueil.drafts.ids())
    assert guichet.en_main is None
    assert "Dossier scellé" in agent.get(f"/dossiers/{ready}/scellement").text


def test_what_was_captured_leaves_the_memory_with_the_seal(
    agent: httpx.Client, guichet: Guichet, laboratory: Laboratory, ready: str
) -> None:
    held = weakref.ref(guichet.dossier(UUID(ready)))
    assert seal(agent, ready, laboratory.pin).is_success
    until(lambda: held() is None)


def test_the_receipt_is_printed_again_after_a_crash_and_by_no_other_agent(
    agent: httpx.Client, laboratory: Laboratory, ready: str
) -> None:
    path = f"/dossiers/{ready}/recepisse.pdf"
    seal(agent, ready, laboratory.pin)
    first = agent.get(path).content
    agent.delete("/api/session")
    assert login(agent, laboratory.pin).is_success
    assert path in agent.get(f"/suivi/{ready}").text
    assert agent.get(path).content == first
    settings = load(laboratory.config)
    on_disk = [file.read_bytes() for file in settings.depots_path.iterdir()]
    name = laboratory.person.civil()["nom_famille"].encode()
    assert on_disk
    assert not any(name in raw for raw in on_disk)
    kek = station_key(settings.data / "drafts.kek")
    other = Drafts(settings.drafts_path, kek, "0" * 64).beside(settings.depots_path)
    assert Kept(other).get(UUID(ready)) is None
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    beside = settings.fleeting_paths
    purge_expired(settings.drafts_path, tomorrow, en_vigueur(tomorrow.date()), beside)
    assert agent.get(path).status_code == 404
    assert path not in agent.get(f"/suivi/{ready}").text


def test_a_receipt_is_of_a_sealed_dossier(agent: httpx.Client, ready: str) -> None:
    assert not seal(agent, ready, "0000").is_success
    assert agent.get(f"/dossiers/{ready}/recepisse.pdf").status_code == 404


def test_the_cert_learns_what_was_read_out_and_when(
    agent: httpx.Client, laboratory: Laboratory, ready: str
) -> None:
    assert seal(agent, ready, laboratory.pin).is_success
    until(lambda: "accusé signé, vérifié" in progress(agent, ready))
    keys = laboratory.keys
    opener = Opener(keys / "cert.key.pem", keys / "cert.pem", keys / "ca.pem")
    with closing(Store(f"sqlite:///{laboratory.folder}/cert.sqlite")) as store:
        inside = opener.open(dict(store.dossiers())[ready])
    read, said = inside.parts["recapitulatif.json"], inside.manifest["relecture"]
    assert (said["par"], said["sha256"]) == ("AGENT", hashlib.sha256(read).hexdigest())
    assert said["le"] <= inside.manifest["scelle_le"]
    assert json.loads(read)["usager.nom_famille"] == inside.form["usager"]["nom_famille"]


def test_the_pre_demande_of_a_sealed_dossier_is_spent(
    agent: httpx.Client, laboratory: Laboratory
) -> None:
    book = laboratory.predemandes.book
    numero = book.day[3].numero
    until(lambda: f'data-valeur="{numero}"' in accueil(agent))
    dossier = type_all(agent, laboratory.person, **{"demande.predemande": numero})
    capture_all(agent, dossier, laboratory)
    confirm(agent, dossier)
    assert seal(agent, dossier, laboratory.pin).is_success
    shown = accueil(agent).split("Rendez-vous du jour")[1].split("</ul>")[0]
    assert f'href="/suivi/{dossier}"' in shown
    assert f'data-valeur="{numero}"' not in shown  # it opens no second dossier
    until(lambda: (begun := book.find(numero)) is not None and begun.consumed_by == "75056-01")


def accueil(client: httpx.Client) -> str:
    """The home page as it stands."""
    return str(client.get("/api/accueil").json()["fragments"]["accueil"])


def test_a_sealed_dossier_is_never_edited_again(
    agent: httpx.Client, laboratory: Laboratory, ready: str
) -> None:
    seal(agent, ready, laboratory.pin)
    for late in (
        fill(agent, ready, "usager.prenoms", "Autre"),
        confirm_nothing(agent, ready),
        agent.put(f"/api/dossiers/{ready}/justifications/PIECE_DOC_PHOTO", json={"raison": "x"}),
        agent.get(f"/api/dossiers/{ready}/ecrans/signature"),
        agent.post(f"/api/dossiers/{ready}/empreintes/prise"),
    ):
        assert (late.status_code, late.json()["code"]) == (409, "DOS-011")
    back = agent.get(f"/dossiers/{ready}/etat-civil")
    assert (back.status_code, back.headers["Location"]) == (303, f"/dossiers/{ready}/scellement")


def confirm_nothing(client: httpx.Client, dossier: str) -> httpx.Response:
    return client.post(f"/api/dossiers/{dossier}/relecture", json={"sha256": "0" * 64})


def test_two_windows_seal_once(
    agent: httpx.Client, guichet: Guichet, laboratory: Laboratory, ready: str
) -> None:
    answers: list[httpx.Response] = []
    windows = [
        threading.Thread(target=lambda: answers.append(seal(agent, ready, laboratory.pin)))
        for _ in range(3)
    ]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    outbox = guichet.station.outbox
    assert [entry.id for entry in outbox.entries()].count(UUID(ready)) == 1


def test_what_is_missing_is_said_before_the_pin_is_spent(
    agent: httpx.Client, laboratory: Laboratory
) -> None:
    dossier = type_all(agent, laboratory.person)
    tries = agent.get("/api/session/carte").json()
    answer = seal(agent, dossier, "0000")
    assert answer.json()["code"] == "DOS-001"
    assert "RECAPITULATIF" in answer.json()["message"]
    assert agent.get("/api/session/carte").json() == tries
    page = agent.get(f"/dossiers/{dossier}/scellement").text
    assert 'id="pin"' not in page


def test_a_wrong_pin_seals_nothing(
    agent: httpx.Client, guichet: Guichet, laboratory: Laboratory, ready: str
) -> None:
    assert seal(agent, ready, "999999").json()["code"] == "CRT-003"
    assert guichet.station.outbox.entry(UUID(ready)) is None
    assert fill(agent, ready, "usager.telephone_portable", "0611111111").is_success
    assert seal(agent, ready, laboratory.pin).json()["code"] == "DOS-001"  # to be read again
    assert confirm(agent, ready).is_success
    assert seal(agent, ready, laboratory.pin).is_success


def test_a_crash_right_after_the_queue_leads_to_the_sealed_dossier(
    agent: httpx.Client, guichet: Guichet, laboratory: Laboratory, ready: str
) -> None:
    agent.get(f"/dossiers/{ready}/scellement")
    recueil, settings = guichet.recueil, guichet.station.settings
    now = datetime.now(UTC)
    signers = (
        load_signer(settings.station.certificate, settings.station.key, now),
        guichet.session.signer(bytearray(laboratory.pin.encode())),
    )
    dossier = complete(recueil, guichet.dossier(UUID(ready)).draft)
    seal_dossier(recueil, dossier, signers, load_certificate(settings.centre.recipient, now))
    with httpx.Client(base_url=agent.base_url, timeout=30) as other:  # after the crash
        assert login(other, laboratory.pin).json()["aller"] == f"/dossiers/{ready}/scellement"
        assert seal(other, ready, laboratory.pin).is_success
        assert "Dossier scellé" in other.get(f"/dossiers/{ready}/scellement").text
        assert other.get(f"/dossiers/{ready}/recepisse.pdf").status_code == 404
        assert guichet.en_main is None


@pytest.fixture
def cut(laboratory: Laboratory) -> Iterator[None]:
    """The CERT answers nothing but errors."""
    laboratory.cert.faults.arm(CertFault.ERROR_500, times=1000)
    yield
    laboratory.cert.faults.disarm()


@pytest.mark.usefixtures("cut")
def test_without_a_line_it_waits_in_safety(
    agent: httpx.Client, guichet: Guichet, laboratory: Laboratory, ready: str
) -> None:
    seal(agent, ready, laboratory.pin).raise_for_status()
    until(lambda: "Le centre ne répond pas." in progress(agent, ready))
    said = progress(agent, ready)
    assert "en sûreté sur ce poste" in said
    assert "accusé signé" not in said
    entry = guichet.station.outbox.entry(UUID(ready))
    assert entry is not None
    assert entry.state is Etat.EN_FILE
    laboratory.cert.faults.disarm()
    guichet.liaison.wake()
    until(lambda: "accusé signé, vérifié" in progress(agent, ready))


def test_a_capture_that_runs_ends_with_the_seal(
    agent: httpx.Client, laboratory: Laboratory, ready: str
) -> None:
    laboratory.scanner.faults.arm(Fault.NEVER_PRESENT)
    agent.post(f"/api/dossiers/{ready}/empreintes/doigts/2/choix")
    tache = agent.post(f"/api/dossiers/{ready}/empreintes/prise").json()["tache"]
    seal(agent, ready, laboratory.pin).raise_for_status()
    until(lambda: agent.get(f"/api/taches/{tache}").json()["etat"] == "fini")
    laboratory.scanner.faults.disarm()


def test_papers_before_and_after_the_seal(
    agent: httpx.Client, laboratory: Laboratory, ready: str
) -> None:
    recap = agent.get(f"/dossiers/{ready}/recapitulatif.pdf")
    assert recap.content.startswith(b"%PDF-")
    assert agent.get(f"/dossiers/{ready}/declarations/CNI").status_code == 404
    seal(agent, ready, laboratory.pin).raise_for_status()
    assert agent.get(f"/dossiers/{ready}/recapitulatif.pdf").status_code == 409
    assert agent.get(f"/dossiers/{ready}/recepisse.pdf").content.startswith(b"%PDF-")


def test_a_loss_is_declared_on_paper_before_it_is_sealed(
    agent: httpx.Client, laboratory: Laboratory
) -> None:
    said = {"demande.cni.motif": "RENOUVELLEMENT_PERTE", "perte.date": "01/06/2026"}
    dossier = type_all(agent, laboratory.person, **said, **{"perte.lieu": "Paris"})
    paper = agent.get(f"/dossiers/{dossier}/declarations/CNI")
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")


def test_nobody_knows_another_dossier(agent: httpx.Client) -> None:
    assert agent.get(f"/api/dossiers/{NOBODY}/envoi").status_code == 404
    assert agent.get(f"/dossiers/{NOBODY}/recepisse.pdf").status_code == 404
