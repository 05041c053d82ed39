"""Whether the measure of an action moved: published changes alone, and never a cause.

The change shown is the one that a publication holds, with its verdict; where none compares the two
main waves around an action, their published figures are compared by the same rule (docs/adr/0014).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Literal

from questionnaires.identity import same
from survey_app.actions.states import ActionRow, ActionState
from survey_app.reading.actions.main_waves import changes_between
from survey_app.reading.levels import ChangeCell, change_cell
from survey_app.reading.names import row_name, sentence_name
from survey_app.reading.open_to_all import is_open
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Change, Domain, Estimate, Measure
from survey_app.reading.sentences import Finding, change_finding
from survey_app.reading.unit_links import own_then
from survey_app.reading.verdicts import why_hidden
from survey_app.reading.waves import Wave, published
from survey_app.shared.i18n import Language, translator

# A survey is open for two to three weeks: one that closes earlier than this after the start was
# partly answered before it, and is too early for anything to have changed. It counts as before.
SETTLING: Final = timedelta(days=28)
LATEST: Final = 5  # waves that are looked at, and shown, after the start

Kind = Literal[
    "no_measure",
    "not_started",
    "never_before",
    "not_yet",
    "asked_otherwise",
    "hidden",
    "no_change",
    "closed",
    "moved",
]


MAIN: Final = "main"
COMPARED_KEPT: Final = 200  # pairs of publications by measure and level
_between: OrderedDict[tuple[str, str, str, str], Mapping[str, Change]] = OrderedDict()
type Waves = tuple[list[Wave], list[Wave]]
"""Those that asked a measure before an action could show, and those after; oldest first."""


@dataclass(frozen=True, slots=True)
class ChangeBetween:
    """A change, and the two waves that it lies between."""

    base: Wave
    wave: Wave
    change: Change
    held: bool = True
    """Whether the publication of ``wave`` holds it; else it is of figures as both stand."""

    @property
    def outdated(self) -> bool:
        """Whether it is from figures that were corrected since."""
        return self.held and self.base.key in {one.key for one in self.wave.outdated}


class Opened:
    """The publications that one page needs, each asked for once."""

    def __init__(
        self, series: Sequence[Wave], at: datetime, units_from: date | None = None
    ) -> None:
        self.series = tuple(series)
        self.units_from = units_from
        self._at = at
        self._found: dict[str, Published] = {}

    async def content(self, wave: Wave) -> Published:
        """Open the publication of a wave."""
        if wave.key not in self._found:
            self._found[wave.key] = await published(wave, self._at)
        return self._found[wave.key]

    async def between(
        self, then: Wave, now: Wave, measure: str, level: str
    ) -> Mapping[str, Change]:
        """Compare two main waves; what two publications say together never changes."""
        key = (then.publication, now.publication, measure, level)
        if key not in _between:
            _between[key] = changes_between(
                await self.content(then), await self.content(now), measure, level
            )
            while len(_between) > COMPARED_KEPT:
                _between.popitem(last=False)
        return _between[key]

    def asked(self, measure: str) -> list[Wave]:
        """Return the waves that have a figure for a measure, oldest first."""
        return [wave for wave in self.series if measure in wave.measures]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is known of the measure since before the action.

    Attributes
    ----------
    kind : str
        ``moved`` carries a change, whatever its verdict; all others say why there is none.
    name : str
        The measure as it stands in a row.
    before, after : Wave or None
        The last wave before the action could show, and the one that is compared with it.
    change, whole : ChangeCell or None
        The place's change, and the whole agency's between the same waves.
    levels : list of (Wave, Estimate)
        The level before, and in the latest waves after.
    hidden : str
        Why a figure is not shown, where ``kind`` is ``hidden``.
    outdated : bool
        Whether a change here is from figures of ``before`` that were corrected since.
    """

    kind: Kind
    name: str = ""
    before: Wave | None = None
    after: Wave | None = None
    change: ChangeCell | None = None
    finding: Finding | None = None
    whole: ChangeCell | None = None
    levels: list[tuple[Wave, Estimate]] = field(default_factory=list)
    hidden: str = ""
    outdated: bool = False

    @property
    def pair(self) -> list[tuple[Wave, Estimate]]:
        """The two levels that are compared."""
        keys = {wave.key for wave in (self.before, self.after) if wave}
        return [(wave, cell) for wave, cell in self.levels if wave.key in keys and cell.shown]

    @property
    def later(self) -> bool:
        """Whether there are newer levels than the one compared."""
        return bool(self.after and self.levels and self.levels[-1][0].key != self.after.key)


async def follow_up(
    action: ActionRow,
    place: Domain | None,
    opened: Opened,
    lang: Language,
    *,
    today: date,
    open_only: bool = False,
) -> FollowUp:
    """Look at what publications say of an action's measure in its place.

    Parameters
    ----------
    action : ActionRow
    place : Domain or None
        Where it is; None where the organisation has no such place any more.
    opened : Opened
        The released staff waves.
    lang : str
    today : date
        An action that starts later has not begun.
    open_only : bool
        Leave out every figure that its campaign does not show to everybody.
    """
    if not action.measure:
        return FollowUp("no_measure")
    name = await called_measure(action.measure, opened, lang)
    if action.state is ActionState.PLANNED or action.starts_on > today:
        return FollowUp("not_started", name)
    before, after = _parted(opened.asked(action.measure), action.starts_on)
    if not before or not after:
        return FollowUp("not_yet", name, before[-1]) if before else FollowUp("never_before", name)
    if place is None:
        return FollowUp("no_change", name, before[-1])
    if open_only:
        # single questions are in no open result, not of the whole agency either
        single = await _is_item(action.measure, after[-1], opened)
        if single or not _all_open(
            (*before[-1:], *_mains(before)[-1:], *after), place, opened.units_from
        ):
            return FollowUp("closed", name, before[-1])
    return await _compared(action.measure, place, (before, after), opened, name, lang)


def _parted(asked: Sequence[Wave], starts_on: date) -> Waves:
    limit = (starts_on + SETTLING).isoformat()
    before = [wave for wave in asked if wave.closed_on < limit]
    return before, list(asked[len(before) :])


def _asked_alike(waves: Sequence[Wave], base: Wave, measure: str) -> list[Wave]:
    """Keep the waves that asked a measure as one of them did; that one stays in any case."""
    asked = base.asked.get(measure)
    return [one for one in waves if one is base or same(asked, one.asked.get(measure))]


async def _is_item(code: str, wave: Wave, opened: Opened) -> bool:
    measure = (await opened.content(wave)).measure(code)
    return measure is None or measure.kind == "item"


def _mains(waves: Sequence[Wave]) -> list[Wave]:
    return [wave for wave in waves if wave.kind == MAIN]


def _all_open(waves: Sequence[Wave], place: Domain, units_from: date | None) -> bool:
    return all(is_open(wave, place, units_from) for wave in waves)


async def _compared(
    code: str, place: Domain, waves: Waves, opened: Opened, name: str, lang: Language
) -> FollowUp:
    last = waves[0][-1]
    before, after = (_asked_alike(side, last, code) for side in waves)
    if not after:
        return FollowUp("asked_otherwise", name, last)
    found = await _change(code, place, (before, after), opened)
    base = found.base if found else before[-1]
    told = [base, *([found.wave] if found else []), *after[-LATEST:]]
    levels = await _levels(code, place, list({wave.key: wave for wave in told}.values()), opened)
    if found is None:
        hidden = [cell for _, cell in levels if not cell.shown]
        if hidden or not levels:
            status = hidden[0].status if hidden else place.status
            why = translator(lang).gettext(why_hidden(status, place.level))
            return FollowUp("hidden", name, base, hidden=why)
        return FollowUp("no_change", name, base, levels=levels)
    whole = await _whole(code, found, opened) if place.level != AGENCY else None
    measure = (await opened.content(found.wave)).measures[code]
    return FollowUp(
        "moved",
        name,
        base,
        found.wave,
        change_cell(found.change, lang),
        change_finding(found.change, _called(measure, lang), lang),
        change_cell(whole.change, lang) if whole else None,
        levels,
        outdated=found.outdated or bool(whole and whole.outdated),
    )


async def _change(code: str, place: Domain, waves: Waves, opened: Opened) -> ChangeBetween | None:
    """Find the change that tells most of the time since before the action.

    First what a publication says of the last wave before it and the newest of the same kind after
    it; then the last main wave before and the newest after, which all units have; then whatever
    else a publication says of the last wave before it.
    """
    before, after = waves
    base = before[-1]
    tries = [(after[0], "previous")]
    if len(before) == 1:
        # a publication compares with the wave before it and with the first of all
        tries = [(wave, "first") for wave in after[: -LATEST - 1 : -1]] + tries
    alike = [pair for pair in tries if pair[0].kind == base.kind]
    return (
        await _published(code, place, base, alike, opened)
        or await _main(code, place, waves, opened)
        or await _published(code, place, base, tries, opened)
    )


async def _published(
    code: str, place: Domain, base: Wave, tries: Sequence[tuple[Wave, str]], opened: Opened
) -> ChangeBetween | None:
    for wave, role in tries:
        there = await _there(place, wave, opened)
        if there is None:
            continue
        change = (await opened.content(wave)).change(code, there.level, there.code, role)
        if change is not None and change.shown and change.since == base.key:
            return ChangeBetween(base, wave, change)
    return None


async def _main(code: str, place: Domain, waves: Waves, opened: Opened) -> ChangeBetween | None:
    before, after = (_mains(side) for side in waves)
    if not before or not after:
        return None
    base, wave = before[-1], after[-1]
    tries = [(wave, "previous"), (wave, "first")]
    held = await _published(code, place, base, tries, opened)
    if held is not None:
        return held
    there = await _there(place, wave, opened)
    between = await opened.between(base, wave, code, place.level)
    change = between.get(there.code) if there else None
    return ChangeBetween(base, wave, change, held=False) if change else None


async def _whole(code: str, found: ChangeBetween, opened: Opened) -> ChangeBetween | None:
    """Find the agency's change between the same two waves."""
    tries = [(found.wave, "previous"), (found.wave, "first")]
    newest = await opened.content(found.wave)
    whole = next(one for one in newest.domains if one.level == AGENCY)
    held = await _published(code, whole, found.base, tries, opened)
    if held is not None:
        return held
    if {found.base.kind, found.wave.kind} != {MAIN}:
        return None
    change = (await opened.between(found.base, found.wave, code, AGENCY)).get("")
    return ChangeBetween(found.base, found.wave, change, held=False) if change else None


async def _levels(
    code: str, place: Domain, waves: Sequence[Wave], opened: Opened
) -> list[tuple[Wave, Estimate]]:
    cells = [
        (wave, (await opened.content(wave)).estimate(code, there.level, there.code))
        for wave in waves
        if (there := await _there(place, wave, opened))
    ]
    return [(wave, cell) for wave, cell in cells if cell is not None]


async def _there(place: Domain, wave: Wave, opened: Opened) -> Domain | None:
    """Find a place of the newest wave in an earlier one; None where it was another unit."""
    now = await opened.content(opened.series[-1])
    return own_then(await opened.content(wave), now, place)


async def called_measure(code: str, opened: Opened, lang: Language) -> str:
    """Name a measure as the newest wave does that asked it; its code where none did."""
    asked = opened.asked(code)
    measure = (await opened.content(asked[-1])).measure(code) if asked else None
    if measure is None:
        return code
    called = row_name(code, measure.title, lang)
    return sentence_name(code, "item", measure.title, lang) if measure.kind == "item" else called


def _called(measure: Measure, lang: Language) -> str:
    return sentence_name(measure.code, measure.kind, measure.title, lang)
