"""The way to the CERT: HTTPS with mutual TLS, a deadline on every call, one error for all."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx

from station import https
from station.errors import CentreError, CentreRefused, CentreUnreachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CONNECT, _SILENCE = 5.0, 20.0  # seconds: to connect, and without a byte
_FOR_NOW = {404, 408, 410, 423, 425, 429}  # asked again later, it may be a yes
_CERT = https.Peer("the CERT", CentreUnreachable)


@contextmanager
def connect(
    url: str, ca: Path, certificate: Path, key: Path, silence: float = _SILENCE
) -> Iterator[httpx.Client]:
    """An HTTPS client that shows the station's certificate and trusts `ca` alone.

    `silence` is the longest wait for the next byte, in seconds. Raises `ConfigError`.
    """
    times = httpx.Timeout(silence, connect=_CONNECT)
    with https.connect(url, https.Identity(ca, certificate, key), times) as client:
        yield client


def call(client: httpx.Client, request: httpx.Request) -> httpx.Response:
    """Send `request`; raises `CentreUnreachable` on no answer, 5xx or an answer too long."""
    return https.call(client, request, _CERT)


def refused(response: httpx.Response) -> CentreError:
    """The error of an answer that is no success.

    Final only with a code of the CERT: what a proxy says, or `404` to a forgotten upload, is not.
    """
    try:
        code = str(response.json()["code"])
    except (ValueError, KeyError, TypeError):
        code = ""
    final = 400 <= response.status_code < 500 and response.status_code not in _FOR_NOW
    if final and re.fullmatch(r"[A-Z0-9_]{1,64}", code):
        return CentreRefused(code)
    return CentreUnreachable(f"the CERT answers {response.status_code}")
