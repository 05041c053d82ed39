"""Who may see which imported units: of our own surveys, leaders see what they see of ours."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.earlier.lineage import Book
from survey_app.earlier.model import OWN_AGENCY, SourceUnit
from survey_app.reading.names import own
from survey_app.reading.rows import AGENCY, Domain
from survey_app.shared.i18n import first_language


def own_code(place: Domain) -> str:
    """Return what a source calls one of our places under ``own``."""
    return OWN_AGENCY if place.level == AGENCY else place.code


def allowed_units(book: Book, role: Role, places: Sequence[Domain]) -> tuple[SourceUnit, ...]:
    """Return the units of a source that a reader may see, by name.

    Parameters
    ----------
    book : Book
        What others have published is for everybody who has the page.
    role : Role
        Leaders and representatives see, of our own earlier surveys, what they see of ours.
    places : sequence of Domain
        What the reader may see of ours.
    """
    units = book.source.units
    if book.source.kind == "earlier" and role in UNIT_ROLES:
        mine = {OWN_AGENCY, *(own_code(place) for place in places)}
        units = tuple(unit for unit in units if unit.own in mine)
    return tuple(sorted(units, key=lambda unit: own(unit.name, first_language()).casefold()))


def unit_for(book: Book, place: Domain | None) -> SourceUnit | None:
    """Find the unit of a source that is one of our places."""
    code = own_code(place) if place else OWN_AGENCY
    return next((unit for unit in book.source.units if unit.own == code), None)
