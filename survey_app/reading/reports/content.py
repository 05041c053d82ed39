"""What a report says, whatever it is printed as: the same sentences and figures as the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from survey_app.actions.states import STATE_NAMES, ActionRow
from survey_app.reading.broken import break_sentences, link_sentences
from survey_app.reading.charts.scale import Window
from survey_app.reading.charts.trend import PRINT, PRINT_FIRST, PRINT_SMALL, TrendChart, draw_trend
from survey_app.reading.culture.fallen import FallenRegion
from survey_app.reading.culture.heatmap_table import Heatmap
from survey_app.reading.culture.questions import QuestionFigure
from survey_app.reading.culture.year import YearFigures
from survey_app.reading.event_axis import AxisEvent
from survey_app.reading.levels import LevelRow
from survey_app.reading.reports.items import ItemBlock
from survey_app.reading.reports.next_steps import next_steps
from survey_app.reading.reputation.groups import CountyFigure, GroupFigure
from survey_app.reading.rows import Domain, Estimate
from survey_app.reading.sentences import Finding
from survey_app.reading.trends import Series, TrendFigure, lifted, marks_of, trend_points
from survey_app.reading.verdicts import Rule
from survey_app.reading.waves import Wave
from survey_app.shared.i18n import Language

BESIDE: Final = 6  # measures that the first page has room for
TABLE: Final = 12  # waves in a table on paper
Kind = Literal["culture", "unit", "reputation"]


@dataclass(frozen=True, slots=True)
class Hidden:
    """Why a unit has no figures of its own, and whose figures stand in their place."""

    reason: str
    sentence: str
    place: str


@dataclass(frozen=True, slots=True)
class TrendPart:
    """One or more measures over time, in one window."""

    name: str
    series: Series
    drawing: TrendChart
    on_the_first_page: TrendChart
    multiples: Sequence[tuple[str, TrendChart]]
    window: tuple[int, int]
    course: Finding | None
    lang: Language
    events: Sequence[AxisEvent] = ()
    small_breaks: Sequence[str] = ()
    """What to say of the small figures: where their lines stop."""
    small_links: Sequence[str] = ()
    """And where they go on over other words."""

    @property
    def broken(self) -> dict[str, str]:
        """What to say before a wave that asked otherwise than the one before it, by its key."""
        return break_sentences(self.series, self.lang, name=self.name)

    @property
    def breaks(self) -> tuple[str, ...]:
        """The same in order of time, for the figure."""
        return tuple(self.broken.values())

    @property
    def before(self) -> dict[str, str]:
        """What to say before a wave in a table: that the series stops there, or goes on over it."""
        return self.broken | link_sentences(self.series, self.lang, name=self.name)

    @property
    def links(self) -> tuple[str, ...]:
        """What to say of each place where the line goes on over other words."""
        return tuple(link_sentences(self.series, self.lang, name=self.name).values())

    @property
    def lifted(self) -> dict[str, Estimate]:
        """The figures of before other words as the line leads them over, by key of the wave."""
        return lifted(self.series)

    @property
    def latest(self) -> Series:
        """The waves that a table on paper has room for."""
        return self.series[-TABLE:]


def trend_part(
    name: str,
    figure: TrendFigure,
    window: tuple[int, int],
    lang: Language,
    *,
    multiples: Sequence[TrendFigure] = (),
    course: Finding | None = None,
) -> TrendPart | None:
    """Draw a trend for paper; ``None`` where there is no line to draw."""
    if not figure.drawn:
        return None
    shared = Window(*window)
    marks = marks_of(figure.events)
    small = [
        (one.name, draw_trend(trend_points(one.series, lang), shared, lang, PRINT_SMALL, marks))
        for one in multiples
    ]
    said = [text for one in multiples for text in one.breaks]
    points = trend_points(figure.series, lang)
    large, first = (draw_trend(points, shared, lang, one, marks) for one in (PRINT, PRINT_FIRST))
    over = [text for one in multiples for text in one.links]
    return TrendPart(
        name, figure.series, large, first, small, window, course, lang, figure.events, said, over
    )


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is printed; a part that there is nothing to say of is empty.

    ``asked`` is the place that the report is of, ``place`` whose figures it holds: another where
    its own are hidden. Its changes are called by ``rule``; ranges of levels let the silent lie
    ``within`` so many points.
    """

    kind: Kind
    lang: Language
    wave: Wave
    demo: bool
    rule: Rule
    title: str
    what: str
    within: float | None
    asked: Domain
    place: Domain
    place_name: str
    facts: Sequence[tuple[str, str]]
    hidden: Hidden | None
    headline: LevelRow
    headline_name: str
    about: str
    findings: Sequence[Finding]
    rows: Sequence[LevelRow]
    versus: bool
    trend: TrendPart | None
    heatmap: Heatmap | None
    groups: GroupFigure | None
    counties: CountyFigure | None
    blocks: Sequence[ItemBlock]
    exposures: Sequence[tuple[str, str]]
    reservations: Sequence[str]
    sure: Sequence[str]
    promise: Sequence[str]
    other_margins: str = ""
    """That the wave before had other margins; empty where it had the same."""
    colophon: Sequence[tuple[str, str]] = ()
    year: YearFigures | None = None
    fallen: Sequence[FallenRegion] = ()
    """Of the whole agency: its regions of which something has fallen."""

    @property
    def message(self) -> Finding | None:
        """What is said in one sentence: the headline's path where there is one, else the first."""
        path = (one for one in self.findings if one.headline)
        return next(path, self.findings[0] if self.findings else None)

    @property
    def further(self) -> list[Finding]:
        """The other findings."""
        return [one for one in self.findings if one != self.message]

    @property
    def trend_first(self) -> bool:
        """Whether the first page has room for the trend."""
        return self.trend is not None and len(self.further) <= 1 and not self.hidden

    @property
    def next_steps(self) -> list[str]:
        """What may follow, for whoever reads one page."""
        return next_steps(
            self.kind,
            self.message,
            self.heatmap,
            self.lang,
            hidden=self.hidden is not None,
            fallen=[one.name for one in self.fallen],
        )

    @property
    def beside(self) -> list[LevelRow]:
        """The measures that stand beside the headline on the first page."""
        return [row for row in self.rows if row.name != self.headline_name][:BESIDE]


@dataclass(frozen=True, slots=True)
class WallSheet:
    """What hangs on the wall; figures are those of ``place``, the region where the unit is hidden.

    Its changes are called by ``rule``. ``address`` is where everybody may follow the unit's
    actions; empty without an address of the installation. ``further`` counts the actions that the
    sheet has no room for. ``other_margins`` says that the wave before was judged by others.
    """

    lang: Language
    wave: Wave
    demo: bool
    title: str
    unit: Domain
    place: Domain
    rule: Rule
    hidden: Hidden | None
    rows: Sequence[LevelRow]
    compared: int
    lower: Sequence[QuestionFigure]
    higher: Sequence[QuestionFigure]
    actions: Sequence[ActionRow]
    further: int
    address: str
    within: float | None
    other_margins: str
    shown_from: int

    def state_name(self, row: ActionRow) -> str:
        """Return what the state of an action is called, to be translated."""
        return STATE_NAMES[row.state]
