"""What a publication tells of other words, and how earlier figures stand beside its own over them.

Links are decided by `analytics.trend.splice.decide_link` and told for the whole. Nothing else of
the half in the old words is told.
"""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from analytics.courses.bridges import Bridge, Bridges, shared_variance
from analytics.disclosure.rules.display_limits import MEAN_DIGITS
from analytics.tables import tuples_of
from analytics.trend.series import PRINTED
from analytics.trend.splice import decide_link
from analytics.trend.wording import USUAL_AMONG, WIDER
from questionnaires.halves import touched_by_words
from questionnaires.measures import EQUAL
from survey_app.publications.links import NONE, Carried, LinkedSeries, with_newest
from survey_app.publishing.computing.canonical import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd

    from analytics.arrays import Floats
    from analytics.disclosure.table import Plan
    from analytics.trend.splice import Splice
    from analytics.trend.wording import WordingEffect
    from survey_app.publications.links import Link
    from survey_app.publishing.inputs.asked import AskedSeries
    from survey_app.publishing.inputs.history import Shown
    from survey_app.publishing.inputs.past import Past
    from survey_app.publishing.inputs.wave_inputs import WaveInputs

WORDS: Final = "A"  # halves were asked the old and the new words
ITEMS: Final = "B"  # a scale has other items, and everybody was asked those of both
ERROR: Final = "error"  # the halves are too small to tell what the words did
SPREAD: Final = "spread"  # answers lie further apart, or closer, in the new words
PARTS: Final = "parts"  # of an index, a part has no link
_DIGITS: Final = 2
_FIGURES: Final = ["mean", "low", "high"]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class LinkedErrors:
    """Errors of the waves of a series: ``own`` (n_waves,) and ``shared`` (n_waves, n_shared)."""

    own: Floats
    shared: Floats


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Over:
    """The links of a series up to a wave.

    ``rows`` are all that its publication tells, oldest first; ``series`` leads earlier figures to
    its words.
    """

    rows: tuple[Link, ...]
    series: LinkedSeries

    def way(self, measure: str, wave: str) -> Carried | None:
        """Lead an earlier figure to the words of now; None where nothing does."""
        return self.series.way(measure, wave)

    def past(self, past: Past) -> Past:
        """Bring figures of before to the words of now, and leave out those that do not reach them.

        Intervals are moved with them: the error of the link is in `bridges`.
        """
        if not self.rows:
            return past
        ways = self._ways(past.shown)
        kept = past.shown[[way is not None for way in ways]].reset_index(drop=True)
        moved = np.array([way.delta for way in ways if way is not None])
        lifted = {name: kept[name].astype("float64") + moved for name in _FIGURES}
        return dataclasses.replace(past, shown=kept.assign(**lifted))

    def plainly(self, past: Past) -> Past:
        """Keep the figures of before that were asked in the words of now."""
        if not self.rows:
            return past
        ways = self._ways(past.shown)
        alike = [way is not None and not way.links for way in ways]
        return dataclasses.replace(past, shown=past.shown[alike].reset_index(drop=True))

    def history(self, history: Sequence[Shown], measure: str) -> tuple[Shown, ...]:
        """Bring the headline's waves to the words of now; leave out what does not reach them."""
        if not self.rows:
            return tuple(history)
        ways = {one.wave: self.way(measure, one.wave) for one in history}
        return tuple(
            dataclasses.replace(one, mean=one.mean + way.delta)
            for one in history
            if (way := ways[one.wave]) is not None
        )

    def shared(
        self,
        measure: str,
        waves: Sequence[str],
        se: Floats,
        of: tuple[str, float] | None,
    ) -> LinkedErrors:
        """Divide the errors of a series in those of each wave and those that waves share.

        Parameters
        ----------
        measure : str
        waves : sequence of str
            Keys, oldest first.
        se : ndarray of float, shape (n_waves,)
            Errors of the figures, without those of links.
        of : (str, float) or None
            None for the whole: there the overlap wave's own error is part of the link's. Of a part
            of it its level, and how much of a unit's own effect of words its mean has in common.
        """
        own, columns = se.copy(), []
        used = {one: self.way(measure, one) for one in waves}
        for link in self.rows:
            before = np.array([link in way.links if (way := used[one]) else False for one in waves])
            if link["measure"] != measure or not before.any():
                continue
            variance = link["se"] ** 2
            if of is not None:
                level, share = of
                [apart] = _bridge(link).of_a_place(level, np.array([share]))
                columns.append(before * np.sqrt(variance + apart))
            elif link["wave"] not in waves:
                columns.append(before * link["se"])
            else:
                at = waves.index(link["wave"])
                of_wave = np.array([max(own[at] ** 2 - PRINTED**2 / 12, 0.0)])
                [half] = shared_variance(
                    of_wave, link["se"], paired=link["case"] == ITEMS, ratio=link["ratio"]
                )
                own[at] = np.sqrt(own[at] ** 2 - half)
                both = before | (np.arange(len(waves)) == at)
                columns += [both * np.sqrt(half), before * np.sqrt(variance - half)]
        laid = np.column_stack(columns) if columns else np.zeros((len(waves), 0))
        return LinkedErrors(own, laid.astype(np.float64))

    def bridges(self, past: Past, domains: Collection[Mapping[str, Any]]) -> Bridges:
        """Give the links that figures of before were moved over, for the model of all waves."""
        before: dict[tuple[str, str], set[str]] = {}
        pairs = past.shown[["measure", "wave"]].drop_duplicates()
        for measure, wave in pairs.itertuples(index=False, name=None):
            way = self.way(measure, wave)
            for link in way.links if way else ():
                before.setdefault((measure, link["wave"]), set()).add(wave)
        links = tuple(
            _bridge(one, frozenset(before[one["measure"], one["wave"]]))
            for one in self.rows
            if (one["measure"], one["wave"]) in before
        )
        return Bridges(links, shares_of_units(domains) if links else {})

    def _ways(self, shown: pd.DataFrame) -> list[Carried | None]:
        pairs = tuples_of(shown, ["measure", "wave"])
        found = {pair: self.way(*pair) for pair in set(pairs)}
        return [found[pair] for pair in pairs]


def _bridge(link: Link, before: frozenset[str] = frozenset()) -> Bridge:
    """Read a row; one of before it was told how regions differ takes what is usual."""
    among = link.get("among", dict.fromkeys(WIDER, USUAL_AMONG))
    return Bridge(
        link["measure"], link["wave"], before, link["delta"], link["se"], link["between"],
        link["case"] == ITEMS, link["ratio"], tuple(among.items()),
    )  # fmt: skip


def over_links(
    inputs: WaveInputs, effects: Sequence[WordingEffect], shown: pd.DataFrame, plan: Plan
) -> Over:
    """Decide the links of a wave that asked both wordings, beside those of before.

    Parameters
    ----------
    inputs : WaveInputs
    effects : sequence of WordingEffect
        Empty in all other waves.
    shown : DataFrame
        The protected estimates. Of a measure whose mean of the whole they do not show with its
        interval, nothing is told; and units that they hide tell nothing of how much the effect
        differs between places.
    plan : Plan
        Whose display limits both halves must reach.
    """
    own = _own_rows(inputs, effects, shown, plan)
    rows = tuple(with_newest(inputs.series.links, own))
    return Over(rows, inputs.series.linked(own))


def with_told_sizes(rows: Sequence[Link], content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Leave out how many answered in each half where it is not told how many answered at all."""
    told = {
        row["measure"]
        for row in content["estimates"]
        if (row["level"], row["statistic"], row["status"]) == ("agency", "mean", "published")
        and row["n"] is not None
    }
    key = content["wave"]["key"]
    return [
        {**row, "n_old": None, "n_new": None}
        if row["wave"] == key and row["measure"] not in told
        else dict(row)
        for row in rows
    ]


def _own_rows(
    inputs: WaveInputs, effects: Sequence[WordingEffect], shown: pd.DataFrame, plan: Plan
) -> list[dict[str, Any]]:
    series: AskedSeries = inputs.series
    means = shown[(shown["statistic"] == "mean") & (shown["status"] == "published")]
    means = means[means["low"].notna()]
    whole = set(means.loc[means["level"] == "agency", "measure"])
    fewest = _fewest(plan)
    rows: dict[str, dict[str, Any]] = {}
    for effect in effects:
        measure, overlap = effect.measure, effect.overlap
        told = measure in whole and min(overlap.old.n, overlap.new.n) >= fewest
        if not told or measure not in series.old or measure not in series.now:
            continue
        shown_in = means[means["measure"] == measure].groupby("level")["domain"].agg(set)
        places = set().union(*shown_in.drop("agency"))
        splice = _decided(inputs, effect)
        rows[measure] = {
            "measure": measure,
            "wave": inputs.data.key,
            "from": dict(series.old[measure]),
            "to": dict(series.now[measure]),
            "case": _case(effect),
            # of the same people: in finer steps than a mean it would tell what few of them skipped
            "delta": _rounded(splice.delta, MEAN_DIGITS if overlap.paired else _DIGITS),
            "se": _rounded(splice.se),
            "n_old": splice.n_old,
            "n_new": splice.n_new,
            "ratio": _rounded(overlap.ratio),
            "between": round(effect.between(places), 1),
            **_among(effect, {str(level): of for level, of in shown_in.items()}),
            **_method(splice),
        }
    unlinked = _unlinked_scales(inputs, rows)
    return [_whole_or_nothing(row, inputs, unlinked) for row in rows.values()]


def _among(effect: WordingEffect, shown: Mapping[str, set[str]]) -> dict[str, Any]:
    """Say of staff how much the effect differs between the regions and the types that are shown."""
    found = {
        level: round(effect.among(level, shown.get(level, set())), 1) for level in effect.wider
    }
    return {"among": found} if found else {}


def _decided(inputs: WaveInputs, effect: WordingEffect) -> Splice:
    closed_on = date.fromisoformat(inputs.wave["closed_on"])
    return decide_link(
        effect.overlap,
        id=f"{inputs.data.key} {effect.measure}",
        index=effect.measure,
        wave=closed_on,
        case=_case(effect),
        decided_by="rule",
        decided=closed_on,
    )


def _case(effect: WordingEffect) -> Literal["A", "B"]:
    return ITEMS if effect.overlap.paired else WORDS


def _method(splice: Splice) -> dict[str, str]:
    """Say how figures are carried over; where they would have to be stretched, not at all."""
    if splice.method == "additive":
        return {"method": "additive", "why": ""}
    if splice.method == "linear" or not np.isfinite(splice.overlap.ratio):
        return {"method": NONE, "why": SPREAD}
    return {"method": NONE, "why": ERROR}


def _unlinked_scales(inputs: WaveInputs, rows: Mapping[str, Mapping[str, Any]]) -> set[str]:
    touched = touched_by_words(inputs.data.questionnaire).scales
    return {code for code in touched if code not in rows or rows[code]["method"] == NONE}


def _whole_or_nothing(
    row: dict[str, Any], inputs: WaveInputs, unlinked: Collection[str]
) -> dict[str, Any]:
    """Break an index of which a part has no link."""
    for index in inputs.data.questionnaire.indices:
        equal = row["measure"] == f"{index.code}{EQUAL}"
        parts = index.equal_parts if equal else index.parts
        if (equal or row["measure"] == index.code) and not set(parts).isdisjoint(unlinked):
            return {**row, "method": NONE, "why": PARTS}
    return row


def _fewest(plan: Plan) -> int:
    name = "staff_distribution" if plan.population == "staff" else "public_group"
    limit = plan.rules.limit(name)
    assert limit is not None
    return limit


def _rounded(value: float, digits: int = _DIGITS) -> float | None:
    return plain(round(value, digits) + 0.0)  # type: ignore[no-any-return]  # of a number, itself


def shares_of_units(domains: Collection[Mapping[str, Any]]) -> dict[tuple[str, str], float]:
    """Say how much of a unit's own effect of words the mean of a place has in common."""
    people: dict[tuple[str, str], list[float]] = {}
    for row in domains:
        if row["level"] == "unit":
            for key in (("region", row["parent"]), ("unit_type", row["kind"])):
                people.setdefault(key, []).append(row["population"] or np.nan)
    found = {}
    for key, sizes in people.items():
        share = float((np.array(sizes) ** 2).sum() / np.sum(sizes) ** 2)
        if np.isfinite(share):
            found[key] = share
    return found
