"""One request on a connection of its own, whatever a listener of this computer answers."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from drivers.transport.http_link import Exchange, Request, open_ports
from station.errors import DeviceLost, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMIT = 100_000  # bytes
WAIT = 20.0  # seconds


@contextmanager
def listener(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port whose only client gets `answer`."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                line, _ = server.accept()
                with line:
                    line.recv(65_536)
                    answer(line)

        thread = threading.Thread(target=serve)
        thread.start()
        yield int(server.getsockname()[1])
    thread.join(WAIT)


def request(port: int) -> Request:
    return Request(port, "RCAPTURE", "/capture", b"{}", LIMIT)


def heard(exchange: Exchange) -> None:
    deadline = time.monotonic() + WAIT
    while not exchange.done and time.monotonic() < deadline:
        exchange.wait()


def flood(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(1000):
        line.sendall(b"A" * 65_536)


def test_an_answer_without_end_is_given_up_and_forgotten() -> None:
    with listener(flood) as port, Exchange(request(port)) as exchange:
        with pytest.raises(ProtocolError, match="more than 100000 bytes"):
            heard(exchange)
        assert exchange.body() + exchange.stray() == b""
        exchange.drain()
        assert exchange.body() + exchange.stray() == b""


def test_what_comes_after_the_message_is_told_apart() -> None:
    def answer(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}stray")

    with listener(answer) as port, Exchange(request(port)) as exchange:
        heard(exchange)
        assert (exchange.status, exchange.flaw) == (200, "")
        assert (exchange.body(), exchange.stray()) == (b"{}", b"stray")


def test_a_head_beyond_its_bound_is_not_http() -> None:
    def answer(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nX-Mood: " + b"c" * 60_000)

    with listener(answer) as port, Exchange(request(port)) as exchange:
        heard(exchange)
        assert (exchange.status, exchange.flaw) == (None, "not HTTP")


def test_a_request_is_sent_in_one_piece_with_its_length() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
        with Exchange(request(port)):
            line, _ = server.accept()
            with line:
                sent = line.recv(65_536)
    head, _, body = sent.partition(b"\r\n\r\n")
    assert head.startswith(b"RCAPTURE /capture HTTP/1.1\r\n")
    assert b"Content-Length: 2" in head
    assert f"Host: 127.0.0.1:{port}".encode() in head
    assert body == b"{}"


def test_a_closed_port_is_a_lost_device() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
        assert open_ports([port]) == (port,)
    assert open_ports([port]) == ()
    with pytest.raises(DeviceLost), Exchange(request(port)):
        pass
