"""A title handed over, over HTTP: the chip, the print, the notes, what forbids it, the record."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from simulators.cert.decisions import Issue, Scenario
from simulators.faults import Fault
from simulators.people import Person
from station.capture import Finger
from station.config import load
from station.outbox.cycle import Etat
from tests.web import lecteurs
from tests.web.agents import login, task
from tests.web.ecran_usager import Screen
from tests.web.scelles import Scelles, scelles

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from simulators.lab import Laboratory

NOTES = {"receveur": "TITULAIRE", "titulaire_present": True, "ancien_titre": "RENDU",
         "emargement": True, "passeport_signe": True}  # fmt: skip


@pytest.fixture
def sealed(laboratory: Laboratory, agent: httpx.Client) -> Iterator[Scelles]:
    """The CERT says nothing by itself."""
    assert agent.get("/suivi").is_success
    centre = laboratory.cert.centre
    before, centre.scenario = centre.scenario, Scenario.MUET
    with scelles(laboratory) as opened:
        yield opened
    centre.scenario = before


def available(sealed: Scelles, number: str | None = None) -> str:
    """A dossier whose titles are at the counter, its card with this number."""
    package = sealed.sent()
    centre = sealed.laboratory.cert.centre
    for step in (Issue.EN_INSTRUCTION, Issue.VALIDE, Issue.EN_PRODUCTION):
        centre.advance(str(package.id), step)
    numbers = None if number is None else {"CNI": number}
    centre.advance(str(package.id), Issue.DISPONIBLE, numbers)
    sealed.exchange()
    return str(package.id)


def state(sealed: Scelles, dossier: str) -> Etat:
    entry = sealed.recueil.outbox.entry(UUID(dossier))
    assert entry is not None
    return entry.state


def test_chip_and_print_concord_and_the_title_leaves(
    agent: httpx.Client, sealed: Scelles, laboratory: Laboratory
) -> None:
    title = lecteurs.title(laboratory)
    dossier = available(sealed, number_of(laboratory))
    base = f"/api/suivi/{dossier}/remise"
    assert agent.get(f"/suivi/{dossier}/remise").is_success
    assert agent.get(f"{base}/visage").status_code == 404
    read = task(agent, agent.post(f"{base}/puce", json={"secret": title.printed.can}))
    assert read["annonce"] == "Puce lue : comparer l’empreinte.", read
    face = agent.get(f"{base}/visage")
    assert (face.headers["content-type"], face.headers["cache-control"]) == (
        "image/png", "no-store",
    )  # fmt: skip
    said = task(agent, agent.post(f"{base}/empreinte"))
    assert said["annonce"].startswith("Concordant"), said
    left = agent.put(base, json=NOTES | {"emargement": False}).json()["fragments"]
    assert "EMARGEMENT" in left["remise-obstacles"]
    assert agent.post(base).json()["code"] == "DOS-006"
    paper = agent.get(f"/suivi/{dossier}/emargement.pdf")
    assert paper.content.startswith(b"%PDF")
    agent.put(base, json=NOTES)
    done = agent.post(base)
    assert done.is_success, done.text
    assert state(sealed, dossier) is Etat.REMIS
    assert agent.post(base).json()["code"] == "DOS-005"
    sealed.exchange()
    page = agent.get(f"/suivi/{dossier}").text
    assert "titre remis" in page
    assert "concordant" in page
    assert agent.get(f"{base}/visage").status_code == 404


def number_of(laboratory: Laboratory) -> str:
    """The number printed on the title in the reader."""
    assert laboratory.title is not None
    return laboratory.title.printed.number


def test_another_title_is_found_out(
    agent: httpx.Client, sealed: Scelles, laboratory: Laboratory
) -> None:
    title = lecteurs.title(laboratory)
    dossier = available(sealed)
    base = f"/api/suivi/{dossier}/remise"
    read = task(agent, agent.post(f"{base}/puce", json={"secret": title.printed.can}))
    assert read["annonce"] == "Ce titre n’est pas celui du dossier."
    said = task(agent, agent.post(f"{base}/empreinte"))
    assert said["annonce"].startswith("Non concordant")
    task(agent, agent.post(f"{base}/puce", json={"secret": title.printed.can}))
    found = agent.put(base, json=NOTES | {"justification": "lecteur en panne"}).json()
    assert "EMPREINTE_NON_CONCORDANTE" in found["fragments"]["remise-obstacles"]
    assert agent.post(base).json()["code"] == "DOS-006"
    assert state(sealed, dossier) is Etat.DISPONIBLE


def test_somebody_else_does_not_get_it_without_a_word(
    agent: httpx.Client, sealed: Scelles, laboratory: Laboratory
) -> None:
    title = lecteurs.title(laboratory)
    dossier = available(sealed, number_of(laboratory))
    base = f"/api/suivi/{dossier}/remise"
    task(agent, agent.post(f"{base}/puce", json={"secret": title.printed.can}))
    other, own = Person(4), laboratory.person
    laboratory.scanner.present(Finger.RIGHT_INDEX, other.finger(Finger.RIGHT_INDEX))
    try:
        said = task(agent, agent.post(f"{base}/empreinte"))
    finally:
        laboratory.scanner.present(Finger.RIGHT_INDEX, own.finger(Finger.RIGHT_INDEX))
    assert not said["annonce"].startswith("Concordant")
    agent.put(base, json=NOTES)
    assert agent.post(base).json()["code"] == "DOS-006"


def test_without_a_reader_the_reason_is_typed(agent: httpx.Client, sealed: Scelles) -> None:
    dossier = available(sealed)
    base = f"/api/suivi/{dossier}/remise"
    assert agent.post(base).json()["code"] == "DOS-002"  # nothing was said yet
    assert agent.get(f"/suivi/{dossier}/emargement.pdf").status_code == 404
    nothing = task(agent, agent.post(f"{base}/empreinte"))
    assert nothing["code"] is not None
    typed = NOTES | {"naissance": "29/02/1984"}
    found = agent.put(base, json=typed).json()["fragments"]
    assert "EMPREINTE_NON_COMPAREE" in found["remise-obstacles"]
    found = agent.put(base, json=typed | {"justification": "Lecteur de titres en panne."}).json()
    assert "peut être remis" in found["fragments"]["remise-obstacles"]
    assert agent.post(base).is_success
    assert state(sealed, dossier) is Etat.REMIS


@pytest.mark.parametrize(
    "wrong", [{"receveur": "VOISIN"}, {"justification": "x" * 501}, {"age": 12}]
)
def test_wrong_notes_are_refused(
    agent: httpx.Client, sealed: Scelles, wrong: dict[str, object]
) -> None:
    dossier = available(sealed)
    assert agent.put(f"/api/suivi/{dossier}/remise", json=NOTES | wrong).status_code == 422


def test_what_was_noted_is_there_again_and_the_chip_is_not(
    agent: httpx.Client, sealed: Scelles, laboratory: Laboratory
) -> None:
    dossier = available(sealed)
    base = f"/api/suivi/{dossier}/remise"
    reason = "Lecteur de titres en panne depuis ce matin."
    agent.put(base, json=NOTES | {"naissance": "29/02/1984", "justification": reason})
    agent.delete("/api/session")  # what a crash forgets: all that memory holds
    assert login(agent, laboratory.pin).is_success
    page = agent.get(f"/suivi/{dossier}/remise").text
    assert reason in page
    assert 'value="29/02/1984"' in page
    assert "peut être remis" in page
    data = load(laboratory.config).data
    on_disk = [file.read_bytes() for file in (data / "remises").iterdir()]
    assert on_disk
    assert not any(b"panne" in raw or b"1984" in raw for raw in on_disk)
    assert agent.post(base).is_success
    assert not [file for file in (data / "remises").iterdir() if dossier in file.name]


def test_a_print_of_somebody_else_is_not_forgotten_by_a_new_session(
    agent: httpx.Client, sealed: Scelles, laboratory: Laboratory
) -> None:
    title = lecteurs.title(laboratory)
    dossier = available(sealed)  # another title than that in the reader
    base = f"/api/suivi/{dossier}/remise"
    task(agent, agent.post(f"{base}/puce", json={"secret": title.printed.can}))
    assert task(agent, agent.post(f"{base}/empreinte"))["annonce"].startswith("Non concordant")
    agent.delete("/api/session")
    assert login(agent, laboratory.pin).is_success
    found = agent.put(base, json=NOTES | {"naissance": "29/02/1984", "justification": "sans"})
    assert "EMPREINTE_NON_CONCORDANTE" in found.json()["fragments"]["remise-obstacles"]
    assert agent.post(base).json()["code"] == "DOS-006"


def test_the_screen_of_the_holder_follows_the_hand_over(
    agent: httpx.Client, sealed: Scelles, laboratory: Laboratory
) -> None:
    title = lecteurs.title(laboratory)
    mine, other = available(sealed, title.printed.number), available(sealed)
    with Screen(agent) as screen:
        agent.get(f"/suivi/{mine}/remise")
        assert screen.of("moment") == "REMISE"
        assert mine not in screen.shows()  # nothing of the dossier is on it
        base = f"/api/suivi/{mine}/remise"
        task(agent, agent.post(f"{base}/puce", json={"secret": title.printed.can}))
        assert screen.of("moment") == "REMISE_DOIGT"
        laboratory.scanner.faults.arm(Fault.NEVER_PRESENT)
        begun = agent.post(f"{base}/empreinte")
        assert (screen.of("moment"), screen.of("tache")) == ("CAPTURE", begun.json()["tache"])
        agent.delete(f"/api/taches/{begun.json()['tache']}")
        task(agent, begun)
        laboratory.scanner.faults.disarm()  # the capture may have ended before it met it
        assert screen.of("moment") == "REMISE_DOIGT"
        task(agent, agent.post(f"{base}/empreinte"))
        assert screen.of("moment") == "REMISE_VERIFIEE"
        agent.get(f"/suivi/{mine}")
        assert screen.of("moment") == "ACCUEIL"
        agent.get(f"/suivi/{other}/remise")
        base = f"/api/suivi/{other}/remise"
        task(agent, agent.post(f"{base}/puce", json={"secret": title.printed.can}))
        assert screen.of("moment") == "REMISE_SUSPENDUE"  # another title than the one awaited


def test_nothing_is_handed_over_that_is_not_there(agent: httpx.Client, sealed: Scelles) -> None:
    package = sealed.sent()
    for answer in (
        agent.get(f"/suivi/{package.id}/remise"),
        agent.put(f"/api/suivi/{package.id}/remise", json=NOTES),
        agent.post(f"/api/suivi/{package.id}/remise"),
    ):
        assert answer.json()["code"] == "DOS-005"
