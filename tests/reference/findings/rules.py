"""What two rules call the changes of every wave of an agency: the present one and that before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.comparison.change import decide
from analytics.comparison.difference import difference_errors, infer_differences
from analytics.comparison.margins import MARGIN, UNIT_MARGIN
from analytics.comparison.unlinked import unlinked_errors
from analytics.courses.findings import judge_by_series

if TYPE_CHECKING:
    from tests.reference.findings.agencies import Waves

_KEY: Final = ["measure", "level", "domain", "since", "role"]


def findings(waves: Waves) -> pd.DataFrame:
    """Publish wave after wave, and say of each what both rules find and what is true.

    Returns
    -------
    DataFrame
        A row for each change of each publication: ``publication``, 1 with the second wave; its
        key, ``n``, ``margin``, what is true (``said`` and ``lasting``, see `Waves`), what the
        present rule gives, and ``raw`` and ``raw_verdict`` of the rule of before.
    """
    before = _differences(waves)
    found = pd.concat(
        [_judged(waves, rows) for _, rows in before.groupby("publication")], ignore_index=True
    )
    old = before[["publication", *_KEY, "raw", "raw_verdict", "n"]]
    rows = found.merge(old, on=["publication", *_KEY], how="left", validate="one_to_one")
    truths = {"said": waves.said, "lasting": waves.lasting}
    until = rows["publication"]
    return rows.assign(**{name: waves.true_changes(rows, until, of) for name, of in truths.items()})


def _judged(waves: Waves, wanted: pd.DataFrame) -> pd.DataFrame:
    publication = int(wanted["publication"].iloc[0])
    read = publication + 1
    found = judge_by_series(
        waves.shown,
        waves.keys[:read],
        wanted[_KEY],
        waves.places,
        linked=waves.linked[:read, :read],
        margins=np.where(wanted["level"] == "unit", UNIT_MARGIN, MARGIN),
    )
    return found.rows.assign(publication=publication)


def _differences(waves: Waves) -> pd.DataFrame:
    """Compare all waves with the one before and the first, as publications did (docs/adr/0012)."""
    shown = waves.shown
    order = shown["level"].map(_ORDER).to_numpy()
    names = pd.MultiIndex.from_arrays([order, shown["domain"], shown["measure"]])
    series = names.unique().sort_values()
    at = series.get_indexer(names), shown["wave"].map(waves.position).to_numpy(dtype=np.int64)
    figures = {name: np.full((len(series), len(waves.keys)), np.nan) for name in _FIGURES}
    for name, of in figures.items():
        of[at] = shown[name].to_numpy(dtype=np.float64)
    keys = series.set_names(["level", "domain", "measure"]).to_frame(index=False)
    keys["level"] = keys["level"].map({number: level for level, number in _ORDER.items()})
    last = range(1, len(waves.keys))
    pairs = [(until, until - 1, "previous") for until in last]
    pairs += [(until, 0, "first") for until in last[1:]]
    parts = []
    for until, since, role in pairs:
        both = ~np.isnan(figures["mean"][:, until] + figures["mean"][:, since])
        new, old = (
            {name: of[both, wave] for name, of in figures.items()} for wave in (until, since)
        )
        se, df = difference_errors(old["se_model"], new["se_model"], old["df"], new["df"])
        # the same panel twice is treated as carefully as two panels
        if waves.linked[since, until] == 1:
            se = unlinked_errors((old["se"], new["se"]), (old["se_model"], new["se_model"]))
        found = infer_differences(new["mean"] - old["mean"], se, df)
        parts.append(
            keys[both].assign(
                publication=until, statistic="mean", since=waves.keys[since], role=role,
                difference=new["mean"] - old["mean"], se=se, low=found.low, high=found.high,
                p=found.p, n=new["n"],
            )
        )  # fmt: skip
    frame = pd.concat(parts, ignore_index=True).sort_values("publication", kind="stable")
    # units were adjusted among those of their own publication
    own = frame["publication"].astype("str") + " " + frame["since"]
    told = decide(frame.drop(columns=["publication", "n"]).assign(since=own)).frame
    return frame.assign(
        raw=told["difference"].to_numpy(), raw_verdict=told["verdict"].to_numpy()
    ).reset_index(drop=True)


_FIGURES: Final = ("mean", "se", "se_model", "df", "n")
_ORDER: Final = {"unit": 0, "region": 1, "agency": 2}
