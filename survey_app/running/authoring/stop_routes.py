"""What a form has no figures of any more where it stops asking a question, before it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.form_edits import stop_asking
from questionnaires.authoring.version_files import VersionFiles
from questionnaires.library import Library
from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.instruments.versions import WrittenVersion
from survey_app.running.authoring.access import (
    allowed_draft,
    assessed,
    earlier_versions,
    version_address,
)
from survey_app.running.authoring.editor import page_names
from survey_app.running.authoring.mends import version_mends
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import Language, quoted
from survey_app.shared.numbers import listed
from survey_app.shared.pages import language_of, page


@dataclass(frozen=True, slots=True)
class LostFigures:
    """What waves of a form lose with a question, by name, and what is to be mended then."""

    measures: str
    groups: tuple[str, ...]
    mends: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.measures or self.groups or self.mends)


@get("/questionnaires/{form:str}/{version:str}/stop", guards=[requires(*READERS)])
async def ask_before_stopping(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Say what goes with a question before a form stops asking it."""
    was = await allowed_draft(request, form, version)
    language, told = language_of(request), request.query_params
    shown, item = told.get("order", ""), told.get("item", "")
    library = (await assessed(was.files)).library
    if shown not in library.forms or item not in library.forms[shown].items:
        raise NotFoundException
    context = {
        **page_names(was, language),
        "shown": shown,
        "form_title": in_language(library.forms[shown].title, language),
        "item": library.items[item],
        "loss": await lost_figures(was.files, item, shown, language),
    }
    return page(request, "running/version_stop.html", context)


def stop_address(was: WrittenVersion, form: str, item: str) -> str:
    """Return the page that says what a form loses with a question."""
    return f"{version_address(was)}/stop?{urlencode({'order': form, 'item': item})}"


async def lost_figures(files: VersionFiles, item: str, form: str, lang: Language) -> LostFigures:
    """Hold a form against itself without a question; nothing where it cannot stop asking it."""
    try:
        less = stop_asking(files, item, form, next(reversed(earlier_versions(files)), None))
    except AuthoringError:  # as is said where it is tried
        return LostFigures("", (), ())
    before, after = await assessed(files), await assessed(less)
    known = version_mends(before.problems, lang)
    new = [one.sentence for one in version_mends(after.problems, lang) if one not in known]
    if form not in before.library.forms or form not in after.library.forms:
        return LostFigures("", (), tuple(new))
    return LostFigures(
        listed(_lost_measures(before.library, after.library, form, lang), lang),
        _lost_groups(before.library, item, form, lang),
        tuple(new),
    )


def _lost_measures(before: Library, after: Library, form: str, lang: Language) -> list[str]:
    """Name the scales, then the indices, that a form asks all of before and not after."""
    then, now = before.questionnaire(form), after.questionnaire(form)
    left = {*(one.code for one in now.scales), *(one.code for one in now.indices)}
    titles = [one.title for one in then.scales if one.code not in left]
    titles += [one.title for one in then.indices if one.code not in left]
    return list(dict.fromkeys(quoted(in_language(title, lang), lang) for title in titles))


def _lost_groups(library: Library, item: str, form: str, lang: Language) -> tuple[str, ...]:
    """Name the groups that answers to a question make, which figures of the form are shown for."""
    return tuple(
        in_language(one.title, lang)
        for one in library.background.asked(library.questionnaire(form))
        if one.item == item
    )


HANDLERS = [ask_before_stopping]
