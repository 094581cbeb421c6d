"""A form filled by keys alone: Tab to each field, then what an agent types there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Locator, Page

    from tests.web.browser.keyboard import Keyboard

_KEPT = "[data-enregistrement=fait]"


def field(page: Page, nom: str) -> Locator:
    """The element of the field `nom`; of radio buttons the first."""
    return page.locator(f":is(input:not([type=hidden]), select)[name='{nom}']").first


def type_fields(keys: Keyboard, fields: Mapping[str, str]) -> None:
    """Fill `fields`, in the order of the screen; "oui" ticks a box.

    Of radio buttons and lists the value is chosen by its key. All of it is kept by the station
    when this returns.
    """
    for nom, value in fields.items():
        element = field(keys.page, nom)
        expect(element).to_be_visible()
        keys.to(element)
        _give(keys, element, value)
    keys.press("Tab")  # leaves the last one
    expect(keys.page.locator(_KEPT)).to_be_attached()


def _give(keys: Keyboard, element: Locator, value: str) -> None:
    match element.evaluate("e => e.type"):
        case "checkbox":
            keys.press("Space")
        case "radio":
            _arrow(keys, element, value)
        case "select-one":
            keys.write(_word(element, value))
        case _:
            keys.write(value)


def _arrow(keys: Keyboard, first: Locator, value: str) -> None:
    """Down from the first button of a group to the one of `value`."""
    if first.get_attribute("value") == value:
        keys.press("Space")
    nom = first.get_attribute("name")
    wanted = keys.page.locator(f"input[name='{nom}'][value='{value}']")
    while not wanted.is_checked():
        keys.press("ArrowDown")


def _word(element: Locator, value: str) -> str:
    """What one types in a list to come to the entry of `value`."""
    word: str = element.locator(f"option[value='{value}']").evaluate("e => e.textContent.trim()")
    return word
