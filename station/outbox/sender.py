"""Upload by tus 1.0 (core, creation, checksum): resumed at the byte the CERT has."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from station.errors import CentreRefused, CentreUnreachable
from station.outbox.cycle import WAITING, Etat
from station.outbox.link import call, refused

if TYPE_CHECKING:
    import random

    import httpx

    from station.outbox.store import Outbox
    from station.outbox.tables import Entry

CHUNK = 256 * 1024  # bytes
_VERSION = {"Tus-Resumable": "1.0.0"}
_MAX_PATH = 200  # characters
_MAX_STALLS = 3  # chunks in a row that the CERT does not keep
_BACK_OFF = (2.0, 300.0)  # seconds: first and longest wait between two tries


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends what is in `outbox` through `client`, in the name of `station`."""

    outbox: Outbox
    client: httpx.Client
    station: str
    chunk: int = CHUNK

    def send(self, entry: Entry) -> str:
        """Upload the package of `entry` and return the CERT's receipt, not yet verified.

        Raises `CentreUnreachable` (to be tried again: the package is kept) or `CentreRefused`
        (final: kept, with its code).
        """
        try:
            blob = self.outbox.blob(entry.id)
            upload, offset = self._resume(entry)
            self._upload(upload, offset, blob)
            self.outbox.note(entry.id, WAITING, state=Etat.TRANSMIS)
            return self._receipt(entry)
        except CentreUnreachable as error:
            self.outbox.note(entry.id, tries=entry.tries + 1, code=error.code)
            raise
        except CentreRefused as error:
            self.outbox.refuse(entry.id, str(error))
            raise

    def _resume(self, entry: Entry) -> tuple[str, int]:
        """Where to go on: an upload at the CERT and the byte it waits for."""
        if entry.upload is not None:
            head = self._call("HEAD", entry.upload, {})
            if head.status_code == 200:
                return entry.upload, _offset(head, entry.size)
        return self._create(entry), 0

    def _create(self, entry: Entry) -> str:
        metadata = {"dossier": str(entry.id), "sha256": entry.sha256, "station": self.station}
        coded = (f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in metadata.items())
        headers = {"Upload-Length": str(entry.size), "Upload-Metadata": ",".join(coded)}
        response = self._call("POST", "/files", headers)
        if response.status_code != 201:
            raise refused(response)
        path = _place(response)
        self.outbox.note(entry.id, upload=path)
        return path

    def _upload(self, upload: str, offset: int, blob: bytes) -> None:
        stalls = 0
        while offset < len(blob):
            reached = self._patch(upload, offset, blob[offset : offset + self.chunk], len(blob))
            stalls = 0 if reached > offset else stalls + 1
            if stalls == _MAX_STALLS:
                raise CentreUnreachable("the CERT does not keep what is sent")
            offset = reached

    def _patch(self, upload: str, offset: int, part: bytes, size: int) -> int:
        digest = base64.b64encode(hashlib.sha256(part).digest()).decode()
        headers = {
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha256 {digest}",
        }
        response = self._call("PATCH", upload, headers, part)
        if response.status_code == 204:
            return _offset(response, size)
        if response.status_code in {409, 460}:  # another offset; damaged on the way
            return _offset(self._call("HEAD", upload, {}), size)
        raise refused(response)

    def _receipt(self, entry: Entry) -> str:
        response = self._call("GET", f"/dossiers/{entry.id}/accuse", {})
        if response.status_code == 200:
            return str(response.text)
        if response.status_code in {202, 404}:
            raise CentreUnreachable("the CERT has not acknowledged yet")
        raise refused(response)

    def _call(
        self, method: str, path: str, headers: dict[str, str], content: bytes | None = None
    ) -> httpx.Response:
        request = self.client.build_request(
            method, path, headers={**_VERSION, **headers}, content=content
        )
        return call(self.client, request)


def _place(response: httpx.Response) -> str:
    """The path of the upload: the host stays the one of the settings, whatever is answered."""
    try:
        path = str(urlsplit(response.headers.get("Location", "")).path)
    except ValueError:
        path = ""
    if not path.startswith("/files/") or len(path) > _MAX_PATH:
        raise CentreUnreachable("the CERT gives no place for the upload")
    return path


def _offset(response: httpx.Response, size: int) -> int:
    text = response.headers.get("Upload-Offset", "")
    if response.status_code >= 400 or not text.isdecimal() or int(text) > size:
        raise CentreUnreachable("the CERT gives no sound offset")
    return int(text)


def back_off(tries: int, chance: random.Random) -> float:
    """Seconds to wait after `tries` failures: doubled each time, bounded, with full jitter."""
    first, longest = _BACK_OFF
    return chance.uniform(first, min(longest, first * 2 ** min(tries, 16)))
