"""Which forms of the content the demo puts to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from questionnaires.loader import load_library
from survey_app.simulation.marker import DemoError

if TYPE_CHECKING:
    from questionnaires.library import Library

MAIN_QUARTER: Final = 3


@dataclass(frozen=True, slots=True)
class AskedForms:
    """Ids of forms by the part they play; empty where the agency has none.

    ``quarters`` holds the form of each quarter of a year: the main one in the third, the pulses in
    turn around it. Without a main one staff are not asked, and there are none.
    """

    main: str
    quarters: tuple[str, ...]
    public: str
    opened: str
    candidates: str
    staff_key: str

    @property
    def pulse(self) -> str:
        """The form of staff that is open now."""
        return self.quarters[0] if self.quarters else ""


def asked_forms(library: Library | None = None) -> AskedForms:
    """Choose the forms, the first of each kind.

    Raises
    ------
    DemoError
        If no form asks staff everything, and none the public each half-year.
    """
    library = library or load_library()
    main, public = _first(library, "staff", "main"), _first(library, "public", "half_year")
    if not main and not public:
        raise DemoError(
            'the demo needs a form of staff with kind = "main", or one of the public with kind ='
            ' "half_year": add one to forms.toml'
        )
    return AskedForms(
        main=main,
        quarters=_quarters(library, main) if main else (),
        public=public,
        opened=_first(library, "public", "open"),
        candidates=_first(library, "candidates", "yearly"),
        staff_key=library.forms[main].instrument if main else "",
    )


def _quarters(library: Library, main: str) -> tuple[str, ...]:
    pulses = [one.id for one in library.forms.values() if one.kind == "pulse"] or [main]
    turns = [*pulses, *pulses, *pulses][: MAIN_QUARTER + 1]
    turns.insert(MAIN_QUARTER - 1, main)
    return tuple(turns[:4])


def _first(library: Library, population: str, kind: str) -> str:
    found = (
        form.id
        for form in library.forms.values()
        if form.population == population and form.kind == kind
    )
    return next(found, "")
