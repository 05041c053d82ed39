"""``/subscriptions``: ask for new figures by mail, and stop it, signed in or by a mail's link."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect

from survey_app.accounts.errors import ForeignPage, ForeignRequest
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import SignedIn, csrf_is_right
from survey_app.reading.nothing_yet import none_published
from survey_app.reading.subscriptions.choices import PUBLIC, WHOLE, offered, own_choice
from survey_app.shared import clock
from survey_app.shared.i18n import N_, Language, as_language, own_names, translator
from survey_app.shared.pages import language_of, page
from survey_app.subscriptions.queries import (
    SubscriptionRow,
    find_subscription,
    list_subscriptions,
)
from survey_app.subscriptions.stop_link import subscription_of
from survey_app.subscriptions.subscribe import Wish, subscribe, unsubscribe

READERS = requires(Role.HR, Role.COMMUNICATIONS, Role.LEADER, Role.REPRESENTATIVE, Role.ANALYST)
FormFields = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
ATTACHMENTS: Final = {
    "": N_("Bare e-posten, med de viktigste tallene og en figur"),
    "pdf": N_("Med hele rapporten som PDF"),
    "pptx": N_("Med lysbilder (PowerPoint)"),
}


@get("/subscriptions", guards=[READERS])
async def show_subscriptions(
    request: Request[Any, Any, Any],
    population: FromQuery[str] = "",
    place: FromQuery[str | None] = None,
) -> Response[str]:
    """Show what the reader follows, and the form."""
    reader, lang, at = _reader(request), language_of(request), clock.now()
    choices = await offered(reader, lang, at)
    stored = await list_subscriptions(UUID(reader.account))
    asked = f"{population}:{place}" if place is not None else await own_choice(reader, at)
    first = list(dict.fromkeys(choice.population for choice in choices if choice.first))
    context = {
        "told": request.query_params.get("told", ""),
        "choices": choices,
        "awaited": await none_published(first, at) if first else (),
        "chosen": asked if asked in {choice.value for choice in choices} else "",
        "attachments": ATTACHMENTS,
        "languages": own_names(),
        "stored": [
            (
                one,
                told.name if told else _former_name(one, lang),
                told is not None,
                dict(own_names())[as_language(one.language)],
            )
            for one in stored
            for told in [next((choice for choice in choices if choice.is_told_to(one)), None)]
        ],
    }
    return page(request, "subscriptions/page.html", context)


@post("/subscriptions", guards=[READERS])
async def follow_place(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Follow a place whose figures the reader sees."""
    reader, lang = _reader(request), language_of(request)
    _refuse_old(request, reader, data)
    known = {choice.value: choice for choice in await offered(reader, lang, clock.now())}
    choice = known.get(data.get("follow", ""))
    if choice is None:
        raise ForeignPage(request.url.path)
    attachment = data.get("attachment", "")
    wish = Wish(
        choice.population,
        choice.place,
        as_language(data.get("language"), lang),
        attachment if attachment in ATTACHMENTS else "",
    )
    await subscribe(wish, UUID(reader.account), reader.email, now=clock.now())
    return Redirect("/subscriptions?told=started", status_code=303)


@post("/subscriptions/{subscription:uuid}/stop", guards=[READERS])
async def stop(
    request: Request[Any, Any, Any], subscription: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Stop one of the reader's own."""
    reader = _reader(request)
    _refuse_old(request, reader, data)
    stored = await find_subscription(subscription)
    if stored is None or str(stored.account) != reader.account:
        raise NotFoundException
    await unsubscribe(stored, reader.email, now=clock.now())
    return Redirect("/subscriptions?told=stopped", status_code=303)


@get("/subscriptions/stop/{token:str}")
async def ask_to_unsubscribe(
    request: Request[Any, Any, Any], token: FromPath[str]
) -> Response[str]:
    """Ask whether to stop: mail scanners fetch links, so GET changes nothing."""
    stored = await find_subscription(_subscription(request, token))
    return page(request, "subscriptions/stop.html", {"done": stored is None}, headers=_QUIET)


@post("/subscriptions/stop/{token:str}", status_code=200)
async def stop_by_link(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
    """Stop, from the page or from a mail program (RFC 8058): no account, no form token, once.

    Whoever has the link may stop; it can do nothing else.
    """
    stored = await find_subscription(_subscription(request, token))
    if stored is not None:
        await unsubscribe(stored, "link", now=clock.now())
    return page(request, "subscriptions/stop.html", {"done": True}, headers=_QUIET)


_QUIET: Final = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


def _subscription(request: Request[Any, Any, Any], token: str) -> UUID:
    found = subscription_of(token, request.app.state.settings.secret())
    if found is None:
        raise NotFoundException
    return found


def _former_name(one: SubscriptionRow, lang: Language) -> str:
    """Name what the reader is told of no more: a unit that is gone has its code alone."""
    whole = PUBLIC if one.population == "public" else WHOLE
    return one.place or translator(lang).gettext(whole)


def _reader(request: Request[Any, Any, Any]) -> SignedIn:
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    return reader


def _refuse_old(request: Request[Any, Any, Any], reader: SignedIn, data: dict[str, str]) -> None:
    if not csrf_is_right(reader, data.get("csrf", "")):
        raise ForeignRequest(request.url.path)


HANDLERS = [show_subscriptions, follow_place, stop, ask_to_unsubscribe, stop_by_link]
