"""The routes of docs/protocols/predemande.md, and what may go wrong with each.

GET  /predemandes/{numero}                → 200 JWS | 404 PREDEMANDE_INCONNUE
GET  /rendez-vous?site&jour               → 200 JWS
POST /predemandes/{numero}/consommation   → 200 JWS | 404 | 409 PREDEMANDE_CONSOMMEE
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any

import jwt
from fastapi import Body, FastAPI, Response
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request

from simulators.faults import Fault

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from simulators.faults import Stock
    from simulators.predemande.book import Book

_OVERSIZE = 300_000  # bytes
_LONG = 5.0  # seconds; longer than anybody waits at a counter
_TRICKLE = 0.2
_OTHER = "AUTRE00000"
_HOSTILE = {
    "usager.nom_famille": "SPECIMEN\u202e\x1b[31m<script>alert(1)</script>",
    "usager.prenoms": "Zoé\nInès",
    "usager.nom_usage": "X" * 5000,
    "usager.sexe": "<b>F</b>",
    "adresse.ligne1": "1 RUE <img src=x onerror=alert(1)>",
    "signature.recapitulatif": "oui",
    "demande.predemande": "PIRATE0000",
    "__proto__": "x",
}


@unique
class PredemandeFault(StrEnum):
    """What the service can do wrong; each is spent once. The first ones are of every simulator."""

    MUTE = Fault.MUTE
    TRUNCATED = Fault.TRUNCATED
    OVERSIZE = Fault.OVERSIZE
    GARBAGE = Fault.GARBAGE
    REFUSE = Fault.REFUSE  # an error of the server
    TRICKLE = "trickle"  # a byte at a time, for ever
    PROXY_404 = "proxy-404"  # not found, said by somebody else
    WRONG_KEY = "wrong-key"
    WRONG_KIND = "wrong-kind"  # signed, of another type
    OTHER_NUMBER = "other-number"
    OTHER_DAY = "other-day"
    NO_FORM = "no-form"  # signed, and not what the protocol says
    EXPIRED = "expired"
    CONSUMED = "consumed"
    HOSTILE_TEXT = "hostile-text"


class Desk:
    """The routes over `book`; `impostor` signs when WRONG_KEY is armed."""

    def __init__(
        self,
        book: Book,
        key: EllipticCurvePrivateKey,
        impostor: EllipticCurvePrivateKey,
        faults: Stock[PredemandeFault],
    ) -> None:
        self._book, self._key, self._impostor, self._faults = book, key, impostor, faults

    def app(self) -> FastAPI:
        """The application that uvicorn serves."""
        app = FastAPI(title="Pré-demandes (simulation)", docs_url=None, redoc_url=None)
        app.add_middleware(BaseHTTPMiddleware, dispatch=self._disturb)
        for method, path, route in (
            ("GET", "/predemandes/{numero}", self.predemande),
            ("GET", "/rendez-vous", self.appointments),
            ("POST", "/predemandes/{numero}/consommation", self.consume),
        ):
            app.add_api_route(path, route, methods=[method], response_model=None)
        return app

    def predemande(self, numero: str) -> Response:
        """One pre-demande, with its fields while it is not consumed."""
        begun = self._book.find(numero)
        if begun is None:
            return _refusal(404, "PREDEMANDE_INCONNUE")
        said = begun.claims()
        if self._faults.spend(PredemandeFault.OTHER_NUMBER):
            said["numero"] = _OTHER
        if self._faults.spend(PredemandeFault.EXPIRED):
            said["validee_le"] = "2020-01-31"
        if self._faults.spend(PredemandeFault.CONSUMED):
            said = {"numero": numero, "statut": "consumed", "validee_le": said["validee_le"]}
        if self._faults.spend(PredemandeFault.HOSTILE_TEXT):
            said["champs"] = said["champs"] | _HOSTILE
        return self._signed("predemande", said)

    def appointments(self, site: str, jour: str) -> Response:
        """The day of a site."""
        other = self._faults.spend(PredemandeFault.OTHER_DAY)
        said = {"site": site, "jour": "2020-01-31" if other else jour}
        found = self._book.appointments(site)
        if self._faults.spend(PredemandeFault.HOSTILE_TEXT):
            found = [one | {"personne": "\x1b[2J\u202eNEMICEPS"} for one in found]
        return self._signed("rendezvous", said | {"rendezvous": found})

    def consume(self, numero: str, station: str = Body(embed=True)) -> Response:
        """Note that an application was filed with it."""
        if self._book.find(numero) is None:
            return _refusal(404, "PREDEMANDE_INCONNUE")
        if not self._book.consume(numero, station):
            return _refusal(409, "PREDEMANDE_CONSOMMEE")
        return self._signed("consommation", {"numero": numero, "station": station})

    def _signed(self, kind: str, said: dict[str, Any]) -> Response:
        if self._faults.spend(PredemandeFault.NO_FORM):
            said = {"numero": ["pas", "un", "numéro"]}
        if self._faults.spend(PredemandeFault.WRONG_KIND):
            kind = "receipt"
        wrong = self._faults.spend(PredemandeFault.WRONG_KEY)
        whole = {"iss": "PREDEMANDE", "iat": int(time.time()), **said}
        key = self._impostor if wrong else self._key
        return PlainTextResponse(jwt.encode(whole, key, algorithm="ES384", headers={"typ": kind}))

    async def _disturb(self, request: Request, go_on: RequestResponseEndpoint) -> Response:
        """What can go wrong before anything is said."""
        if self._faults.spend(PredemandeFault.MUTE):
            await asyncio.sleep(_LONG)
            return Response(status_code=503)  # nobody listens; a fault armed since is not for it
        if self._faults.spend(PredemandeFault.REFUSE):
            return Response(status_code=503)
        if self._faults.spend(PredemandeFault.PROXY_404):
            return PlainTextResponse("Not Found", status_code=404)
        if self._faults.spend(PredemandeFault.OVERSIZE):
            return PlainTextResponse("e" * _OVERSIZE)
        if self._faults.spend(PredemandeFault.GARBAGE):
            return PlainTextResponse("réponse")
        if self._faults.spend(PredemandeFault.TRUNCATED):
            return StreamingResponse(_broken(), headers={"Content-Length": "900"})
        if self._faults.spend(PredemandeFault.TRICKLE):
            return StreamingResponse(_trickling())
        return await go_on(request)


async def _broken() -> AsyncIterator[bytes]:
    """A body that ends before its length: the connection drops."""
    yield b"eyJhbGciOi"
    raise ConnectionAbortedError


async def _trickling() -> AsyncIterator[bytes]:
    """Never silent long enough to be given up, never done."""
    end = time.monotonic() + _LONG
    while time.monotonic() < end:
        yield b"e"
        await asyncio.sleep(_TRICKLE)


def _refusal(status: int, code: str) -> JSONResponse:
    return JSONResponse({"code": code}, status_code=status)
