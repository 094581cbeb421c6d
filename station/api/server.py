"""uvicorn on loopback, and everything the interface needs, opened and closed together."""

from __future__ import annotations

import random
import re
import secrets
import socket
import threading
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import uvicorn

from station.api.app import create_app
from station.bench.bench import Bench
from station.cert.client import keep_exchanging
from station.cert.connection import delivering
from station.cert.liaison import Liaison
from station.dossier import files
from station.errors import ConfigError
from station.guichet.envois import Envois
from station.guichet.guichet import Guichet
from station.guichet.lecteur import Lecteur
from station.guichet.sources import sources
from station.guichet.veille import Veille
from station.opening import Station

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

    from station.config import Settings
    from station.outbox.delivery import Delivery
    from station.predemande.agenda import Agenda

_MAX_TOKEN = 128  # bytes
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)
_START = 10.0  # seconds
_TICK = 0.01


def poste_token(data: Path) -> str:
    """The token of this post, made once: a page that was open before a crash is known again.

    It lies beside the keys of the station, readable by its user alone. Raises `StorageError`.
    """
    files.make_folder(data)
    path = data / "poste.jeton"
    known = files.read(path, _MAX_TOKEN).decode("ascii", "replace").strip()
    if _TOKEN.fullmatch(known):
        return known
    token = secrets.token_urlsafe(24)
    files.replace(path, token.encode())
    return token


@contextmanager
def listening(settings: Settings, token: str, port: int) -> Iterator[str]:
    """The URL of the running interface; dossiers are sent and the day is kept meanwhile."""
    with (
        at_work(settings) as (guichet, veille),
        serving(create_app(guichet, veille, token), port) as url,
    ):
        yield url


@contextmanager
def at_work(settings: Settings) -> Iterator[tuple[Guichet, Veille]]:
    """Everything behind the interface, opened and closed together."""
    with (
        Bench(settings.devices) as bench,
        delivering(settings) as delivery,
        sources(settings) as asked,
    ):
        station = Station(settings, bench, delivery.sender.outbox)
        with (
            Guichet(station, sources=asked) as guichet,
            Lecteur(guichet),
            Veille(station, guichet.nouvelles, guichet.horloge) as veille,
            Envois(station.outbox, guichet.nouvelles),
            _background(asked.agenda, delivery, guichet.liaison),
        ):
            yield guichet, veille


@contextmanager
def _background(online: Agenda | None, delivery: Delivery, liaison: Liaison) -> Iterator[None]:
    """What runs beside the interface; the sender sends at once when `liaison` is woken."""
    stop = threading.Event()
    works = [partial(keep_exchanging, delivery, liaison, random.SystemRandom())]
    if online is not None:
        works.append(partial(online.keep, stop))
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        liaison.stop()
        for thread in threads:
            thread.join(_START)


@contextmanager
def serving(app: FastAPI, port: int) -> Iterator[str]:
    """The URL of `app` on loopback; 0 takes a free port. Raises `ConfigError` if it is taken."""
    with _bound(port) as listener:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                lifespan="off",
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            _started(server)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(_START)


def _bound(port: int) -> socket.socket:
    # asyncio turns the delay of small packets (40 ms) off only for a socket that says TCP
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise ConfigError(f"port {port} is taken") from error
    return listener


def _started(server: uvicorn.Server) -> None:
    deadline = time.monotonic() + _START
    while not server.started:
        if time.monotonic() > deadline:
            raise ConfigError("the interface did not start")
        time.sleep(_TICK)
