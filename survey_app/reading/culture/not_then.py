"""A place that a wave does not know: said as it is, with the way to a wave that does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response

from survey_app.accounts.roles import UNIT_ROLES
from survey_app.accounts.sessions import SignedIn
from survey_app.reading.names import place_name, place_options
from survey_app.reading.rows import Domain
from survey_app.reading.scope import own_units, visible
from survey_app.reading.waves import Wave, published
from survey_app.shared import clock
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
    for wave in reversed(series):
        if mine := own_units(reader, await published(wave, at)):
            return wave, mine[0]
    return None


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
    context = {
        "place": place,
        "name": name,
        "wave": picked,
        "newest": newest,
        "without_unit": reader.role in UNIT_ROLES and not own_units(reader, shown),
        "unit_options": [(place.code, name), *place_options(visible(reader, shown), lang)],
        "wave_options": [(one.key, one.label("name", lang)) for one in reversed(series)],
        "its_page": "/culture?" + urlencode({"unit": place.code, "wave": newest.key}),
        "the_whole": "/culture?" + urlencode({"unit": "", "wave": picked.key}),
    }
    return page(request, "culture/not_then.html", context, fragment="culture/_not_then.html")
