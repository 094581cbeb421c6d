"""Intake over HTTP: tus 1.0 (core, creation, checksum), receipts and decisions.

POST  /files                      Upload-Length, Upload-Metadata → 201 Location
HEAD  /files/{n}                  → 200 Upload-Offset
PATCH /files/{n}                  Upload-Offset, Upload-Checksum → 204 | 409 | 460
GET   /dossiers/{id}/accuse       → 200 JWS | 404 | 422 {code}
GET   /decisions?station&depuis   → 200 {decisions: [JWS]}, those of rank > depuis
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import secrets
from dataclasses import replace
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse

from simulators.cert.store import Upload
from station.seal import format as package

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from simulators.cert.centre import Centre
    from simulators.faults import Stock

_TUS = {"Tus-Resumable": "1.0.0"}
_OPTIONS = {
    **_TUS,
    "Tus-Version": "1.0.0",
    "Tus-Extension": "creation,checksum",
    "Tus-Checksum-Algorithm": "sha256",
    "Tus-Max-Size": str(package.MAX_PACKAGE),
}
_ANNOUNCED = {
    "dossier": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "sha256": r"[0-9a-f]{64}",
    "station": r"[0-9A-B]{5}-[0-9]{2}",
}
_MAX_PART = 4 * 1024 * 1024
_OTHER = "0" * 64
_SLOW = 1.0  # seconds


@unique
class CertFault(StrEnum):
    """What a CERT can do wrong; each is spent once."""

    ERROR_500 = "error-500"
    SLOW = "slow"
    CUT = "cut"  # half a part is kept, then the connection is dropped
    LOSE_PART = "lose-part"  # answers as if the bytes had been damaged on the way
    WRONG_KEY = "wrong-key"
    OTHER_PACKAGE = "other-package"
    GARBAGE_RECEIPT = "garbage-receipt"
    FORGED_DECISION = "forged-decision"


class Intake:
    """The routes; `impostor` signs when WRONG_KEY is armed."""

    def __init__(self, centre: Centre, faults: Stock[CertFault], impostor: Centre) -> None:
        self._centre, self._faults, self._impostor = centre, faults, impostor

    def app(self) -> FastAPI:
        """The application that uvicorn serves."""
        app = FastAPI(title="CERT (simulation)", docs_url=None, redoc_url=None)
        disturbed = [Depends(self._disturb)]
        for method, path, route in (
            ("OPTIONS", "/files", self.options),
            ("POST", "/files", self.create),
            ("HEAD", "/files/{number}", self.where),
            ("PATCH", "/files/{number}", self.append),
            ("GET", "/dossiers/{dossier}/accuse", self.receipt),
            ("GET", "/decisions", self.decisions),
        ):
            app.add_api_route(
                path, route, methods=[method], dependencies=disturbed, response_model=None
            )
        return app

    async def _disturb(self, request: Request) -> None:
        if self._faults.spend(CertFault.ERROR_500):
            raise HTTPException(500)
        if self._faults.spend(CertFault.SLOW):
            await asyncio.sleep(_SLOW)
        if request.headers.get("Tus-Resumable") != "1.0.0" and request.url.path.startswith(
            "/files"
        ):
            raise HTTPException(412, headers={"Tus-Version": "1.0.0"})

    def options(self) -> Response:
        """What this server speaks."""
        return Response(status_code=204, headers=_OPTIONS)

    def create(self, request: Request) -> Response:
        """Begin an upload; refuses a dossier that was taken before with other bytes."""
        try:
            upload = _announced(request)
        except (ValueError, KeyError):
            return _refusal(400, "ANNONCE_INVALIDE")
        if upload.length > package.MAX_PACKAGE:
            return _refusal(413, "DOSSIER_TROP_GRAND")
        known = self._centre.store.received(upload.dossier)
        if known is not None and known.refus is None and known.sha256 != upload.sha256:
            return _refusal(409, "DOSSIER_DEJA_RECU")
        self._centre.store.add_upload(upload)
        return Response(status_code=201, headers={**_TUS, "Location": f"/files/{upload.id}"})

    def where(self, number: str) -> Response:
        """How far an upload has come."""
        upload = self._centre.store.upload(number)
        if upload is None:
            return Response(status_code=404, headers=_TUS)
        return _at(200, self._reached(upload))

    async def append(self, number: str, request: Request) -> Response:
        """Take bytes of an upload at the offset reached; the last ones complete the dossier."""
        upload = self._centre.store.upload(number)
        if upload is None:
            return _refusal(404, "ENVOI_INCONNU")
        offset = self._reached(upload)
        if request.headers.get("Upload-Offset") != str(offset):
            return _at(409, offset)
        data = await _body(request)
        if data is None or offset + len(data) > upload.length:
            return _refusal(413, "DOSSIER_TROP_GRAND")
        if not _sound(data, request) or self._faults.spend(CertFault.LOSE_PART):
            return _at(460, offset)
        if self._faults.spend(CertFault.CUT):
            self._centre.store.add_part(number, offset, data[: len(data) // 2])
            return StreamingResponse(_broken(), headers={"Content-Length": "9"})
        self._centre.store.add_part(number, offset, data)
        if offset + len(data) == upload.length:
            await asyncio.to_thread(self._centre.receive, upload)
        return _at(204, offset + len(data))

    def receipt(self, dossier: str) -> Response:
        """The signed acknowledgement, or the code of a refusal."""
        received = self._centre.store.received(dossier)
        if received is None:
            return _refusal(404, "DOSSIER_INCONNU")
        if received.refus is not None:
            return _refusal(422, received.refus)
        if self._faults.spend(CertFault.GARBAGE_RECEIPT):
            return PlainTextResponse("accusé")
        if self._faults.spend(CertFault.OTHER_PACKAGE):
            received = replace(received, sha256=_OTHER)
        wrong = self._faults.spend(CertFault.WRONG_KEY)
        return PlainTextResponse((self._impostor if wrong else self._centre).receipt(received))

    def decisions(self, station: str, depuis: int) -> Response:
        """The signed outcomes of a station's dossiers, oldest first."""
        wrong = self._faults.spend(CertFault.FORGED_DECISION)
        signer = self._impostor if wrong else self._centre
        found = self._centre.store.outcomes(station, depuis)
        return JSONResponse({"decisions": [signer.decision(outcome) for outcome in found]})

    def _reached(self, upload: Upload) -> int:
        """Bytes that are here: all of them once the dossier was taken."""
        known = self._centre.store.received(upload.dossier)
        whole = known is not None and known.refus is None and known.sha256 == upload.sha256
        return upload.length if whole else self._centre.store.offset(upload.id)


async def _broken() -> AsyncIterator[bytes]:
    """A body that ends before its length: the connection drops."""
    yield b"coupe"
    raise ConnectionAbortedError


def _announced(request: Request) -> Upload:
    metadata = {}
    for pair in request.headers["Upload-Metadata"].split(","):
        name, _, value = pair.strip().partition(" ")
        metadata[name] = base64.b64decode(value, validate=True).decode()
    length = int(request.headers["Upload-Length"])
    dossier, sha256, station = said = tuple(metadata[name] for name in _ANNOUNCED)
    if length <= 0 or not all(map(re.fullmatch, _ANNOUNCED.values(), said)):
        raise ValueError("announcement")
    return Upload(secrets.token_hex(16), dossier, sha256, station, length)


async def _body(request: Request) -> bytes | None:
    """The part that is sent; None when it is longer than any part may be."""
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > _MAX_PART:
            return None
    return bytes(data)


def _sound(data: bytes, request: Request) -> bool:
    algorithm, _, value = request.headers.get("Upload-Checksum", "").partition(" ")
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    return bool(data) and (algorithm, value) == ("sha256", digest)


def _at(status: int, offset: int) -> Response:
    headers = {**_TUS, "Upload-Offset": str(offset), "Cache-Control": "no-store"}
    return Response(status_code=status, headers=headers)


def _refusal(status: int, code: str) -> JSONResponse:
    return JSONResponse({"code": code}, status_code=status, headers=_TUS)
