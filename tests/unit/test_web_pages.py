"""The building blocks of the pages: what a browser, a screen reader and the policy are given."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from station.web import static_files
from station.web.pages import render
from station.web.valeurs import Champ, Champs
from tests.galerie import cadre, connexion, declaration, galerie, usager
from tests.html_page import Page, objections

PAGES = {
    "galerie": galerie,
    "declaration": declaration,
    "connexion": connexion,
    "usager": usager,
}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_speaks_against_the_page(name: str) -> None:
    assert objections(PAGES[name]()) == []


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p style='color:red'>a</p>", "style on <p>"),
        ("<button onclick='go()'>a</button>", "onclick on <button>"),
        ("<script>go()</script>", "<script> inline"),
        ("<input name=a>", "<input name=a> has no label"),
        ("<p id=a></p><p id=a></p>", "id a twice"),
        ("<div><p></div>", "</div> closes nothing, line 1"),
        ("<input aria-describedby=gone>", "aria-describedby of <input> leads to no gone"),
        ("<h1>a</h1><h3>b</h3>", "h3 skips a level"),
    ],
)
def test_the_judge_sees_what_it_is_to_see(html: str, fault: str) -> None:
    assert fault in objections(html)


def test_a_value_that_is_missing_is_a_fault_of_the_caller() -> None:
    with pytest.raises(UndefinedError):
        render("galerie.html", cadre=cadre())


def test_what_was_typed_never_becomes_markup() -> None:
    typed = Champs({"usager.nom_famille": Champ('"><script src=/x>', "AGENT", "<b>non</b>")})
    page = galerie(champs=typed)
    assert "<script src=/x>" not in page
    assert "<b>" not in page
    assert objections(page) == []


def test_every_icon_used_is_drawn() -> None:
    page = Page(galerie())
    drawn = {one.get("id") for one in page.all("symbol")}
    assert {one.get("href")[1:] for one in page.all("use")} <= drawn


def test_every_file_a_page_loads_is_served() -> None:
    page = Page(galerie())
    loaded = [one.get("src") or one.get("href") for one in page.all("script", "link", "img")]
    assert {name.removeprefix("/static/") for name in loaded} <= set(static_files.FILES)


def test_a_static_file_that_is_not_there_is_named_by_nobody() -> None:
    with pytest.raises(KeyError):
        static_files.address("gone.js")


def test_the_tag_of_a_file_follows_its_content() -> None:
    tags = [one.etag for one in static_files.FILES.values()]
    assert len(set(tags)) == len(tags)
    assert all(tag.startswith('"') and len(tag) == 34 for tag in tags)


def test_a_key_shown_is_a_key_that_works() -> None:
    for one in Page(galerie()).elements:
        if one.get("data-raccourci") and one.tag == "button":
            assert one.words.endswith(one.get("data-raccourci"))
