"""HTTP or HTTPS to one device, over httpx: every step bounded in time and in bytes.

Each request has a connection of its own, no redirect is followed, no proxy asked, nothing
unpacked. Waiting ends early when the caller's `check` raises: the connection is then closed,
which an HTTP library that blocks cannot do; hence its asynchronous client, in a loop of our own.

A device signs its own certificate. It is known by the SHA-256 of it (DER), given in the settings:
the certificate is fetched once, compared, and from then on the only one TLS accepts.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
import re
import ssl
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import httpx

from station.errors import CertificateUnknown, DeviceLost, DeviceSilent, ProtocolError
from station.log import TRAFFIC

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

logger = logging.getLogger(__name__)

_POLL = 0.05  # seconds; bounds how late a cancellation is noticed
_CONNECT = 3.0  # seconds
_ANY_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME: the clock of a scanner is anything
_LIMITS = httpx.Limits(max_connections=4, max_keepalive_connections=0)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a device listens; `fingerprint` is the SHA-256 of its certificate, in hex."""

    host: str
    port: int
    tls: bool
    fingerprint: str = ""

    @property
    def url(self) -> str:
        """What requests begin with."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; its answer is due within `seconds` and `most` bytes, `silence` between two."""

    method: str
    path: str
    body: bytes = field(default=b"", repr=False)
    seconds: float = 5.0
    silence: float = math.inf
    most: int = 1 << 18


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class HttpDevice:
    """One device; `with` opens nothing but the means to ask."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: httpx.AsyncClient | None = None

    def __enter__(self) -> Self:
        """Raises `DeviceLost`, `DeviceSilent` or `CertificateUnknown` for a pinned device."""
        verify = _context(self._origin)
        self._client = httpx.AsyncClient(
            base_url=self._origin.url,
            verify=verify,
            timeout=httpx.Timeout(None, connect=_CONNECT),  # `Ask.seconds` bounds the rest
            limits=_LIMITS,
            trust_env=False,
            headers={"Accept-Encoding": "identity", "User-Agent": "dr-station"},
        )
        self._loop = asyncio.new_event_loop()
        return self

    def __exit__(self, *exc: object) -> None:
        loop, client, self._loop, self._client = self._loop, self._client, None, None
        if loop is not None and client is not None:
            loop.run_until_complete(client.aclose())
            loop.close()

    def ask(
        self,
        ask: Ask,
        check: Callable[[], None] = lambda: None,
        heard: Callable[[int, int | None], None] = lambda got, due: None,  # noqa: ARG005
    ) -> Answer:
        """The answer to one request, whatever its status.

        `check` is called all the while and may raise to end the waiting; `heard` gets the bytes
        of the body so far and how many are due. Raises `DeviceLost`, `DeviceSilent` past the
        deadline, `ProtocolError` for what is no HTTP or too long.
        """
        if self._loop is None:
            raise DeviceLost("the device is closed")
        return self._loop.run_until_complete(self._watched(ask, check, heard))

    async def _watched(
        self, ask: Ask, check: Callable[[], None], heard: Callable[[int, int | None], None]
    ) -> Answer:
        begun = last = time.monotonic()

        def hear(got: int, due: int | None) -> None:
            nonlocal last
            last = time.monotonic()
            heard(got, due)

        exchange = asyncio.ensure_future(self._exchange(ask, hear))
        try:
            while not (await asyncio.wait({exchange}, timeout=_POLL))[0]:
                check()
                now = time.monotonic()
                if now - begun > ask.seconds or now - last > ask.silence:
                    raise DeviceSilent(f"{ask.method}: no answer for {now - last:.0f} s")
            return exchange.result()
        finally:
            exchange.cancel()
            await asyncio.gather(exchange, return_exceptions=True)

    async def _exchange(self, ask: Ask, heard: Callable[[int, int | None], None]) -> Answer:
        assert self._client is not None  # noqa: S101 (the loop and it come and go together)
        headers = {"Content-Type": "text/xml"} if ask.body else {}
        request = self._client.build_request(
            ask.method, ask.path, content=ask.body or None, headers=headers
        )
        try:
            answer = await self._client.send(request, stream=True)
            try:
                body = await _body(answer, ask.most, heard)
            finally:
                await answer.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
            raise _translated(error) from error
        logger.log(TRAFFIC, "%s: %d, %d bytes", ask.method, answer.status_code, len(body))
        return Answer(answer.status_code, dict(answer.headers), body)


async def _body(
    answer: httpx.Response, most: int, heard: Callable[[int, int | None], None]
) -> bytes:
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise ProtocolError("a packed answer, which was not asked for")
    announced = answer.headers.get("content-length", "")
    due = int(announced) if re.fullmatch(r"\d{1,15}", announced, re.ASCII) else None
    if due is not None and due > most:
        raise ProtocolError(f"an answer that announces more than {most} bytes")
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > most:
            raise ProtocolError(f"an answer of more than {most} bytes")
        heard(len(body), due)
    return bytes(body)


def _translated(error: Exception) -> Exception:
    """An error of httpx as one of a device."""
    if isinstance(error, httpx.TimeoutException):
        return DeviceSilent("the device does not take connections")
    if isinstance(error, httpx.RemoteProtocolError):
        text = str(error)
        if "disconnected" in text or "closed connection" in text:
            return DeviceLost("the device broke the connection")
        return ProtocolError("the answer is not HTTP")
    if isinstance(error, httpx.InvalidURL | httpx.LocalProtocolError | ValueError):
        return ProtocolError(f"not HTTP that can be used: {type(error).__name__}")
    return _unreachable(error)


def _unreachable(error: Exception) -> Exception:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CertificateUnknown("the device shows another certificate than the one expected")
        cause = cause.__cause__ or cause.__context__
    return DeviceLost("the device cannot be reached")


def _context(origin: Origin) -> ssl.SSLContext | bool:
    """What TLS accepts: the certificate of the settings alone, or what public authorities vouch."""
    if not (origin.tls and origin.fingerprint):
        return origin.tls
    try:
        pem = ssl.get_server_certificate((origin.host, origin.port), timeout=_CONNECT)
    except TimeoutError as error:
        raise DeviceSilent("the device does not take connections") from error
    except (OSError, ValueError) as error:
        raise DeviceLost("the device cannot be reached over TLS") from error
    found = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
    if found != origin.fingerprint:
        raise CertificateUnknown(f"the certificate of the device has the fingerprint {found}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # the fingerprint says more than a name
    context.load_verify_locations(cadata=pem)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | _ANY_TIME
    return context
