"""The page of comments, and what can be done to one; each act is a form, and goes back there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect

from analytics.comments.proposals import propose
from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.guards import requires
from survey_app.accounts.sessions import SignedIn, csrf_is_right
from survey_app.comments.errors import NotYoursError
from survey_app.comments.permissions import READERS
from survey_app.comments.quarantine import (
    Waiting,
    hold_back,
    mask_comment,
    release_comment,
    take_back_hold,
)
from survey_app.comments.released import (
    CommentedWave,
    bring_back,
    released_of,
    remove_comment,
)
from survey_app.comments.word_lists import word_lists
from survey_app.reading.comments.asking_first import HOLD, MASK, REMOVE, ask_first, is_sure
from survey_app.reading.comments.desk import CommentDesk, lay_out_comments, quarantine_desk
from survey_app.reading.comments.overview import wave_overview
from survey_app.reading.comments.quarantine import (
    MASKS,
    case_of,
    masked_text,
    proposals_of,
    text_as_seen,
)
from survey_app.shared import clock
from survey_app.shared.choices import shows
from survey_app.shared.pages import language_of, page

WRONG = 422  # HTTP's own number for a form that can be read but not used
FormFields = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]
PAGE = "/culture/comments"
LONGEST = 2000  # characters of words to mask: several times those of the longest comment


@get(PAGE, guards=[requires(*READERS)])
async def show_comments(
    request: Request[Any, Any, Any],
    wave: FromQuery[str] = "",
    theme: FromQuery[str] = "",
    show: FromQuery[str] = "",
    told: FromQuery[str] = "",
    undo: FromQuery[UUID | None] = None,
) -> Response[str]:
    """Show the comments of a wave: to the two its quarantine, to readers what was released."""
    found, lang = await lay_out_comments(request), language_of(request)
    picked = found.chosen(wave)
    context: dict[str, Any] = {"wave": None, "told": told, "undo": undo, "keeper": found.keeper}
    if picked is not None:
        context |= await wave_overview(found, picked, lang, theme=theme, everything=show == "all")
        shows(request, theme=context["theme"], show="all" if show == "all" else "")
    return page(request, "comments/overview.html", context, fragment="comments/_overview.html")


@get(PAGE + "/{comment:uuid}", guards=[requires(*READERS)])
async def ask_mask(request: Request[Any, Any, Any], comment: FromPath[UUID]) -> Response[str]:
    """Show one comment in quarantine with boxes for what is proposed."""
    found, waiting, wave = await quarantine_desk(request, comment)
    return _mask_page(request, found, waiting, wave)


@post(PAGE + "/{comment:uuid}/mask", guards=[requires(*READERS)])
async def do_mask(
    request: Request[Any, Any, Any], comment: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Mask what was ticked and written; ask first, and the other of the two decides after."""
    found, waiting, wave = await quarantine_desk(request, comment)
    _check(request, found.reader, data)
    if len(str(data.get("words", ""))) > LONGEST:
        # each line is looked for; to leave some out would leave them in the comment
        raise RequestEntityTooLarge
    spans = propose(waiting.text, word_lists(found.register.units))
    # numbers of proposals mean nothing on another text, or where the register has changed
    if data.get("seen") != text_as_seen(waiting, spans):
        return _back(wave, "changed")
    ticked = set(_several(data.get("mask")))
    wanted = [line.strip() for line in str(data.get("words", "")).splitlines() if line.strip()]
    text, missing = masked_text(waiting, spans, ticked, wanted)
    if missing:
        return _mask_page(
            request, found, waiting, wave, ticked=ticked, words="\n".join(wanted), missing=missing
        )
    if not is_sure(data):
        fields = [("seen", str(data["seen"])), ("words", "\n".join(wanted))]
        fields += [("mask", one) for one in sorted(ticked)]
        return ask_first(request, MASK, text, fields, f"{PAGE}/{comment}")
    try:
        await mask_comment(waiting, text, found.handler, key=wave.key, now=clock.now())
    except NotYoursError:
        return _back(wave, "changed")
    return _back(wave, "masked")


@post(PAGE + "/{comment:uuid}/release", guards=[requires(*READERS)])
async def do_release(
    request: Request[Any, Any, Any], comment: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Release what the other has masked."""
    found, waiting, wave = await quarantine_desk(request, comment)
    _check(request, found.reader, data)
    if data.get("seen") != text_as_seen(waiting):
        return _back(wave, "changed")
    try:
        await release_comment(waiting, found.handler, key=wave.key, now=clock.now())
    except NotYoursError:
        return _back(wave, "not_yours")
    return _back(wave, "released")


@post(PAGE + "/{comment:uuid}/hold", guards=[requires(*READERS)])
async def do_hold(
    request: Request[Any, Any, Any], comment: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Hold a comment back, which the night deletes; ask first."""
    found, waiting, wave = await quarantine_desk(request, comment)
    _check(request, found.reader, data)
    if not is_sure(data):
        return ask_first(request, HOLD, waiting.text, (), _address(wave))
    try:
        await hold_back(waiting, found.handler, key=wave.key, now=clock.now())
    except NotYoursError:
        return _back(wave, "changed")
    return _back(wave, "held", undo=comment)


@post(PAGE + "/{comment:uuid}/unhold", guards=[requires(*READERS)])
async def undo_hold(
    request: Request[Any, Any, Any], comment: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Put a comment that was held back today into quarantine again."""
    found = await lay_out_comments(request)
    _check(request, found.reader, data)
    wave = found.chosen(str(data.get("wave", "")))
    if not found.keeper or wave is None:
        return _back(wave, "changed")
    try:
        await take_back_hold(comment, found.handler, key=wave.key, now=clock.now())
    except NotYoursError:
        return _back(wave, "changed")
    return _back(wave, "unheld")


@post(PAGE + "/{comment:uuid}/remove", guards=[requires(*READERS)])
async def do_remove(
    request: Request[Any, Any, Any], comment: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Remove a released comment for everybody: any reader may; ask first."""
    found = await lay_out_comments(request)
    _check(request, found.reader, data)
    wave = found.chosen(str(data.get("wave", "")))
    if not is_sure(data):
        return await _ask_to_remove(request, comment, wave)
    removed = await remove_comment(comment, found.handler, now=clock.now())
    return _back(wave, "removed", "#frigitt", undo=comment if removed else None)


@post(PAGE + "/{comment:uuid}/bring-back", guards=[requires(*READERS)])
async def undo_remove(
    request: Request[Any, Any, Any], comment: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Show a comment again that was removed today."""
    found = await lay_out_comments(request)
    _check(request, found.reader, data)
    there = await bring_back(comment, found.handler, now=clock.now())
    wave = found.chosen(str(data.get("wave", "")))
    return _back(wave, "brought" if there else "too_late", "#frigitt")


async def _ask_to_remove(
    request: Request[Any, Any, Any], comment: UUID, wave: CommentedWave | None
) -> Response[Any]:
    back = _address(wave, place="#frigitt")
    shown = await released_of(wave) if wave else ()
    text = next((one.text for one in shown if one.id == comment), None)
    if wave is None or text is None:
        return Redirect(back, status_code=303)
    return ask_first(request, REMOVE, text, [("wave", wave.key)], back)


def _check(request: Request[Any, Any, Any], reader: SignedIn, data: dict[str, Any]) -> None:
    if not csrf_is_right(reader, str(data.get("csrf", ""))):
        raise ForeignRequest(request.url.path)


def _several(value: object) -> list[str]:
    """Return the values of a field that may be sent once, many times or not at all."""
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _back(
    wave: CommentedWave | None, told: str, place: str = "#karantene", *, undo: UUID | None = None
) -> Redirect:
    told = f"&told={told}" + (f"&undo={undo}" if undo else "")
    return Redirect(_address(wave, told, place), status_code=303)


def _address(wave: CommentedWave | None, told: str = "", place: str = "#karantene") -> str:
    return f"{PAGE}?wave={wave.key if wave else ''}{told}{place}"


def _mask_page(
    request: Request[Any, Any, Any],
    found: CommentDesk,
    waiting: Waiting,
    wave: CommentedWave,
    *,
    ticked: Collection[str] | None = None,
    words: str = "",
    missing: tuple[str, ...] = (),
) -> Response[str]:
    lists = word_lists(found.register.units)
    spans = propose(waiting.text, lists)
    proposals = proposals_of(waiting, spans)
    context = {
        "case": case_of(waiting, lists, found.handler.account),
        "proposals": proposals,
        "seen": text_as_seen(waiting, spans),
        "ticked": [one.number for one in proposals] if ticked is None else ticked,
        "words": words,
        "missing": missing,
        "masks": MASKS,
        "wave": wave,
    }
    return page(request, "comments/mask.html", context, status=WRONG if missing else 200)


HANDLERS = [
    show_comments,
    ask_mask,
    do_mask,
    do_release,
    do_hold,
    undo_hold,
    do_remove,
    undo_remove,
]
