"""A year of measuring: the waves of all campaigns by month, and what staff are asked in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from analytics.waves import panel_groups
from questionnaires.burden import Burden
from questionnaires.loader import load_library
from survey_app.asking.campaigns.act_words import say_reasons
from survey_app.asking.campaigns.acts import StoredAct
from survey_app.asking.campaigns.burden import FieldPeriod, burden_notes
from survey_app.asking.campaigns.field_days import bad_days, bad_reminders, few_at_work
from survey_app.asking.campaigns.labels import wave_labels
from survey_app.asking.campaigns.proposals import ProposedWave
from survey_app.asking.campaigns.queries import CampaignRow, WaveRow
from survey_app.asking.campaigns.seasons import following
from survey_app.asking.campaigns.states import PROPOSED, PROPOSED_NAME, STATE_NAMES, State
from survey_app.asking.people.panels import EVERYBODY, PANELS, called_panel
from survey_app.asking.reasons import Against, Reason
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language

WAITS, APPROVED = "review", "approved"
WORDS: Final[Mapping[str, str]] = {
    PROPOSED: PROPOSED_NAME,
    WAITS: N_("Til godkjenning"),
    APPROVED: N_("Godkjent"),
    State.DRAFT.value: STATE_NAMES[State.DRAFT],
}
"""What is to come; where a wave stands that was opened, `HeldUp.state_of` says."""


@dataclass(frozen=True, slots=True)
class YearLine:
    """A wave of the year, or a proposal of one; ``wave`` is itself, or the one that it is like.

    ``word`` is a key of `WORDS`, or the state of a wave that was opened; ``reasons`` what speaks
    against its days.
    """

    wave: WaveRow
    proposal: UUID | None
    name: str
    campaign: str
    opens_on: date
    closes_on: date
    results_on: date
    word: str
    reasons: tuple[str, ...]

    @property
    def is_to_come(self) -> bool:
        """Whether nobody was invited yet, and somebody may be."""
        return self.word in {PROPOSED, WAITS, APPROVED, State.DRAFT}


@dataclass(frozen=True, slots=True)
class PanelYear:
    """What a part of the staff is asked in a year: first days, in their order.

    ``letter`` calls a panel of three; it is empty of others, whose ``share`` of the staff is 0-1.
    """

    letter: str
    share: float
    days: tuple[date, ...]


def lines_of(
    year: int,
    waves: Sequence[WaveRow],
    proposed: Sequence[ProposedWave],
    campaigns: Mapping[str, CampaignRow],
    acts: Mapping[UUID, Sequence[StoredAct]],
    language: Language,
    *,
    now: datetime,
    limits: Burden,
) -> list[YearLine]:
    """Lay out what a year holds, by day of opening.

    Parameters
    ----------
    year : int
    waves : sequence of WaveRow
        All that the reader sees, of any year.
    proposed : sequence of ProposedWave
        Of the year; of those that became a wave, and of waves that are not seen, nothing is told.
    campaigns : mapping of str to CampaignRow
        By key.
    acts : mapping of UUID to sequence of StoredAct
        By wave.
    language : str
    now : datetime
    limits : Burden
        How often staff is asked at the most.
    """
    by_id = {one.id: one for one in waves}
    staff = staff_periods(waves, proposed)
    found = []
    for wave in (one for one in waves if year in {one.opens_on.year, one.last_day.year}):
        word = _word(wave, acts.get(wave.id, ()), now)
        title = in_language(campaigns[wave.campaign].title, language)
        name = in_language(wave.labels["name"], language)
        days = wave.opens_on, wave.last_day, wave.results_on
        found.append(YearLine(wave, None, name, title, *days, word, ()))
    for one in proposed:
        source = by_id.get(one.source)
        if source is None or one.planned_as:
            continue
        title = in_language(campaigns[source.campaign].title, language)
        name = proposal_name(one, source, language)
        days = one.opens_on, one.closes_on, one.results_on
        found.append(YearLine(source, one.id, name, title, *days, PROPOSED, ()))
    told = [_with_reasons(one, staff, language, limits) for one in found]
    return sorted(told, key=lambda one: (one.opens_on, one.name))


def proposal_name(one: ProposedWave, source: WaveRow, language: Language) -> str:
    """Call a proposal what its wave would be called."""
    form = load_library().forms.get(source.form)
    kind = form.kind if form else source.kind
    return in_language(wave_labels(kind, one.opens_on, one.closes_on)["name"], language)


def staff_periods(
    waves: Sequence[WaveRow], proposed: Sequence[ProposedWave]
) -> dict[UUID, FieldPeriod]:
    """Return, by id, what counts among the invitations of staff: opened, planned and proposed."""
    by_id = {one.id: one for one in waves}
    found = {
        one.id: FieldPeriod(one.invite, one.opens_on, one.closes_on)
        for one in waves
        if one.population == "staff" and (one.opened_at or one.state == State.DRAFT)
    }
    for one in sorted(proposed, key=lambda one: one.opens_on):
        source = by_id.get(one.source)
        if source and source.population == "staff" and not one.planned_as:
            invite = following(source.invite, one.opens_on, found.values())
            found[one.id] = FieldPeriod(invite, one.opens_on, one.closes_on)
    return found


def panels_of(year: int, staff: Mapping[UUID, FieldPeriod]) -> list[PanelYear]:
    """Tell of each panel, as it is called in the year, when it is asked.

    Where panels rotate otherwise than by thirds, of each part of the staff that is asked alike.
    """
    in_year = [one for one in staff.values() if one.opens_on.year == year]
    days = {
        group: tuple(sorted(one.opens_on for one in in_year if group in one.groups))
        for group in EVERYBODY
    }
    thirds = {letter: panel_groups(called_panel(letter, year)) for letter in PANELS}
    if all(len({days[group] for group in groups}) == 1 for groups in thirds.values()):
        third = 1 / len(PANELS)
        return [PanelYear(one, third, days[min(groups)]) for one, groups in thirds.items()]
    parts = Counter(days.values())
    return [PanelYear("", parts[asked] / len(EVERYBODY), asked) for asked in sorted(parts)]


def _word(wave: WaveRow, acts: Sequence[StoredAct], now: datetime) -> str:
    if wave.state != State.DRAFT:
        return wave.state
    for act in (one for one in acts if one.act == "open"):
        if act.state in {"confirmed", "running"}:
            return APPROVED
        if act.waits(now):
            return WAITS
    return wave.state


def _with_reasons(
    line: YearLine, staff: Mapping[UUID, FieldPeriod], language: Language, limits: Burden
) -> YearLine:
    reasons: list[Reason] = []
    number = line.proposal or line.wave.id
    if line.is_to_come and line.wave.population == "staff":
        period = staff[number]
        reasons += bad_days(line.opens_on, line.closes_on)
        reasons += bad_reminders(line.opens_on, line.wave.reminder_days)
        others = [one for key, one in staff.items() if key != number]
        reasons += burden_notes(period, others, limits)
    elif line.is_to_come and few_at_work(line.opens_on):
        reasons.append(Reason(Against.QUIET_DAY))
    if (line.is_to_come or line.word == State.OPEN) and few_at_work(line.results_on):
        reasons.append(Reason(Against.RESULTS_DAY))
    return replace(line, reasons=tuple(say_reasons(reasons, language)))
