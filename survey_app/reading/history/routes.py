"""The pages of earlier results: for staff beside culture, for the public beside reputation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery

from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.accounts.sessions import SignedIn
from survey_app.earlier.lineage import Book
from survey_app.earlier.shelf import list_books
from survey_app.reading.history.allowed import allowed_units, unit_for
from survey_app.reading.history.figures import Series
from survey_app.reading.history.matrix import matrix
from survey_app.reading.history.others import others
from survey_app.reading.history.own import chips_of, own_history
from survey_app.reading.history.sides import PUBLIC, STAFF, HistorySide
from survey_app.reading.history.taken_in import taken_in
from survey_app.reading.history.writing import WRITERS
from survey_app.reading.names import place_name
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Domain
from survey_app.reading.scope import place as place_of
from survey_app.reading.scope import visible
from survey_app.reading.waves import published, told_retractions, trend_until, waves
from survey_app.shared import clock
from survey_app.shared.agency import in_language
from survey_app.shared.choices import shows
from survey_app.shared.i18n import Language
from survey_app.shared.pages import language_of, page

STAFF_READERS = requires(Role.HR, Role.LEADER, Role.REPRESENTATIVE, Role.ANALYST)
PUBLIC_READERS = requires(Role.COMMUNICATIONS, Role.ANALYST)


@dataclass(frozen=True, slots=True)
class _Ours:
    """What is published of ours, as far as the reader may see it."""

    shown: Published | None
    places: tuple[Domain, ...]
    place: Domain | None


@get("/culture/history", guards=[STAFF_READERS])
async def staff_history(
    request: Request[Any, Any, Any],
    place: FromQuery[str | None] = None,
    index: FromQuery[str] = "",
    source: FromQuery[str] = "",
    unit: FromQuery[str] = "",
    measure: FromQuery[str] = "",
) -> Response[str]:
    """Show earlier surveys of staff and others' figures."""
    return await _history(request, STAFF, place, index, (source, unit, measure))


@get("/reputation/history", guards=[PUBLIC_READERS])
async def public_history(
    request: Request[Any, Any, Any],
    place: FromQuery[str | None] = None,
    index: FromQuery[str] = "",
    source: FromQuery[str] = "",
    unit: FromQuery[str] = "",
    measure: FromQuery[str] = "",
) -> Response[str]:
    """Show earlier surveys of the public and outside benchmarks."""
    return await _history(request, PUBLIC, place, index, (source, unit, measure))


@get("/culture/history/units", guards=[STAFF_READERS])
async def staff_units(
    request: Request[Any, Any, Any],
    source: FromQuery[str] = "",
    year: FromQuery[int | None] = None,
    find: FromQuery[str] = "",
) -> Response[str]:
    """Show one year of a source: units by measures."""
    return await _units(request, STAFF, source, year, find)


@get("/reputation/history/units", guards=[PUBLIC_READERS])
async def public_units(
    request: Request[Any, Any, Any],
    source: FromQuery[str] = "",
    year: FromQuery[int | None] = None,
    find: FromQuery[str] = "",
) -> Response[str]:
    """Show one year of a source of the public: units by measures."""
    return await _units(request, PUBLIC, source, year, find)


async def _history(
    request: Request[Any, Any, Any],
    side: HistorySide,
    place: str | None,
    index: str,
    asked: tuple[str, str, str],
) -> Response[str]:
    reader, lang = _reader(request), language_of(request)
    ours = await _ours(request, side, place)
    books = await list_books(side.audience)
    chips = chips_of(books, ours.place, ours.shown, lang)
    if not chips and place is None and ours.place is not None:
        # a leader whose unit has nothing earlier is shown what the agency has
        ours = await _ours(request, side, "")
        chips = chips_of(books, ours.place, ours.shown, lang)
    chosen = index if index in dict(chips) else next(iter(dict(chips)), "")
    series = await _series(side, chosen, ours)
    outside = [book for book in books if book.source.kind == "outside"]
    picked = next((book for book in outside if book.source.key == asked[0]), None)
    picked = picked or next(iter(outside), None)
    allowed = {book.source.key: allowed_units(book, reader.role, ours.places) for book in books}
    codes = {key: {unit.code for unit in units} for key, units in allowed.items()}
    told = request.query_params.get("told", "")
    kinds = {book.source.key: book.source.kind for book in books}
    context = {
        "side": side,
        "own": own_history(books, ours.place, chosen, chips, series, lang, side.base)
        if chosen
        else None,
        "has_earlier": any(book.source.kind == "earlier" for book in books),
        "others": others(picked, allowed[picked.source.key], asked[1], asked[2], lang, side.base)
        if picked
        else None,
        "outside": [(book.source.key, taken_title(book, lang)) for book in outside],
        "sources": [taken_in(book, codes[book.source.key], lang) for book in books],
        "place": ours.place.code if ours.place else "",
        "place_options": _place_options(books, ours, lang),
        "writes": reader.role not in UNIT_ROLES,
        "adds": WRITERS.get(reader.role) is side,
        "told": told,
        "taken_back": await told_retractions([side.audience], lang, clock.now()),
        "asked": asked[0],
        "taken": kinds.get(asked[0], "") if told == "taken" else "",
    }
    shows(
        request,
        index=chosen,
        source=asked[0] if asked[0] in kinds else "",
    )
    context["address"] = _address(side, context)
    return page(request, "history/history.html", context, fragment="history/_history.html")


async def _units(
    request: Request[Any, Any, Any], side: HistorySide, source: str, year: int | None, find: str
) -> Response[str]:
    reader, lang = _reader(request), language_of(request)
    books = await list_books(side.audience)
    book = next((one for one in books if one.source.key == source), None)
    if book is None:
        raise NotFoundException
    ours = await _ours(request, side, None)
    units = allowed_units(book, reader.role, ours.places)
    table = matrix(book, units, year, lang, find.strip())
    context = {
        "side": side,
        "source": book.source,
        "find": find.strip(),
        "title": taken_title(book, lang),
        "map": table,
        "year_options": [(one, str(one)) for one in table.years],
    }
    return page(request, "history/units.html", context, fragment="history/_units.html")


def taken_title(book: Book, lang: Language) -> str:
    """Return what a source is called."""
    return in_language(book.source.title, lang)


def _reader(request: Request[Any, Any, Any]) -> SignedIn:
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    return reader


async def _ours(request: Request[Any, Any, Any], side: HistorySide, place: str | None) -> _Ours:
    at = clock.now()
    series = await waves(side.audience, at)
    if not series:
        return _Ours(None, (), None)
    mains = [wave for wave in series if wave.kind == "main"] or list(series)
    shown = await published(mains[-1], at)
    reader = _reader(request)
    places = visible(reader, shown)
    if side.audience == "public":
        return _Ours(shown, places, next(one for one in places if one.level == AGENCY))
    return _Ours(shown, places, place_of(reader, shown, place, request.url.path))


async def _series(side: HistorySide, index: str, ours: _Ours) -> Series:
    """Return our own waves of a measure; the main ones alone, where it has any."""
    if not index or ours.place is None:
        return ()
    at = clock.now()
    last = (await waves(side.audience, at))[-1]
    pairs = await trend_until(
        side.audience, index, ours.place.level, ours.place.code, until=last, at=at
    )
    return [pair for pair in pairs if pair[0].kind == "main"] or pairs


def _place_options(books: Sequence[Book], ours: _Ours, lang: Language) -> list[tuple[str, str]]:
    """Return the places that something earlier is known of, and the one that is shown."""
    earlier = [book for book in books if book.source.kind == "earlier"]
    found = [
        (place.code, place_name(place, lang))
        for place in ours.places
        if place is ours.place
        or place.level == AGENCY
        or any(unit_for(book, place) for book in earlier)
    ]
    return found if len(found) > 1 else []


def _address(side: HistorySide, context: dict[str, Any]) -> Callable[..., str]:
    chosen = {
        "place": context["place"],
        "index": context["own"].index if context["own"] else "",
        "source": context["others"].book.source.key if context["others"] else "",
        "unit": context["others"].unit if context["others"] else "",
        "measure": context["others"].measure if context["others"] else "",
    }

    def address(**change: str) -> str:
        return f"{side.address}?{urlencode({**chosen, **change})}"

    return address


HANDLERS = [staff_history, public_history, staff_units, public_units]
