"""What a browser does for an agent, over HTTP: log in, begin a dossier, fill fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

POSTE = "jeton-de-test"


def login(client: httpx.Client, pin: str, poste: str = POSTE, **more: Any) -> httpx.Response:
    """Log in; `client` then holds the cookie, and the token of the pages in its headers."""
    head = {"X-Station-Token": poste}
    answer = client.post("/api/session", json={"pin": pin, **more}, headers=head)
    if answer.is_success:
        page = client.get("/accueil").text
        client.headers["X-Station-Token"] = page.split('name="jeton" content="')[1].split('"')[0]
    return answer


def begin(client: httpx.Client) -> str:
    """A new dossier; its identifier."""
    answer = client.post("/api/dossiers", json={})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["aller"]).split("/")[2]


def fill(client: httpx.Client, dossier: str, nom: str, valeur: str, **more: Any) -> httpx.Response:
    """Put `valeur` into the field `nom`."""
    path = f"/api/dossiers/{dossier}/champs/{nom}"
    return client.put(path, json={"valeur": valeur, **more})
