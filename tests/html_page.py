"""A page read by the standard library alone, and what may be said against it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "data-dialogue")


@dataclass
class Element:
    """An element with its attributes, text and the elements around it, innermost last."""

    tag: str
    attributes: dict[str, str]
    around: tuple[Element, ...]
    text: list[str] = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())


class Page(HTMLParser):
    """The elements of a page in order; `faults` names tags that do not close as they opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.faults: list[str] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{one.tag}> never closed" for one in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            self.faults.append(f"<{tag}> names an attribute twice")
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1].tag == tag:
            self._open.pop()
        else:
            self.faults.append(f"</{tag}> closes nothing, line {self.getpos()[0]}")

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text.append(data)

    def all(self, *tags: str) -> list[Element]:
        return [one for one in self.elements if one.tag in tags]


def objections(html: str) -> list[str]:
    """What is wrong with the page, for a reader, a screen reader or the content policy."""
    page = Page(html)
    return [*page.faults, *_identity(page), *_names(page), *_policy(page), *_outline(page)]


def _identity(page: Page) -> list[str]:
    ids = [one.get("id") for one in page.elements if one.get("id")]
    found = [f"id {name} twice" for name in set(ids) if ids.count(name) > 1]
    for one in page.elements:
        for name in REFERENCES:
            lost = set(one.get(name).split()) - set(ids)
            found += [f"{name} of <{one.tag}> leads to no {target}" for target in lost]
    links = [one.get("href")[1:] for one in page.elements if one.get("href").startswith("#")]
    return found + [f"a link leads to no #{name}" for name in links if name not in ids]


def _names(page: Page) -> list[str]:
    labelled = {one.get("for") for one in page.all("label")}
    found = [
        f"<{one.tag} name={one.get('name')}> has no label"
        for one in page.all("input", "select", "textarea")
        if one.get("type") != "hidden" and not _has_a_name(one, labelled)
    ]
    for one in page.all("button", "a", "legend", "h1", "h2", "h3", "caption", "th", "title"):
        if not (one.words or one.get("aria-label")):
            found.append(f"<{one.tag}> says nothing")
    found += ["<img> without alt" for one in page.all("img") if "alt" not in one.attributes]
    for one in page.all("svg"):
        if one.get("aria-hidden") != "true" and not one.get("aria-labelledby"):
            found.append("<svg> neither named nor hidden")
    return found


def _has_a_name(field: Element, labelled: set[str]) -> bool:
    inside = any(outer.tag == "label" and outer.words for outer in field.around)
    return inside or field.get("id") in labelled or bool(field.get("aria-label"))


def _policy(page: Page) -> list[str]:
    found = []
    for one in page.elements:
        if one.tag == "style" or (one.tag == "script" and not one.get("src")):
            found.append(f"<{one.tag}> inline")
        for name, value in one.attributes.items():
            if name == "style" or name.startswith("on") or value.startswith("javascript:"):
                found.append(f"{name} on <{one.tag}>")
    return found


def _outline(page: Page) -> list[str]:
    found = [] if [one.get("lang") for one in page.all("html")] == ["fr"] else ["lang is not fr"]
    found += [f"{tag}: not one" for tag in ("h1", "main", "title") if len(page.all(tag)) != 1]
    levels = [int(one.tag[1]) for one in page.all("h1", "h2", "h3", "h4")]
    jumps = [b for a, b in pairwise(levels) if b > a + 1]
    return found + [f"h{level} skips a level" for level in jumps]
