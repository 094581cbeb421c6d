"""An agent over HTTP at a station that is killed at random moments and started again."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self, TypeVar

import httpx

from tests.web.agents import login

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from simulators.lab import Laboratory
    from tests.web.browser.served import Served

T = TypeVar("T")
_PATIENCE = 60.0  # seconds a request may take on a busy machine
_LOST = {401, 423}  # the session of before the kill


class Gone(Exception):
    """The station was killed under a request, or knows the session no more."""


class Killer:
    """SIGKILL after `chance` seconds of work, once for each time it is armed."""

    def __init__(self, station: Served, chance: random.Random, kills: int) -> None:
        self._station, self._chance = station, chance
        self.left = kills
        self._timer: threading.Timer | None = None

    def arm(self) -> None:
        """Let the station live a while longer."""
        if self.left:
            self._timer = threading.Timer(self._chance.uniform(0.05, 2.0), self._strike)
            self._timer.start()

    def rest(self) -> None:
        """No kill from here on, until it is armed again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
            self._timer = None

    def _strike(self) -> None:
        self.left -= 1
        self._station.kill()


class Stubborn:
    """Does each piece of work until the station has said that it is done."""

    def __init__(self, laboratory: Laboratory, station: Served, killer: Killer) -> None:
        self._laboratory, self._station, self._killer = laboratory, station, killer
        self.restarts = 0

    def __enter__(self) -> Self:
        self._enter()
        self._killer.arm()
        return self

    def __exit__(self, *exc: object) -> None:
        self._killer.rest()
        self.client.close()

    def sure(self, work: Callable[[httpx.Client], T], after: Callable[[], None]) -> T:
        """What `work` returns in the end; `after` is called after each new start."""
        while True:
            try:
                return work(self.client)
            except (Gone, httpx.TransportError):
                self._again()
                after()
                self._killer.arm()

    def calm(self) -> None:
        """No kill from here on; where the last one went unheard, the station is started again."""
        self._killer.rest()
        if not self._station.running:
            self._again()

    def _again(self) -> None:
        self._killer.rest()
        self.client.close()
        if not self._station.running:
            self._station.start()
        self.restarts += 1
        self._enter()

    def _enter(self) -> None:
        hooks = {"response": [_known]}
        self.client = httpx.Client(base_url=self._station.url, timeout=_PATIENCE, event_hooks=hooks)
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                answer = login(self.client, self._laboratory.pin, poste=self._station.token)
            except Gone:  # no session yet
                continue
            if answer.is_success:
                return
            assert time.monotonic() < deadline, answer.text


def _known(answer: httpx.Response) -> None:
    if answer.status_code in _LOST:
        raise Gone
