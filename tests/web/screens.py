"""`python -m tests.web.screens`: a picture of every screen, taken on the laboratory."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import expect

from simulators.lab import Laboratory
from tests.web.browser.chromium import chromium, driver, missing
from tests.web.browser.screens import SCREENS
from tests.web.browser.served import Served
from tests.web.browser.visit import visiting


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Which ones; all without.")] = None,
    out: Annotated[Path, typer.Option(help="Where the pictures go.")] = Path("docs/screens"),
    dark: Annotated[bool, typer.Option("--dark", help="In the dark colours.")] = False,
) -> None:
    """Write NAME.png for each screen, NAME-sombre.png with --dark."""
    if missing():
        raise typer.BadParameter(f"missing here: {', '.join(missing())}")
    out.mkdir(parents=True, exist_ok=True)
    scheme, ending = ("dark", "-sombre") if dark else ("light", "")
    with (
        tempfile.TemporaryDirectory() as folder,
        Laboratory(Path(folder)) as laboratory,
        Served(laboratory.config) as station,
        driver() as playwright,
        chromium(playwright) as browser,
    ):
        for screen in SCREENS:
            if names and screen.name not in names:
                continue
            with visiting(browser, station, laboratory, scheme) as visit:
                screen.reach(visit)
                for image in visit.page.locator("img:not([loading=lazy])").all():
                    expect(image).to_have_js_property("complete", value=True)
                picture = out / f"{screen.name}{ending}.png"
                visit.page.screenshot(path=picture, full_page=True)
                typer.echo(picture)


if __name__ == "__main__":
    typer.run(main)
