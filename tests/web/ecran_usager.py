"""The applicant's screen over HTTP: what it shows now."""

from __future__ import annotations

from typing import Self

import httpx


class Screen:
    """The applicant's window, as the agent's browser opened it."""

    def __init__(self, agent: httpx.Client) -> None:
        page = agent.get("/usager").text
        token = page.split('name="jeton" content="')[1].split('"')[0]
        self.http = httpx.Client(
            base_url=agent.base_url, headers={"X-Station-Token": token}, timeout=30
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.http.close()

    def shows(self) -> str:
        """The part of the page that is asked for each time; empty when it is refused."""
        answer = self.http.get("/api/usager")
        return str(answer.json()["fragments"]["vue-usager"]) if answer.is_success else ""

    def of(self, name: str) -> str:
        """What the part of the page says of itself."""
        return self.shows().split(f'data-{name}="')[1].split('"')[0]
