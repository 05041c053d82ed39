"""Rows of a comparison: only of domains that may be shown, rounded if they are published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.comparison.difference import infer_differences
from analytics.comparison.verdict import (
    BETWEEN_GROUPS,
    FALSE_DISCOVERY,
    P_DECIMALS,
    adjusted_within,
    discovered,
    verdicts,
)
from analytics.digits import to_digits
from analytics.workbench.methods.comparison.ranks import rank_intervals
from analytics.workbench.sections.plain_values import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Booleans, Floats
    from analytics.workbench.file.waves import DivisionEstimates
    from analytics.workbench.methods.comparison.contrast import AgainstRest
    from analytics.workbench.methods.comparison.pairs import Pairs

KNOWN: Final = ("se", "low", "high", "p")


@dataclass(frozen=True, slots=True)
class ComparisonRows:
    """Of one measure in one level; ``exact`` where nothing is rounded."""

    level: DivisionEstimates
    name: str
    show: Booleans
    comparable: bool
    margin: float
    confidence: float
    exact: bool

    def rest(self, rest: AgainstRest, column: int) -> list[object]:
        """List each domain against all others."""
        found, rows = rest.found, np.flatnonzero(self.show)
        single = self._digits(found.p[rows, column], P_DECIMALS)
        p = self._digits(adjusted_within(found.p[rows, column], [np.arange(len(rows))]), P_DECIMALS)
        figures = {
            "difference": found.difference[rows, column],
            "se": found.se[rows, column],
            "low": found.low[rows, column],
            "high": found.high[rows, column],
        }
        shown = {key: self._digits(value) for key, value in figures.items()}
        named = self._named(shown, discovered(p, None))
        own, others = (self._digits(part[rows, column]) for part in (rest.own, rest.rest))
        beside = self._current_staff(rest, column)
        return [
            self._head(row)
            | {"mean": plain(own[n]), "rest": plain(others[n])}
            | {key: plain(value[n]) for key, value in shown.items()}
            | {"p": plain(single[n]), "p_adjusted": plain(p[n]), "verdict": named[n]}
            | beside.get(row, {})
            for n, row in enumerate(rows.tolist())
        ]

    def _current_staff(self, rest: AgainstRest, column: int) -> dict[int, dict[str, object]]:
        """Give what is known of today's staff alone; two errors of a protected file tell more."""
        if not self.exact:
            return {}
        of_all = rest.found
        found = infer_differences(of_all.difference, rest.se_current, of_all.df, self.confidence)
        return {
            row: {"current_staff": {key: plain(getattr(found, key)[row, column]) for key in KNOWN}}
            for row in np.flatnonzero(self.show).tolist()
        }

    def ranks(self, pairs: Pairs) -> list[object]:
        """List the places that each domain may have; always by Holm, which holds for all."""
        kept = pairs.among(self.show, "holm", self.confidence)
        rows = np.flatnonzero(self.show)
        found = rank_intervals(kept, len(rows), self.confidence)
        current = kept.of_current_staff("holm", self.confidence)
        today = rank_intervals(current, len(rows), self.confidence)
        return [
            self._head(row)
            | {"best": int(found.best[n]), "worst": int(found.worst[n]), "of": len(rows)}
            | self._beside({"best": int(today.best[n]), "worst": int(today.worst[n])})
            for n, row in enumerate(rows.tolist())
        ]

    def pairs(self, pairs: Pairs, adjust: str) -> list[object]:
        """List each pair, p adjusted among those that are shown."""
        rows = np.flatnonzero(self.show)
        kept = pairs.among(self.show, adjust, self.confidence)
        today = kept.of_current_staff(adjust, self.confidence)
        p, adjusted = (self._digits(v, P_DECIMALS) for v in (kept.found.p, kept.p_adjusted))
        figures = ("difference", "se", "low", "high")
        shown = {key: self._digits(getattr(kept.found, key)) for key in figures}
        limit = FALSE_DISCOVERY if adjust == "benjamini-hochberg" else 1 - self.confidence
        named = self._named(shown, np.asarray(kept.p_adjusted <= limit, dtype=bool))
        return [
            {
                "index": self.name,
                "first": self._domain(rows[kept.first[n]]),
                "second": self._domain(rows[kept.second[n]]),
            }
            | {key: plain(value[n]) for key, value in shown.items()}
            | {"p": plain(p[n]), "p_adjusted": plain(adjusted[n])}
            | {"verdict": named[n]}
            | self._all_at_once(kept, n)
            | self._beside(_known(today, n) | self._all_at_once(today, n))
            for n in range(len(kept.first))
        ]

    def _all_at_once(self, pairs: Pairs, number: int) -> dict[str, object]:
        """Give the interval that holds together with those of all other pairs, if there is one."""
        if pairs.reach is None:
            return {}
        difference, reach = pairs.found.difference[[number]], pairs.reach[[number]]
        low, high = (self._digits(end)[0] for end in (difference - reach, difference + reach))
        return {"simultaneous": {"low": plain(low), "high": plain(high)}}

    def _beside(self, figures: dict[str, object]) -> dict[str, object]:
        """Put what is known of today's staff beside, but in a file whose errors could tell more."""
        return {"current_staff": figures} if self.exact else {}

    def _head(self, row: int) -> dict[str, object]:
        return {"index": self.name, "domain": self._domain(row)}

    def _domain(self, row: int) -> dict[str, str]:
        return dict(zip(self.level.by, self.level.domains[row], strict=True))

    def _digits(self, values: Floats, decimals: int = 1) -> Floats:
        return values if self.exact else to_digits(values, decimals)

    def _named(self, shown: Mapping[str, Floats], real: Booleans) -> list[str]:
        limit = np.full(len(real), self.margin)
        # Where units' means are not reliable, no unit stands out.
        known = real & self.comparable
        found, _ = verdicts(shown["difference"], shown["low"], shown["high"], limit, known)
        return [BETWEEN_GROUPS[str(verdict)] for verdict in found]


def _known(pairs: Pairs, number: int) -> dict[str, object]:
    """Write what one pair is judged by."""
    found: dict[str, object] = {key: plain(getattr(pairs.found, key)[number]) for key in KNOWN}
    return found | {"p_adjusted": plain(pairs.p_adjusted[number])}
