"""What a browser does for an agent, over HTTP: log in, begin a dossier, fill fields."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def begin(client: httpx.Client, **more: Any) -> str:
    """A new dossier; its identifier."""
    answer = client.post("/api/dossiers", json=more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["aller"]).split("/")[2]


def fill(client: httpx.Client, dossier: str, nom: str, valeur: str, **more: Any) -> httpx.Response:
    """Put `valeur` into the field `nom`."""
    path = f"/api/dossiers/{dossier}/champs/{nom}"
    return client.put(path, json={"valeur": valeur, **more})


def task(client: httpx.Client, answer: httpx.Response) -> dict[str, Any]:
    """What the task that `answer` began ends with; waits for it."""
    assert answer.status_code == 202, answer.text
    end: dict[str, Any] = {}
    for kind, said in heard(client, answer.json()["tache"]):
        if kind == "fin":
            end = said
    return end


def heard(client: httpx.Client, tache: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that the task says, event by event, to its end."""
    with client.stream("GET", f"/api/taches/{tache}/evenements") as answer:
        assert answer.status_code == 200
        kind = ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield kind, json.loads(line.removeprefix("data: "))
