"""Rows of a publication as pages read them: what each kind of figure carries, from its JSON."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from questionnaires.model import NOT_APPLICABLE_CODE
from survey_app.publications.shelf import Cell

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
    identity: Mapping[str, str] | None = None
    """What stood behind it, by language (`questionnaires.identity`)."""
    module: str = ""
    """Of a split form: the module that asked it, of those alone who got that (docs/adr/0106)."""
    version: int = 0
    """Of an item: which of its wordings it is; publications of before tell none."""

    @property
    def answers(self) -> tuple[Mapping[str, Any], ...]:
        """The options that say something, as the publication has them.

        They have what each is worth. In earlier publications they have codes alone, and those that
        say something are numbers.
        """
        if any("value" in one for one in self.options):
            return tuple(one for one in self.options if "value" in one)
        return tuple(one for one in self.options if str(one["code"]).isdigit())

    @property
    def not_applicable(self) -> Mapping[str, Any] | None:
        """The option of those who do not know, whatever its code is."""
        return next((one for one in self.options if _is_not_applicable(one)), None)


def _is_not_applicable(option: Mapping[str, Any]) -> bool:
    told = option.get("missing")
    if told or "value" in option:
        return bool(told == "not_applicable")
    return bool(option["code"] == NOT_APPLICABLE_CODE)


@dataclass(frozen=True, slots=True)
class PooledRow:
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
class ShiftRow:
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
class StatementStanding:
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
    "linked": "",
}


def domain_row(row: Mapping[str, Any]) -> Domain:
    """Make a place as pages show it: its rate is of the two counts that stand beside it.

    Publications keep rates to a thousandth: rounded once more, 50 of 87 (0.575) would read 58 %.
    """
    if row.get("rate") is not None and row.get("answered") is not None and row.get("invited"):
        row = {**row, "rate": row["answered"] / row["invited"]}
    return typed_row(Domain, row)


def change_row(row: Mapping[str, Any]) -> Change:
    """Make what pages show: the change that the verdict is about."""
    if row.get("model_difference") is not None:
        model = {name: row[f"model_{name}"] for name in ("difference", "low", "high")}
        row = {**row, "plain": row["difference"], **model}
    return typed_row(Change, row)


def standing_row(row: Mapping[str, Any], labels: Mapping[str, Any]) -> StatementStanding:
    """Make the level of a statement, with its changes by what they are since."""
    whole = {"measure": row["statement"], "level": AGENCY, "domain": "", "status": "published"}
    changes = {
        one["role"]: typed_row(
            Change, {**whole, **one, "since_labels": labels.get(one["since"], {})}
        )
        for one in row["changes"]
    }
    return typed_row(StatementStanding, {**row, "changes": changes})


def drivers_row(row: Mapping[str, Any]) -> Drivers:
    """Make the drivers of an outcome."""
    parts = [typed_row(DriverPart, part) for part in row["predictors"]]
    return typed_row(Drivers, {**row, "predictors": parts})


@functools.cache
def _fields(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    """Name what a kind of row carries, in its order, with what stands where a row has nothing."""
    return tuple((field.name, _DEFAULTS.get(field.name)) for field in fields(kind))


# What a row says of itself where it is not shown. A publication holds no more of such a row; that
# nothing else is read of it keeps the promise once more, for pages, reports and exports alike.
_KEPT_HIDDEN: Final = frozenset({
    "measure", "statistic", "category", "level", "domain", "code", "parent", "name", "kind",
    "members", "population", "since", "since_labels", "role", "status", "foreign_answers",
})  # fmt: skip


def typed_row[T](kind: type[T], row: Mapping[str, Any]) -> T:
    """Make a row of its kind; of one that is hidden, what would tell its figure stays out."""
    told = row.get
    if told("status", "published") != "published":
        told = {name: row[name] for name in _KEPT_HIDDEN if name in row}.get
    # by place: a table of all units makes thousands, and names cost a third of it
    return kind(*[
        usual if (value := told(name)) is None
        else tuple(value) if isinstance(value, list) else value
        for name, usual in _fields(kind)  # type: ignore[arg-type]  # a class is hashable
    ])  # fmt: skip
