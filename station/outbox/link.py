"""The way to the CERT: HTTPS with mutual TLS, a deadline on every call, one error for all."""

from __future__ import annotations

import re
import ssl
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx

from station.errors import CentreError, CentreRefused, CentreUnreachable, ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CONNECT, _SILENCE = 5.0, 20.0  # seconds: to connect, and without a byte
_ANSWER = 3  # a whole answer takes at most so many silences, however it trickles
_MAX_BODY = 64 * 1024  # bytes of an answer
_HEADERS = ("Location", "Upload-Offset")  # all that is looked at: no encoding, no cookie
_FOR_NOW = {404, 408, 410, 423, 425, 429}  # asked again later, it may be a yes


@contextmanager
def connect(
    url: str, ca: Path, certificate: Path, key: Path, silence: float = _SILENCE
) -> Iterator[httpx.Client]:
    """An HTTPS client that shows the station's certificate and trusts `ca` alone.

    `silence` is the longest wait for the next byte, in seconds. Raises `ConfigError`.
    """
    try:
        context = ssl.create_default_context(cafile=str(ca))
        context.load_cert_chain(str(certificate), str(key))
    except (OSError, ssl.SSLError) as error:
        raise ConfigError("the station's TLS key or certificates cannot be read") from error
    times = httpx.Timeout(silence, connect=_CONNECT)
    with httpx.Client(base_url=url, verify=context, timeout=times, trust_env=False) as client:
        yield client


def call(client: httpx.Client, request: httpx.Request) -> httpx.Response:
    """Send `request`; raises `CentreUnreachable` on no answer, 5xx or an answer too long."""
    try:
        response = client.send(request, stream=True)
        try:
            body = _bounded(response, (client.timeout.read or _SILENCE) * _ANSWER)
        finally:
            response.close()
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
        raise CentreUnreachable(_reason(error)) from error
    if response.status_code >= 500:
        raise CentreUnreachable(f"the CERT answers {response.status_code}")
    headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
    return httpx.Response(response.status_code, headers=headers, content=body)


def _bounded(response: httpx.Response, seconds: float) -> bytes:
    body, deadline = b"", time.monotonic() + seconds
    for part in response.iter_raw():
        body += part
        if len(body) > _MAX_BODY or time.monotonic() > deadline:
            raise CentreUnreachable("the CERT answers too much or too slowly")
    return body


def _reason(error: Exception) -> str:
    """A network that is down and a CERT that is not the CERT are two different calls to make."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "the server does not show a certificate of the CERT"
    return f"no answer from the CERT: {type(error).__name__}"


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
