"""Pages out of templates: one environment, strict about what it is not given."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from station.web import static_files, typographie


def render(name: str, **values: object) -> str:
    """The template `name` with `values`, escaped.

    Raises `jinja2.UndefinedError` for a value the template wants and is not given, and
    `jinja2.TemplateNotFound`: both are faults of the caller, never of the agent.
    """
    return _environment().get_template(name).render(**values)


def ident(name: str) -> str:
    """The HTML id of the field with this dotted name."""
    return "c-" + name.replace(".", "-")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("station.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(typographie.FILTERS, ident=ident)
    environment.globals["statique"] = static_files.address
    return environment
