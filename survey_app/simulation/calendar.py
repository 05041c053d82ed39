"""When the simulated waves were held, counted back from today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from analytics.planning.overlap import overlap_ahead
from analytics.trend.splice import LARGEST_ERROR
from questionnaires.arms import has_arms
from questionnaires.errors import OverlapError
from questionnaires.loader import load_library
from survey_app.asking.campaigns.field_days import few_at_work
from survey_app.shared.clock import OSLO
from survey_app.simulation.asked import asked_forms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from questionnaires.library import Library

TUESDAY: Final = 1
PULSE_DAYS, MAIN_DAYS, PUBLIC_DAYS, CANDIDATE_DAYS = 16, 22, 35, 28
RESULTS_AFTER: Final = timedelta(days=14)
PUBLIC_RESULTS_AFTER: Final = timedelta(days=21)
OPEN_BEFORE, OPEN_AFTER = timedelta(days=4), timedelta(days=17)

# quarter: earliest day of opening, days, panel called
_QUARTERS: Final = {
    1: ((2, 9), PULSE_DAYS, "panel:A"),
    2: ((5, 12), PULSE_DAYS, "panel:B"),
    3: ((9, 14), MAIN_DAYS, "everybody"),
    4: ((11, 14), PULSE_DAYS, "panel:C"),
}
MAIN_ANSWERS: Final = 0.55  # of those asked in a main wave
WIDEST_SPREAD: Final = 25.0  # points between persons, on a scale of two questions
STAFF_WAVES: Final = 12  # of the document: t = 0 is a main wave, t = 11 the May pulse
PUBLIC_WAVES: Final = 8


@dataclass(frozen=True, slots=True)
class SimulatedWave:
    """One wave of the demo.

    Parameters
    ----------
    key, form, invite : str
        As in the campaign's file.
    t : int
        Place in the model's time.
    opens_on, closes_on, results_on : date
    version : str
        Earlier version of the instrument in whose words everybody is asked; empty for the newest.
    overlap : str
        Earlier version in whose words one half is asked; empty where all are asked alike.
    """

    key: str
    form: str
    invite: str
    t: int
    opens_on: date
    closes_on: date
    results_on: date
    version: str = ""
    overlap: str = ""

    @property
    def main(self) -> bool:
        """Whether everybody is asked everything."""
        return self.form == asked_forms().main

    @property
    def opened_at(self) -> datetime:
        """Morning of the first day."""
        return datetime.combine(self.opens_on, time(9), tzinfo=OSLO)

    @property
    def closed_at(self) -> datetime:
        """Just after midnight of the last day."""
        return datetime.combine(self.closes_on + timedelta(days=1), time(0, 5), tzinfo=OSLO)


def staff_calendar(waves: int, *, panels: bool, today: date) -> list[SimulatedWave]:
    """Lay out the latest closed staff waves, ending with a May pulse whose results are out.

    Parameters
    ----------
    waves : int
        How many, at least 1. Twelve begin with the main wave before the reform.
    panels : bool
        Whether pulses go to a third of the staff.
    today : date
    """
    year = today.year
    while _quarter(year, 2, STAFF_WAVES - 1, panels=panels).results_on >= today:
        year -= 1
    found = []
    for back in range(waves):
        quarters = year * 4 + 1 - back
        found.append(
            _quarter(quarters // 4, quarters % 4 + 1, STAFF_WAVES - 1 - back, panels=panels)
        )
    return found[::-1]


def closed_staff_waves(
    waves: int, *, people: int, panels: bool, today: date
) -> list[SimulatedWave]:
    """Lay out the staff waves of an agency, in the words of their time.

    Who plans a wave is told beforehand whether it could link two wordings. Where it is too small
    for that, nobody plans it, and the newest words are asked all along.

    Parameters
    ----------
    waves, panels, today
        As for `staff_calendar`.
    people : int
        In the register.
    """
    found = staff_calendar(waves, panels=panels, today=today)
    needed = overlap_ahead(WIDEST_SPREAD, largest=LARGEST_ERROR).needed
    return in_words_of_their_time(found) if needed <= MAIN_ANSWERS * people else found


def in_words_of_their_time(
    waves: Sequence[SimulatedWave], library: Library | None = None
) -> list[SimulatedWave]:
    """Let the last main wave ask both wordings, and those before it the old one.

    Parameters
    ----------
    waves : sequence of SimulatedWave
        Of staff, oldest first.
    library : Library, optional
        The agency's when not given.

    Returns
    -------
    list of SimulatedWave
        As they were where the instrument has one version only, where halves cannot link what it
        changed, or where no wave is older than the last main one: then nothing is there to link.
    """
    mains = [at for at, wave in enumerate(waves) if wave.main]
    return _asking_both(waves, mains[-1] if mains else 0, library or load_library())


def closed_public_waves(
    waves: int, *, today: date, library: Library | None = None
) -> list[SimulatedWave]:
    """Lay out the half-year waves of the public, in the words of their time.

    The last but one asks both wordings, so that one in the newest alone comes after it.

    Parameters
    ----------
    waves, today
        As for `public_calendar`.
    library : Library, optional
        The agency's when not given.
    """
    found = public_calendar(waves, today=today)
    return _asking_both(found, len(found) - 2, library or load_library())


def _asking_both(
    waves: Sequence[SimulatedWave], both: int, library: Library
) -> list[SimulatedWave]:
    """Let a wave ask both wordings, and those before it the old one."""
    version = _linked_version(library, waves[both].form) if both > 0 else ""
    if not version:
        return list(waves)
    older = (_asked_in(library, wave, version) for wave in waves[:both])
    return [*older, replace(waves[both], overlap=version), *waves[both + 1 :]]


def _linked_version(library: Library, form: str) -> str:
    """Name the version before the newest, if halves can link the two in this form."""
    version = next(iter(library.earlier(form)), "")
    try:
        both = library.questionnaire(form, overlap=version)
    except OverlapError:
        return ""
    return version if has_arms(both) else ""


def _asked_in(library: Library, wave: SimulatedWave, version: str) -> SimulatedWave:
    """Ask a wave in a version; a form of another instrument is asked as it is."""
    return replace(wave, version=version) if version in library.earlier(wave.form) else wave


def _quarter(year: int, quarter: int, t: int, *, panels: bool) -> SimulatedWave:
    (month, day), days, invite = _QUARTERS[quarter]
    forms = asked_forms()
    opens = _tuesday(date(year, month, day))
    closes = opens + timedelta(days=days)
    return SimulatedWave(
        key=f"{forms.staff_key}-{year}-k{quarter}",
        form=forms.quarters[quarter - 1],
        invite=invite if panels else "everybody",
        t=t,
        opens_on=opens,
        closes_on=closes,
        results_on=closes + RESULTS_AFTER,
    )


def public_calendar(waves: int, *, today: date) -> list[SimulatedWave]:
    """Lay out the latest closed half-year waves of March and September, results out."""
    year, half = today.year, 1
    while _half_year(year, half, 0).results_on >= today:
        year, half = (year, 0) if half else (year - 1, 1)
    found = []
    for back in range(waves):
        halves = year * 2 + half - back
        found.append(_half_year(halves // 2, halves % 2, PUBLIC_WAVES - 1 - back))
    return found[::-1]


def _half_year(year: int, half: int, w: int) -> SimulatedWave:
    form = asked_forms().public
    opens = _tuesday(date(year, (3, 9)[half], 1))
    closes = opens + timedelta(days=PUBLIC_DAYS)
    return SimulatedWave(
        key=f"{_as_key(form)}-{year}-{('mars', 'september')[half]}",
        form=form,
        invite="sample",
        t=w,
        opens_on=opens,
        closes_on=closes,
        results_on=closes + PUBLIC_RESULTS_AFTER,
    )


def open_pulse(*, today: date) -> SimulatedWave:
    """Return the pulse that is open now, to everybody."""
    forms = asked_forms()
    opens = today - OPEN_BEFORE
    return SimulatedWave(
        key=f"{forms.staff_key}-{opens.isoformat()}",
        form=forms.pulse,
        invite="everybody",
        t=STAFF_WAVES,
        opens_on=opens,
        closes_on=today + OPEN_AFTER,
        results_on=_at_work(today + OPEN_AFTER + RESULTS_AFTER),
    )


def open_survey(*, today: date) -> SimulatedWave:
    """Return the survey that anybody may answer now."""
    opens = today - OPEN_BEFORE
    return SimulatedWave(
        key="si-din-mening",
        form=asked_forms().opened,
        invite="open",
        t=PUBLIC_WAVES,
        opens_on=opens,
        closes_on=today + OPEN_AFTER,
        results_on=_at_work(today + OPEN_AFTER + RESULTS_AFTER),
    )


def _at_work(day: date) -> date:
    """Return the first day, this or a later one, on which results may come."""
    while few_at_work(day):
        day += timedelta(days=1)
    return day


def candidates_survey(*, today: date) -> SimulatedWave:
    """Return the latest yearly survey of candidates whose results are out.

    It opens when the admission round is over and nobody waits for an answer any more.
    """
    year = today.year
    while (wave := _candidates(year)).results_on >= today:
        year -= 1
    return wave


def _candidates(year: int) -> SimulatedWave:
    form = asked_forms().candidates
    opens = _tuesday(date(year, 6, 1))
    closes = opens + timedelta(days=CANDIDATE_DAYS)
    return SimulatedWave(
        key=f"{_as_key(form)}-{year}",
        form=form,
        invite="open",
        t=PUBLIC_WAVES - 1,
        opens_on=opens,
        closes_on=closes,
        results_on=closes + RESULTS_AFTER,
    )


def _as_key(form: str) -> str:
    return form.replace(".", "-")


def _tuesday(first: date) -> date:
    return first + timedelta(days=(TUESDAY - first.weekday()) % 7)
