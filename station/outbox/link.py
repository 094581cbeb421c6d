"""The way to the CERT: HTTPS with mutual TLS, a deadline on every call, one error for all."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx

from station.errors import CentreRefused, CentreUnreachable, ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TIMES = httpx.Timeout(20.0, connect=5.0)
_MAX_BODY = 64 * 1024  # bytes of an answer
_MAX_CODE = 64  # characters


@contextmanager
def connect(url: str, ca: Path, certificate: Path, key: Path) -> Iterator[httpx.Client]:
    """An HTTPS client that shows the station's certificate and trusts `ca` alone."""
    try:
        context = ssl.create_default_context(cafile=str(ca))
        context.load_cert_chain(str(certificate), str(key))
    except (OSError, ssl.SSLError) as error:
        raise ConfigError("the station's TLS key or certificates cannot be read") from error
    with httpx.Client(base_url=url, verify=context, timeout=_TIMES, trust_env=False) as client:
        yield client


def call(client: httpx.Client, request: httpx.Request) -> httpx.Response:
    """Send `request`; raises `CentreUnreachable` on no answer, 5xx or an answer too long."""
    try:
        response = client.send(request, stream=True)
        with_body = b""
        try:
            for part in response.iter_bytes():
                with_body += part
                if len(with_body) > _MAX_BODY:
                    raise CentreUnreachable("the CERT answers too much")
        finally:
            response.close()
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
        raise CentreUnreachable(f"no answer from the CERT: {type(error).__name__}") from error
    if response.status_code >= 500:
        raise CentreUnreachable(f"the CERT answers {response.status_code}")
    return httpx.Response(response.status_code, headers=response.headers, content=with_body)


def refused(response: httpx.Response) -> CentreRefused:
    """The error of a final refusal, with the CERT's own code when it is one."""
    try:
        code = str(response.json()["code"])[:_MAX_CODE]
    except (ValueError, KeyError, TypeError):
        code = ""
    if not code.replace("_", "").isalnum():
        code = f"HTTP_{response.status_code}"
    return CentreRefused(code)
