"""A place that a wave does not know: said as it is, with the way to a wave that does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response

from survey_app.accounts.roles import UNIT_ROLES
from survey_app.accounts.sessions import SignedIn
from survey_app.publications.lineage import UNIT, between, steps_in, went_on_as
from survey_app.reading.names import place_name, place_options
from survey_app.reading.published import Published
from survey_app.reading.rows import Domain
from survey_app.reading.scope import codes_of_account, own_units, stored_codes, visible
from survey_app.reading.waves import Wave, published
from survey_app.shared import clock
from survey_app.shared.numbers import listed
from survey_app.shared.pages import language_of, page


async def known_in(
    reader: SignedIn, series: Sequence[Wave], code: str, at: datetime
) -> tuple[Wave, Domain] | None:
    """Find the newest wave in which the reader may see a place, if there is one."""
    for wave in reversed(series):
        for domain in visible(reader, await published(wave, at)):
            if domain.code == code or code in domain.members:
                return wave, domain
    return None


async def own_before(
    reader: SignedIn, series: Sequence[Wave], picked: Wave, at: datetime
) -> tuple[Wave, Domain] | None:
    """Find the newest wave with a unit of the reader's, where the chosen one has none of them."""
    if reader.role not in UNIT_ROLES or own_units(reader, await published(picked, at)):
        return None
    mine = codes_of_account(reader)
    for wave in reversed(series):
        if mine & await _codes_in(wave, at):
            return wave, own_units(reader, await published(wave, at))[0]
    return None


# by publication, which never changes: a unit that is new is in none of them, and whoever leads it
# would have all of them opened with each page
_codes: Final[dict[str, frozenset[str]]] = {}


async def _codes_in(wave: Wave, at: datetime) -> frozenset[str]:
    """Return the codes of the units and regions of a wave, also of those merged before sending."""
    if (known := _codes.get(wave.publication)) is not None:
        return known
    shown = await published(wave, at)
    places = tuple(one for one in shown.domains if one.level in {"unit", "region"})
    return _codes.setdefault(wave.publication, stored_codes(places))


async def not_then(
    request: Request[Any, Any, Any],
    reader: SignedIn,
    series: Sequence[Wave],
    picked: Wave,
    known: tuple[Wave, Domain],
) -> Response[str]:
    """Answer that the chosen wave has no such unit; the choices stay where they were.

    It is a page like the others: a reader who leafs through the waves is meant to meet it.
    """
    lang, (newest, place) = language_of(request), known
    shown = await published(picked, clock.now())
    name = place_name(place, lang)
    gone_on = _gone_on(shown, place)
    context = {
        "place": place,
        "name": name,
        "wave": picked,
        "newest": newest,
        "gone_on": gone_on[0] if gone_on else None,
        "gone_on_as": listed([place_name(one, lang) for one in gone_on[1]], lang)
        if gone_on
        else "",
        "became": [
            (place_name(one, lang), "/culture?" + urlencode({"unit": one.code, "wave": picked.key}))
            for one in visible(reader, shown)
            if gone_on and one in gone_on[1]
        ],
        "without_unit": reader.role in UNIT_ROLES and not own_units(reader, shown),
        "unit_options": [(place.code, name), *place_options(visible(reader, shown), lang)],
        "wave_options": [(one.key, one.label("name", lang)) for one in reversed(series)],
        "its_page": "/culture?" + urlencode({"unit": place.code, "wave": newest.key}),
        "the_whole": "/culture?" + urlencode({"unit": "", "wave": picked.key}),
    }
    return page(request, "culture/not_then.html", context, fragment="culture/_not_then.html")


def _gone_on(shown: Published, place: Domain) -> tuple[date, list[Domain]] | None:
    """Return since when a unit is others in a wave, and which; None where that is not known."""
    found = went_on_as(between(steps_in(shown.content), ()), place.code)
    if found is None:
        return None
    day, codes = found
    units = [one for one in shown.domains if one.level == UNIT and codes & {one.code, *one.members}]
    return (date.fromisoformat(day), units) if units else None
