"""Which figures of staff everybody may see, without an account: one rule for every open page."""

from __future__ import annotations

from datetime import date

from survey_app.reading.rows import AGENCY, Domain
from survey_app.reading.waves import Wave

_AGENCY, _ALL = 1, 2  # what the publication was opened for


def is_open(wave: Wave, place: Domain, units_from: date | None) -> bool:
    """Tell whether a wave's figures of a place are open to everybody.

    Parameters
    ----------
    units_from : date, optional
        The day from which the agency opens figures of units too, of waves that close on it or
        later; without it no unit is open.
    """
    if place.level == AGENCY or wave.open_results < _AGENCY:
        return wave.open_results >= _AGENCY
    return wave.open_results >= _ALL or (units_from is not None and wave.day >= units_from)
