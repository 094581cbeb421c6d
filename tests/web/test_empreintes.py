"""Prints at the counter over HTTP: what is next, attempts that last, reasons, erasure, faults."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from simulators.faults import Fault
from simulators.people import Person
from simulators.prints import Conditions
from station.capture import Finger
from tests.web.agents import begin, fill, heard, login, task

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from simulators.lab import Laboratory

INDEX, MIDDLE, LEFT = Finger.RIGHT_INDEX, Finger.RIGHT_MIDDLE, Finger.LEFT_INDEX


class Screen:
    """The screen of one dossier, as its page calls the station."""

    def __init__(self, client: httpx.Client, born: str = "12/05/1980") -> None:
        self.client, self.dossier = client, begin(client)
        if born:
            fill(client, self.dossier, "usager.date_naissance", born)

    @property
    def base(self) -> str:
        return f"/api/dossiers/{self.dossier}/empreintes"

    def take(self) -> dict[str, object]:
        return task(self.client, self.client.post(f"{self.base}/prise"))

    def put(self, finger: Finger, what: str, **said: str) -> httpx.Response:
        return self.client.put(f"{self.base}/doigts/{finger:d}/{what}", json=said)

    def page(self) -> str:
        return self.client.get(f"/dossiers/{self.dossier}/empreintes").text

    def image(self, finger: Finger) -> httpx.Response:
        return self.client.get(f"{self.base}/doigts/{finger:d}/image")


@pytest.fixture
def screen(agent: httpx.Client) -> Screen:
    return Screen(agent)


@pytest.fixture
def spoilt(laboratory: Laboratory) -> Iterator[None]:
    """Too little of the right index on the glass."""
    laboratory.scanner.present(INDEX, laboratory.person.print_of(INDEX, Conditions(fill=0.3)))
    yield
    laboratory.scanner.present(INDEX, laboratory.person.finger(INDEX))


def test_two_prints_one_after_the_other(screen: Screen) -> None:
    first, second = screen.take(), screen.take()
    assert first["annonce"] == "Index droit : bonne."
    assert second["annonce"] == "Index gauche : bonne."
    assert "Empreintes prises" in str(second["fragments"])
    picture = screen.image(INDEX)
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert picture.headers["Cache-Control"] == "no-store"
    assert screen.take()["code"] == "CAP-004"


def test_a_finger_passed_over_gives_its_place_and_takes_it_back(screen: Screen) -> None:
    said = screen.put(INDEX, "motif", motif="ABSENT").json()
    assert said["annonce"] == "Index droit passé : doigt absent."
    assert screen.take()["annonce"] == "Majeur droit : bonne."
    screen.client.delete(f"{screen.base}/doigts/{INDEX:d}/motif")
    assert "n’est plus l’une des deux demandées" in str(
        screen.client.post(f"{screen.base}/doigts/{MIDDLE:d}/choix").json()
    )
    assert "effacée" in screen.client.delete(f"{screen.base}/doigts/{MIDDLE:d}").json()["annonce"]
    assert screen.image(MIDDLE).status_code == 404


@pytest.mark.usefixtures("spoilt")
def test_attempts_are_not_forgotten_by_leaving_the_screen(screen: Screen) -> None:
    for _ in range(2):
        assert "à refaire" in str(screen.take()["annonce"])
    assert "essai 2 sur 3" in screen.page()
    screen.client.get("/accueil")
    assert "insuffisante" in str(screen.take()["annonce"])
    assert "essai 3 sur 3" in screen.page()
    assert screen.take()["code"] == "CAP-004"
    assert screen.put(INDEX, "garde", raison="").json()["code"] == "DOS-002"
    kept = screen.put(INDEX, "garde", raison="Peau abîmée, trois essais.").json()
    assert kept["annonce"] == "Index droit : empreinte gardée avec son motif."
    assert screen.image(INDEX).status_code == 200


@pytest.mark.usefixtures("spoilt")
def test_a_lock_wipes_what_nobody_decided_on(screen: Screen, laboratory: Laboratory) -> None:
    screen.take()
    assert screen.image(INDEX).status_code == 200
    screen.client.delete("/api/session")
    assert login(screen.client, laboratory.pin).is_success
    assert screen.image(INDEX).status_code == 404
    assert (
        screen.put(INDEX, "garde", raison="Peau abîmée, trois essais.").json()["code"] == "CAP-004"
    )


def test_a_worse_print_never_replaces_a_better_one(screen: Screen, laboratory: Laboratory) -> None:
    screen.take()
    before = screen.image(INDEX).content
    screen.client.post(f"{screen.base}/doigts/{INDEX:d}/choix")
    pale = Person(laboratory.person.seed).print_of(INDEX, Conditions(fill=0.3))
    laboratory.scanner.present(INDEX, pale)
    screen.take()
    laboratory.scanner.present(INDEX, laboratory.person.finger(INDEX))
    assert screen.image(INDEX).content == before


@pytest.mark.parametrize(
    ("born", "said"),
    [("", "La date de naissance n’est pas saisie."), ("01/01/2020", "Aucune empreinte avant")],
)
def test_who_gives_no_prints_is_told_why(agent: httpx.Client, born: str, said: str) -> None:
    screen = Screen(agent, born)
    assert said in screen.page()
    assert screen.take()["code"] in {"DOS-001", "CAP-004"}


def test_a_capture_stops_within_half_a_second(screen: Screen, laboratory: Laboratory) -> None:
    laboratory.scanner.faults.arm(Fault.NEVER_PRESENT)
    tache = screen.client.post(f"{screen.base}/prise").json()["tache"]
    events = heard(screen.client, tache)
    assert next(events)[0] in {"consigne", "apercu"}
    assert screen.client.get(f"/api/taches/{tache}").json() == {"etat": "en cours"}
    begun = time.monotonic()
    assert screen.client.delete(f"/api/taches/{tache}").status_code == 204
    *_, (kind, said) = events
    assert time.monotonic() - begun < 0.5
    assert (kind, said["code"]) == ("fin", "CAP-002")
    assert screen.client.get(f"/api/taches/{tache}").json()["code"] == "CAP-002"


def test_a_fault_in_the_middle_leaves_the_dossier_and_the_next_capture(
    screen: Screen, laboratory: Laboratory
) -> None:
    laboratory.scanner.faults.arm(Fault.UNPLUG)
    said = screen.take()
    assert str(said["code"]).startswith("DEV-")
    assert said["remede"]
    laboratory.scanner.replug()
    assert screen.take()["annonce"] == "Index droit : bonne."
