"""One figure through every wave that has it, also across units that were renamed or merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from analytics.comparison.together import ShownPart, put_together
from questionnaires.identity import same
from questionnaires.series import in_one_series
from survey_app.publications.breaks import LINKED_THEN, UNKNOWN, wordings
from survey_app.publications.heads import HEAD, NEWEST, Head, heads_of
from survey_app.publications.lineage import (
    NOT_LINKED,
    UNIT,
    Way,
    steps_in,
    units_in,
    ways,
)
from survey_app.publications.links import LinkedSeries, led_here
from survey_app.publications.read_rows import read_rows
from survey_app.publications.regrouped import REGROUPED, told_apart, unlike_waves
from survey_app.publications.shelf import Cell, heads
from survey_app.publications.untold import told_beside

if TYPE_CHECKING:
    from datetime import datetime

    from survey_app.publications.links import Link

_FIGURES: Final = ("n", "mean", "se", "low", "high", "status")
_MEAN: Final = "mean"


@dataclass(frozen=True, slots=True)
class PublishedCell:
    """One cell in one publication."""

    head: Head
    estimate: Cell

    @property
    def wave(self) -> str:
        """Key of the publication's wave."""
        key: str = self.head.head["wave"]["key"]
        return key

    @property
    def others(self) -> frozenset[str]:
        """Earlier waves in which the group was other people."""
        return unlike_waves(self.head.head, self.estimate.level, self.estimate.domain)


@dataclass(frozen=True, slots=True)
class _Where:
    level: str
    domain: str
    statistic: str
    category: str


async def trend(
    population: str,
    measure: str,
    level: str = "agency",
    domain: str = "",
    *,
    at: datetime,
    statistic: str = _MEAN,
    category: str = "",
    until: str = "",
    campaign: str = "",
) -> list[PublishedCell]:
    """Return one cell in every released publication that has it, oldest first.

    Parameters
    ----------
    population, measure, level, domain, statistic, category : str
        Which cell.
    at : datetime
        Nothing released later is told of.
    until : str
        Id of the publication that tells what the place is; by default the newest. A unit is
        followed by its crosswalk (`survey_app.publications.lineage`): points of earlier waves are
        ``linked`` where they were not of this unit alone, and have the status ``not_linked`` where
        what it was has no figure.
    campaign : str
        Where campaigns of a population are series of their own (`questionnaires.series`), which;
        by default that of the newest wave that has the cell.
    """
    where = _Where(level, domain, statistic, category)
    found = await _read(population, (measure,), where, at, until, campaign)
    return found[measure]


async def trends(
    population: str,
    measures: Sequence[str],
    level: str,
    domain: str,
    *,
    at: datetime,
    until: str = "",
    campaign: str = "",
) -> dict[str, list[PublishedCell]]:
    """Return the means of several measures in one place, each as `trend` does."""
    where = _Where(level, domain, _MEAN, "")
    return await _read(population, measures, where, at, until, campaign)


async def _read(
    population: str,
    measures: Sequence[str],
    where: _Where,
    at: datetime,
    until: str,
    campaign: str,
) -> dict[str, list[PublishedCell]]:
    followed = await _followed(population, where, at, until) if where.level == UNIT else {}
    codes = {where.domain, *(code for _, one in followed.values() for code in one.codes)}
    rows = await _rows(population, measures, where, sorted(codes), at)
    rows = _of_one_series(rows, population, campaign)
    found = _in_place(rows, measures, followed, where)
    return {measure: number_wordings(measure, points) for measure, points in found.items()}


def _of_one_series(
    rows: Sequence[PublishedCell], population: str, campaign: str
) -> list[PublishedCell]:
    """Keep the points of the series that a campaign stands in; by default that of the newest."""
    if not campaign:
        newest = max((point.head for point in rows), key=_when, default=None)
        campaign = newest.campaign if newest else ""
    return [point for point in rows if in_one_series(population, campaign, point.head.campaign)]


def number_wordings(measure: str, points: Sequence[PublishedCell]) -> list[PublishedCell]:
    """Say of each point in which of its ways the measure was asked, and what links tell."""
    numbers = told_apart(
        wordings([(measure, point.head.asked.get(measure)) for point in points]),
        [(point.wave, point.others) for point in points],
    )
    links = _links_of(measure, points)
    befores = (None, *points[:-1])
    reasons = [
        _reason(measure, before, point, links)
        for before, point in zip(befores, points, strict=False)  # there may be no point
    ]
    return [
        replace(
            point,
            estimate=replace(
                point.estimate,
                wording=number,
                why=why,
                delta=delta,
                delta_se=se,
                over=over,
            ),
        )
        for point, number, why, (delta, se, over) in zip(
            points, numbers, reasons, _lifts(measure, points, links), strict=True
        )
    ]


def _links_of(measure: str, points: Sequence[PublishedCell]) -> list[Link]:
    """List what waves of a series told of a measure in other words, each wave of itself."""
    heads = [point.head.head for point in points]
    return [
        row
        for head in heads
        for row in head.get("links", ())
        if (row["measure"], row["wave"]) == (measure, head["wave"]["key"])
    ]


def _reason(
    measure: str, before: PublishedCell | None, point: PublishedCell, links: Sequence[Link]
) -> str:
    """Say why a point may be another measure than the one before it; empty where words changed.

    That is not known where the two were asked in no language together, or nobody knows what one of
    them asked.
    """
    ruled: str = point.head.head.get("ruled", {}).get(measure, "")
    if ruled or before is None:
        return ruled
    asked = [one.head.asked.get(measure) for one in (before, point)]
    if not set(asked[0] or ()) & set(asked[1] or ()):
        return UNKNOWN
    if before.wave in point.others and same(*asked):
        return REGROUPED
    led = led_here(links, measure, point.wave, asked)
    return LINKED_THEN if led else ""


def _lifts(
    measure: str, points: Sequence[PublishedCell], links: Sequence[Link]
) -> list[tuple[float, float, str] | tuple[None, None, str]]:
    """Give what links lay on each point to bring it to the newest words; nothing where none do."""
    if not links:
        return [(None, None, "")] * len(points)
    waves = [(point.wave, point.head.asked) for point in points]
    series = LinkedSeries(waves, links)
    others = points[-1].others
    # what people say in other words makes nobody else of them
    ways = [None if key in others else series.way(measure, key) for key, _ in waves]
    return [
        # of a small link beside a large one nothing is left in an error that is rounded
        (round(way.delta, 2), way.se, "".join(one.get("case", "A") for one in way.links))
        if way and way.links
        else (None, None, "")
        for way in ways
    ]


def _in_place(
    rows: Sequence[PublishedCell],
    measures: Sequence[str],
    followed: Mapping[UUID, tuple[Head, Way]],
    where: _Where,
) -> dict[str, list[PublishedCell]]:
    """Lay out the points of each measure, of a unit as its crosswalk leads."""
    found: dict[str, list[PublishedCell]] = {measure: [] for measure in measures}
    if not followed:
        for point in rows:
            found[point.estimate.measure].append(point)
        return found
    cells: dict[tuple[str, UUID], dict[str, Cell]] = defaultdict(dict)
    for point in rows:
        cells[point.estimate.measure, point.head.id][point.estimate.domain] = point.estimate
    for measure in measures:
        for head, one in followed.values():
            cell = _linked(measure, head, one, cells[measure, head.id], where)
            if cell is not None:
                found[measure].append(PublishedCell(head, cell))
    return found


async def _followed(
    population: str, where: _Where, at: datetime, until: str
) -> dict[UUID, tuple[Head, Way]]:
    """Say how each wave is read for a unit; empty where its code is all that is needed."""
    every = await heads(population, at=at)
    newest = max(every, key=_when, default=None)
    here = next((one for one in every if str(one.id) == until), newest)
    if here is None or not steps_in(here.head):
        return {}
    earlier = [one for one in every if _when(one) < _when(here)]
    found = ways(here.head, where.domain, [one.head for one in earlier])
    read = {one.id: how for one, how in zip(earlier, found, strict=True)}
    own = Way("own", (where.domain,))
    return {one.id: (one, read.get(one.id, own)) for one in every}


def _when(head: Head) -> tuple[str, int]:
    return head.head["wave"]["closed_on"], head.sequence


def _linked(
    measure: str, head: Head, way: Way, cells: Mapping[str, Cell], where: _Where
) -> Cell | None:
    """Make the cell of a wave, of what was published in it and nothing else."""
    if way.link == "absent":
        return None
    here = [cells.get(code) for code in way.codes]
    if way.link in {"own", "reference"}:
        (cell,) = here
        linked = "reference" if way.link == "reference" else ""
        return replace(cell, domain=where.domain, linked=linked) if cell else None
    if measure not in head.measures:
        return None
    none = Cell(measure, where.statistic, where.category, UNIT, where.domain, status=NOT_LINKED)
    if way.link == "none" or where.statistic != _MEAN:
        return none
    parts = _parts([cell for cell in here if cell], head)
    if len(parts) < len(way.codes):
        return none
    found = put_together(parts)
    return replace(
        none, n=found.n, mean=found.mean, se=found.se, low=found.low, high=found.high,
        status="published", linked="together",
    )  # fmt: skip


def _parts(cells: Sequence[Cell], head: Head) -> list[ShownPart]:
    """Return what is shown; a hidden part, or one with answers from elsewhere, is left out."""
    people = {one.code: one.people for one in units_in(head.head)}
    return [
        ShownPart(count, cell.mean, cell.low, cell.high, cell.se, cell.n)
        for cell in cells
        if (count := people.get(cell.domain))
        and cell.mean is not None
        and cell.low is not None
        and cell.high is not None
        and not cell.foreign_answers
    ]


async def _rows(
    population: str,
    measures: Sequence[str],
    where: _Where,
    domains: Sequence[str],
    at: datetime,
) -> list[PublishedCell]:
    rows = await read_rows(
        f"SELECT {HEAD}, e.measure, e.domain, e.n, e.mean, e.se, e.low, e.high, e.status,"  # noqa: S608 - ours
        " EXISTS (SELECT FROM publications.foreign_answers f WHERE f.wave = p.wave"
        "  AND f.level = e.level AND f.domain = e.domain) AS foreign_answers"
        " FROM publications.estimate e JOIN publications.publication p ON p.id = e.publication"
        " WHERE e.measure = ANY({}) AND e.level = {} AND e.domain = ANY({}) AND e.statistic = {}"
        f" AND e.category = {{}} AND p.id IN ({NEWEST}) ORDER BY p.sequence, p.wave_key",
        list(measures),
        where.level,
        list(domains),
        where.statistic,
        where.category,
        population,
        at,
    )
    return [
        PublishedCell(
            head,
            Cell(
                row["measure"], where.statistic, where.category, where.level, row["domain"],
                **told_beside({one: row[one] for one in _FIGURES}, head.head),
                foreign_answers=row["foreign_answers"],
            ),
        )
        for head, row in zip(await heads_of(rows), rows, strict=True)
    ]  # fmt: skip
