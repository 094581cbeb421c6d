"""The three forms over real HTTP: what follows from a field, places, pre-demandes, two windows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from simulators.predemande.app import PredemandeFault
from tests.web.agents import begin, fill, login

if TYPE_CHECKING:
    import httpx

    from simulators.lab import Laboratory

_QUICK = 0.05  # seconds of a list; the best of some tries, on a machine that others use too


def screen(client: httpx.Client, dossier: str, ecran: str) -> dict[str, Any]:
    said: dict[str, Any] = client.get(f"/api/dossiers/{dossier}/ecrans/{ecran}").json()
    return said


def values(client: httpx.Client, dossier: str, ecran: str) -> dict[str, str]:
    return {one["nom"]: one["valeur"] for one in screen(client, dossier, ecran)["champs"]}


def predemande(client: httpx.Client, dossier: str, numero: str) -> dict[str, Any]:
    answer = client.post(f"/api/dossiers/{dossier}/predemande", json={"numero": numero})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def test_pieces_fee_and_fingers_follow_every_field_at_once(agent: httpx.Client) -> None:
    dossier = begin(agent)
    fill(agent, dossier, "demande.passeport", "oui")
    said = fill(agent, dossier, "demande.passeport.motif", "RENOUVELLEMENT_PERTE").json()
    assert "Déclaration de perte" in said["fragments"]["exiges"]
    assert "86\u00a0€" in said["fragments"]["exiges"]
    assert "perte" in said["fragments"]["visibles"].split('data-blocs="')[1]
    said = fill(agent, dossier, "usager.date_naissance", "01012020").json()
    assert [one["nom"] for one in said["autres"]] == ["ouverture.mineur"]
    page = agent.get(f"/dossiers/{dossier}/ouverture").text
    assert "17\u00a0€" in page
    assert "aucune, en raison de l’âge" in page


def test_both_titles_take_one_motif(agent: httpx.Client) -> None:
    dossier = begin(agent)
    fill(agent, dossier, "demande.cni", "oui")
    fill(agent, dossier, "demande.cni.motif", "CHANGEMENT_ADRESSE")
    said = fill(agent, dossier, "demande.passeport", "oui").json()
    (other,) = said["autres"]
    assert (other["nom"], other["valeur"]) == ("demande.passeport.motif", "CHANGEMENT_ADRESSE")
    assert "valeur usuelle" in other["origine"]


def test_a_commune_fills_its_departement_and_country(agent: httpx.Client) -> None:
    dossier = begin(agent)
    lieu = "usager.lieu_naissance"
    fill(agent, dossier, f"{lieu}.pays", "BEL")
    fill(agent, dossier, f"{lieu}.libelle", "Nice")
    fill(agent, dossier, f"{lieu}.commune", "06088")
    held = values(agent, dossier, "etat-civil")
    assert (held[f"{lieu}.departement"], held[f"{lieu}.pays"]) == ("06", "FRA")
    fill(agent, dossier, f"{lieu}.pays", "BEL")
    held = values(agent, dossier, "etat-civil")
    assert held[f"{lieu}.commune"].startswith("99")
    assert not held[f"{lieu}.departement"]


def test_a_postal_code_of_one_commune_fills_it(agent: httpx.Client) -> None:
    dossier = begin(agent)
    fill(agent, dossier, "adresse.code_postal", "02000")
    held = values(agent, dossier, "adresse")
    assert (held["adresse.commune"], held["adresse.insee"]) == ("Laon", "02408")
    said = fill(agent, dossier, "adresse.code_postal", "06000").json()
    assert "Laon a pour code postal 02000" in said["fragments"]["c-adresse-code_postal-ecart"]


@pytest.mark.parametrize(
    ("libelle", "code", "ne_le", "mots"),
    [
        ("Bellegarde-sur-Valserine", "01033", "12/05/1980", "Valserhône"),
        ("Specimen-sur-Nulle-Part", "", "12/05/1980", "n’est pas dans la table"),
        ("Nice", "06088", "12/05/1980", ""),
    ],
)
def test_a_place_is_told_of_and_never_refused(
    agent: httpx.Client, libelle: str, code: str, ne_le: str, mots: str
) -> None:
    dossier = begin(agent)
    fill(agent, dossier, "usager.date_naissance", ne_le)
    fill(agent, dossier, "usager.lieu_naissance.commune", code)
    said = fill(agent, dossier, "usager.lieu_naissance.libelle", libelle).json()
    assert said["champ"]["faute"] == ""
    told = said["fragments"]["c-usager-lieu_naissance-libelle-ecart"]
    assert mots in told
    assert ('class="avis"' in told) is bool(mots)


def test_places_are_found_as_they_were_that_day_and_quickly(agent: httpx.Client) -> None:
    def ask(**asked: str) -> tuple[list[dict[str, str]], float]:
        began = time.perf_counter()
        answer = agent.get("/api/referentiel/communes", params=asked)
        return answer.json(), time.perf_counter() - began

    assert ask(q="bellegarde", date="12/05/1980")[0][0]["libelle"] == "Bellegarde-sur-Valserine"
    assert ask(q="valserh")[0][0]["code"] == "01033"
    assert ask(cp="06000")[0][0]["libelle"] == "Nice"
    assert ask(q="nic", cp="06000")[0][0]["code"] == "06088"
    assert ask(q="x" * 200, date="31/02/1980")[0] == []
    assert min(ask(q="sain")[1] for _ in range(5)) < _QUICK
    assert agent.get("/api/referentiel/pays", params={"q": "belg"}).json()[0]["code"] == "BEL"
    assert agent.get("/api/referentiel/communes", params={"q": "x" * 201}).status_code == 422


@pytest.mark.parametrize(
    ("nom", "texte", "faute"),
    [
        ("usager.nom_famille", "Éléonore-d’Été", ""),
        ("usager.nom_famille", "СПЕЦИМЕН", "état civil n’admet pas"),
        ("usager.nom_famille", "SPECIMEN\u200f", "invisible"),
        ("usager.nom_famille", "SPE\x07CIMEN", "invisible"),
        ("usager.nom_famille", "X" * 1000, "trop long"),
        ("usager.date_naissance", "29021984", ""),
        ("usager.date_naissance", "05/1984", ""),
        ("usager.date_naissance", "1984", ""),
        ("usager.date_naissance", "29021985", "n’existe pas"),
        ("usager.date_naissance", "01/01/2190", "avenir"),
        ("usager.taille_cm", "12", "30 à 250"),
        ("perte.date", "01/01/2190", "avenir"),
        ("adresse.ligne1", "X" * 39, "trop long"),
    ],
)
def test_what_is_typed_wrong_is_kept_and_said_in_a_sentence(
    agent: httpx.Client, nom: str, texte: str, faute: str
) -> None:
    dossier = begin(agent)
    champ = fill(agent, dossier, nom, texte).json()["champ"]
    assert champ["valeur"] == texte
    assert faute in champ["faute"]
    assert bool(champ["faute"]) is bool(faute)


def test_the_second_window_is_told_what_the_first_has_written(agent: httpx.Client) -> None:
    dossier = begin(agent)
    fill(agent, dossier, "usager.nationalite", "BEL", avant="FRA")
    late = fill(agent, dossier, "usager.nationalite", "ITA", avant="FRA")
    assert late.status_code == 409
    assert late.json()["champ"]["affiche"] == "Belgique"
    assert fill(agent, dossier, "usager.nationalite", "ITA", avant="BEL").status_code == 200


def test_a_pre_demande_fills_what_nobody_typed(agent: httpx.Client, laboratory: Laboratory) -> None:
    dossier, begun = begin(agent), laboratory.predemandes.book.day[0]
    fill(agent, dossier, "usager.prenoms", "Anne")
    said = predemande(agent, dossier, begun.numero.lower())
    assert said["code"] is None
    assert "du service" in said["annonce"]
    assert "1 champ laissé" in said["annonce"].replace("laissés", "laissé")
    shown = {one["nom"]: one for one in screen(agent, dossier, "etat-civil")["champs"]}
    assert shown["usager.prenoms"]["valeur"] == "Anne"
    assert "pré-demande" in shown["usager.nom_famille"]["origine"]
    assert values(agent, dossier, "ouverture")["demande.predemande"] == begun.numero


def test_a_pre_demande_that_cannot_be_used_is_a_sentence(
    agent: httpx.Client, laboratory: Laboratory
) -> None:
    dossier, book = begin(agent), laboratory.predemandes.book
    expected = {
        "SPECIMEN99": "PRE-001",
        book.used.numero: "PRE-002",
        book.expired.numero: "PRE-003",
    }
    for numero, code in expected.items():
        said = predemande(agent, dossier, numero)
        assert (said["code"], said["remplis"]) == (code, 0)
        assert "pré-demande" in said["annonce"]
    laboratory.predemandes.faults.arm(PredemandeFault.WRONG_KEY)
    assert predemande(agent, dossier, book.day[1].numero)["code"] == "PRE-005"
    assert not values(agent, dossier, "etat-civil")["usager.nom_famille"]


def test_without_the_service_the_copy_of_the_day_does(
    agent: httpx.Client, laboratory: Laboratory
) -> None:
    dossier, begun = begin(agent), laboratory.predemandes.book.day[2]
    deadline = time.monotonic() + 15
    said = {"code": "PRE-004"}
    while said["code"] == "PRE-004":  # the day is fetched in the background
        assert time.monotonic() < deadline
        laboratory.predemandes.faults.arm(PredemandeFault.REFUSE)
        said = predemande(agent, dossier, begun.numero)
    assert "de la copie de" in said["annonce"]
    assert values(agent, dossier, "adresse")["adresse.hebergeant"]


def test_what_a_pre_demande_filled_is_there_after_a_lock(
    agent: httpx.Client, laboratory: Laboratory
) -> None:
    dossier, begun = begin(agent), laboratory.predemandes.book.day[3]
    predemande(agent, dossier, begun.numero)
    agent.delete("/api/session")
    assert login(agent, laboratory.pin).is_success
    assert values(agent, dossier, "etat-civil")["usager.nom_usage"] == "ESSAI-SPECIMEN"
