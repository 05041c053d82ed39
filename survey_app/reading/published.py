"""A publication as pages read it: typed rows of its content, found by key.

The content is canonical JSON (``publications``); nothing here computes a figure.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from survey_app.publications.shelf import Cell
from survey_app.reading.comparability import Comparability

AGENCY: Final = "agency"

Text = Mapping[str, str]


Estimate = Cell


@dataclass(frozen=True, slots=True)
class Change:
    """A change since an earlier wave, with its verdict."""

    measure: str
    level: str
    domain: str
    since: str
    since_labels: Mapping[str, Any]
    role: str
    difference: float | None
    low: float | None
    high: float | None
    verdict: str
    under_limit: bool
    margin: float
    status: str
    tipping_lower: float | None = None
    tipping_higher: float | None = None
    tipping_gone: float | None = None
    tipping_plausible: float | None = None
    """What the silent would have to do for the verdict to turn, see `analytics.nonresponse`."""
    comparable: bool = True
    plain: float | None = None
    """What the two waves differ by as they stand, where the change is read from all waves."""
    chance: float | None = None
    """Of a change that is half the margin or more, on the side it was seen."""
    until: str = ""
    """The wave that it leads to, where that is an earlier one than the publication's."""

    @property
    def shown(self) -> bool:
        """Whether the change carries a figure."""
        return self.difference is not None and self.low is not None and self.high is not None

    @property
    def leg(self) -> bool:
        """Whether it leads to an earlier wave: a fall or rise on the way."""
        return self.role in {"fall", "rise"}


@dataclass(frozen=True, slots=True)
class Domain:
    """The agency, a region, a unit or a group; counts are absent where it is not shown."""

    level: str
    code: str
    parent: str
    name: Text | str
    kind: str
    members: tuple[str, ...]
    population: int | None
    invited: int | None
    answered: int | None
    rate: float | None
    bound: str
    low_rate: bool
    status: str
    foreign_answers: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """An index, a scale, an item or a statement, with its words."""

    code: str
    kind: str
    title: Text
    short: Text
    about: Text
    parts: Mapping[str, float]
    items: tuple[str, ...]
    statements: tuple[str, ...]
    options: tuple[Mapping[str, Any], ...]
    reversed: bool


@dataclass(frozen=True, slots=True)
class Pooled:
    """A unit's or region's smoothed mean and whether it differs from the agency.

    ``difference`` is "none" for every unit where the wave cannot tell units apart on the measure,
    and for those that read one of its items otherwise than the rest or whose types do.
    """

    measure: str
    domain: str
    eb: float | None
    eb_se: float | None
    difference: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Shift:
    """An item that a type of unit, or a group, answers otherwise than its other answers suggest."""

    item: str
    level: str
    group: str
    points: int


@dataclass(frozen=True, slots=True)
class Jump:
    """What a search for a jump in all waves gave; ``since`` is the first wave after it."""

    found: bool
    since: str | None


@dataclass(frozen=True, slots=True)
class Course:
    """All waves of an index seen as one: its change since a wave a year ago, and its direction."""

    measure: str
    since: str
    change: float | None
    change_low: float | None
    change_high: float | None
    direction: str
    margin: float
    warning: str
    jump: Jump | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a statement of the strategy stands in the whole agency, over its items together."""

    statement: str
    items: tuple[str, ...]
    n: int
    mean: float
    low: float
    high: float
    changes: Mapping[str, Change]


@dataclass(frozen=True, slots=True)
class DriverPart:
    """A predictor's share (0-1) of what is explained, and the ranks that chance leaves open."""

    measure: str
    share: float
    low: float
    high: float
    rank_low: int
    rank_high: int


@dataclass(frozen=True, slots=True)
class Drivers:
    """What goes with an outcome in the whole agency; parts in the form's order."""

    outcome: str
    measure: str
    n: int
    r_squared: float
    r_low: float
    r_high: float
    predictors: tuple[DriverPart, ...]


class Published:
    """One publication; rows are found by key in constant time."""

    __slots__ = (
        "_alike",
        "_by_code",
        "_changes",
        "_changes_made",
        "_courses",
        "_estimates",
        "_paths",
        "_pooled",
        "comparability",
        "content",
        "domains",
        "drivers",
        "measures",
        "shifts",
        "standings",
    )

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content
        self.comparability = Comparability(content)
        self.domains = tuple(_made(Domain, row) for row in content["domains"])
        # the first of a code, as lists have it
        self._by_code = {domain.code: domain for domain in reversed(self.domains)}
        self.measures = {row["code"]: _made(Measure, row) for row in content["measures"]}
        self._estimates = {
            (row["measure"], row["statistic"], row["category"], row["level"], row["domain"]): row
            for row in content["estimates"]
        }
        self._changes = {
            (row["measure"], row["level"], row["domain"], row["role"]): row
            for row in content["changes"]
            if row.get("statistic", "mean") == "mean"
        }
        self._changes_made: tuple[Change, ...] = ()
        self._paths: dict[str, list[Change]] = {}
        for row in content["path"]:
            self._paths.setdefault(row["measure"], []).append(self._stepped(row))
        self._pooled = {(row["measure"], row["domain"]): row for row in content["pooled"]}
        self._courses = {
            (row["measure"], row["level"], row["domain"]): row for row in content["trends"]
        }
        self.shifts = tuple(
            _made(Shift, row) for row in content["warnings"] if row["code"] == "item_shifts"
        )
        self.standings = tuple(
            _standing(row, content["since_labels"]) for row in content["statements"]
        )
        self.drivers = tuple(_drivers(row) for row in content["drivers"])
        self._alike = frozenset(
            row["measure"] for row in content["agreement"] if not row["comparable"]
        )

    def measure(self, code: str) -> Measure | None:
        """Find a measure by code."""
        return self.measures.get(code)

    def domain(self, code: str) -> Domain | None:
        """Find a domain by code; the agency's code is empty."""
        return self._by_code.get(code)

    @property
    def whole(self) -> Domain:
        """The agency, or everybody outside."""
        return next(domain for domain in self.domains if domain.level == AGENCY)

    def estimate(
        self,
        measure: str,
        level: str = AGENCY,
        domain: str = "",
        statistic: str = "mean",
        category: str = "",
    ) -> Estimate | None:
        """Find a cell; ``None`` where the publication has no such cell."""
        row = self._estimates.get((measure, statistic, category, level, domain))
        return _made(Estimate, row) if row else None

    @property
    def within(self) -> float | None:
        """Points within which the silent are assumed to lie; None where nothing is said of them."""
        silent = self.content["nonresponse"]
        return silent["assumption"]["within"] if silent else None

    @property
    def alikeness(self) -> float | None:
        """R-indicator: 1 where those who answered mirror those who were asked, as far as known."""
        silent = self.content["nonresponse"]
        return silent["indicators"]["r"] if silent and silent["indicators"] else None

    def change(self, measure: str, level: str, domain: str, role: str) -> Change | None:
        """Find the change since the ``previous`` or the ``first`` wave."""
        row = self._changes.get((measure, level, domain, role))
        return self._compared(_change(row)) if row else None

    def changes(self, measures: Collection[str]) -> Iterator[Change]:
        """All changes of the means of ``measures``."""
        if not self._changes_made:  # a page about one unit looks through those of all units
            made = (_change(row) for row in self._changes.values())
            self._changes_made = tuple(map(self._compared, made))
        wanted = set(measures)
        return (change for change in self._changes_made if change.measure in wanted)

    def path(self, measure: str) -> tuple[Change, ...]:
        """Find the changes of the whole between its waves, earliest first.

        The ``role`` is ``since`` or ``year`` (the same season last year) for those that lead to
        this wave, ``fall`` or ``rise`` for the largest between earlier ones.
        """
        return tuple(self._paths.get(measure, ()))

    def since(self, measure: str, wave: str) -> Change | None:
        """Find the change of the whole since any earlier wave that has the measure."""
        for role in ("previous", "first"):
            change = self.change(measure, AGENCY, "", role)
            if change and change.since == wave:
                return change
        now = (step for step in self.path(measure) if not step.leg)
        return next((step for step in now if step.since == wave), None)

    def words_for(self, wave: str) -> Mapping[str, Any]:
        """Return the words for a wave that something is measured from; empty of others."""
        words: Mapping[str, Any] = self.content["since_labels"].get(wave, {})
        return words

    def pooled(self, measure: str, domain: str) -> Pooled | None:
        """Find a smoothed mean."""
        row = self._pooled.get((measure, domain))
        if row is None:
            return None
        found = _made(Pooled, row)
        place = self.domain(domain)
        if place is None or place.level != "unit":
            return found
        barred = self.alike(measure) or self.incomparable(measure, place)
        return replace(found, difference="none") if barred else found

    def course(self, measure: str, place: Domain) -> Course | None:
        """Find what all waves tell of an index together."""
        row = self._courses.get((measure, place.level, place.code))
        if row is None:
            return None
        searched = row.get("break")
        jump = Jump(searched["found"], searched["since"]) if searched else None
        return replace(_made(Course, row), jump=jump)

    def alike(self, measure: str) -> bool:
        """Tell whether the wave cannot tell units apart on a measure (ICC(2) below .60)."""
        return measure in self._alike

    def shifted(self, measure: str, place: Domain) -> tuple[Shift, ...]:
        """Name the items of a measure that a unit's type, or a group, reads otherwise."""
        group = place.kind if place.level == "unit" else place.code
        items = found.items if (found := self.measures.get(measure)) else ()
        return tuple(one for one in self.shifts if one.group == group and one.item in items)

    def incomparable(self, measure: str, place: Domain) -> bool:
        """Tell whether a place cannot be held beside others: its group reads an item otherwise."""
        unlike = self.comparability.unlike_groups(measure, place)
        return unlike or bool(self.shifted(measure, place))

    def _stepped(self, row: Mapping[str, Any]) -> Change:
        words = self.words_for(row["since"])
        told = {"level": AGENCY, "domain": "", "status": "published", "since_labels": words, **row}
        step = self._compared(_made(Change, told))
        if step.leg and self.comparability.unlike_waves(step.measure, step.until):
            return replace(step, verdict="uncertain", under_limit=False, comparable=False)
        return step

    def _compared(self, change: Change) -> Change:
        """Call no change between waves that do not measure alike up, down or steady."""
        if not self.comparability.unlike_waves(change.measure, change.since):
            return change
        return replace(change, verdict="uncertain", under_limit=False, comparable=False)


_DEFAULTS: Final[Mapping[str, Any]] = {
    "members": (),
    "options": (),
    "reversed": False,
    "low_rate": False,
    "foreign_answers": False,
    "comparable": True,
    "kind": "",
    "bound": "",
    "until": "",
    "band": "",
}


def _change(row: Mapping[str, Any]) -> Change:
    """Make what pages show: the change that the verdict is about."""
    if row.get("model_difference") is not None:
        model = {name: row[f"model_{name}"] for name in ("difference", "low", "high")}
        row = {**row, "plain": row["difference"], **model}
    return _made(Change, row)


def _standing(row: Mapping[str, Any], labels: Mapping[str, Any]) -> Standing:
    whole = {"measure": row["statement"], "level": AGENCY, "domain": "", "status": "published"}
    changes = {
        one["role"]: _made(Change, {**whole, **one, "since_labels": labels.get(one["since"], {})})
        for one in row["changes"]
    }
    return _made(Standing, {**row, "changes": changes})


def _drivers(row: Mapping[str, Any]) -> Drivers:
    parts = [_made(DriverPart, part) for part in row["predictors"]]
    return _made(Drivers, {**row, "predictors": parts})


@functools.cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


# What a row says of itself where it is not shown. A publication holds no more of such a row; that
# nothing else is read of it keeps the promise once more, for pages, reports and exports alike.
_KEPT_HIDDEN: Final = frozenset({
    "measure", "statistic", "category", "level", "domain", "code", "parent", "name", "kind",
    "members", "population", "since", "since_labels", "role", "status", "foreign_answers",
})  # fmt: skip


def _made[T](kind: type[T], row: Mapping[str, Any]) -> T:
    hidden = row.get("status", "published") != "published"
    values = {}
    for name in _names(kind):  # type: ignore[arg-type]  # a class is hashable
        value = None if hidden and name not in _KEPT_HIDDEN else row.get(name)
        if value is None:
            value = _DEFAULTS.get(name)
        values[name] = tuple(value) if isinstance(value, list) else value
    return kind(**values)
