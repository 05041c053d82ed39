"""Pages that tell respondents how they are protected: the promise, privacy, accessibility."""

from __future__ import annotations

import json
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from analytics.disclosure.rules import DisclosureRules
from questionnaires.arms import has_arms
from questionnaires.model import Questionnaire
from questionnaires.parts import has_modules
from survey_app.answering.form_page import with_link
from survey_app.answering.promise import halves_promise, message, modules_promise
from survey_app.answering.reply import go_to
from survey_app.asking.campaigns.promised import promised
from survey_app.shared.agency import in_language
from survey_app.shared.database import Row
from survey_app.shared.finished_reply import Reply
from survey_app.shared.i18n import Language, languages, translator
from survey_app.shared.pages import language_of, page
from survey_app.waves.answered import open_campaigns, open_promises

# the reader comes from a form: its address stays there
HEADERS = {"Referrer-Policy": "no-referrer"}
YEAR = 365


@get("/promise")
async def show_promise(request: Request[Any, Any, Any]) -> Response[str]:
    """Tell how the promise is kept, and as plainly what is not promised."""
    language = language_of(request)
    surveys = [_promised(row, language) for row in await open_promises()]
    context = {**_promises(request, language), "surveys": surveys}
    return page(request, "answering/promise.html", context, headers=HEADERS)


@get("/promise/{language:str}")
async def show_promise_in(language: FromPath[str]) -> Reply:
    """Lead on from the address that letters in a language have people type."""
    if language not in languages():
        raise NotFoundException
    return go_to("/promise", language)


@get("/promise/details")
async def show_promise_details(request: Request[Any, Any, Any]) -> Response[str]:
    """Tell works council and data protection officer the threats, the limits and the checks."""
    context = _promises(request, language_of(request))
    return page(request, "answering/promise_details.html", context, headers=HEADERS)


def _promises(request: Request[Any, Any, Any], language: Language) -> dict[str, Any]:
    k = request.app.state.settings.minimum_group
    said = ("trustees", "worker", "card", "open", "count", "link")
    return {
        "promise": {name: message(f"promise.{name}", language) for name in said},
        "shown_from": DisclosureRules(minimum_group=k).limit("staff_mean"),
        "k": k,
    }


def _promised(row: Row, language: Language) -> dict[str, Any]:
    key = promised(invited=row["invited"], two_holders=row["two_holders"])
    return {
        "wave": row["wave"],
        "title": in_language(json.loads(row["title"]), language),
        "promise": message(key, language),
        "card": message("promise.card", language) if row["cards"] else "",
        "mended": message("promise.mended", language) if row["promised_more"] else "",
        "halves": _of_parts(row, language),
        "hash": row["key_list_hash"],
    }


def _of_parts(row: Row, language: Language) -> str:
    asked = Questionnaire.from_json(row["content"])
    if has_arms(asked):
        return halves_promise(language)
    return modules_promise(language) if has_modules(asked) else ""


@get("/trustees")
async def show_trustees(request: Request[Any, Any, Any]) -> Response[str]:
    """Tell two people how to hold the keys of a survey, and what is lost with one of them."""
    return page(request, "answering/trustees.html", {}, headers=HEADERS)


@get("/privacy")
async def show_privacy(request: Request[Any, Any, Any]) -> Response[str]:
    """Tell what is stored about whom, why and for how long."""
    language = language_of(request)
    surveys = [_survey(row, language) for row in await open_campaigns()]
    return page(request, "answering/privacy.html", {"surveys": surveys}, headers=HEADERS)


@get("/accessibility")
async def show_accessibility(request: Request[Any, Any, Any]) -> Response[str]:
    """Tell who can use these pages, and what was tried."""
    settings = request.app.state.settings
    context = {
        "contact": settings.accessibility_contact,
        "statement": settings.accessibility_statement,
    }
    return page(request, "answering/accessibility.html", context, headers=HEADERS)


def _survey(row: Row, language: Language) -> dict[str, Any]:
    return {
        "title": in_language(json.loads(row["title"]), language),
        "purpose": in_language(json.loads(row["purpose"]), language),
        "legal_basis": row["legal_basis"],
        "kept": _period(row["retention_days"] or 0, language),
        "contact": with_link(row["contact"]),
    }


def _period(days: int, language: Language) -> str:
    texts = translator(language)
    years, rest = divmod(days, YEAR)
    if years and not rest:
        return texts.ngettext("{n} år", "{n} år", years).format(n=years)
    return texts.ngettext("{n} dag", "{n} dager", days).format(n=days)
