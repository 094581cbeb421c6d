"""The page for town halls without a station: answers from the rules, and keeps nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from station.api.aide import GROUPES, create_aide
from station.api.server import serving
from station.dossier.formulaire import CHAMPS, Ecran, Sorte

if TYPE_CHECKING:
    from collections.abc import Iterator

LOST = {"demande.cni": "oui", "demande.cni.motif": "RENOUVELLEMENT_PERTE"}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with (
        serving(create_aide("75056"), 0) as url,
        httpx.Client(base_url=url, timeout=30, trust_env=False) as client,
    ):
        yield client


def asked(client: httpx.Client, **champs: str) -> dict[str, Any]:
    answer = client.post("/api/aide", json={"champs": LOST | champs})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def test_the_page_has_every_field_of_a_pre_demande(client: httpx.Client) -> None:
    page = client.get("/").text
    wanted = {n for n, c in CHAMPS.items() if c.ecran in {*Ecran} - {Ecran.SIGNATURE}}
    named = {nom for groupe in GROUPES for nom in groupe.champs}
    assert named == wanted - {"demande.predemande"}
    assert [nom for nom in named if f'data-champ="{nom}"' not in page] == []


def test_pieces_fee_faults_and_recap_come_at_once(client: httpx.Client) -> None:
    said = asked(
        client, **{"usager.date_naissance": "31/02/2000", "usager.nom_famille": "SPECIMEN"}
    )
    assert said["prix"] == "25\u00a0€"
    assert any(line["texte"] == "Déclaration de perte" for line in said["apporter"])
    assert said["fautes"]["usager.date_naissance"].startswith("Cette date n’existe pas")
    assert said["fautes"]["usager.nom_famille"] == ""
    titles, person = said["recapitulatif"]
    assert {
        "libelle": "Motif (Carte nationale d’identité)",
        "texte": "renouvellement, titre perdu",
    } in titles["lignes"]
    assert person["titre"] == "Personne"


def test_what_is_typed_changes_what_is_asked(client: httpx.Client) -> None:
    child = asked(client, **{"ouverture.mineur": "oui"})
    assert any("représentant légal" in line["texte"] for line in child["apporter"])
    hosted = asked(
        client, **{"adresse.ligne1": "1 RUE DU SPECIMEN", "adresse.hebergeant": "SPECIMEN"}
    )
    assert any("hébergement" in line["texte"] for line in hosted["apporter"])


def test_countries_are_chosen_from_a_list_and_read_by_name(client: httpx.Client) -> None:
    page = client.get("/").text
    asked_for = [champ for champ in CHAMPS.values() if champ.sorte is Sorte.PAYS]
    assert page.count('<option value="BEL">Belgique</option>') == len(asked_for)
    assert page.count('<option value="FRA" selected>') == 3
    said = asked(client, **{"usager.nationalite": "BEL"})
    assert {"libelle": "Nationalité", "texte": "Belgique"} in said["recapitulatif"][1]["lignes"]


def test_without_a_title_there_is_no_price_yet(client: httpx.Client) -> None:
    answer = client.post("/api/aide", json={"champs": {}}).json()
    assert (answer["prix"], answer["recapitulatif"]) == ("", [])


@pytest.mark.parametrize(
    ("champs", "status"),
    [({"x": "y"}, 422), ({"usager.nom_famille": "x" * 2000}, 422), ({"a": 1}, 422), ([], 422)],
)
def test_what_is_no_form_is_refused_without_repeating_it(
    champs: object, status: int, client: httpx.Client
) -> None:
    answer = client.post("/api/aide", json={"champs": champs})
    assert answer.status_code == status
    assert "xxx" not in answer.text


def test_only_its_own_page_may_ask(client: httpx.Client) -> None:
    for name, status in (("Origin", 403), ("Host", 421)):
        headers = {name: "http://evil.example"}
        assert (
            client.post("/api/aide", json={"champs": LOST}, headers=headers).status_code == status
        )
    assert client.get("/static/aide.js").status_code == 200
    assert client.get("/static/..%2Faide.html").status_code == 404
    assert client.get("/openapi.json").status_code == 404
