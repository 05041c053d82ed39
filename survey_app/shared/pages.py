"""Render a page, or the fragment that htmx asked for, with the headers that every page has."""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

import jinja2
from jinja2.ext import Extension
from markupsafe import Markup, escape

from survey_app.shared import i18n
from survey_app.shared.agency import (
    agency_as_source,
    agency_in_sentence,
    agency_name,
    agency_rhythm,
    in_language,
    language_of_text,
)
from survey_app.shared.asked import asks, results_title
from survey_app.shared.choices import dropped_choices
from survey_app.shared.colour_sheet import colour_sheet_address
from survey_app.shared.i18n import Language, speaking
from survey_app.shared.logo import agency_logo, logo_address, logo_inside

if TYPE_CHECKING:
    from litestar import Request, Response

PACKAGE = Path(__file__).parent.parent
# in a wheel within the package, in a checkout beside it
STATIC = next(path / "static" for path in (PACKAGE, PACKAGE.parent) if (path / "static").is_dir())
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
LANG: Final = "lang"  # of an address
_KEPT: Final = re.compile(r" (?=%%)|(?<=\d) (?=000\b)|(?<=[◆●]) ")
_INDENTED = re.compile(r"(<pre\b.*?</pre>)|\n[ \t]+", re.DOTALL)


# what the frame asks of the rooms above: who sees which menu; ``app.py`` fills it in
_frame: dict[str, Any] = {"menu": lambda _reader: (), "role_name": str}


def furnish_frame(**functions: Callable[..., object]) -> None:
    """Give the page frame its functions; called once, by ``app.py``."""
    _frame.update(functions)
    environment.cache_clear()


class Unindented(Extension):
    """Templates are indented for those who read them; a browser gets one space of it.

    Whether there is white space stays as it was, and so do line numbers and ``<pre>``.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return what Jinja compiles."""
        del name, filename
        return _INDENTED.sub(lambda found: found[1] or "\n ", source)


def kept_together(text: str) -> str:
    """Keep percent signs, thousands and a mark with its word, in a text that gets its values yet.

    Numbers that are put in are written by `shared.numbers`, which does the same.
    """
    return _KEPT.sub("\N{NO-BREAK SPACE}", text)


@functools.cache
def environment() -> jinja2.Environment:
    """Return the one Jinja environment: templates of all rooms, autoescaping, strict names."""
    folders = sorted(str(path) for path in PACKAGE.rglob("templates") if path.is_dir())
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", Unindented],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # a text may be broken over lines, as translators get it
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        lambda text: kept_together(i18n.gettext(text)),
        lambda one, many, n: kept_together(i18n.ngettext(one, many, n)),
        newstyle=True,
    )
    numbers = importlib.import_module("survey_app.shared.numbers")
    made.filters.update(numbers.FORMATS)
    made.globals["static"] = static_address
    named = (agency_name, agency_in_sentence, agency_as_source, agency_rhythm)
    languages = (
        i18n.own_names,
        i18n.first_language,
        i18n.quoted,
        i18n.locale_name,
        i18n.required_languages,
        i18n.text_direction,
        stand_in_note,
        colour_sheet_address,
        agency_logo,
        logo_address,
        logo_inside,
    )
    whom = (asks, results_title)
    for function in (*named, *languages, *whom, in_language, spoken, in_another):
        made.globals[function.__name__] = function
    made.globals.update(_frame)
    return made


_STAND_IN = i18n.N_("Siden er ikke ferdig oversatt. Det som mangler, står på: %(language)s.")


def spoken(text: Mapping[str, str], language: Language) -> Markup:
    """Return a text for a page, marked with its language where another stands in."""
    given = language_of_text(text, language)
    if given == language:
        return escape(text.get(given, ""))
    if (way := i18n.text_direction(given)) != i18n.text_direction(language):
        return Markup('<span lang="{}" dir="{}">{}</span>').format(given, way, text[given])
    return Markup('<span lang="{}">{}</span>').format(given, text[given])


def stand_in_note(language: Language) -> Markup:
    """Say in which language readers of a partial one meet what it lacks; empty if it is whole."""
    instead = i18n.stand_in(language)
    if instead is None:
        return Markup()
    name = dict(i18n.own_names())[instead]
    told = {
        one: text % {"language": name} for one, text in i18n.in_each_language(_STAND_IN).items()
    }
    return spoken(told, language)


@functools.cache
def static_address(name: str) -> str:
    """Return the address of a file under ``static/``, with its age so that browsers may keep it."""
    path = STATIC / name
    version = f"?v={int(path.stat().st_mtime):x}" if path.exists() else ""
    return f"/static/{name}{version}"


def render(template: str, language: Language, context: Mapping[str, Any]) -> str:
    """Return ``template`` filled in, in ``language``."""
    with speaking(language):
        return environment().get_template(template).render(lang=language, **context)


def page(
    request: Request[Any, Any, Any],
    template: str,
    context: Mapping[str, Any],
    *,
    language: Language | None = None,
    status: int = 200,
    fragment: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """Answer with a page, or with ``fragment`` alone where htmx asked for it.

    Parameters
    ----------
    request : Request
        Its ``state.signed_in`` (if any) and ``lang`` parameter choose language and menu.
    template, fragment : str
        Template names; the page includes the fragment, and both have the same address.
    context : mapping
        What the template needs, beside ``lang``, ``reader``, ``path``, ``demo``, ``csrf``.
    language : str, optional
        Overrides what the request asks for.
    """
    # a document is set from the same templates where no request is answered
    from litestar import MediaType, Response  # noqa: PLC0415

    reader = getattr(request.state, "signed_in", None)
    chosen = language or language_of(request)
    partial = (
        fragment is not None
        and request.headers.get("HX-Request") == "true"
        # going back asks with the same header for the whole page
        and request.headers.get("HX-History-Restore-Request") != "true"
    )
    settings = getattr(request.app.state, "settings", None)
    values = {
        "reader": reader,
        "path": request.url.path,
        "query": request.url.query,
        "demo": bool(settings and settings.demo),
        "base_url": settings.base_url if settings else "",
        "csrf": getattr(reader, "csrf", ""),
        "this_page": address_of(request) if request.method == "GET" else "",
        "own_menu": getattr(request.state, "menu", ()),
        "dropped": dropped_choices(request),
        # what is open and what waits, on the first page of whomever it concerns
        "desk": getattr(request.state, "desk", None),
        "partial": partial,
        **context,
    }
    html = render(fragment if partial and fragment else template, chosen, values)
    if partial:
        # outside of what is swapped: a sentence about another choice must not stay either
        html += render("shared/_dropped.html", chosen, values)
    extra = {"Vary": "HX-Request"} if fragment else {}
    # a browser at a shared PC keeps nothing of what an account may see
    kept = "no-store" if reader else "no-cache"
    return Response(
        html,
        status_code=status,
        media_type=MediaType.HTML,
        headers={"Cache-Control": kept, **HEADERS, **extra, **(headers or {})},
    )


def address_of(request: Request[Any, Any, Any]) -> str:
    """Return the address of a page with its choices, without the language."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != LANG]
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path


def in_another(this_page: str, language: Language) -> str:
    """Return the query of a page with its choices and a language, for those without an account."""
    choices = this_page.partition("?")[2]
    return f"?{choices}&{LANG}={language}" if choices else f"?{LANG}={language}"


def language_of(request: Request[Any, Any, Any]) -> Language:
    """Return the reader's language: asked for in the address, else the account's, else the first.

    Who reads is not known while the database is away; the language that they had, is.

    A part that htmx asks for follows the page that it becomes a part of, whose address may name the
    language where the part's does not.
    """
    reader = getattr(request.state, "signed_in", None)
    account = getattr(reader or request.state, "language", "")
    asked = request.query_params.get(LANG) or _of_the_page_around(request)
    return i18n.as_language(asked, account)


def _of_the_page_around(request: Request[Any, Any, Any]) -> str | None:
    if request.headers.get("HX-Request") != "true":
        return None
    # taken apart by hand: what a program wrote there may be no address
    around, _, _ = request.headers.get("HX-Current-URL", "").partition("#")
    return dict(parse_qsl(around.partition("?")[2])).get(LANG)
