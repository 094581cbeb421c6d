"""Hostile input: a sentence each, nothing lost, the station goes on and its memory has a bound."""

from __future__ import annotations

import socket
import struct
import time
import zlib
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest

from station.api.arrivals import AT_ONCE, SECONDS
from tests.web.agents import begin, fill, login, task
from tests.web.browser.served import Served, until
from tests.web.dossier_entier import capture_all, confirm, seal, type_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulators.lab import Laboratory

_JSON = {"Content-Type": "application/json"}
_BYTES = {"Content-Type": "application/octet-stream"}
_MEGA = 1024 * 1024
NOM = "usager.nom_famille"


@pytest.fixture(scope="module")
def station(laboratory: Laboratory) -> Iterator[Served]:
    """A process of its own: its memory and its disk are looked at, and taken away."""
    with Served(laboratory.config) as station:
        yield station
    assert not station.tracebacks()


@pytest.fixture
def client(station: Served, laboratory: Laboratory) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=station.url, timeout=60) as client:
        assert login(client, laboratory.pin, station.token).is_success
        yield client


def held(client: httpx.Client, dossier: str) -> str:
    """The family name as the page shows it."""
    page = client.get(f"/dossiers/{dossier}/etat-civil").text
    return page.split(f'name="{NOM}"')[1].split('value="')[1].split('"')[0]


@pytest.mark.parametrize(
    "body",
    [
        b'{"valeur":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"valeur":"\xff\xfe"}',
        b'{"valeur":"\\ud800"}',
        b'{"valeur":NaN}',
        b'{"valeur":' + b"9" * 6_000 + b"}",
        b'{"valeur":"' + b"A" * 2_000_000 + b'"}',
        b"",
    ],
    ids=["deep", "deeper", "no-utf8", "half-a-pair", "nan", "huge-number", "2-MB", "empty"],
)
def test_a_body_that_is_none_is_refused_in_french_and_the_field_stays(
    client: httpx.Client, body: bytes
) -> None:
    dossier = begin(client)
    assert fill(client, dossier, NOM, "SPECIMEN").is_success
    answer = client.put(f"/api/dossiers/{dossier}/champs/{NOM}", content=body, headers=_JSON)
    assert answer.status_code in {400, 413, 422}
    assert answer.json()["code"] in {"API-005", "API-006"}
    assert answer.json()["remede"].endswith(".")
    assert held(client, dossier) == "SPECIMEN"


@pytest.mark.parametrize(
    ("nom", "texte", "said"),
    [
        (NOM, "A\u202eB", "invisible"),
        (NOM, "A\u200bB", "invisible"),
        (NOM, "A\x00B", "invisible"),
        (NOM, "A\tB", "invisible"),
        (NOM, "Z\u0335\u0321" * 8, "état civil"),
        (NOM, "Иван", "état civil"),
        (NOM, "--", "état civil"),
        (NOM, "A" * 200, "trop long"),
        ("usager.date_naissance", "30/02/1980", "n’existe pas"),
        ("usager.date_naissance", "12/00/1950", "n’existe pas"),
        ("usager.date_naissance", "31/12/9999", "n’existe pas"),
        ("usager.taille_cm", "9" * 900, ""),
    ],
)
def test_a_wrong_text_is_kept_and_said(
    client: httpx.Client, nom: str, texte: str, said: str
) -> None:
    champ = fill(client, begin(client), nom, texte).json()["champ"]
    assert champ["valeur"] == texte
    assert said in champ["faute"]
    assert champ["faute"].endswith(".")


@pytest.mark.parametrize(
    ("nom", "texte"),
    [
        (NOM, "ÇÀÂÄÉÈÊËÎÏÔÖÙÛÜŸÆŒÑ"),
        (NOM, "D’ARC-L'ÉPÉE"),
        (NOM, "E\u0301LOI"),  # decomposed: composed on its way in
        ("usager.date_naissance", "00/00/1950"),
        ("usager.date_naissance", "00/05/1950"),
        ("usager.date_naissance", "1950"),
        ("usager.lieu_naissance.libelle", "inconnu"),
    ],
)
def test_what_the_civil_status_admits_is_taken(client: httpx.Client, nom: str, texte: str) -> None:
    assert fill(client, begin(client), nom, texte).json()["champ"]["faute"] == ""


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _bomb(side: int = 30_000) -> bytes:
    """A PNG of 100 kB that unfolds to 900 million pixels."""
    rows, squeeze = b"\0" * (1 + side // 8 + 1), zlib.compressobj(9)
    data = b"".join(squeeze.compress(rows) for _ in range(side)) + squeeze.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data)


@pytest.mark.parametrize(
    "data",
    [_bomb(), b"\0\0\0\x18ftypheic" + b"\0" * 500, b"<svg/>", b"PK\3\4" + b"\0" * 99, b""],
    ids=["bomb", "heic", "svg", "zip", "empty"],
)
def test_a_file_that_is_no_page_costs_nothing(
    client: httpx.Client, station: Served, data: bytes
) -> None:
    process = psutil.Process(station.pid)
    path = f"/api/dossiers/{begin(client)}/pieces/JUSTIF_DOMICILE/fichier"
    before = process.memory_info().rss
    end = task(client, client.post(path, content=data, headers=_BYTES))
    assert end["code"] == "INP-001"
    assert process.memory_info().rss - before < 50 * _MEGA


def test_a_file_of_100_megabytes_is_refused_before_it_is_read(
    client: httpx.Client, station: Served
) -> None:
    process = psutil.Process(station.pid)
    path = f"/api/dossiers/{begin(client)}/pieces/JUSTIF_DOMICILE/fichier"
    before = process.memory_info().rss
    answer = client.post(path, content=b"%PDF-" + bytes(100_000_000), headers=_BYTES)
    assert (answer.status_code, answer.json()["code"]) == (413, "API-006")
    assert "numériser le papier" in answer.json()["remede"]
    assert process.memory_info().rss - before < 50 * _MEGA


def _half(station: Served, path: str) -> socket.socket:
    """An upload that stops in the middle; nobody has logged in."""
    host = station.url.removeprefix("http://")
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 10000000\r\n\r\n"
    line = socket.create_connection((host.split(":")[0], int(host.split(":")[1])))
    line.settimeout(10)
    line.sendall(head.encode() + bytes(64))
    return line


def _taken(client: httpx.Client, path: str) -> bool:
    """Whether the station takes one file more."""
    return client.post(path, content=b"x", headers=_BYTES).status_code == 202


def test_half_uploads_hold_no_more_than_a_few_files_and_let_go(
    client: httpx.Client, station: Served
) -> None:
    dossier = begin(client)
    path = f"/api/dossiers/{dossier}/pieces/JUSTIF_DOMICILE/fichier"
    process = psutil.Process(station.pid)
    with ExitStack() as lines:
        waiting = [lines.enter_context(_half(station, path)) for _ in range(AT_ONCE)]
        busy: dict[str, str] = {}

        def refused() -> bool | None:  # until then a file before it may still be judged
            busy.update(client.post(path, content=b"x", headers=_BYTES).json())
            return busy.get("code") == "API-009" or None

        until(refused, "a file more was taken")
        assert busy["remede"].endswith(".")
        before = process.memory_info().rss
        for _ in range(60):
            more = lines.enter_context(_half(station, path))
            with suppress(OSError):  # refused: it may be closed already
                more.sendall(bytes(4_000_000))
        assert process.memory_info().rss - before < 100 * _MEGA
        assert fill(client, dossier, NOM, "SPECIMEN").is_success
        assert len(waiting) == AT_ONCE

    until(lambda: _taken(client, path) or None, "the station takes no file any more")


def test_uploads_that_never_end_are_given_up_by_themselves(
    client: httpx.Client, station: Served
) -> None:
    path = f"/api/dossiers/{begin(client)}/pieces/JUSTIF_DOMICILE/fichier"

    with ExitStack() as lines:
        waiting = [lines.enter_context(_half(station, path)) for _ in range(AT_ONCE)]
        until(lambda: not _taken(client, path) or None, "a file more was taken")
        again = "the station takes no file any more"
        until(lambda: _taken(client, path) or None, again, 2 * SECONDS)
        for line in waiting:
            assert line.recv(12) == b"HTTP/1.1 400", "still held"


def test_slow_clients_keep_nobody_waiting(client: httpx.Client, station: Served) -> None:
    dossier = begin(client)
    host = station.url.removeprefix("http://")
    address = (host.split(":")[0], int(host.split(":")[1]))
    with ExitStack() as lines:
        for rank in range(200):
            line = lines.enter_context(socket.create_connection(address))
            begun = "POST /api/session" if rank % 2 else "GET /connexion"
            line.sendall(
                f"{begun} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 60000\r\nX-".encode()
            )
        start = time.monotonic()
        assert fill(client, dossier, NOM, "SPECIMEN").is_success
        assert time.monotonic() - start < 2.0


@contextmanager
def full(station: Served) -> Iterator[None]:
    """Every write of the station fails meanwhile."""
    process = psutil.Process(station.pid)
    free = process.rlimit(psutil.RLIMIT_FSIZE)
    process.rlimit(psutil.RLIMIT_FSIZE, (0, free[1]))
    try:
        yield
    finally:
        process.rlimit(psutil.RLIMIT_FSIZE, free)


def test_a_full_disk_is_said_and_loses_nothing(client: httpx.Client, station: Served) -> None:
    dossier = begin(client)
    assert fill(client, dossier, NOM, "SPECIMEN").is_success
    with full(station):
        answer = fill(client, dossier, NOM, "AUTRE")
        assert answer.status_code == 507, answer.text
        assert answer.json()["remede"].endswith(".")
        assert held(client, dossier) == "SPECIMEN"
    assert fill(client, dossier, NOM, "AUTRE").is_success
    assert held(client, dossier) == "AUTRE"


def test_a_disk_that_is_full_at_the_seal_leaves_a_dossier_that_can_be_sealed(
    client: httpx.Client, station: Served, laboratory: Laboratory
) -> None:
    dossier = type_all(client, laboratory.person)
    capture_all(client, dossier, laboratory)
    assert confirm(client, dossier).is_success
    with full(station):
        answer = seal(client, dossier, laboratory.pin)
        assert (answer.status_code, answer.json()["code"][:3]) == (507, "STO"), answer.text
    answer = seal(client, dossier, laboratory.pin)
    assert answer.is_success, answer.text


@pytest.mark.parametrize("origin", ["null", "http://127.0.0.1.evil.example", "https://127.0.0.1"])
def test_a_foreign_page_changes_nothing(client: httpx.Client, origin: str) -> None:
    dossier = begin(client)
    path = f"/api/dossiers/{dossier}/champs/{NOM}"
    answer = client.put(path, json={"valeur": "FAUX"}, headers={"Origin": origin})
    assert answer.json()["code"] == "API-003"
    assert "FAUX" not in client.get(f"/dossiers/{dossier}/etat-civil").text
