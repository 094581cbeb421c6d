"""The home page and the follow-up over HTTP: the day, what the CERT says, what is sent again."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from simulators.cert.app import CertFault
from simulators.cert.decisions import Issue, Scenario
from station.dossier.numero import numero
from station.outbox.cycle import Etat
from tests import needs
from tests.pdfa import text_of
from tests.web.agents import begin, fill, login, task
from tests.web.browser.served import until
from tests.web.scelles import Scelles, scelles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from simulators.lab import Laboratory


@pytest.fixture
def sealed(laboratory: Laboratory, agent: httpx.Client) -> Iterator[Scelles]:
    """The CERT says nothing by itself."""
    assert agent.get("/suivi").is_success  # the station is there first: its keys are made
    centre = laboratory.cert.centre
    before, centre.scenario = centre.scenario, Scenario.MUET
    with scelles(laboratory) as opened:
        yield opened
    centre.scenario = before


def test_the_appointments_of_the_day_open_prefilled(agent: httpx.Client) -> None:
    number = appointment(agent)
    answer = agent.post("/api/rendez-vous", json={"numero": number})
    assert answer.status_code == 201, answer.text
    page = agent.get(answer.json()["aller"].replace("ouverture", "etat-civil")).text
    assert 'data-origine="PREDEMANDE"' in page
    again = agent.post("/api/rendez-vous", json={"numero": number}).json()
    assert again == answer.json()  # the one that was begun, not another
    assert answer.json()["aller"].rpartition("/")[0] in agent.get("/accueil").text


def appointment(agent: httpx.Client) -> str:
    """The number of an appointment on the page, once the station has fetched the day."""
    for _ in range(200):
        found = re.search(r'data-action="rendez-vous" data-valeur="(\w{10})"', accueil(agent))
        if found:
            return found[1]
    raise AssertionError("no appointment on the home page")


def accueil(agent: httpx.Client) -> str:
    text: str = agent.get("/api/accueil").json()["fragments"]["accueil"]
    return text


def test_an_unknown_predemande_begins_nothing(agent: httpx.Client) -> None:
    before = accueil(agent).count("data-mots")
    answer = agent.post("/api/rendez-vous", json={"numero": "ZZZZZZZZZ9"})
    assert answer.json()["code"] == "PRE-001"
    assert accueil(agent).count("data-mots") == before
    assert agent.post("/api/rendez-vous", json={"numero": "'; --"}).status_code == 422


def test_names_are_masked_and_found_all_the_same(agent: httpx.Client) -> None:
    dossier = begin(agent)
    fill(agent, dossier, "usager.nom_famille", "Wintzenheim")
    fill(agent, dossier, "usager.prenoms", "Odile")
    shown = accueil(agent)
    assert "W******* O." in shown
    assert 'data-mots="WINTZENHEIM Odile"' in shown


def test_a_draft_is_given_up_with_a_reason_and_is_gone(agent: httpx.Client) -> None:
    dossier = begin(agent)
    nothing = agent.post(f"/api/dossiers/{dossier}/abandon", json={"raison": "PARCE_QUE"})
    assert nothing.status_code == 422
    answer = agent.post(f"/api/dossiers/{dossier}/abandon", json={"raison": "DOUBLON"})
    assert dossier not in answer.json()["fragments"]["accueil"]
    assert not agent.get(f"/dossiers/{dossier}/etat-civil").is_success
    again = agent.post(f"/api/dossiers/{dossier}/abandon", json={"raison": "DOUBLON"})
    assert not again.is_success


def test_a_sealed_dossier_is_not_given_up(agent: httpx.Client, sealed: Scelles) -> None:
    package = sealed.seal()
    answer = agent.post(f"/api/dossiers/{package.id}/abandon", json={"raison": "DOUBLON"})
    assert answer.json()["code"] == "DOS-011"
    assert sealed.recueil.outbox.entry(package.id) is not None


def test_the_code_of_a_paper_leads_to_the_dossier_or_its_follow_up(
    agent: httpx.Client, sealed: Scelles
) -> None:
    def presented(text: str) -> dict[str, object]:
        said: dict[str, object] = agent.post("/api/codes", json={"texte": text}).json()
        return said

    package = sealed.seal()
    for number in (package.numero, f"{package.numero}-C1", f"{package.numero}-R"):
        said = presented(number)
        assert (said["chemin"], said["ouvert"]) == (f"/suivi/{package.id}", True)
        assert said["retour"] is None
    begun = begin(agent)
    page = agent.get(f"/dossiers/{begun}/ouverture").text
    shown = re.search(r"\d{5}-\d\d-\d{4}-\d{6}-\d\d", page)
    assert shown is not None
    assert str(presented(shown[0])["chemin"]).startswith(f"/dossiers/{begun}/")
    wrong = f"{package.numero[:-1]}{(int(package.numero[-1]) + 1) % 10}"
    assert "clé" in str(presented(wrong)["phrase"])
    other = numero("01001-01", 2026, 1)
    assert "n’est pas de ce poste" in str(presented(other)["phrase"])


def test_a_dossier_is_followed_to_the_counter(agent: httpx.Client, sealed: Scelles) -> None:
    package = sealed.sent()
    page = agent.get(f"/suivi/{package.id}").text
    assert "reçu par le centre" in page
    assert "S******* É." in page
    assert "SPECIMEN" not in page.split("<main")[1]
    centre = sealed.laboratory.cert.centre
    for step in (Issue.EN_INSTRUCTION, Issue.VALIDE, Issue.EN_PRODUCTION, Issue.DISPONIBLE):
        centre.advance(str(package.id), step)
    sealed.exchange()
    page = agent.get(f"/suivi/{package.id}").text
    assert "titre à remettre" in page
    assert "Le centre dit : en instruction" in page
    assert package.numero in accueil(agent).split('id="titres"')[1]


def test_what_the_cert_asks_for_is_said_with_the_days_left(
    agent: httpx.Client, sealed: Scelles
) -> None:
    package = sealed.asked(pieces=["JUSTIF_DOMICILE"], doigts=[2])
    page = agent.get(f"/suivi/{package.id}").text
    assert "Justificatif de domicile" in page
    assert "Une nouvelle empreinte : index droit" in page
    assert "est illisible" in page
    asked = accueil(agent).split('id="complements"')[1].split("</section>")[0]
    assert package.numero in asked
    assert re.search(r"\((8[89]|9\d)\u00a0jours\)", asked)


@needs.mark(needs.programs(pdftotext="poppler-utils"))
def test_what_the_cert_asks_for_is_printed_for_the_applicant(
    agent: httpx.Client, sealed: Scelles, tmp_path: Path
) -> None:
    package = sealed.asked(pieces=["JUSTIF_DOMICILE"], doigts=[2])
    path = f"/suivi/{package.id}/demande-complement.pdf"
    assert path in agent.get(f"/suivi/{package.id}").text
    paper = agent.get(path)
    said = text_of(paper.content, tmp_path)
    assert package.numero in said
    assert "Justificatif de domicile" in said
    assert "index droit" in said
    assert "SPECIMEN" not in said  # the name is masked on the station
    nothing = sealed.sent()
    assert agent.get(f"/suivi/{nothing.id}/demande-complement.pdf").status_code == 404


def test_a_refused_package_is_sent_again_with_a_reason(
    agent: httpx.Client, sealed: Scelles
) -> None:
    package = sealed.seal()
    sealed.recueil.outbox.refuse(package.id, "STATION_DISCORDANTE")
    shown = accueil(agent).split('id="refuses"')[1].split("</section>")[0]
    assert "le certificat de la station est en cause" in shown
    path = f"/api/suivi/{package.id}/renvoi"
    assert agent.post(path, json={"raison": "  "}).json()["code"] == "DOS-002"
    answer = agent.post(path, json={"raison": "certificat remplacé"})
    assert answer.is_success, answer.text
    assert answer.json()["annonce"].startswith("Le paquet est à nouveau")
    entry = sealed.recueil.outbox.entry(package.id)
    assert entry is not None
    assert entry.state is not Etat.REFUSE
    assert agent.post(path, json={"raison": "encore"}).json()["code"] == "DOS-005"
    assert "Renvoi demandé par l’agent" in agent.get(f"/suivi/{package.id}").text


def test_nothing_is_told_of_what_is_not_here(agent: httpx.Client) -> None:
    assert agent.get(f"/suivi/{uuid4()}").status_code == 404
    assert agent.get("/suivi/nothing").status_code == 422
    renvoi = agent.post(f"/api/suivi/{uuid4()}/renvoi", json={"raison": "essai"})
    assert renvoi.json()["code"] == "DOS-005"


def test_a_complement_goes_the_whole_way(
    agent: httpx.Client, sealed: Scelles, laboratory: Laboratory
) -> None:
    package = sealed.asked(pieces=["JUSTIF_DOMICILE"], doigts=[2], champs=["usager.courriel"])
    path = f"/api/suivi/{package.id}/complement"
    answer = agent.post(path)
    assert answer.status_code == 201, answer.text
    there = str(answer.json()["aller"])
    dossier = there.split("/")[2]
    assert there.endswith("/adresse")  # the first screen on which something is asked for
    page = agent.get(there).text
    assert "est illisible" in page
    assert f"/dossiers/{dossier}/photo" not in page
    assert agent.get(f"/dossiers/{dossier}/photo").status_code == 303
    assert fill(agent, dossier, "usager.sexe", "F").json()["code"] == "DOS-002"
    assert agent.post(path).json()["aller"].split("/")[2] == dossier
    assert fill(agent, dossier, "usager.courriel", "specimen@example.fr").is_success
    base = f"/api/dossiers/{dossier}"
    assert task(agent, agent.post(f"{base}/empreintes/prise"))["code"] is None
    shown = agent.get(f"/dossiers/{dossier}/pieces").text
    assert "Justificatif de domicile" in shown
    assert "Acte de naissance" not in shown.split('id="pieces-liste"')[1].split("</ul>")[0]
    assert task(agent, agent.post(f"{base}/pieces/JUSTIF_DOMICILE/numerisation"))["code"] is None
    read = {"nom": "delivree_le", "valeur": f"{datetime.now(UTC):%d/%m/%Y}"}
    assert agent.put(f"{base}/pieces/JUSTIF_DOMICILE/reference", json=read).is_success
    assert agent.put(f"{base}/pieces/JUSTIF_DOMICILE/question", json={"raison": ""}).is_success
    assert agent.get(f"/dossiers/{dossier}/verification").is_success
    done = agent.post(f"{base}/scellement", json={"pin": laboratory.pin})
    assert done.is_success, done.text
    page = agent.get(done.json()["aller"]).text
    assert f"/suivi/{package.id}" in page
    sealed.laboratory.cert.centre.scenario = Scenario.ACCEPTE
    sealed.exchange()
    sealed.exchange()
    entry = sealed.recueil.outbox.entry(package.id)
    assert entry is not None
    assert entry.state is Etat.VALIDE
    page = agent.get(f"/suivi/{package.id}").text
    assert f"{package.numero}-C1" in page
    assert "Complément scellé" in page


def blocks(page: str) -> list[str]:
    """The headings of the blocks of a check, after the findings."""
    after = page.split('class="dossier-blocs"')[1].split("</main>", maxsplit=1)[0]
    return re.findall(r"<h2[^>]*>([^<]+)</h2>", after)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"pieces": ["JUSTIF_DOMICILE"], "doigts": [2]}, ["Pièces", "Empreintes"]),
        ({"photo": True}, ["Photo"]),
        ({"signature": True, "champs": ["usager.courriel"]}, ["Contact", "Signature"]),
    ],
)
def test_the_check_of_a_complement_shows_what_is_asked_for_and_no_empty_block(
    agent: httpx.Client, sealed: Scelles, asked: dict[str, object], shown: list[str]
) -> None:
    package = sealed.asked(**asked)
    there = agent.post(f"/api/suivi/{package.id}/complement").json()["aller"]
    dossier = there.split("/")[2]
    if "champs" in asked:
        fill(agent, dossier, "usager.courriel", "specimen@example.fr")
    page = agent.get(f"/dossiers/{dossier}/verification").text
    assert blocks(page) == shown
    assert "Récapitulatif" not in page.split('class="dossier-blocs"')[1]


def test_a_complement_is_signed_on_the_pad_alone(agent: httpx.Client, sealed: Scelles) -> None:
    package = sealed.asked(signature=True)
    there = agent.post(f"/api/suivi/{package.id}/complement").json()["aller"]
    page = agent.get(there).text
    assert there.endswith("/signature")
    assert "Relu à voix haute" not in page
    assert "Signé sur papier" not in page
    assert 'data-moment="SIGNATURE"' in agent.get("/api/usager").text.replace('\\"', '"')


def test_a_complement_is_there_after_a_crash_and_may_be_given_up(
    agent: httpx.Client, sealed: Scelles
) -> None:
    package = sealed.asked(champs=["usager.courriel", "adresse.code_postal"])
    there = agent.post(f"/api/suivi/{package.id}/complement").json()["aller"]
    dossier = there.split("/")[2]
    fill(agent, dossier, "adresse.code_postal", "75001")
    assert f"{package.numero}-C1" in accueil(agent)
    agent.delete("/api/session")
    login(agent, sealed.laboratory.pin)
    assert 'value="75001"' in agent.get(there).text
    agent.post(f"/api/dossiers/{dossier}/abandon", json={"raison": "ERREUR_SAISIE"})
    entry = sealed.recueil.outbox.entry(package.id)
    assert entry is not None
    assert entry.state is Etat.COMPLEMENT_DEMANDE


def test_what_awaits_no_complement_gets_none(agent: httpx.Client, sealed: Scelles) -> None:
    package = sealed.sent()
    answer = agent.post(f"/api/suivi/{package.id}/complement")
    assert answer.json()["code"] == "DOS-005"
    assert agent.post(f"/api/suivi/{uuid4()}/complement").json()["code"] == "DOS-005"


def test_a_line_that_is_down_is_said_on_the_home_page(
    agent: httpx.Client, sealed: Scelles, laboratory: Laboratory
) -> None:
    package = sealed.seal()
    sealed.recueil.outbox.refuse(package.id, "CONTENEUR_INVALIDE")
    laboratory.cert.faults.arm(CertFault.ERROR_500, times=40)
    agent.post(f"/api/suivi/{package.id}/renvoi", json={"raison": "essai"})  # it goes at once
    page = until(lambda: down(agent), "the line is not said to be down")
    assert "paquet du jour en attente" in page or "paquets du jour en attente" in page
    while laboratory.cert.faults.spend(CertFault.ERROR_500):
        pass
    sealed.exchange()
    entry = sealed.recueil.outbox.entry(package.id)
    assert entry is not None
    assert entry.state is Etat.ACCUSE


def down(agent: httpx.Client) -> str | None:
    """The home page, once it says that the CERT is out of reach."""
    page = agent.get("/accueil").text
    return page if "Hors ligne depuis" in page else None
