"""The library of questions: search it, and see where each was asked and how it behaved."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from questionnaires.library import Library
from questionnaires.loader import load_library
from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.permissions import READERS, populations_for
from survey_app.running.asking import reader_of
from survey_app.running.authoring.editor import statement_groups
from survey_app.running.authoring.item_library import (
    RESULTS,
    Search,
    behaviour_of,
    item_wordings,
    known_items,
    search_items,
    waves_asking,
)
from survey_app.shared import clock
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import own_names
from survey_app.shared.numbers import listed
from survey_app.shared.pages import language_of, page


@get("/questionnaires/items", guards=[requires(*READERS)])
async def show_library(request: Request[Any, Any, Any]) -> Response[Any]:
    """Find questions by their words, statement, scale and language."""
    asked, library, language = request.query_params, load_library(), language_of(request)
    search = Search(*(asked.get(name, "") for name in ("q", "statement", "scale", "language")))
    context = {
        "search": search,
        "found": search_items(library, search),
        "titles": {key: library.instrument_title(key) for key in library.versions},
        "groups": statement_groups(library.strategy),
        "scales": [(one.code, in_language(one.title, language)) for one in library.scales.values()],
        "languages_written": own_names(),
        "asked_now": _asked_now(library),
    }
    return page(request, "running/item_library.html", context)


@get("/questionnaires/items/{item:str}", guards=[requires(*READERS)])
async def show_known_item(request: Request[Any, Any, Any], item: FromPath[str]) -> Response[Any]:
    """Show each wording of a question, the waves that asked it, and its figures."""
    library, language = load_library(), language_of(request)
    known = known_items(library).get(item)
    if known is None:
        raise NotFoundException
    role = reader_of(request).role
    context = {
        "known": known,
        "title": library.instrument_title(known.instrument),
        "written": [
            (one, listed([str(number) for number in one.versions], language))
            for one in item_wordings(known, library)
        ],
        "language_names": dict(own_names()),
        "statements": [
            library.strategy.statements[one].text
            for one in known.item.statements
            if one in library.strategy.statements
        ],
        "scales": [
            in_language(library.scales[one].title, language)
            for one in known.scales
            if one in library.scales
        ],
        "forms": [form.title for form in library.forms.values() if item in form.items],
        "waves": await waves_asking(item, populations_for(role)),
        "figures": await behaviour_of(item, role, clock.now(), language),
        "reads": role in RESULTS,
    }
    return page(request, "running/item_known.html", context)


def _asked_now(library: Library) -> set[str]:
    return {item for form in library.forms.values() for item in form.items}


HANDLERS = [show_library, show_known_item]
