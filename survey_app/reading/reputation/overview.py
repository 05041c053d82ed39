"""Whether people trust the agency: level, four goals, trend, groups, and the open link apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from questionnaires.measures import EQUAL
from questionnaires.model import Statement
from survey_app.events.kinds import Side
from survey_app.reading import kinds
from survey_app.reading.charts.scale import REPUTATION_BASE, Window, window_for
from survey_app.reading.compare import Comparison, compared_with
from survey_app.reading.course import course_finding, jump_sentence, untold
from survey_app.reading.event_axis import axis_events
from survey_app.reading.halves import part_note
from survey_app.reading.history.beside import OthersBeside, others_beside
from survey_app.reading.levels import LevelRow, level_row, level_rows
from survey_app.reading.meanwhile import with_meanwhile
from survey_app.reading.names import own, sentence_name
from survey_app.reading.published import Published
from survey_app.reading.reputation.among import Among, among
from survey_app.reading.reputation.findings import reputation_findings
from survey_app.reading.reputation.groups import (
    CountyFigure,
    GroupFigure,
    county_figure,
    group_figure,
    group_options,
    groups_of,
)
from survey_app.reading.reputation.measures import blocks, button_name, buttons
from survey_app.reading.reputation.questions import PublicQuestions, questions_of_public
from survey_app.reading.response_then import response_then
from survey_app.reading.rows import AGENCY, Estimate
from survey_app.reading.sentences import Finding
from survey_app.reading.strategy_text import measured_by, sentences_under, statements
from survey_app.reading.trends import TrendFigure, trend_figure, trend_window
from survey_app.reading.waves import Wave, trend_until
from survey_app.reading.weighted import weighting
from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class Reputation:
    """Everything that the page shows."""

    compare: Comparison
    trust: LevelRow
    trust_about: str
    findings: list[Finding]
    goals: list[LevelRow]
    whole: LevelRow | None
    whole_name: str
    whole_about: str
    whole_equal: Estimate | None
    unmeasured: tuple[Statement, ...]
    chosen: str
    chips: tuple[tuple[str, str], ...]
    group: str
    group_options: list[tuple[str, str]]
    trend: TrendFigure
    course: Finding | None
    jump: str
    window: tuple[int, int]
    questions: PublicQuestions
    among: Among | None
    groups: GroupFigure | None
    counties: CountyFigure | None
    others: OthersBeside
    answers: int | None
    some: str
    n_eff: float | None
    rr2: float | None
    response_then: str
    rr4: float | None
    weighting: str


async def reputation(
    shown: Published,
    wave: Wave,
    index: str | None,
    group: str | None,
    lang: Language,
    at: datetime,
    compare: str | None = None,
) -> Reputation | None:
    """Put the page together; ``None`` where the wave has no trust index.

    ``index`` and ``group`` choose what the trend shows: by default trust in the whole population;
    ``compare`` the earlier wave that changes are told since.
    """
    whole = next(d for d in shown.domains if d.level == AGENCY)
    public = kinds.public()
    chosen_wave = compared_with(shown, public.trust, compare, lang)
    since = chosen_wave.since
    trust = level_row(shown, public.trust, whole, lang, since=since)
    if trust is None:
        return None
    chosen = index if index in buttons() and shown.measure(index) else public.trust
    options = group_options(shown, lang)
    group = group if group in dict(options) else ""
    level = "group" if group else AGENCY
    series = await trend_until("public", chosen, level, group, until=wave, at=at)
    equal = shown.estimate(f"{public.reputation}{EQUAL}")
    window = trend_window([series], REPUTATION_BASE)
    response = shown.content["response"]
    events = await axis_events(Side.PUBLIC, whole, (), shown, lang)
    told = with_meanwhile(
        reputation_findings(shown, since, lang), events, (each for each, _ in series)
    )
    return Reputation(
        compare=chosen_wave,
        trust=trust,
        trust_about=_about(shown, public.trust, lang),
        findings=told,
        goals=level_rows(shown, public.goals, whole, lang, since),
        whole=level_row(shown, public.reputation, whole, lang),
        whole_name=_called(shown, public.reputation, lang),
        whole_about=_about(shown, public.reputation, lang),
        whole_equal=_shown(equal),
        unmeasured=unmeasured(),
        chosen=chosen,
        chips=_chips(shown, lang),
        group=group,
        group_options=options,
        trend=trend_figure(
            button_name(chosen, lang) + (f", {dict(options)[group]}" if group else ""),
            series,
            window,
            lang,
            events,
        ),
        course=None if group else untold(course_finding(shown, chosen, whole, series, lang), told),
        jump="" if group else jump_sentence(shown, chosen, whole, (one for one, _ in series), lang),
        window=(window.low, window.high),
        questions=questions_of_public(shown, since, lang),
        among=among(shown, public.trust, lang),
        groups=group_figure(shown, public.trust, _group_window(shown), lang),
        counties=county_figure(shown, public.trust, lang),
        others=await _others(shown, chosen, bool(index), wave, lang, at),
        answers=response.get("answers"),
        some=part_note(shown, [public.trust, *public.goals, public.reputation], lang),
        n_eff=shown.content["weights"].get("n_eff"),
        rr2=response.get("rr2"),
        response_then=await response_then(shown, whole, [one for one, _ in series], lang, at),
        # where nobody knows who did not get the letter, it says no more than RR2
        rr4=response.get("rr4") if response.get("letters_undelivered") else None,
        weighting=weighting(shown, lang),
    )


def unmeasured() -> tuple[Statement, ...]:
    """Return the reputation goals that no item measures, in the strategy's order."""
    known = measured_by()
    return tuple(
        statement
        for goal in statements().values()
        if goal.kind == "goal" and goal.area == kinds.public().area
        for statement in sentences_under(goal.id)
        if not known[statement.id]
    )


async def _others(
    shown: Published, code: str, asked: bool, wave: Wave, lang: Language, at: datetime
) -> OthersBeside:
    """Put others' figures beside ours; where nobody asked for it, of one that others measured."""
    found = await others_beside(shown, code, button_name(code, lang), wave, lang, at)
    if asked or found.rows or not found.elsewhere:
        return found
    code, name = found.elsewhere[0]
    return await others_beside(shown, code, name, wave, lang, at)


def _group_window(shown: Published) -> Window:
    trust = kinds.public().trust
    cells: Sequence[Estimate] = [
        cell
        for variable in blocks()
        for d in groups_of(shown, variable.name)
        if (cell := shown.estimate(trust, d.level, d.code)) and cell.shown
    ]
    values = [value for cell in cells for value in (cell.low, cell.high) if value is not None]
    return window_for(values, REPUTATION_BASE)


def _called(shown: Published, code: str, lang: Language) -> str:
    """Give what an index is called as a subject; nothing where it is not measured."""
    found = shown.measure(code)
    return sentence_name(code, found.kind, found.title, lang) if found else ""


def _about(shown: Published, code: str, lang: Language) -> str:
    """Return what the publication says that an index is made of; empty where it has none."""
    measure = shown.measure(code)
    return own(measure.about, lang) if measure else ""


def _chips(shown: Published, lang: Language) -> tuple[tuple[str, str], ...]:
    return tuple((code, button_name(code, lang)) for code in buttons() if shown.measure(code))


def _shown(estimate: Estimate | None) -> Estimate | None:
    return estimate if estimate and estimate.shown else None
