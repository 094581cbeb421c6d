"""Codes presented anywhere: by a page, by the serial reader; taken back by one key."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from simulators.code_reader import CodeFault
from simulators.signed_codes import Header, Issuer, proof_of_address
from simulators.title_chip import printed_of
from simulators.title_chip.title import Kind
from tests.web.agents import begin, fill
from tests.web.test_formulaires import screen, values

if TYPE_CHECKING:
    import httpx

    from simulators.lab import Laboratory

STAMP = "9876543210987654"
_PATIENCE = 15.0  # seconds for a code on the line to be in the dossier


def present(client: httpx.Client, text: str, dossier: str | None = None) -> dict[str, Any]:
    answer = client.post("/api/codes", json={"texte": text, "dossier": dossier})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def back(client: httpx.Client, said: dict[str, Any]) -> None:
    assert said["retour"], said
    assert client.delete(f"/api/codes/{said['retour']}").json()["phrase"].startswith("Lecture")


def zone(laboratory: Laboratory) -> str:
    return "\r".join(printed_of(laboratory.person, Kind.OLD_CNI, datetime.now(UTC).date()).zone)


def test_a_stamp_goes_to_the_title_that_costs(agent: httpx.Client) -> None:
    dossier = begin(agent)
    assert present(agent, STAMP, dossier)["retour"] is None
    fill(agent, dossier, "demande.passeport", "oui")
    said = present(agent, STAMP, dossier)
    assert values(agent, dossier, "ouverture")["demande.passeport.timbre.numero"] == STAMP
    assert "déjà" in present(agent, STAMP, dossier)["phrase"]
    back(agent, said)
    assert not values(agent, dossier, "ouverture")["demande.passeport.timbre.numero"]
    assert "plus" in agent.delete(f"/api/codes/{said['retour']}").json()["phrase"]


def test_undoing_leaves_what_the_agent_has_changed_since(agent: httpx.Client) -> None:
    dossier = begin(agent)
    fill(agent, dossier, "demande.passeport", "oui")
    said = present(agent, STAMP, dossier)
    fill(agent, dossier, "demande.passeport.timbre.numero", "1111222233334444")
    back(agent, said)
    held = values(agent, dossier, "ouverture")["demande.passeport.timbre.numero"]
    assert held == "1111222233334444"


def test_a_title_stands_beside_the_form_until_it_is_taken_over(
    agent: httpx.Client, laboratory: Laboratory
) -> None:
    dossier = begin(agent)
    fill(agent, dossier, "usager.nom_famille", "SPECIMENT")
    said = present(agent, zone(laboratory), dossier)
    assert said["phrase"].startswith("Titre lu : 1 différence")
    assert values(agent, dossier, "etat-civil")["usager.nom_famille"] == "SPECIMENT"
    beside = screen(agent, dossier, "etat-civil")["fragments"]["c-usager-nom_famille-ecart"]
    assert "SPECIMEN&nbsp;»" in beside
    path = f"/api/dossiers/{dossier}/ecrans/etat-civil/reprise"
    taken = agent.post(path, json={"champs": ["usager.nom_famille", "usager.taille_cm", "x"]})
    champs = {one["nom"]: one for one in taken.json()["champs"]}
    assert champs["usager.nom_famille"]["valeur"] == "SPECIMEN"
    assert "titre" in champs["usager.nom_famille"]["origine"]
    assert not champs["usager.taille_cm"]["valeur"]
    back(agent, said)
    after = screen(agent, dossier, "etat-civil")["fragments"]
    assert "ecart" not in after["c-usager-prenoms-ecart"].replace("-ecart", "")


def test_a_verified_proof_proposes_the_address(agent: httpx.Client, laboratory: Laboratory) -> None:
    dossier, civil = begin(agent), laboratory.person.civil()
    fill(agent, dossier, "usager.nom_famille", "DURAND")
    said = present(agent, laboratory.issuer.sign(Header(), proof_of_address(civil)), dossier)
    assert "vérifié" in said["phrase"]
    assert "pas au nom" in said["phrase"]
    path = f"/api/dossiers/{dossier}/ecrans/adresse/reprise"
    names = ["adresse.ligne1", "adresse.code_postal", "adresse.commune"]
    agent.post(path, json={"champs": names})
    held = values(agent, dossier, "adresse")
    assert held["adresse.code_postal"] == civil["adresse"]["code_postal"]
    assert held["adresse.ligne1"]


@pytest.mark.parametrize("wrong", ["another authority", "cut", "unknown", "zone"])
def test_what_proves_nothing_changes_nothing(
    agent: httpx.Client, laboratory: Laboratory, wrong: str
) -> None:
    dossier, civil = begin(agent), laboratory.person.civil()
    signed = Issuer.new().sign(Header(), proof_of_address(civil))
    text = {
        "another authority": signed,
        "cut": signed[:60],
        "unknown": "https://specimen.example/code",
        "zone": zone(laboratory).replace("SPECIMEN", "SPECIMON").replace("<0", "<1"),
    }[wrong]
    before = values(agent, dossier, "adresse"), values(agent, dossier, "etat-civil")
    said = present(agent, text, dossier)
    assert said["phrase"]
    assert said["retour"] is None or wrong == "zone"
    assert before == (values(agent, dossier, "adresse"), values(agent, dossier, "etat-civil"))


def test_a_pre_demande_opens_a_dossier_where_there_is_none(
    agent: httpx.Client, laboratory: Laboratory
) -> None:
    agent.get("/accueil")
    assert "Aucun dossier" in present(agent, STAMP)["phrase"]
    said = present(agent, laboratory.predemandes.book.day[4].numero)
    assert said["ouvert"] is True
    dossier = said["chemin"].split("/")[2]
    assert values(agent, dossier, "ouverture")["titre_ancien.numero"] == "XSP000001"
    agent.get("/accueil")
    again = present(agent, laboratory.predemandes.book.day[4].numero)
    assert (again["ouvert"], again["chemin"].split("/")[2]) == (True, dossier)
    other = present(agent, laboratory.predemandes.book.day[1].numero, dossier)
    assert "autre pré-demande" in other["phrase"]
    back(agent, said)
    assert not values(agent, dossier, "ouverture")["titre_ancien.numero"]


def test_the_serial_reader_is_heard_and_survives_its_cable(
    agent: httpx.Client, laboratory: Laboratory
) -> None:
    dossier = begin(agent)
    fill(agent, dossier, "demande.passeport", "oui")
    agent.get(f"/dossiers/{dossier}/etat-civil")
    deadline = time.monotonic() + _PATIENCE
    while not stamped_once(agent, laboratory, dossier, STAMP):
        assert time.monotonic() < deadline
    fill(agent, dossier, "demande.passeport.timbre.numero", "")
    laboratory.code_reader.faults.arm(CodeFault.UNPLUG)
    laboratory.code_reader.show(STAMP.encode())
    laboratory.code_reader.replug()
    other = STAMP[::-1]
    deadline = time.monotonic() + 2 * _PATIENCE
    while not stamped_once(agent, laboratory, dossier, other):
        assert time.monotonic() < deadline


def stamped_once(client: httpx.Client, laboratory: Laboratory, dossier: str, stamp: str) -> bool:
    """Show the code again: what is shown while nobody listens belongs to the past."""
    laboratory.code_reader.show(stamp.encode())
    end = time.monotonic() + 2.0
    while time.monotonic() < end:
        if values(client, dossier, "ouverture")["demande.passeport.timbre.numero"] == stamp:
            return True
        time.sleep(0.05)
    return False
