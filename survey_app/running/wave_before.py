"""The wave that changes will be measured from: the last shown, or one that comes before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

from analytics.disclosure.rules.display_limits import DISPLAY_LIMITS, REMAINDER
from questionnaires.loader import load_library
from survey_app.asking.campaigns.queries import WaveRow, list_waves
from survey_app.asking.campaigns.states import State
from survey_app.asking.people.panels import EVERYBODY, asked_groups
from survey_app.asking.people.staff_frame import StaffFrame
from survey_app.asking.people.staff_sample import allotted, design_of, reason_against
from survey_app.reading.outlook import Bases, LastWave, bases, spreads
from survey_app.reading.waves import waves as released
from survey_app.shared.agency import agency, in_language
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login
from survey_app.shared.i18n import Language

if TYPE_CHECKING:
    from analytics.planning.ahead import Base, PlannedUnit

# the same plan says the same each time it is looked at
SEED: Final = 0
# what is published before its day of results shows nobody any figures yet
_ON_ITS_WAY: Final = frozenset({State.DRAFT, State.OPEN, State.CLOSED, State.PUBLISHED})


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """When a planned wave opens, None while that cannot be read; ``draft`` is itself, if it is."""

    population: str
    opens_on: date | None
    draft: UUID | None


def sharing(form: str, population: str) -> int:
    """Count the modules of which one alone asks the headline index; 0 where a form asks all of it.

    Parameters
    ----------
    form, population : str
        The form may be one that is asked no more, and unknown.
    """
    library = load_library()
    code = library.measures.headline(population)
    if form not in library.forms or not code or not library.module_of_index(form, code):
        return 0
    return len(library.forms[form].modules)


async def known_of_all(found: Bases, population: str) -> Bases:
    """Reckon what the wave of the kind told as told by all who answered, if a module alone did."""
    from analytics.planning.split import base_of_all  # noqa: PLC0415 - large, and seldom needed

    waves = await list_waves(Login.WEB)
    form = next((one.form for one in waves if one.key == found.like.key), "")
    known = base_of_all(found.like.known, sharing(form, population))
    return replace(found, like=replace(found.like, known=known))


async def with_wave_before(
    found: Bases, planned: PlannedDay, frame: StaffFrame | None, lang: Language
) -> Bases:
    """Measure changes from the wave that will be the last one published, as it is expected to be.

    Parameters
    ----------
    found : Bases
        What was published.
    planned : PlannedDay
    frame : StaffFrame or None
        The register; None of the public.
    lang : str
    """
    before = await _wave_before(found, planned)
    if before is None:
        return found
    from analytics.planning.split import base_of_a_module  # noqa: PLC0415 - large, seldom needed

    like = await bases(before.population, before.kind, now(), lang)
    assert like is not None  # what was found is one of them
    like = await known_of_all(like, before.population)
    known: Base | None = like.like.known
    if before.population == "staff":
        known = await _expected(before, like.like.known, frame) if frame else None
    if known is None:
        return found
    known = base_of_a_module(known, sharing(before.form, before.population))
    name = in_language(before.labels["name"], lang)
    return replace(found, last=LastWave(before.key, name, known, found.last.names, expected=True))


async def _wave_before(found: Bases, planned: PlannedDay) -> WaveRow | None:
    """Find the latest wave that shows no figures yet and opens before the planned one."""
    opens_on = planned.opens_on
    if opens_on is None:
        return None
    waves = await list_waves(Login.WEB)
    shown = {one.key for one in await released(planned.population, now())}
    last = next((one.opens_on for one in waves if one.key == found.last.key), date.min)
    between = [
        one
        for one in waves
        if one.population == planned.population
        and one.state in _ON_ITS_WAY
        and last < one.opens_on < opens_on
        and one.id != planned.draft
        and one.key not in shown
        # planned, and never held
        and not (one.state == State.DRAFT and one.opens_on < today())
    ]
    return max(between, key=lambda one: one.opens_on, default=None)


async def _expected(before: WaveRow, like: Base, frame: StaffFrame) -> Base | None:
    import numpy as np  # noqa: PLC0415 - large, and seldom needed

    from analytics.planning.ahead import as_base, staff_ahead  # noqa: PLC0415 - the same

    asked = await asked_by_unit(
        frame,
        before.kind,
        before.invite,
        before.opens_on.year,
        by_card=before.cards,
        sms=before.sms,
    )
    if asked is None:
        return None
    units = planned_units(frame, asked)
    everybody = asked_groups(before.invite, before.opens_on.year) == EVERYBODY
    ahead = staff_ahead(
        units,
        like,
        None,
        np.random.default_rng(SEED),
        everybody=everybody,
        fewest=DISPLAY_LIMITS["staff_mean"],
        remainder=REMAINDER,
        margins=agency().margins,
    )
    return as_base(ahead, units, everybody=everybody) if ahead else None


async def asked_by_unit(
    frame: StaffFrame,
    kind: str,
    invite: str,
    opening: int,
    *,
    by_card: bool,
    sms: bool,
    spared: Collection[int] = (),
) -> Counter[str] | None:
    """Count whom a wave of staff asks in each unit; None where its sample cannot be drawn.

    Whether cards are answered as often as mails, nobody knows: the page says so.
    """
    design = design_of(invite)
    if design is None:
        everybody = frame.asked(invite, opening)
        return Counter(one.unit for one in everybody if by_card or one.channel(sms=sms))
    if reason_against(frame, design, spared) is not None:
        return None
    sizes = allotted(frame, design, await spreads("staff", kind, now()), spared)
    return Counter(sizes) if by_card else _reached(frame, sizes, sms=sms)


def planned_units(frame: StaffFrame, asked: Counter[str]) -> list[PlannedUnit]:
    """Write the units of a frame with how many of each are asked."""
    from analytics.planning.ahead import PlannedUnit  # noqa: PLC0415 - large, and seldom needed

    return [
        PlannedUnit(unit.code, unit.region, unit.kind, asked[unit.code], unit.population)
        for unit in frame.reporting
    ]


def _reached(frame: StaffFrame, sizes: Mapping[str, int], *, sms: bool) -> Counter[str]:
    """Expect of a sample as many who are reached as the unit has."""
    own = Counter(one.unit for one in frame.people if one.channel(sms=sms))
    return Counter(
        {
            unit.code: round(sizes[unit.code] * own[unit.code] / unit.population)
            for unit in frame.reporting
        }
    )
