"""Every failure as JSON: `code` (stable), `message` (fact) and `remede` (French, what to do)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match

from station.errors import (
    CaptureError,
    CardError,
    CentreError,
    ConfigError,
    DeviceError,
    DossierError,
    DossierSealed,
    FieldChanged,
    InputError,
    PredemandeError,
    PredemandeUnreachable,
    RoleForbidden,
    SessionLocked,
    StationError,
    StorageError,
)

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

_STATUS = {
    ConfigError: HTTPStatus.CONFLICT,
    FieldChanged: HTTPStatus.CONFLICT,
    DossierSealed: HTTPStatus.CONFLICT,
    SessionLocked: HTTPStatus.LOCKED,
    RoleForbidden: HTTPStatus.FORBIDDEN,
    CaptureError: HTTPStatus.CONFLICT,
    CardError: HTTPStatus.CONFLICT,
    DossierError: HTTPStatus.UNPROCESSABLE_ENTITY,
    PredemandeUnreachable: HTTPStatus.SERVICE_UNAVAILABLE,
    PredemandeError: HTTPStatus.UNPROCESSABLE_ENTITY,
    InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    DeviceError: HTTPStatus.SERVICE_UNAVAILABLE,
    CentreError: HTTPStatus.SERVICE_UNAVAILABLE,
    StorageError: HTTPStatus.INSUFFICIENT_STORAGE,
}
_METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not served at all."""

    status: int
    code: str
    message: str
    remedy: str


_RELOAD = "Recharger la page de la station ; si l’erreur revient, appeler le technicien."
NO_TOKEN = Refusal(
    401, "API-001", "jeton de session absent ou faux",
    "Rouvrir la page par l’adresse que la station affiche à son démarrage.",
)  # fmt: skip
WRONG_HOST = Refusal(
    421, "API-002", "hôte inattendu", "Ouvrir la station par l’adresse http://127.0.0.1."
)
WRONG_ORIGIN = Refusal(
    403, "API-003", "origine inattendue",
    "Fermer l’autre page : seule celle de la station peut l’appeler.",
)  # fmt: skip
NOT_FOUND = Refusal(404, "API-004", "rien à cette adresse", _RELOAD)
WRONG_REQUEST = Refusal(422, "API-005", "demande mal formée", _RELOAD)
TOO_LARGE = Refusal(
    413, "API-006", "demande trop longue",
    "Raccourcir ce qui vient d’être écrit ou collé ; le reste est enregistré.",
)  # fmt: skip
FILE_TOO_LARGE = Refusal(
    413, "API-006", "fichier trop lourd",
    "Imprimer le document, puis numériser le papier ; rien n’a été changé dans le dossier.",
)  # fmt: skip
BUSY = Refusal(
    503, "API-009", "d’autres fichiers arrivent déjà",
    "Attendre la fin de l’envoi en cours, puis apporter le fichier de nouveau.",
)  # fmt: skip


NO_SESSION = Refusal(
    401, "API-007", "aucune session ouverte",
    "Insérer la carte agent et saisir son code PIN ; le brouillon est conservé.",
)  # fmt: skip
NOT_LISTED = Refusal(403, "API-008", "route sans règle d’accès", _RELOAD)


class Failure(BaseModel):
    """The one form of every failure."""

    code: str
    message: str
    remede: str


FAILURES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Failure, "description": "Refusé : le message dit pourquoi."},
    503: {"model": Failure, "description": "Un appareil ou le centre ne répond pas."},
    507: {"model": Failure, "description": "Le poste ne peut plus enregistrer."},
}


class Refused(Exception):
    """A request that is refused; `fact` says what is wrong where the refusal alone does not."""

    def __init__(self, why: Refusal, fact: str = "") -> None:
        super().__init__(fact or why.message)
        self.why = why


def told(error: StationError) -> dict[str, str]:
    """An error of the station as the interface says it."""
    return {"code": error.code, "message": str(error), "remede": error.remedy}


def refusal(why: Refusal, fact: str = "", status: int = 0) -> JSONResponse:
    """The answer to a request that is refused."""
    body = {"code": why.code, "message": fact or why.message, "remede": why.remedy}
    return JSONResponse(body, status_code=status or why.status)


def explain_errors(app: FastAPI) -> None:
    """Make `app` answer every failure in the one form."""
    app.exception_handler(StationError)(_station)
    app.exception_handler(Refused)(_refused)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_routed)


def _station(_: Request, error: StationError) -> JSONResponse:
    found = (status for kind, status in _STATUS.items() if isinstance(error, kind))
    return JSONResponse(told(error), next(found, HTTPStatus.INTERNAL_SERVER_ERROR))


def _refused(request: Request, error: Refused) -> Response:
    """A page asked for without a session leads to the login, and from there back."""
    if error.why is NO_SESSION and request.method == "GET" and _is_page(request):
        there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/connexion?{urlencode({'retour': there})}", 303)
    return refusal(error.why, str(error))


def _is_page(request: Request) -> bool:
    return not request.url.path.startswith(("/api/", "/static/"))


def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
    """Name the first field that is wrong, never its value: it may be somebody's name."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return refusal(WRONG_REQUEST, f"{where}: {first['type']}")


def _routed(request: Request, error: HTTPException) -> JSONResponse:
    """What the framework refuses by itself: no such path, or not by this method."""
    fact = HTTPStatus(error.status_code).phrase.lower()
    malformed = error.status_code == HTTPStatus.BAD_REQUEST
    answer = refusal(WRONG_REQUEST if malformed else NOT_FOUND, fact, error.status_code)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["Allow"] = ", ".join(_methods(request))
    return answer


def _methods(request: Request) -> list[str]:
    """Every method of the address: the framework by itself names those of one route alone."""
    return [
        method
        for method in _METHODS
        for route in request.app.routes
        if route.matches({**request.scope, "method": method})[0] is Match.FULL
    ]
