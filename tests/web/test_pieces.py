"""Supporting documents at the counter over HTTP: scanned, brought, refused, read, replaced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from simulators import sheets, title_pages
from simulators.escl.mishaps import Mishap
from simulators.title_chip.making import printed_of
from simulators.title_chip.title import Kind
from station.capture import Sample
from station.records.pdf_writing import pages_pdf
from station.rules.documents import documents
from tests.web import lecteurs
from tests.web.agents import begin, fill, login, task

if TYPE_CHECKING:
    import httpx

    from simulators.lab import Laboratory

ACTE, DOMICILE, TITRE = "ACTE_NAISSANCE", "JUSTIF_DOMICILE", "TITRE_ANCIEN"


class Screen:
    """The screen of one dossier, as its page calls the station."""

    def __init__(self, client: httpx.Client) -> None:
        self.client, self.dossier = client, begin(client)
        self.base = f"/api/dossiers/{self.dossier}/pieces"
        fill(client, self.dossier, "demande.cni", "oui")
        fill(client, self.dossier, "demande.cni.motif", "PREMIERE_DEMANDE")

    def scan(self, kind: str, **query: str) -> dict[str, Any]:
        answer = self.client.post(f"{self.base}/{kind}/numerisation", params=query)
        return task(self.client, answer)

    def bring(self, kind: str, data: bytes, **query: str) -> dict[str, Any]:
        head, path = {"Content-Type": "application/octet-stream"}, f"{self.base}/{kind}/fichier"
        answer = self.client.post(path, content=data, headers=head, params=query)
        return task(self.client, answer)

    def put(self, path: str, **said: str) -> httpx.Response:
        return self.client.put(f"{self.base}/{path}", json=said)

    def page(self) -> str:
        return self.client.get(f"/dossiers/{self.dossier}/pieces").text

    def digests(self, kind: str) -> list[str]:
        """The pages of the document, in order, as the page shows them."""
        self.client.post(f"{self.base}/{kind}/choix")
        found = re.findall(rf"DELETE {self.base}/{kind}/pages/([0-9a-f]{{64}})", self.page())
        return list(dict.fromkeys(found))


@pytest.fixture
def screen(agent: httpx.Client) -> Screen:
    return Screen(agent)


def sharp(title: str = "ACTE DE NAISSANCE") -> bytes:
    return sheets.png(sheets.page(title, ("copie integrale", "SPECIMEN Anne", "nee a Specimen")))


def blurred() -> bytes:
    page = sheets.page("ACTE DE NAISSANCE", ("copie integrale", "SPECIMEN Anne"))
    return sheets.png(np.asarray(cv2.GaussianBlur(page, (0, 0), 5), np.uint8))


def test_sheets_of_the_feeder_are_pages_of_their_own(screen: Screen) -> None:
    assert screen.scan(ACTE)["annonce"] == "3 pages gardées."
    first, *others = screen.digests(ACTE)
    picture = screen.client.get(f"{screen.base}/{ACTE}/pages/{first}")
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert picture.headers["Cache-Control"] == "no-store"
    assert screen.client.get(f"{screen.base}/{ACTE}/pages/{first}?rang=1").status_code == 404
    screen.client.delete(f"{screen.base}/{ACTE}/pages/{first}")
    assert screen.digests(ACTE) == others
    screen.client.delete(f"{screen.base}/{ACTE}")
    assert screen.digests(ACTE) == []


def test_a_page_takes_the_place_of_another(screen: Screen) -> None:
    screen.bring(ACTE, sharp())
    screen.bring(ACTE, sharp("ACTE DE MARIAGE"))
    first, second = screen.digests(ACTE)
    screen.bring(ACTE, sharp("ACTE DE DECES"), a_la_place=first)
    kept = screen.digests(ACTE)
    assert len(kept) == 2
    assert first not in kept
    assert kept[1] == second


def test_a_refused_page_that_is_kept_with_a_reason_takes_the_place_it_was_meant_for(
    screen: Screen,
) -> None:
    screen.bring(ACTE, sharp())
    screen.bring(ACTE, sharp("ACTE DE MARIAGE"))
    first, second = screen.digests(ACTE)
    screen.bring(ACTE, blurred(), a_la_place=first)
    assert screen.digests(ACTE) == [first, second]
    assert screen.put(f"{ACTE}/attente", raison="Original usé").is_success
    kept = screen.digests(ACTE)
    assert len(kept) == 2
    assert kept[0] != first
    assert kept[1] == second


def test_a_blurred_page_is_refused_and_kept_with_a_reason_only(
    screen: Screen, laboratory: Laboratory
) -> None:
    assert screen.bring(ACTE, blurred())["annonce"] == "Une page se lit mal."
    assert screen.digests(ACTE) == []
    assert "Page refusée." in screen.page()
    assert screen.put(f"{ACTE}/attente", raison="").json()["code"] == "DOS-002"
    kept = screen.put(f"{ACTE}/attente", raison="Original illisible, seul exemplaire.")
    assert kept.json()["annonce"] == "Page gardée avec son motif."
    (page,) = screen.digests(ACTE)
    screen.client.delete("/api/session")  # and everything is there after it
    assert login(screen.client, laboratory.pin).is_success
    assert screen.digests(ACTE) == [page]
    assert "seul exemplaire" in screen.page()
    assert screen.client.get(f"{screen.base}/{ACTE}/pages/{page}").status_code == 200


def test_fields_of_a_document_say_what_is_wrong_with_them(screen: Screen) -> None:
    screen.bring(ACTE, sharp())
    wrong = screen.put(f"{ACTE}/reference", nom="delivree_le", valeur="31/02/2026").json()
    assert "31/02/2026" in wrong["fragments"]["pieces-piece"]
    assert "erreur" in wrong["fragments"]["pieces-piece"]
    right = screen.put(f"{ACTE}/reference", nom="delivree_le", valeur="01/11/2026").json()
    assert "aria-invalid" not in right["fragments"]["pieces-piece"]
    assert screen.put(f"{ACTE}/reference", nom="autre", valeur="x").json()["code"] == "DOS-002"


def test_the_code_of_a_proof_of_address_proposes_its_date(
    screen: Screen, laboratory: Laboratory
) -> None:
    said = screen.bring(DOMICILE, (laboratory.form.parent / "domicile.png").read_bytes())
    assert "Code 2D-Doc vérifié." in said["fragments"]["pieces-piece"]
    assert 'name="delivree_le" value=""' in screen.page()  # nothing enters by itself
    taken = screen.client.post(f"{screen.base}/{DOMICILE}/valeurs").json()
    assert taken["annonce"] == "Valeurs reprises : 1."
    assert re.search(r'name="delivree_le" value="\d\d/\d\d/\d{4}"', screen.page())


def test_the_zone_of_the_old_title_proposes_its_values(
    screen: Screen, laboratory: Laboratory
) -> None:
    printed = printed_of(laboratory.person, Kind.OLD_PASSPORT)
    page = np.asarray(cv2.cvtColor(title_pages.scan(printed.zone), cv2.COLOR_GRAY2BGR), np.uint8)
    said = screen.bring(TITRE, pages_pdf([Sample(page, 300)], "Titre ancien"))
    assert printed.number in said["fragments"]["pieces-piece"]
    screen.client.post(f"{screen.base}/{TITRE}/valeurs")
    form = screen.client.get(f"/dossiers/{screen.dossier}/etat-civil").text
    assert f'value="{laboratory.person.civil()["nom_famille"]}"' in form


def test_the_chip_of_the_old_title_proposes_its_values(
    screen: Screen, laboratory: Laboratory
) -> None:
    title = lecteurs.title(laboratory)
    path = f"{screen.base}/{TITRE}/puce"
    wrong = task(screen.client, screen.client.post(path, json={"secret": "00000000"}))
    assert wrong["code"] == "INP-022"
    secret = title.printed.can
    said = task(screen.client, screen.client.post(path, json={"secret": secret}))
    assert said["annonce"] == "Puce lue : ses données sont prouvées."
    assert "Reprendre ces valeurs" in said["fragments"]["pieces-piece"]


def test_what_needs_no_page_is_noted(screen: Screen) -> None:
    assert screen.put("VERIF_COMEDEC/vue").json()["annonce"].endswith("noté.")
    assert "Noter comme vérifiée" not in screen.page()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"GIF89a" + bytes(100), "INP-001", id="another kind"),
        pytest.param(b"%PDF-1.7\n" + bytes(100), "INP-009", id="a broken PDF"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(100), "INP-001", id="a broken picture"),
    ],
)
def test_what_is_no_document_is_refused_by_name(screen: Screen, data: bytes, code: str) -> None:
    assert screen.bring(ACTE, data)["code"] == code
    assert screen.digests(ACTE) == []


def test_only_a_file_may_be_long(screen: Screen) -> None:
    head = {"Content-Type": "application/octet-stream"}
    path = f"{screen.base}/{ACTE}/fichier"
    data = b"%PDF-" + bytes(10_000_000)
    assert screen.client.post(path, content=data, headers=head).json()["code"] == "API-006"
    long = screen.client.post(f"{screen.base}/{ACTE}/choix", content=data[:70_000])
    assert long.json()["code"] == "API-006"


def test_four_hundred_pages_are_too_many_and_those_that_fit_stay(screen: Screen) -> None:
    page = Sample(sheets.page("ACTE DE NAISSANCE", ("copie integrale", "SPECIMEN Anne")), 200)
    most, limits = documents().dossier.pages_max, documents().pdf_recu
    files = [pages_pdf([page] * limits.pages_max, f"{rank}") for rank in range(20)]
    fit = most // limits.pages_max
    said = [screen.bring(ACTE, data) for data in files[:fit]]
    assert {one["code"] for one in said} == {None}
    for data in files[fit:]:
        refused = screen.bring(ACTE, data)
        assert refused["code"] == "DOS-012"
        assert "Retirer les pages inutiles" in refused["remede"]
    kept = screen.digests(ACTE)
    assert len(kept) == fit
    screen.client.delete(f"{screen.base}/{ACTE}/pages/{kept[0]}")
    assert screen.bring(ACTE, sharp())["code"] is None
    assert screen.bring(ACTE, files[-1])["code"] == "DOS-012"  # one page too many
    instead = screen.bring(ACTE, files[-1], a_la_place=kept[1])
    assert instead["code"] is None
    kept = screen.digests(ACTE)
    assert len(kept) == fit


def test_a_scanner_that_fails_leaves_the_dossier(screen: Screen, laboratory: Laboratory) -> None:
    laboratory.pages.mishaps.arm(Mishap.JAM)
    said = screen.scan(ACTE)
    laboratory.pages.clear()
    assert said["code"]
    assert said["remede"]
    assert screen.digests(ACTE) == []
    assert screen.scan(ACTE)["annonce"] == "3 pages gardées."
