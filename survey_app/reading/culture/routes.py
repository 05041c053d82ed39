"""The culture pages: overview, units, items and one unit."""

from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from survey_app.accounts.errors import ForeignPage
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.accounts.sessions import SignedIn
from survey_app.reading.actions.tasks import tasks_of
from survey_app.reading.culture.drivers import (
    answered_alike,
    driver_page,
    not_asked,
    outcomes_of_staff,
)
from survey_app.reading.culture.fallen import count_fallen
from survey_app.reading.culture.heatmap import (
    CHANGES,
    columns_of,
    heatmap,
)
from survey_app.reading.culture.heatmap_table import ORGANISATION, Heatmap
from survey_app.reading.culture.item import item_page
from survey_app.reading.culture.not_then import known_in, not_then, own_before
from survey_app.reading.culture.overview import overview
from survey_app.reading.culture.past import as_latest, since_main
from survey_app.reading.culture.shading import NAMES as COMPARISONS
from survey_app.reading.culture.shading import Compare, darker_moves, lighter_moves
from survey_app.reading.culture.talk import history_until, talk
from survey_app.reading.culture.unit import newest_with_figures, unit_page
from survey_app.reading.decided import decided_of
from survey_app.reading.findings import findings
from survey_app.reading.halves import part_note
from survey_app.reading.names import inside, own, place_name, place_options, row_name
from survey_app.reading.nothing_yet import nothing_yet
from survey_app.reading.progress import computing
from survey_app.reading.published import Published
from survey_app.reading.rows import Domain
from survey_app.reading.scope import place as place_of
from survey_app.reading.scope import shifts_told, visible
from survey_app.reading.staff_measures import full_of, measures_to_choose, series_of
from survey_app.reading.verdicts import bands, rule_of
from survey_app.reading.waves import Wave, chosen, published, waves
from survey_app.shared import clock
from survey_app.shared.choices import shows
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.pages import language_of, page

READERS = requires(Role.HR, Role.LEADER, Role.REPRESENTATIVE, Role.ANALYST)
STAFF = "staff"


@get("/culture", guards=[READERS])
async def culture(
    request: Request[Any, Any, Any],
    unit: FromQuery[str | None] = None,
    wave: FromQuery[str | None] = None,
    index: FromQuery[str | None] = None,
) -> Response[str]:
    """Show the culture of the agency, a region or a unit."""
    series = await waves(STAFF, clock.now())
    if not series:
        return await nothing_yet(request, STAFF, N_("Kultur"), "/culture/progress")
    return await culture_of(request, series, wave, unit, index)


async def culture_of(
    request: Request[Any, Any, Any],
    series: tuple[Wave, ...],
    wave: str | None,
    unit: str | None,
    index: str | None,
) -> Response[str]:
    """Answer with one place in one wave; the home of leaders and representatives is the same."""
    at, lang = clock.now(), language_of(request)
    picked = chosen(series, wave)
    shown = await published(picked, at)
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    try:
        where = place_of(reader, shown, unit, request.url.path)
    except ForeignPage:
        if unit and (known := await known_in(reader, series, unit, at)):
            return await not_then(request, reader, series, picked, known)
        if reader.role not in UNIT_ROLES:
            # who sees all units is not refused one: there is none
            raise NotFoundException from None
        raise
    if unit is None and (before := await own_before(reader, series, picked, at)):
        return await not_then(request, reader, series, picked, before)
    if where.level == "unit":
        if wave is None:
            picked = await newest_with_figures(series, where.code, at)
        return await unit_response(request, series, picked, where)
    options = visible(reader, shown)
    view = await overview(shown, picked, where, options, index, lang, at)
    if view is None:
        raise NotFoundException
    shows(request, index=view.measure.code)
    context = {
        **await frame(request, series, picked),
        "view": view,
        "place": where,
        "place_name": place_name(where, lang),
        "some": part_note(shown, [view.measure.code, *(row.code for row in view.values)], lang),
        "heading": row_name(view.measure.code, view.measure.title, lang),
        "rule": rule_of(shown.margins, where.level, shown.decided_by),
        "about": own(view.measure.about, lang),
        "series": series_of(view.measure.code),
        "measure_of_action": full_of(view.measure.code),
        "outcomes": outcomes_of_staff(),
        "unit_options": place_options(options, lang),
        "index_options": [
            (m.code, row_name(m.code, m.title, lang)) for m in measures_to_choose(shown)
        ],
        "index_address": lambda code: _address(
            "/culture", unit=where.code, wave=picked.key, index=code
        ),
        "address": lambda **change: _address(
            "/culture",
            **{"unit": where.code, "wave": picked.key, "index": view.measure.code, **change},
        ),
    }
    return page(request, "culture/overview.html", context, fragment="culture/_overview.html")


@get("/culture/units", guards=[READERS])
async def units(
    request: Request[Any, Any, Any],
    wave: FromQuery[str | None] = None,
    compare: FromQuery[Compare | None] = None,
    colour: FromQuery[Literal["difference", "level"]] = "difference",
    order: FromQuery[str] = ORGANISATION,
    open: FromQuery[str] = "",  # noqa: A002 - the word in the address
    together: FromQuery[bool] = False,
) -> Response[str]:
    """Name units to talk with, then show units by indices.

    ``compare`` chooses what the colour says (older links: ``colour``); ``together`` puts all units
    in one list, so that they are sorted whole.
    """
    series = await waves(STAFF, clock.now())
    if not series:
        return await nothing_yet(request, STAFF, N_("Enheter"), "/culture/progress")
    lang = language_of(request)
    # A pulse asks a third, so most units have figures in main waves only.
    picked = chosen(series, wave, kind="main")
    shown = await published(picked, clock.now())
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    places = visible(reader, shown)
    of_one = reader.role in UNIT_ROLES
    regions = {d.code for d in places if d.level == "region"}
    # who sees one region sees it open; who sees all has read the names above the table
    opened = frozenset(regions if of_one else ())
    if "open" in request.query_params:
        opened = frozenset(code for code in open.split(",") if code)
    shade_by: Compare = compare or ("level" if colour == "level" else "agency")
    if shade_by == "parent" and not regions:
        shade_by = "agency"
    codes = columns_of(shown)
    moved = (
        await since_main(shown, picked, series, codes, clock.now()) if shade_by == "own" else None
    )
    table = heatmap(
        shown,
        places,
        lang,
        compare=shade_by,
        order=order,
        opened=opened,
        changes=moved,
        together=together,
    )
    past = () if of_one else await history_until(picked, series, clock.now())
    shows(request, order=table.order)
    context = {
        **await frame(request, series, picked),
        "map": table,
        "some": part_note(shown, codes, lang),
        "series": next((one for code in codes if (one := series_of(code))), ""),
        "talk": None if of_one else talk(shown, past, places, lang),
        "fallen_since": await _fallen_since(reader, series[-1], picked),
        "findings": findings(
            shown,
            codes,
            lang,
            places=lambda d: d.code in regions,
            most=2,
            # the table counts from another wave then, and so must what is said of it
            changes=as_latest(moved, codes, places) if moved else None,
        )
        if of_one or moved
        else [],
        "mostly_plain": not of_one and table.mostly_plain,
        "opened": ",".join(sorted(opened)),
        "every_region": ",".join(sorted(regions)),
        "bands": bands(),
        "lighter": lighter_moves(shown.margins, lang, regions=bool(table.regions)),
        "darker": darker_moves(shown.margins, lang, regions=bool(table.regions)),
        "compare_options": [
            (code, translator(lang).gettext(name))
            for code, name in COMPARISONS.items()
            if regions or code != "parent"
        ],
        "order_options": _orders(table, lang),
        "address": _heatmap_address(picked, shade_by, table, opened),
    }
    return page(request, "culture/units.html", context, fragment="culture/_heatmap.html")


async def _fallen_since(reader: SignedIn, newest: Wave, picked: Wave) -> tuple[int, int]:
    """Count what has fallen in the newest wave, where another is shown to who sees all."""
    if newest is picked or reader.role in UNIT_ROLES:
        return 0, 0
    found = await published(newest, clock.now())
    return count_fallen(found, visible(reader, found))


@get("/culture/units/talk", guards=[READERS])
async def units_to_talk_with(wave: FromQuery[str | None] = None) -> Redirect:
    """Lead to where they are named: the page of units begins with them."""
    return Redirect(_address("/culture/units", wave=wave or ""))


@get("/culture/items/{item:str}", guards=[READERS])
async def item(
    request: Request[Any, Any, Any], item: FromPath[str], wave: FromQuery[str | None] = None
) -> Response[str]:
    """Show how one item was answered, and which statement of the strategy it measures."""
    at, lang = clock.now(), language_of(request)
    asked = tuple(w for w in await waves(STAFF, at) if item in w.measures)
    if not asked:
        raise NotFoundException
    picked = chosen(asked, wave) if wave in {w.key for w in asked} else asked[-1]
    shows(request, wave=picked.key)
    shown = await published(picked, at)
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    places, shifts = visible(reader, shown), shifts_told(reader, shown)
    view = item_page(shown, item, places, lang, shifts)
    if view is None:
        raise NotFoundException
    context = {**await frame(request, asked, picked), "view": view}
    return page(request, "culture/item.html", context, fragment="culture/_item.html")


@get("/culture/drivers", guards=[READERS])
async def drivers(
    request: Request[Any, Any, Any],
    outcome: FromQuery[str | None] = None,
    wave: FromQuery[str | None] = None,
) -> Response[str]:
    """Show what goes with culture and with staying, in the whole agency."""
    at = clock.now()
    series = await waves(STAFF, at)
    if not series:
        return await nothing_yet(request, STAFF, N_("Kultur"), "/culture/progress")
    # only a main wave asks all that an outcome may go with
    picked = chosen(series, wave, kind="main")
    shown = await published(picked, at)
    view = driver_page(shown, outcome, language_of(request))
    if view is not None:
        shows(request, outcome=view.outcome)
    mains = tuple(one for one in series if one.kind == "main") or (picked,)
    missing = "" if view else not_asked(shown, language_of(request))
    reason = {"missing": missing, "alike": view is None and answered_alike(shown)}
    context = {**await frame(request, mains, picked), "view": view, **reason}
    return page(request, "culture/drivers.html", context, fragment="culture/_drivers.html")


@get("/culture/progress", guards=[READERS])
async def culture_progress(request: Request[Any, Any, Any]) -> Response[str]:
    """Show how far the next publication has come; asked for again every few seconds."""
    return await nothing_yet(
        request, STAFF, N_("Kultur"), "/culture/progress", fragment="reading/progress.html"
    )


async def unit_response(
    request: Request[Any, Any, Any], series: tuple[Wave, ...], picked: Wave, unit: Domain
) -> Response[str]:
    """Answer with the page of one unit."""
    at, lang = clock.now(), language_of(request)
    shown = await published(picked, at)
    unit = shown.domain(unit.code) or unit
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    view = await unit_page(shown, picked, series, unit, lang, at)
    # of a unit all is shown at once: an index that the wave knows needs no word
    asked = request.query_params.get("index", "")
    shows(request, index=asked if shown.measure(asked) else "")
    context = {
        **await frame(request, series, picked),
        "view": view,
        "some": part_note(shown, [row.code for row in view.rows], lang),
        "rule": rule_of(shown.margins, unit.level, shown.decided_by),
        "series": series_of(view.level.code) if view.level else "",
        "unit_options": place_options(visible(reader, shown), lang),
        "tasks": await tasks_of(request, unit),
        "units_address": _address("/culture/units", wave=picked.key, open=unit.parent),
        "shown_from": shown_from(shown),
    }
    return page(request, "culture/unit.html", context, fragment="culture/_unit.html")


async def frame(
    request: Request[Any, Any, Any], series: tuple[Wave, ...], picked: Wave
) -> dict[str, Any]:
    """Return what the head of every culture page needs."""
    lang = language_of(request)
    shown = await published(picked, clock.now())
    return {
        "wave": picked,
        "wave_options": [(w.key, w.label("name", lang)) for w in reversed(series)],
        "computing": await computing(request, STAFF),
        "shown_from": shown_from(shown),
        "decided": decided_of(shown, series, picked),
        "margins": shown.margins,
        "within": shown.within,
        "alikeness": shown.alikeness,
    }


def shown_from(shown: Published) -> int:
    """Return how many answers a staff mean needs to be shown."""
    return int(shown.content["limits"]["staff_mean"])


def _address(path: str, **choices: str) -> str:
    # The agency is the empty unit, so it stands in the address: leaving it out means "mine".
    kept = {name: value for name, value in choices.items() if value or name == "unit"}
    return f"{path}?{urlencode(kept)}" if kept else path


def _orders(table: Heatmap, lang: Language) -> list[tuple[str, str]]:
    say = translator(lang).gettext
    by_column = say(N_("Etter %(name)s"))
    found = [
        (ORGANISATION, say(N_("Som i organisasjonen"))),
        (CHANGES, say(N_("Sikre endringer først"))),
    ]
    if table.sorted_by:
        found.append((table.order, by_column % {"name": inside(table.sorted_by.name)}))
    return found


def _heatmap_address(
    picked: Wave, compare: str, table: Heatmap, opened: frozenset[str]
) -> Callable[..., str]:
    def address(*, toggle: str = "", **change: str) -> str:
        open_now = opened ^ {toggle} if toggle else opened
        now = {
            "wave": picked.key,
            "compare": compare,
            "order": table.order,
            **({"together": "true"} if table.together else {}),
            "open": ",".join(sorted(open_now)),
        }
        kept = {**now, **change}
        return f"/culture/units?{urlencode({k: v for k, v in kept.items() if v or k == 'open'})}"

    return address


HANDLERS = [culture, units, units_to_talk_with, item, drivers, culture_progress]
