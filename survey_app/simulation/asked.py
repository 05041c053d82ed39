"""Which forms of the content the demo puts to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from questionnaires.loader import load_library

if TYPE_CHECKING:
    from questionnaires.library import Library

MAIN_QUARTER: Final = 3


@dataclass(frozen=True, slots=True)
class AskedForms:
    """Ids of forms by the part they play; empty where the agency has none.

    ``quarters`` holds the form of each quarter of a year: the main one in the third, the pulses in
    turn around it.
    """

    main: str
    quarters: tuple[str, ...]
    public: str
    opened: str
    candidates: str
    staff_key: str

    @property
    def pulse(self) -> str:
        """The form that is open now."""
        return self.quarters[0]


def asked_forms(library: Library | None = None) -> AskedForms:
    """Choose the forms, the first of each kind.

    Raises
    ------
    LookupError
        If no form asks staff everything.
    """
    library = library or load_library()
    main = _first(library, "staff", "main")
    if not main:
        raise LookupError('the demo needs a form with population = "staff" and kind = "main"')
    pulses = [one.id for one in library.forms.values() if one.kind == "pulse"] or [main]
    turns = [*pulses, *pulses, *pulses][: MAIN_QUARTER + 1]
    turns.insert(MAIN_QUARTER - 1, main)
    return AskedForms(
        main=main,
        quarters=tuple(turns[:4]),
        public=_first(library, "public", "half_year"),
        opened=_first(library, "public", "open"),
        candidates=_first(library, "candidates", "yearly"),
        staff_key=library.forms[main].instrument,
    )


def _first(library: Library, population: str, kind: str) -> str:
    found = (
        form.id
        for form in library.forms.values()
        if form.population == population and form.kind == kind
    )
    return next(found, "")
