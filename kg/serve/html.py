"""Pages rendered from templates, with every value escaped.

Takes a request, the name of a template in `kg/serve/templates` and the values it shows. Returns a response in
the reader's language, which is remembered if the address named it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse

from kg import ontology
from kg.model import FAMILY_OF
from kg.serve import language
from kg.serve.addresses import article_page, data_of, page_of

TEMPLATES = Path(__file__).resolve().parent / "templates"
_YEAR_SECONDS = 365 * 24 * 3600


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(page_of=page_of, data_of=data_of, article_page=article_page)
    environment.filters["grouped"] = _grouped
    environment.filters["counted"] = _counted
    environment.filters["family"] = FAMILY_OF.__getitem__
    return environment


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page.

    Args:
        request: The request to respond to.
        template: Name of the template, without its extension.
        status: The HTTP status.
        values: The values that the template shows.

    Raises:
        jinja2.TemplateError: The template uses a value that was not given.
    """
    chosen = language.wanted(request)
    snapshot = request.app.state.library.current
    page = _environment().get_template(f"{template}.html")
    text = page.render(
        t=language.phrases(chosen),
        lang=chosen,
        base=snapshot.base,
        label=_labels(chosen),
        other=_other_language(request, chosen),
        explorer=request.app.state.explorer,
        **values,
    )
    response = HTMLResponse(text, status_code=status, headers={"Vary": "Accept, Accept-Language, Cookie"})
    if request.query_params.get("lang") in language.LANGUAGES:
        response.set_cookie(
            language.COOKIE, chosen, max_age=_YEAR_SECONDS, httponly=True, samesite="lax", path="/"
        )
    return response


@cache
def _labels(chosen: str) -> dict[str, str]:
    """Return the labels of classes and properties in one language, by name."""
    known = ontology.load()
    terms = (*known.classes.values(), *known.properties.values())
    return {term.name: term.label_zh if chosen == "zh" else term.label_en for term in terms}


def _other_language(request: Request, chosen: str) -> str:
    """Return the address of the same page in the other language."""
    other = next(name for name in language.LANGUAGES if name != chosen)
    pairs = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    return "?" + urlencode([*pairs, ("lang", other)])


def _grouped(number: int) -> str:
    return f"{number:,}"


def _counted(number: int, key: str, phrases: Mapping[str, str]) -> str:
    """Return a number and the noun it counts, for 1 in the singular if the language has one."""
    one = f"{key}_1"
    return f"{number:,} {phrases[one if number == 1 and one in phrases else key]}"
