"""Who trusts: groups side by side and counties on a map, marked only where a gap is certain."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaires.background import COUNTY
from survey_app.reading.charts.counties import NARROW as NARROW_MAP
from survey_app.reading.charts.counties import PLACES, County, CountyMap, Side, draw_counties
from survey_app.reading.charts.counties import WIDE as WIDE_MAP
from survey_app.reading.charts.groups import NARROW, WIDE, GroupBlock, GroupRow, Groups, draw_groups
from survey_app.reading.charts.scale import Window
from survey_app.reading.names import noun, own
from survey_app.reading.published import Published
from survey_app.reading.reputation.measures import blocks
from survey_app.reading.rows import Domain, Estimate
from survey_app.reading.sentences import Finding, difference_finding
from survey_app.reading.shifts import sentences_of
from survey_app.reading.sides import side_of
from survey_app.reading.strategy_text import library
from survey_app.reading.verdicts import NOT_COMPARABLE, why_hidden
from survey_app.reading.weighted import known_of_some, some_sentences
from survey_app.shared.i18n import Language, quoted, translator
from survey_app.shared.numbers import count


@dataclass(frozen=True, slots=True)
class TableRow:
    """A group as it stands in the table beside a figure."""

    name: str
    estimate: Estimate | None
    hidden: str
    side: Side
    note: str = ""


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """Groups drawn twice, their table under headings, and why some cannot be compared."""

    wide: Groups
    narrow: Groups
    table: tuple[tuple[str, tuple[TableRow, ...]], ...]
    shifted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountyFigure:
    """Counties drawn twice, and their table."""

    wide: CountyMap
    narrow: CountyMap
    table: tuple[TableRow, ...]

    @property
    def apart(self) -> tuple[str, ...]:
        """Names of the counties that differ from the country."""
        return tuple(row.name for row in self.table if row.side != "none")


def groups_of(published: Published, variable: str) -> tuple[Domain, ...]:
    """Return the categories of a background variable, in the order of its answers."""
    found = [
        d for d in published.domains if d.level == "group" and d.code.startswith(f"{variable}:")
    ]
    known = library().background.variables.get(variable)
    if known is None:
        return tuple(found)
    # as the question has them; others stand in the order of the publication
    return tuple(sorted(found, key=lambda d: known.place(d.code.partition(":")[2])))


def group_options(published: Published, lang: Language) -> list[tuple[str, str]]:
    """List the groups that a trend can be shown for, the whole population first."""
    _ = translator(lang).gettext
    named = [("", _("Hele befolkningen"))]
    for variable in blocks():
        named += [(d.code, own(d.name, lang)) for d in groups_of(published, variable.name)]
    return named


def grouped(published: Published, code: str) -> list[Domain]:
    """Return the groups and counties that show a measure: all that are compared at once."""
    names = dict.fromkeys([*(variable.name for variable in blocks()), COUNTY])
    found = (d for name in names for d in groups_of(published, name))
    return [d for d in found if (one := published.estimate(code, d.level, d.code)) and one.shown]


def _drawn_groups(published: Published) -> list[Domain]:
    return [d for variable in blocks() for d in groups_of(published, variable.name)]


def group_figure(
    published: Published, code: str, window: Window, lang: Language
) -> GroupFigure | None:
    """Draw every group that the publication has, except counties.

    ``None`` without any, and where the whole has no interval to hold them against: all answered
    alike.
    """
    _ = translator(lang).gettext
    whole = published.estimate(code)
    if whole is None or whole.mean is None or not whole.shown:
        return None
    table, among = [], len(grouped(published, code))
    for variable in blocks():
        rows = tuple(
            table_row(published, code, d, whole, lang, among)
            for d in groups_of(published, variable.name)
        )
        if rows:
            table.append((own(variable.title, lang), rows))
    if not table:
        return None
    everybody = TableRow(_("Alle 18 år og eldre"), whole, "", "none")
    drawn = [GroupBlock("", (_drawn(everybody, lang),))]
    drawn += [GroupBlock(name, tuple(_drawn(row, lang) for row in rows)) for name, rows in table]
    line = (_("Alle"), whole.mean)
    return GroupFigure(
        draw_groups(drawn, window, lang, whole=line, size=WIDE),
        draw_groups(drawn, window, lang, whole=line, size=NARROW),
        (("", (everybody,)), *table),
        (
            *some_sentences(published, lang),
            *sentences_of(published, (code,), _drawn_groups(published), lang),
        ),
    )


def county_figure(published: Published, code: str, lang: Language) -> CountyFigure | None:
    """Draw the counties; ``None`` where the publication has none, or areas that no map of ours has.

    Areas of an agency's own stand in the table with the other groups.
    """
    whole = published.estimate(code)
    domains = groups_of(published, COUNTY)
    if not domains or not all(d.code.partition(":")[2] in PLACES for d in domains):
        return None
    among = len(grouped(published, code))
    rows = {
        d.code.partition(":")[2]: table_row(published, code, d, whole, lang, among) for d in domains
    }
    counties = {
        number: County(
            number,
            row.name,
            row.estimate.mean if row.estimate else None,
            row.estimate.low if row.estimate else None,
            row.estimate.high if row.estimate else None,
            row.side,
        )
        for number, row in rows.items()
    }
    return CountyFigure(
        draw_counties(counties, lang, WIDE_MAP),
        draw_counties(counties, lang, NARROW_MAP),
        tuple(rows.values()),
    )


def group_finding(published: Published, code: str, lang: Language) -> Finding | None:
    """Say which group is furthest from the whole, if any is certainly apart."""
    whole = published.estimate(code)
    measure = published.measure(code)
    if whole is None or measure is None:
        return None
    among = len(grouped(published, code))
    found = [
        (d, cell)
        for d in _drawn_groups(published)
        if (cell := published.estimate(code, d.level, d.code))
        and side_of(cell, whole, among) != "none"
        and not _apart(published, code, d)
    ]
    if not found:
        return None
    furthest, cell = max(found, key=lambda pair: abs((pair[1].mean or 0) - (whole.mean or 0)))
    name = noun(code, measure.title, lang)
    group = quoted(own(furthest.name, lang), lang)
    rest = translator(lang).gettext("befolkningen samlet")
    return difference_finding(group, name, rest, cell, whole, lang)


def _apart(published: Published, code: str, domain: Domain) -> bool:
    """Tell whether a group cannot be compared: it reads otherwise, or only some are known."""
    some = domain.code.partition(":")[0] in known_of_some(published)
    return some or published.incomparable(code, domain)


def table_row(
    published: Published,
    code: str,
    domain: Domain,
    whole: Estimate | None,
    lang: Language,
    among: int,
) -> TableRow:
    """Put together a group's row; ``among`` is how many are held against the whole at once."""
    found = published.estimate(code, domain.level, domain.code)
    estimate = found if found and found.shown else None
    shifted = _apart(published, code, domain)
    why = why_hidden(found.status if found else domain.status, domain.level)
    return TableRow(
        own(domain.name, lang),
        estimate,
        "" if estimate else translator(lang).gettext(why),
        "none" if shifted else side_of(estimate, whole, among),
        translator(lang).gettext(NOT_COMPARABLE.word).lower() if shifted else "",
    )


def _drawn(row: TableRow, lang: Language) -> GroupRow:
    if row.estimate is None:
        return GroupRow(row.name, row.hidden, None, None, None)
    n = row.estimate.n or 0
    ngettext = translator(lang).ngettext
    note = ngettext("%(n)s svar", "%(n)s svar", n) % {"n": count(n, lang)}
    note = f"{note}, {row.note}" if row.note else note
    return GroupRow(row.name, note, row.estimate.mean, row.estimate.low, row.estimate.high)
