"""Who may see which part of a publication: leaders and representatives see their own unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from survey_app.accounts.errors import ForeignPlace
from survey_app.accounts.roles import UNIT_ROLES
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Domain, ShiftRow

if TYPE_CHECKING:
    from survey_app.accounts.sessions import SignedIn


def codes_of_account(reader: SignedIn) -> set[str]:
    """Return the codes of the register that an account names, with commas between."""
    return {code.strip() for code in reader.unit.split(",") if code.strip()}


def own_units(reader: SignedIn, published: Published) -> tuple[Domain, ...]:
    """Return the reporting units of a leader or representative; empty for other roles.

    An account names units of the register, with commas between; a unit that was merged before
    sending is found among the members of its reporting unit.
    """
    if reader.role not in UNIT_ROLES:
        return ()
    wanted = codes_of_account(reader)
    return tuple(
        domain
        for domain in published.domains
        if domain.level in {"unit", "region"}
        and (domain.code in wanted or wanted & set(domain.members))
    )


def visible(reader: SignedIn, published: Published) -> tuple[Domain, ...]:
    """Return the domains that the reader may choose, in the organisation's order."""
    places = places_in(published)
    if reader.role not in UNIT_ROLES:
        return places
    mine = own_units(reader, published)
    codes = {domain.code for domain in mine} | {domain.parent for domain in mine} | {""}
    return tuple(domain for domain in places if domain.code in codes)


def places_in(published: Published) -> tuple[Domain, ...]:
    """Return the agency, its regions and its units, in the organisation's order."""
    return tuple(d for d in published.domains if d.level in {AGENCY, "region", "unit"})


def shifts_told(reader: SignedIn | None, published: Published) -> tuple[ShiftRow, ...]:
    """Return the shifts of single groups that a reader may hear of.

    Parameters
    ----------
    reader : SignedIn or None
        None: everybody.
    published : Published

    Notes
    -----
    A type of unit may be one single unit: it is spoken of only to those who see all units. Of their
    own unit leaders and representatives read it on its page.
    """
    if reader is None:
        return tuple(one for one in published.shifts if one.level == "group")
    if reader.role not in UNIT_ROLES:
        return published.shifts
    seen = {(one.level, one.code) for one in visible(reader, published)}
    return tuple(one for one in published.shifts if (one.level, one.group) in seen)


def place(reader: SignedIn, published: Published, code: str | None, address: str) -> Domain:
    """Return the domain that the address names.

    Parameters
    ----------
    code : str or None
        A unit's or region's code; empty for the agency. Without it leaders and representatives
        get their own unit and everybody else the agency.

    Raises
    ------
    ForeignPlace
        If the reader may not see it, or there is no such place: the two look the same.
    """
    allowed = visible(reader, published)
    if code is None:
        mine = own_units(reader, published)
        return mine[0] if mine else _agency(allowed)
    for domain in allowed:
        if domain.code == code or code in domain.members:
            return domain
    raise ForeignPlace(address)


def stored_codes(places: tuple[Domain, ...]) -> frozenset[str]:
    """Return every code under which something of these places may be stored.

    A unit that was merged with a neighbour since keeps its actions and events.
    """
    return frozenset(code for place in places for code in (place.code, *place.members))


def home_of(code: str, places: tuple[Domain, ...]) -> Domain | None:
    """Find the place that a stored code belongs to today."""
    exact = next((one for one in places if one.code == code), None)
    return exact or next((one for one in places if code and code in one.members), None)


def _agency(domains: Iterable[Domain]) -> Domain:
    return next(domain for domain in domains if domain.level == AGENCY)


def by_region(places: Sequence[Domain]) -> list[Domain]:
    """Order places as the table of units does: regions before their units, those of none last."""
    regions = [one for one in places if one.level == "region"]
    codes = {one.code for one in regions}
    units = [one for one in places if one.level == "unit"]
    led = [
        one
        for region in regions
        for one in (region, *(unit for unit in units if unit.parent == region.code))
    ]
    return led + [unit for unit in units if unit.parent not in codes]
