"""Ask the service of pre-demandes, within a time that an agent can wait."""

from __future__ import annotations

import re
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Thread
from typing import TYPE_CHECKING, Final, TypeVar

import httpx

from station import https
from station.errors import (
    PredemandeConsumed,
    PredemandeInvalid,
    PredemandeUnknown,
    PredemandeUnreachable,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

AT_THE_COUNTER: Final = 2.0  # seconds for a whole answer while somebody waits
IN_THE_BACKGROUND: Final = 10.0
_UNDER_WAY: Final = 4  # requests that may hang at once: one more is told at once that it is so
_PEER: Final = https.Peer("the pre-demande service", PredemandeUnreachable, most=128 * 1024)
_REFUSALS: Final = {
    (404, "PREDEMANDE_INCONNUE"): PredemandeUnknown,
    (409, "PREDEMANDE_CONSOMMEE"): PredemandeConsumed,
}
_NUMERO: Final = re.compile(r"[A-Z0-9]{10}")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Service:
    """The service at `url`; every call gives a token as it came, bounded and not yet believed.

    Numbers are those that `checked` gives.
    """

    url: str
    identity: https.Identity
    _slots: BoundedSemaphore = field(
        default_factory=lambda: BoundedSemaphore(_UNDER_WAY), repr=False, compare=False
    )

    def predemande(self, numero: str, seconds: float) -> str:
        """The pre-demande of `numero`; raises `PredemandeUnknown`, `PredemandeUnreachable`."""
        return self._ask("GET", f"/predemandes/{numero}", seconds)

    def journee(self, site: str, jour: date, seconds: float) -> str:
        """The appointments of `site` on `jour`; raises `PredemandeUnreachable`."""
        return self._ask("GET", f"/rendez-vous?site={site}&jour={jour.isoformat()}", seconds)

    def consume(self, numero: str, station: str, seconds: float) -> str:
        """Say that `station` has used `numero`; raises also `PredemandeConsumed`."""
        path = f"/predemandes/{numero}/consommation"
        return self._ask("POST", path, seconds, {"station": station})

    def _ask(
        self, method: str, path: str, seconds: float, body: dict[str, str] | None = None
    ) -> str:
        return self._within(seconds, lambda: self._call(method, path, seconds, body))

    def _call(self, method: str, path: str, seconds: float, body: dict[str, str] | None) -> str:
        with https.connect(self.url, self.identity, httpx.Timeout(seconds)) as client:
            response = https.call(client, client.build_request(method, path, json=body), _PEER)
        if response.status_code != 200:
            raise _refusal(response)
        try:
            return response.content.decode("ascii")
        except UnicodeDecodeError:
            raise PredemandeInvalid("not a signed answer") from None

    def _within(self, seconds: float, work: Callable[[], T]) -> T:
        """The result of `work`, awaited `seconds` at most: no time-out bounds a search of names.

        What is late ends by itself, in its thread.
        """
        if not self._slots.acquire(blocking=False):
            raise PredemandeUnreachable("too many requests hang already")
        done: Future[T] = Future()
        Thread(target=self._run, args=(work, done), daemon=True).start()
        try:
            return done.result(seconds)
        except TimeoutError:
            raise PredemandeUnreachable("no answer in time") from None

    def _run(self, work: Callable[[], T], done: Future[T]) -> None:
        try:
            done.set_result(work())
        except Exception as error:  # noqa: BLE001 (raised again where it is awaited)
            done.set_exception(error)
        finally:
            self._slots.release()


def checked(numero: str) -> str:
    """`numero` in capitals, without spaces; raises `PredemandeUnknown` when it is no number."""
    numero = "".join(numero.split()).upper()
    if not _NUMERO.fullmatch(numero):
        raise PredemandeUnknown("no number of a pre-demande")
    return numero


def _refusal(response: httpx.Response) -> Exception:
    """What a code of the service says; a proxy has none."""
    try:
        code = str(response.json()["code"])
    except (ValueError, KeyError, TypeError):
        code = ""
    known = _REFUSALS.get((response.status_code, code))
    if known is None:
        return PredemandeUnreachable(f"the service answers {response.status_code}")
    return known(code)
