"""The code book: read and edited by HR, with suggestions from released comments."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.guards import requires
from survey_app.accounts.sessions import csrf_is_right
from survey_app.comments.code_book import CodeBookVersion, change_book, code_book, read_words
from survey_app.comments.errors import CodeBookError
from survey_app.comments.permissions import EDITORS
from survey_app.comments.released import released_of
from survey_app.reading.comments.desk import CommentDesk, lay_out_comments
from survey_app.reading.comments.routes import PAGE, WRONG, FormFields
from survey_app.reading.comments.themes import suggestions
from survey_app.reading.names import own
from survey_app.shared import clock
from survey_app.shared.i18n import N_
from survey_app.shared.pages import language_of, page

BOOK = "/culture/comments/themes"
FIELD = "words-"
NO_WORD = N_("«%(word)s» kan ikke leses. Skriv ett ord om gangen, med komma mellom.")
CHANGED = N_(
    "Noen andre har endret ordboka mens du skrev. Ingenting er lagret. Se over, og lagre igjen."
)


@get(BOOK, guards=[requires(*EDITORS)])
async def show_book(request: Request[Any, Any, Any]) -> Response[str]:
    """Show themes, their words and suggestions."""
    found, book = await lay_out_comments(request), await code_book()
    return await _book_page(request, found, book, _written(book))


@post(BOOK, guards=[requires(*EDITORS)])
async def write_book(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Store other words, or show what cannot be read."""
    found, book = await lay_out_comments(request), await code_book()
    if not csrf_is_right(found.reader, str(data.get("csrf", ""))):
        raise ForeignRequest(request.url.path)
    written = {one.key: str(data.get(FIELD + one.key, "")) for one in book.themes}
    words, wrong = {}, {}
    for key, text in written.items():
        try:
            words[key] = read_words(text)
        except CodeBookError as error:
            wrong[key] = str(error)
    if wrong:
        return await _book_page(request, found, book, written, wrong=wrong)
    if str(data.get("version", "")) != str(book.version):
        return await _book_page(request, found, book, written, problem=CHANGED)
    try:
        await change_book(book, words, actor=found.reader.email, now=clock.now())
    except CodeBookError:
        return await _book_page(request, found, await code_book(), written, problem=CHANGED)
    return Redirect(f"{PAGE}?told=book#temaer", status_code=303)


def _written(book: CodeBookVersion) -> dict[str, str]:
    return {one.key: ", ".join(one.words) for one in book.themes}


async def _book_page(
    request: Request[Any, Any, Any],
    found: CommentDesk,
    book: CodeBookVersion,
    written: dict[str, str],
    *,
    wrong: dict[str, str] | None = None,
    problem: str = "",
) -> Response[str]:
    lang = language_of(request)
    texts = {
        one.key: await released_of(one)
        for one in found.waves
        if one.key in found.released and one.shows
    }
    at_least = max((one.minimum for one in found.waves), default=0)
    context = {
        "themes": [(one.key, own(one.name, lang), written[one.key]) for one in book.themes],
        "version": book.version,
        "wrong": wrong or {},
        "no_word": NO_WORD,
        "problem": problem,
        "suggestions": suggestions(texts, book, at_least=at_least) if texts else (),
        "at_least": at_least,
    }
    return page(request, "comments/book.html", context, status=WRONG if wrong or problem else 200)


HANDLERS = [show_book, write_book]
