"""A publication as pages read it: typed rows of its content, found by key.

The content is canonical JSON (``publications``); nothing here computes a figure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from heapq import merge
from typing import Any, Final

from questionnaires.margins import Margins
from survey_app.publications.formats import margins_in
from survey_app.publications.packed import KeyIndex, PackedRows, bytes_of
from survey_app.reading.comparability import Comparability
from survey_app.reading.later_languages import in_languages_of_now
from survey_app.reading.rows import (
    AGENCY,
    Change,
    Course,
    Domain,
    Estimate,
    Jump,
    Measure,
    PooledRow,
    ShiftRow,
    change_row,
    domain_row,
    drivers_row,
    standing_row,
    typed_row,
)

_CELL: Final = ("measure", "statistic", "category", "level", "domain")
_CHANGE_MADE: Final = 400  # bytes of a change as pages read it
_CHANGES_KEPT: Final = 4096  # as many as a table of two hundred units shows


class Published:
    """One publication; rows are found by key in constant time."""

    __slots__ = (
        "_alike",
        "_by_code",
        "_changes",
        "_changes_made",
        "_changes_of",
        "_courses",
        "_estimates",
        "_paths",
        "_pooled",
        "comparability",
        "comparisons",
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
        self.domains = tuple(domain_row(row) for row in content["domains"])
        # the first of a code, as lists have it
        self._by_code = {domain.code: domain for domain in reversed(self.domains)}
        self.measures = {
            row["code"]: typed_row(Measure, in_languages_of_now(row)) for row in content["measures"]
        }
        self._estimates = KeyIndex(PackedRows.of(content["estimates"]), _CELL)
        changes = PackedRows.of(content["changes"])
        self.comparisons = len(changes.where("status", lambda status: status == "published"))
        means = changes.where("statistic", lambda statistic: statistic == "mean")
        self._changes = KeyIndex(changes, ("measure", "level", "domain", "role"), means)
        self._changes_of = changes.by("measure", means)
        self._changes_made: dict[int, Change] = {}
        self._paths: dict[str, list[Change]] = {}
        for row in content["path"]:
            self._paths.setdefault(row["measure"], []).append(self._stepped(row))
        self._pooled = KeyIndex(PackedRows.of(content["pooled"]), ("measure", "domain"))
        self._courses = {
            (row["measure"], row["level"], row["domain"]): row for row in content["trends"]
        }
        self.shifts = tuple(
            typed_row(ShiftRow, row) for row in content["warnings"] if row["code"] == "item_shifts"
        )
        self.standings = tuple(
            standing_row(row, content["since_labels"]) for row in content["statements"]
        )
        self.drivers = tuple(drivers_row(row) for row in content["drivers"])
        self._alike = frozenset(
            row["measure"] for row in content["agreement"] if not row["comparable"]
        )

    @property
    def size(self) -> int:
        """Bytes that it takes in memory, about, when all pages have been read from it."""
        beside = (self._estimates, self._changes, self._pooled)
        made = _CHANGE_MADE * min(len(self._changes.rows), _CHANGES_KEPT)
        return bytes_of(self.content) + sum(index.size for index in beside) + made

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
        row = self._estimates.get(measure, statistic, category, level, domain)
        return typed_row(Estimate, row) if row else None

    def not_applicable(self, item: str) -> Estimate | None:
        """Find the share of everybody asked who did not know; ``None`` where none could say so."""
        measure = self.measure(item)
        option = measure.not_applicable if measure else None
        return self.estimate(item, AGENCY, "", "share", option["code"]) if option else None

    @property
    def margins(self) -> Margins:
        """The smallest changes that matter, by which its verdicts were given."""
        return margins_in(self.content)

    @property
    def decided_by(self) -> str:
        """The rule by which its changes are called (docs/formats/publication.md)."""
        return str(self.content["findings"]["rule"])

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
        at = self._changes.number(measure, level, domain, role)
        return None if at is None else self._made(at)

    def fall(self, measure: str, level: str, domain: str, role: str) -> Change | None:
        """Find a change that is called a fall: of a thousand units few have one to put together."""
        at = self._changes.number(measure, level, domain, role)
        if at is None or self._changes.rows.value(at, "verdict") != "down":
            return None
        found = self._made(at)
        return found if found.shown and found.verdict == "down" else None

    def changes(
        self, measures: Collection[str], places: Collection[str] | None = None
    ) -> Iterator[Change]:
        """All changes of the means of ``measures``; of places alone where their codes are given.

        A page of one place asks for no others: of a thousand units they take half a second.
        """
        numbers = merge(*(self._changes_of.get(one, ()) for one in dict.fromkeys(measures)))
        if places is None or not self._changes_of:
            return (self._made(at) for at in numbers)
        column = self._changes.rows.column("domain")
        wanted = {column.number_of.get(place) for place in places}
        return (self._made(at) for at in numbers if column.codes[at] in wanted)

    def _made(self, at: int) -> Change:
        """Give a change by its number in the publication, made once while it is one of a few."""
        found = self._changes_made.get(at)
        if found is None:
            if len(self._changes_made) >= _CHANGES_KEPT:
                self._changes_made.clear()
            found = self._compared(change_row(self._changes.rows[at]))
            self._changes_made[at] = found
        return found

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

    def pooled(self, measure: str, domain: str) -> PooledRow | None:
        """Find a smoothed mean."""
        row = self._pooled.get(measure, domain)
        if row is None:
            return None
        found = typed_row(PooledRow, row)
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
        return replace(typed_row(Course, row), jump=jump)

    def alike(self, measure: str) -> bool:
        """Tell whether the wave cannot tell units apart on a measure (ICC(2) below .60)."""
        return measure in self._alike

    def shifted(self, measure: str, place: Domain) -> tuple[ShiftRow, ...]:
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
        step = self._compared(typed_row(Change, told))
        if step.leg and self.comparability.unlike_waves(step.measure, step.until):
            return replace(step, verdict="uncertain", under_limit=False, comparable=False)
        return step

    def _compared(self, change: Change) -> Change:
        """Call no change between waves that do not measure alike up, down or steady."""
        if not self.comparability.unlike_waves(change.measure, change.since):
            return change
        return replace(change, verdict="uncertain", under_limit=False, comparable=False)
