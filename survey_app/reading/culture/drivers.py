"""What goes with culture, with recommending the workplace and with staying; never a cause."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from questionnaires.model import DriverSet
from survey_app.reading.charts.groups import NARROW as NARROW_GROUPS
from survey_app.reading.charts.groups import GroupBlock, GroupRow, Groups, draw_groups
from survey_app.reading.charts.quadrant import NARROW, Quadrant, Spot, draw_quadrant
from survey_app.reading.charts.scale import Window
from survey_app.reading.names import inside, own
from survey_app.reading.published import Published
from survey_app.reading.rows import Drivers, Estimate
from survey_app.reading.sentences import Finding
from survey_app.reading.strategy_text import library
from survey_app.reading.verdicts import ALL_ALIKE, why_no_figure
from survey_app.shared.agency import agency
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import listed, percent, percent_interval

SHORTEST_AXIS: Final = 40  # percent
_SHORTEST_FIELD: Final = 20
_STEP: Final = 10
_NAMED: Final = 3  # questions that one sentence names
_SIGN: Final = "differs"

# (share against even, level against where «good» begins): +1 surely above, -1 surely below
READINGS: Final = {
    (1, -1): N_("Tett, lavere nivå"),
    (1, 1): N_("Tett, høyere nivå"),
    (-1, -1): N_("Svakere, lavere nivå"),
    (-1, 1): N_("Svakere, høyere nivå"),
}
UNDECIDED: Final = N_("Kan ikke skilles")


@dataclass(frozen=True, slots=True)
class DriverRow:
    """One predictor: shares on 0-1, its level, and what both together may be read as."""

    code: str
    name: str
    questions: int
    share: float
    low: float
    high: float
    level: Estimate | None
    strength: int
    side: int

    @property
    def reading(self) -> str:
        """The field of the figure it is surely in, as a text to translate."""
        return READINGS.get((self.strength, self.side), UNDECIDED)


@dataclass(frozen=True, slots=True)
class DriverPage:
    """Everything that the page shows of the chosen outcome, and a finding for each of them."""

    outcome: str
    title: str
    phrase: str
    note: str
    measure: str
    n: int
    explained: tuple[float, float, float]
    rows: tuple[DriverRow, ...]
    choices: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    axis: int
    good: int
    wide: Groups
    narrow: Groups
    fields_wide: Quadrant | None
    fields_narrow: Quadrant | None
    undecided_order: bool

    @property
    def even(self) -> float:
        """Each predictor's share if all counted alike."""
        return 1 / len(self.rows)

    @property
    def strong(self) -> tuple[DriverRow, ...]:
        """Predictors that surely go more closely with the outcome than the others on average."""
        return tuple(row for row in self.rows if row.strength > 0)

    @property
    def weak(self) -> tuple[DriverRow, ...]:
        """Predictors that surely go less closely with it."""
        return tuple(row for row in self.rows if row.strength < 0)

    def in_field(self, strength: int, side: int) -> tuple[DriverRow, ...]:
        """Predictors that are surely in one field of the figure."""
        return tuple(row for row in self.rows if (row.strength, row.side) == (strength, side))


def outcomes_of_staff() -> dict[str, str]:
    """Return the outcomes that staff are asked about, by their measure: ids of ``drivers.toml``."""
    return {one.measure: one.id for one in library().drivers if one.population == "staff"}


def driver_page(published: Published, asked: str | None, lang: Language) -> DriverPage | None:
    """Put the page together; ``None`` where the publication has no drivers."""
    named = {one.id: one for one in library().drivers}
    every = [(named[one.outcome], one) for one in published.drivers if one.outcome in named]
    if not every:
        return None
    chosen, found = next(((s, d) for s, d in every if s.id == asked), every[0])
    rows = named_drivers(published, found, lang)
    most = max(part.high for _, one in every for part in one.predictors)
    axis = max(SHORTEST_AXIS, math.ceil(most * 100 / _STEP) * _STEP)
    spots = [
        Spot(row.name, row.level.mean, row.share * 100, row.low * 100, row.high * 100)
        for row in rows
        if row.level is not None and row.level.mean is not None
    ]
    even = 100 / len(rows)
    top = max(_SHORTEST_FIELD, math.ceil(max(row.high for row in rows) * 100 / _STEP) * _STEP)
    whole = len(spots) == len(rows)
    good = agency().levels.good
    return DriverPage(
        outcome=chosen.id,
        title=own(chosen.title, lang),
        phrase=own(chosen.phrase, lang),
        note=own(chosen.note or {}, lang),
        measure=found.measure,
        n=found.n,
        explained=(found.r_squared, found.r_low, found.r_high),
        rows=rows,
        choices=tuple((one.id, own(one.short, lang)) for one, _ in every),
        findings=tuple(
            _finding(one, named_drivers(published, each, lang), each, lang) for one, each in every
        ),
        axis=axis,
        good=good,
        wide=_groups(rows, axis, even, lang),
        narrow=_groups(rows, axis, even, lang, narrow=True),
        fields_wide=draw_quadrant(spots, even=even, good=good, most=top) if whole else None,
        fields_narrow=(
            draw_quadrant(spots, even=even, good=good, most=top, size=NARROW) if whole else None
        ),
        undecided_order=sum(part.rank_low == 1 for part in found.predictors) > 1,
    )


def not_asked(published: Published, lang: Language) -> str:
    """Name what a wave lacks for the outcome that it is nearest to; empty where that is much."""
    population = published.content["campaign"]["population"]
    lacks = [
        [
            code
            for code in (one.measure, *one.predictors)
            if published.measure(code) is None and code not in library().retired
        ]
        for one in library().drivers
        if one.population == population
    ]
    fewest = min(lacks, key=len, default=[])
    named = [code for code in fewest if code in library().item_names]
    if not fewest or len(fewest) > _NAMED or named != fewest:
        return ""
    return listed([inside(_name(published, code, lang)) for code in named], lang)


def answered_alike(published: Published) -> bool:
    """Tell whether everybody answered alike on part of an outcome that a wave asked all of.

    Then there are no differences that could go with anything, however many answered.
    """
    population = published.content["campaign"]["population"]
    for one in (one for one in library().drivers if one.population == population):
        codes = {one.measure, *one.predictors} - set(library().retired)
        cells = [cell for cell in map(published.estimate, codes) if cell is not None]
        if len(cells) == len(codes) and ALL_ALIKE in map(_why_hidden, cells):
            return True
    return False


def _why_hidden(cell: Estimate) -> str:
    return "" if cell.shown else why_no_figure(cell)


def named_drivers(published: Published, found: Drivers, lang: Language) -> tuple[DriverRow, ...]:
    """Name each predictor and say on which side of both lines it surely is."""
    even, good = 1 / len(found.predictors), agency().levels.good
    rows = []
    for part in found.predictors:
        level = published.estimate(part.measure)
        level = level if level is not None and level.shown else None
        measure = published.measure(part.measure)
        rows.append(
            DriverRow(
                code=part.measure,
                name=_name(published, part.measure, lang),
                questions=len(measure.items) if measure else 1,
                share=part.share,
                low=part.low,
                high=part.high,
                level=level,
                strength=_side(part.low, part.high, even),
                side=_side(level.low, level.high, good) if level else 0,
            )
        )
    return tuple(rows)


def _side(low: float | None, high: float | None, line: float) -> int:
    if low is None or high is None:
        return 0
    return 1 if low > line else -1 if high < line else 0


def _name(published: Published, code: str, lang: Language) -> str:
    short = library().item_names.get(code)
    measure = published.measure(code)
    if short:
        return own(short, lang)
    return own(measure.title, lang) if measure else code


def _groups(
    rows: Sequence[DriverRow], axis: int, even: float, lang: Language, *, narrow: bool = False
) -> Groups:
    ngettext = translator(lang).ngettext
    block = GroupBlock(
        "",
        tuple(
            GroupRow(
                row.name,
                ngettext("%(n)s spørsmål", "%(n)s spørsmål", row.questions) % {"n": row.questions},
                row.share * 100,
                row.low * 100,
                row.high * 100,
            )
            for row in rows
        ),
    )
    line = (translator(lang).gettext(N_("like mye hver")), even)
    window = Window(0, axis)
    if narrow:
        return draw_groups([block], window, lang, whole=line, size=NARROW_GROUPS, as_percent=True)
    return draw_groups([block], window, lang, whole=line, as_percent=True)


def _finding(one: DriverSet, rows: Sequence[DriverRow], found: Drivers, lang: Language) -> Finding:
    """Say in two sentences what surely goes with an outcome."""
    strong = [row for row in rows if row.strength > 0]
    values = {"outcome": own(one.phrase, lang)}
    if not strong:
        text = N_(
            "<b>Ingen av forholdene skiller seg sikkert ut</b> når det gjelder %(outcome)s."
            " Usikkerhetene overlapper."
        )
        return Finding("uncertain", _filled(text, lang, values))
    names = listed([inside(row.name) for row in strong], lang)
    values |= {"names": names[:1].upper() + names[1:]}
    if len(strong) == 1:
        (row,) = strong
        values |= {
            "share": percent(row.share, lang),
            "interval": percent_interval(row.low, row.high, lang),
        }
        text = N_(
            "<b>%(names)s henger tettest sammen med %(outcome)s.</b> Dette ene forholdet står for"
            " %(share)s av sammenhengen (usikkerhet %(interval)s)."
        )
        return Finding(_SIGN, _filled(text, lang, values))
    first = [part for part in found.predictors if part.rank_low == 1]
    text = N_(
        "<b>%(names)s henger tettere sammen med %(outcome)s</b> enn de andre forholdene i snitt."
    )
    if len(first) > 1:
        text = N_(
            "<b>%(names)s henger tettere sammen med %(outcome)s</b> enn de andre forholdene i"
            " snitt. Usikkerhetene overlapper, så vi kan ikke si hvilket som er størst."
        )
    return Finding(_SIGN, _filled(text, lang, values))


def _filled(pattern: str, lang: Language, values: dict[str, str]) -> Markup:
    # the patterns are ours and hold only <b>; Markup escapes every value that is put in
    return Markup(translator(lang).gettext(pattern)) % values  # noqa: S704
