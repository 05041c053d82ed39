"""Decide what is hidden for all figures together, since they share their respondents.

An index is a mean of its scales, and a scale of its items: whoever knows all but one of them knows
the last. So the decisions are nested. Domains hidden for every mean are hidden first; each scale
adds to that; an index is hidden exactly where one of its scales is, of staff with all its scales;
items of a scale are hidden together, at least where a scale of theirs is; distributions at least
where their item is. A table of linear figures that is nested in this way gives nothing away that
each of its layers keeps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.rules.display_limits import NARROWEST
from analytics.disclosure.suppression.counts import Counts
from analytics.disclosure.suppression.integer_programme import Effort
from analytics.disclosure.suppression.primary import composed
from analytics.disclosure.suppression.secondary import bounded_closely, hide_secondary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.suppression.feasibility_interval import Sums
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.network import Network
    from analytics.disclosure.table.plan import Plan


@dataclass(frozen=True, slots=True)
class ItemFamily:
    """Items that are bound together by the scales they share.

    Attributes
    ----------
    items : tuple of str
    scales : tuple of str
        Scales over these items.
    tied : tuple of str
        Those of them that would give an item away wherever it is hidden: they go with the items.
    """

    items: tuple[str, ...]
    scales: tuple[str, ...]
    tied: tuple[str, ...]


@dataclass(slots=True)
class Patterns:
    """The hidden cells of every layer while they are being decided."""

    plan: Plan
    networks: Sequence[Network]
    grid: Grid
    primary: Booleans
    preferred: Booleans
    sums: Sums
    families: tuple[ItemFamily, ...] = field(init=False)
    columns: dict[tuple[str, str], list[int]] = field(init=False)
    composed: frozenset[int] = field(init=False)
    hidden: dict[str, Booleans] = field(init=False, default_factory=dict)
    solved: dict[tuple[bytes, ...], Booleans] = field(init=False, default_factory=dict)
    effort: Effort = field(init=False, default_factory=Effort)

    def __post_init__(self) -> None:
        self.families = item_families(self.plan)
        self.columns = {}
        made = self.grid.figures["measure"].isin(composed(self.plan)).to_numpy(dtype=bool)
        self.composed = frozenset(np.flatnonzero(made).tolist())
        names = self.grid.figures[["measure", "kind", "statistic"]].astype(str).to_numpy().tolist()
        for column, (measure, kind, statistic) in enumerate(names):
            layer = "item" if (statistic, kind) == ("mean", "item") else statistic
            self.columns.setdefault((layer, measure), []).append(column)

    def decide(self) -> Booleans:
        """Settle every layer.

        Returns
        -------
        ndarray of bool, shape (n_cells, n_figures)
        """
        result = self.primary.copy()
        base = self._base("mean")
        self._means(base)
        for family in self.families:
            for item in family.items:
                self._write(result, "item", item, self.hidden.get(_together(family), base))
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
        """Find the domains that all figures of a layer hide, and complete them once for all."""
        columns = sorted(c for (kind, _), cs in self.columns.items() if kind == layer for c in cs)
        if not columns:
            return np.zeros(len(self.primary), dtype=bool)
        start = self.primary[:, columns].all(axis=1)
        if len(columns) == 1:
            # its own decision is the best there is
            return start
        # one figure stands for all: the one that most answered
        adds_up = [c for c in columns if c not in self.composed] or columns
        fullest = max(adds_up, key=lambda column: self.grid.n[:, column].sum())
        # as far from both ends as can be: what is too close here is so in every figure
        middle = self.sums.only([fullest]).centred()
        return self._complete([fullest], start, middle)

    def _above(self, measure: str) -> Booleans:
        """Cells where the measure's own mean is hidden."""
        for family in self.families:
            if measure in family.items and _together(family) in self.hidden:
                return self.hidden[_together(family)]
        return self.hidden.get(measure, np.zeros(len(self.primary), dtype=bool))

    def _solve(self, layer: str, measures: Iterable[str], start: Booleans) -> Booleans:
        columns = sorted(c for m in measures for c in self.columns.get((layer, m), []))
        if not columns:
            return start
        start = start | self.primary[:, columns].any(axis=1)
        # all of them add up, or none
        adds_up = self.sums.adds_up[columns].all()
        return self._complete(columns, start, self.sums.only(columns) if adds_up else None)

    def _complete(self, columns: Sequence[int], start: Booleans, sums: Sums | None) -> Booleans:
        """Complete a pattern by counts, and only where that leaves too little room by sums too."""
        counts = Counts(self.grid.n[:, columns], sums=sums, known=self.sums.known[:, columns])
        alike = np.unique(np.vstack([counts.n, self.sums.known[:, columns]]), axis=1)
        preferred = self._preferred()
        key = (alike.tobytes(), start.tobytes(), preferred.tobytes())
        if key not in self.solved:
            n, known = alike[: len(start)], alike[len(start) :] > 0
            self.solved[key] = self._hide(Counts(n, known=known), start, preferred)
        found = self.solved[key]
        if bounded_closely(self.networks, counts, found, preferred=self.preferred):
            return self._hide(counts, start, preferred)
        return found

    def _preferred(self) -> Booleans:
        """Mark what was hidden before, or is by other measures: that costs their index less."""
        return np.any([self.preferred, *self.hidden.values()], axis=0)

    def _hide(self, counts: Counts, start: Booleans, preferred: Booleans) -> Booleans:
        return hide_secondary(
            self.networks,
            counts,
            start,
            preferred=preferred,
            remainder=self.plan.rules.remainder,
            effort=self.effort,
        )

    def _means(self, base: Booleans) -> None:
        """Go round scales, indices and items until none adds anything."""
        while True:
            before = self._size()
            for scale in self.plan.scales:
                self.hidden[scale] = self._solve("mean", [scale], self.hidden.get(scale, base))
            for index, parts in self.plan.indices.items():
                self._index(index, parts, base)
            for family in self.families:
                self._items(family, base)
                self._telling(family)
            if self._size() == before:
                return

    def _telling(self, family: ItemFamily) -> None:
        """Hide scales so near an end of their range that their hidden items must be there too.

        A mean m of k items leaves each of them k times the distance from m to the nearer end.
        """
        if _together(family) not in self.hidden:
            return
        for scale in family.scales:
            for column in self.columns.get(("mean", scale), []):
                mean, there = self.sums.mean[:, column], self.grid.n[:, column] > 0
                room = len(self.plan.scales[scale]) * np.minimum(mean, 1 - mean)
                tells = self.hidden[_together(family)] & there & (room < NARROWEST)
                self.hidden[scale] = self.hidden[scale] | tells

    def _size(self) -> int:
        return sum(int(hidden.sum()) for hidden in self.hidden.values())

    def _index(self, index: str, parts: tuple[str, ...], base: Booleans) -> None:
        """Hide an index where a part is hidden, and of staff the other parts with it.

        With two of three parts shown a hidden index would have a third of the room of the last.
        Of the public, whose groups nobody can list, the smallest part goes with a hidden index.
        """
        measured = [part for part in parts if part != index and ("mean", part) in self.columns]
        union = np.any([self.hidden.get(one, base) for one in (*measured, index)], axis=0)
        if not measured or len(measured) < len(parts):
            # a part that is not published cannot give the index away
            self.hidden[index] = self._solve("mean", [index], union)
            return
        full = union | self.primary[:, self.columns.get(("mean", index), [])].any(axis=1)
        bare = full & ~np.any([self.hidden.get(part, base) for part in measured], axis=0)
        smallest = np.argmin([self._n(part) for part in measured], axis=0)
        for number, part in enumerate(measured):
            goes = full if self.plan.population == "staff" else bare & (smallest == number)
            self.hidden[part] = self.hidden.get(part, base) | goes
        self.hidden[index] = full

    def _n(self, measure: str) -> Floats:
        return self.grid.n[:, self.columns["mean", measure]].min(axis=1)

    def _items(self, family: ItemFamily, base: Booleans) -> None:
        """Hide a family's items together; scales tied to them go along."""
        asked = [item for item in family.items if ("item", item) in self.columns]
        if not asked:
            return
        start = self.hidden.get(_together(family), base).copy()
        for scale in family.scales:
            start |= self.hidden[scale]
        hidden = self._solve("item", asked, start)
        for scale in family.tied:
            hidden = self._solve("mean", [scale], hidden)
        for scale in family.tied:
            self.hidden[scale] = hidden
        self.hidden[_together(family)] = hidden


def _together(family: ItemFamily) -> str:
    # a name that no measure can have: codes hold no blank
    return "items of " + " ".join(family.items)


def item_families(plan: Plan) -> tuple[ItemFamily, ...]:
    """Group a plan's items by the scales that bind them; an item without a scale stands alone."""
    groups: list[set[str]] = []
    alone = {item for item in plan.items if item not in plan.scales and item not in plan.indices}
    for items in (*plan.scales.values(), *((item,) for item in sorted(alone))):
        joined = set(items)
        for group in [group for group in groups if group & joined]:
            joined |= group
            groups.remove(group)
        groups.append(joined)
    families = []
    for group in sorted(groups, key=min):
        scales = {code: items for code, items in plan.scales.items() if group & set(items)}
        items = tuple(sorted(group))
        families.append(ItemFamily(items, tuple(scales), _tied(items, scales)))
    return tuple(families)


def _tied(items: tuple[str, ...], scales: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Find the scales from which an item of the family would follow."""
    several = {code: members for code, members in scales.items() if len(members) > 1}
    rows = np.array([[float(item in members) for item in items] for members in several.values()])
    if not len(rows):
        return tuple(scales)
    rank = np.linalg.matrix_rank(rows)
    gives_away = rank < len(rows) or any(
        np.linalg.matrix_rank(np.vstack([rows, unit])) == rank for unit in np.eye(len(items))
    )
    return tuple(scales) if gives_away else tuple(code for code in scales if code not in several)
