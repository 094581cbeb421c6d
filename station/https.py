"""HTTPS with mutual TLS to one peer: a deadline on every call, a bound on every answer."""

from __future__ import annotations

import ssl
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from station.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from station.errors import StationError

_ANSWER = 3  # a whole answer takes at most so many silences, however it trickles
_HEADERS = ("Location", "Upload-Offset")  # all that is looked at: no encoding, no cookie


@dataclass(frozen=True, slots=True)
class Identity:
    """The files of one way: the authority that is trusted alone, and what the station shows."""

    ca: Path
    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is called, as errors name it; the error when no answer comes; bytes of an answer."""

    name: str
    unreachable: type[StationError]
    most: int = 64 * 1024


@contextmanager
def connect(url: str, identity: Identity, times: httpx.Timeout) -> Iterator[httpx.Client]:
    """An HTTPS client that shows the station's certificate and trusts one authority alone.

    Raises `ConfigError`.
    """
    try:
        context = ssl.create_default_context(cafile=str(identity.ca))
        context.load_cert_chain(str(identity.certificate), str(identity.key))
    except (OSError, ssl.SSLError) as error:
        raise ConfigError("the station's TLS key or certificates cannot be read") from error
    with httpx.Client(base_url=url, verify=context, timeout=times, trust_env=False) as client:
        yield client


def call(client: httpx.Client, request: httpx.Request, peer: Peer) -> httpx.Response:
    """Send `request`; raises `peer.unreachable` on no answer, 5xx or an answer too long."""
    try:
        response = client.send(request, stream=True)
        try:
            body = _bounded(response, (client.timeout.read or 0) * _ANSWER, peer)
        finally:
            response.close()
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
        raise peer.unreachable(_reason(error, peer)) from error
    if response.status_code >= 500:
        raise peer.unreachable(f"{peer.name} answers {response.status_code}")
    headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
    return httpx.Response(response.status_code, headers=headers, content=body)


def _bounded(response: httpx.Response, seconds: float, peer: Peer) -> bytes:
    body, deadline = b"", time.monotonic() + seconds
    for part in response.iter_raw():
        body += part
        if len(body) > peer.most or time.monotonic() > deadline:
            raise peer.unreachable(f"{peer.name} answers too much or too slowly")
    return body


def _reason(error: Exception, peer: Peer) -> str:
    """A network that is down and a peer that is another one are two different calls to make."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return f"the server does not show a certificate of {peer.name}"
    return f"no answer from {peer.name}: {type(error).__name__}"
