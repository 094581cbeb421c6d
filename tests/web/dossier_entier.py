"""A whole dossier at the counter, field by field and capture by capture, up to its seal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.web.agents import begin, fill, task

if TYPE_CHECKING:
    import httpx

    from simulators.lab import Laboratory
    from simulators.people import Person

_BYTES = {"Content-Type": "application/octet-stream"}
RAISON = "Photographie fictive, contrôlée à l’œil : laboratoire sans modèles."


def typed(person: Person) -> dict[str, str]:
    """What the agent types for an adult who asks for a CNI for the first time."""
    civil = person.civil()
    home = civil["adresse"]
    said = {
        "demande.cni": "oui",
        "demande.cni.motif": "PREMIERE_DEMANDE",
        "titre_ancien.type": "AUCUN",
        "usager.nom_famille": civil["nom_famille"],
        "usager.prenoms": ", ".join(civil["prenoms"]),
        "usager.sexe": civil["sexe"],
        "usager.taille_cm": str(civil["taille_cm"]),
        "usager.couleur_yeux": civil["couleur_yeux"],
        "usager.mode_acquisition": civil["mode_acquisition"],
        "adresse.ligne1": home["lignes"][0],
        "adresse.code_postal": home["code_postal"],
        "adresse.commune": home["commune"],
        "adresse.insee": home["insee"],
        "usager.telephone_portable": "0600000000",
    }
    said |= _born("usager", civil)
    for rang, parent in enumerate(civil["parents"], 1):
        said[f"parent{rang}.nom_famille"] = parent["nom_famille"]
        said[f"parent{rang}.prenoms"] = ", ".join(parent["prenoms"])
        said |= _born(f"parent{rang}", parent)
    return said


def _born(groupe: str, said: dict[str, Any]) -> dict[str, str]:
    day, place = said["date_naissance"], said["lieu_naissance"]
    return {
        f"{groupe}.date_naissance": f"{day['jour']:02}/{day['mois']:02}/{day['annee']}",
        f"{groupe}.lieu_naissance.libelle": place["libelle"],
        f"{groupe}.lieu_naissance.commune": place["commune"],
        f"{groupe}.lieu_naissance.pays": place["pays"],
    }


def type_all(client: httpx.Client, person: Person, **other: str) -> str:
    """A new dossier with every field filled; its identifier."""
    dossier = begin(client)
    for nom, valeur in {**typed(person), **other}.items():
        answer = fill(client, dossier, nom, valeur)
        assert answer.is_success, answer.text
    return dossier


def capture_all(client: httpx.Client, dossier: str, laboratory: Laboratory) -> None:
    """Prints, portrait and pieces of the laboratory, as the screens take them."""
    for _ in range(2):
        take_print(client, dossier)
    take_photo(client, dossier)
    for entry in pieces(laboratory):
        bring_piece(client, dossier, laboratory, entry)


def take_print(client: httpx.Client, dossier: str) -> None:
    """The next finger that is asked for."""
    _done(client, client.post(f"/api/dossiers/{dossier}/empreintes/prise"))


def take_photo(client: httpx.Client, dossier: str) -> None:
    """The printed photograph, with every question answered."""
    base = f"/api/dossiers/{dossier}/photo"
    _done(client, client.post(f"{base}/prise"))
    client.put(f"{base}/garde", json={"raison": RAISON})
    assert client.put(f"{base}/questions").is_success


def pieces(laboratory: Laboratory) -> list[dict[str, Any]]:
    """The documents of the laboratory's form: `reference`, and `pages` by the names of files."""
    form: dict[str, Any] = json.loads(laboratory.form.read_text())
    found: list[dict[str, Any]] = form["pieces"]
    return found


def bring_piece(
    client: httpx.Client, dossier: str, laboratory: Laboratory, entry: dict[str, Any]
) -> None:
    """One of `pieces`, page by page, with its date."""
    there = f"/api/dossiers/{dossier}/pieces/{entry['reference']['type']}"
    for name in entry["pages"]:
        page = (laboratory.form.parent / name).read_bytes()
        _done(client, client.post(f"{there}/fichier", content=page, headers=_BYTES))
    finish_piece(client, dossier, entry)


def finish_piece(client: httpx.Client, dossier: str, entry: dict[str, Any]) -> None:
    """What its pages ask answered, and its date."""
    there = f"/api/dossiers/{dossier}/pieces/{entry['reference']['type']}"
    assert client.put(f"{there}/question", json={"raison": ""}).is_success
    issued = entry["reference"].get("delivree_le")
    if issued is not None:
        day = "/".join(reversed(issued.split("-")))
        answer = client.put(f"{there}/reference", json={"nom": "delivree_le", "valeur": day})
        assert answer.is_success, answer.text


def _done(client: httpx.Client, answer: httpx.Response) -> None:
    end = task(client, answer)
    assert end["code"] is None, end


def confirm(client: httpx.Client, dossier: str) -> httpx.Response:
    """The recap is read out."""
    page = client.get(f"/dossiers/{dossier}/signature").text
    sha256 = page.split('data-sha256="')[1].split('"')[0]
    return client.post(f"/api/dossiers/{dossier}/relecture", json={"sha256": sha256})


def seal(client: httpx.Client, dossier: str, pin: str) -> httpx.Response:
    """The PIN again, and the seal."""
    return client.post(f"/api/dossiers/{dossier}/scellement", json={"pin": pin})
