"""Suppression patterns of all figures together, since figures are linked as cells are.

An index is a mean of its scales, and a scale of its items: whoever knows all but one of them knows
the last. So the patterns are nested. Domains suppressed in every mean come first; each scale adds
to that; an index is suppressed exactly where one of its scales is, of staff with all its scales;
items of a scale are suppressed together, at least where a scale of theirs is; distributions at
least where their item is. Linear figures nested in this way disclose nothing that the pattern of
each of them protects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.rules.display_limits import PROTECTION_LEVEL
from analytics.disclosure.suppression.counts import CellCounts
from analytics.disclosure.suppression.integer_programme import Effort
from analytics.disclosure.suppression.primary import composed
from analytics.disclosure.suppression.secondary import (
    lacks_protection,
    suppress_secondary,
    takes_long,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.suppression.feasibility_interval import CellTotals
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.network import CellNetwork
    from analytics.disclosure.table.plan import Plan


@dataclass(frozen=True, slots=True)
class LinkedItems:
    """Items that are linked by the scales they share.

    Attributes
    ----------
    items : tuple of str
    scales : tuple of str
        Scales over these items.
    tied : tuple of str
        Scales from which an item would follow: they are suppressed wherever the items are.
    """

    items: tuple[str, ...]
    scales: tuple[str, ...]
    tied: tuple[str, ...]


@dataclass(slots=True)
class SuppressionPatterns:
    """The suppression pattern of every figure while it is being decided.

    Parameters
    ----------
    plan : Plan
    networks : sequence of CellNetwork
    grid : Grid
    primary : ndarray of bool, shape (n_cells, n_figures)
        What is suppressed for its own sake.
    preferred : ndarray of bool, shape (n_cells,)
        Cells that an earlier publication suppressed.
    totals : CellTotals
        Of all figures.
    """

    plan: Plan
    networks: Sequence[CellNetwork]
    grid: Grid
    primary: Booleans
    preferred: Booleans
    totals: CellTotals
    all_linked: tuple[LinkedItems, ...] = field(init=False)
    columns: dict[tuple[str, str], list[int]] = field(init=False)
    composed: frozenset[int] = field(init=False)
    hidden: dict[str, Booleans] = field(init=False, default_factory=dict)
    solved: dict[tuple[bytes, ...], Booleans] = field(init=False, default_factory=dict)
    effort: Effort = field(init=False, default_factory=Effort)

    def __post_init__(self) -> None:
        self.all_linked = linked_items(self.plan)
        self.columns = {}
        is_composed = self.grid.figures["measure"].isin(composed(self.plan)).to_numpy(dtype=bool)
        self.composed = frozenset(np.flatnonzero(is_composed).tolist())
        names = self.grid.figures[["measure", "kind", "statistic"]].astype(str).to_numpy().tolist()
        for column, (measure, kind, statistic) in enumerate(names):
            layer = "item" if (statistic, kind) == ("mean", "item") else statistic
            self.columns.setdefault((layer, measure), []).append(column)

    def decide(self) -> Booleans:
        """Decide means, then distributions.

        Returns
        -------
        ndarray of bool, shape (n_cells, n_figures)
        """
        result = self.primary.copy()
        base = self._base("mean")
        self._means(base)
        for linked in self.all_linked:
            for item in linked.items:
                self._write(result, "item", item, self.hidden.get(_key_of(linked), base))
        for measure in (*self.plan.scales, *self.plan.indices):
            self._write(result, "mean", measure, self.hidden.get(measure, base))
        floor = self._base("share") | base
        for layer in ("share", "prevalence", "balance"):
            for kind, measure in sorted(self.columns):
                if kind == layer:
                    start = base if layer == "prevalence" else floor
                    start = start | self._above(measure)
                    self._write(result, layer, measure, self._solve(layer, [measure], start))
        return result

    def _write(self, result: Booleans, layer: str, measure: str, hidden: Booleans) -> None:
        columns = self.columns.get((layer, measure), [])
        result[:, columns] |= hidden[:, np.newaxis]

    def _base(self, layer: str) -> Booleans:
        """Complete the pattern of the domains that every figure of a layer suppresses."""
        columns = sorted(c for (kind, _), cs in self.columns.items() if kind == layer for c in cs)
        if not columns:
            return np.zeros(len(self.primary), dtype=bool)
        start = self.primary[:, columns].all(axis=1)
        if len(columns) == 1:
            # the figure's own pattern is decided later, and is the best there is
            return start
        # one figure stands for all: the one that most answered
        adds_up = [c for c in columns if c not in self.composed] or columns
        fullest = max(adds_up, key=lambda column: self.grid.n[:, column].sum())
        # no mean has a wider interval than one in the middle: what is too narrow here always is
        middle = self.totals.only([fullest]).centred()
        return self._complete([fullest], start, middle)

    def _above(self, measure: str) -> Booleans:
        """Mark the cells in which the measure's own mean is suppressed."""
        for linked in self.all_linked:
            if measure in linked.items and _key_of(linked) in self.hidden:
                return self.hidden[_key_of(linked)]
        return self.hidden.get(measure, np.zeros(len(self.primary), dtype=bool))

    def _solve(self, layer: str, measures: Iterable[str], start: Booleans) -> Booleans:
        columns = sorted(c for m in measures for c in self.columns.get((layer, m), []))
        if not columns:
            return start
        start = start | self.primary[:, columns].any(axis=1)
        # all of them add up, or none
        adds_up = self.totals.adds_up[columns].all()
        return self._complete(columns, start, self.totals.only(columns) if adds_up else None)

    def _complete(
        self, columns: Sequence[int], start: Booleans, totals: CellTotals | None
    ) -> Booleans:
        """Complete a pattern by counts, and by totals where intervals are too narrow without."""
        counts = CellCounts(
            self.grid.n[:, columns], totals=totals, known=self.totals.known[:, columns]
        )
        distinct = np.unique(np.vstack([counts.n, self.totals.known[:, columns]]), axis=1)
        preferred = self._preferred()
        key = (distinct.tobytes(), start.tobytes(), preferred.tobytes())
        if key not in self.solved:
            n, known = distinct[: len(start)], distinct[len(start) :] > 0
            self.solved[key] = self._suppress(CellCounts(n, known=known), start, preferred)
        pattern = self.solved[key]
        if lacks_protection(self.networks, counts, pattern, preferred=self.preferred):
            in_bulk = self.totals.centred_only is not None and takes_long(
                self.networks, counts, pattern, preferred=self.preferred
            )
            if in_bulk:
                self.effort.left = 0.0  # a cheaper pattern by counts alone would be widened again
            return self._suppress(counts, pattern if in_bulk else start, preferred, in_bulk=in_bulk)
        return pattern

    def _preferred(self) -> Booleans:
        """Mark what was suppressed before, or is in other measures: that costs their index less."""
        return np.any([self.preferred, *self.hidden.values()], axis=0)

    def _suppress(
        self, counts: CellCounts, start: Booleans, preferred: Booleans, *, in_bulk: bool = False
    ) -> Booleans:
        return suppress_secondary(
            self.networks,
            counts,
            start,
            preferred=preferred,
            remainder=self.plan.rules.remainder,
            effort=self.effort,
            in_bulk=in_bulk,
        )

    def _means(self, base: Booleans) -> None:
        """Decide scales, indices and items in turn until none adds anything."""
        while True:
            before = self._size()
            for scale in self.plan.scales:
                self.hidden[scale] = self._solve("mean", [scale], self.hidden.get(scale, base))
            for index, parts in self.plan.indices.items():
                self._index(index, parts, base)
            for linked in self.all_linked:
                self._items(linked, base)
                self._extreme_scales(linked)
            if self._size() == before:
                return

    def _extreme_scales(self, linked: LinkedItems) -> None:
        """Suppress scales so near an end of their range that their suppressed items must be, too.

        A scale with mean m and k items leaves each item an interval of k times the distance from m
        to the nearer end.
        """
        if _key_of(linked) not in self.hidden:
            return
        for scale in linked.scales:
            for column in self.columns.get(("mean", scale), []):
                mean, answered = self.totals.mean[:, column], self.grid.n[:, column] > 0
                width = len(self.plan.scales[scale]) * np.minimum(mean, 1 - mean)
                extreme = self.hidden[_key_of(linked)] & answered & (width < PROTECTION_LEVEL)
                self.hidden[scale] = self.hidden[scale] | extreme

    def _size(self) -> int:
        return sum(int(hidden.sum()) for hidden in self.hidden.values())

    def _index(self, index: str, parts: tuple[str, ...], base: Booleans) -> None:
        """Suppress an index where a part is suppressed, and of staff the other parts with it.

        With two of three parts shown, the index would have a third of the interval of the last.
        Of the public, whose groups nobody can list, the smallest part goes with the index.
        """
        measured = [part for part in parts if part != index and ("mean", part) in self.columns]
        union = np.any([self.hidden.get(part, base) for part in (*measured, index)], axis=0)
        if not measured or len(measured) < len(parts):
            # the index cannot follow from parts that are not published
            self.hidden[index] = self._solve("mean", [index], union)
            return
        index_hidden = union | self.primary[:, self.columns.get(("mean", index), [])].any(axis=1)
        follows = index_hidden & ~np.any([self.hidden.get(part, base) for part in measured], axis=0)
        smallest = np.argmin([self._n(part) for part in measured], axis=0)
        staff = self.plan.population == "staff"
        for number, part in enumerate(measured):
            added = index_hidden if staff else follows & (smallest == number)
            self.hidden[part] = self.hidden.get(part, base) | added
        self.hidden[index] = index_hidden

    def _n(self, measure: str) -> Floats:
        return self.grid.n[:, self.columns["mean", measure]].min(axis=1)

    def _items(self, linked: LinkedItems, base: Booleans) -> None:
        """Suppress linked items together, and the scales tied to them."""
        measured = [item for item in linked.items if ("item", item) in self.columns]
        if not measured:
            return
        start = self.hidden.get(_key_of(linked), base).copy()
        for scale in linked.scales:
            start |= self.hidden[scale]
        hidden = self._solve("item", measured, start)
        for scale in linked.tied:
            hidden = self._solve("mean", [scale], hidden)
        for scale in linked.tied:
            self.hidden[scale] = hidden
        self.hidden[_key_of(linked)] = hidden


def _key_of(linked: LinkedItems) -> str:
    # a name that no measure can have: codes hold no blank
    return "items of " + " ".join(linked.items)


def linked_items(plan: Plan) -> tuple[LinkedItems, ...]:
    """Group a plan's items by the scales that link them; an item without a scale stands alone."""
    groups: list[set[str]] = []
    alone = {item for item in plan.items if item not in plan.scales and item not in plan.indices}
    for items in (*plan.scales.values(), *((item,) for item in sorted(alone))):
        joined = set(items)
        for group in [group for group in groups if group & joined]:
            joined |= group
            groups.remove(group)
        groups.append(joined)
    all_linked = []
    for group in sorted(groups, key=min):
        scales = {code: items for code, items in plan.scales.items() if group & set(items)}
        items = tuple(sorted(group))
        all_linked.append(LinkedItems(items, tuple(scales), _tied(items, scales)))
    return tuple(all_linked)


def _tied(items: tuple[str, ...], scales: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Find the scales from which an item would follow."""
    several = {code: members for code, members in scales.items() if len(members) > 1}
    rows = np.array([[float(item in members) for item in items] for members in several.values()])
    if not len(rows):
        return tuple(scales)
    rank = np.linalg.matrix_rank(rows)
    item_follows = rank < len(rows) or any(
        np.linalg.matrix_rank(np.vstack([rows, unit])) == rank for unit in np.eye(len(items))
    )
    return tuple(scales) if item_follows else tuple(code for code in scales if code not in several)
