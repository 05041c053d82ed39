"""What two rules call the changes of every wave of an agency: the present one and that before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.comparison.change import decide
from analytics.comparison.difference import difference_errors, infer_differences
from analytics.comparison.unlinked import unlinked_errors
from analytics.comparison.verdict import MARGIN, UNIT_MARGIN
from analytics.courses.findings import judge_by_series

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.reference.findings.agencies import Waves

_KEY: Final = ["measure", "level", "domain", "since", "role"]


def findings(waves: Waves) -> Iterator[pd.DataFrame]:
    """Publish wave after wave, and say of each what both rules find and what is true.

    Yields
    ------
    DataFrame
        A row for each change: its key, ``n``, ``margin``, what is true (``said`` and
        ``lasting``, see `Waves`), what the present rule gives,
        and ``raw`` and ``raw_verdict`` of the rule of before.
    """
    for until in range(1, len(waves.keys)):
        keys = waves.keys[: until + 1]
        before = _differences(waves, until)
        margins = np.where(before["level"] == "unit", UNIT_MARGIN, MARGIN)
        found = judge_by_series(
            waves.shown,
            keys,
            before[_KEY],
            waves.places,
            linked=waves.linked[: until + 1, : until + 1],
            margins=margins,
        ).rows
        old = before[[*_KEY, "raw", "raw_verdict", "n"]]
        rows = found.merge(old, on=_KEY, validate="one_to_one")
        truths = {"said": waves.said, "lasting": waves.lasting}
        yield rows.assign(
            wave=keys[-1],
            **{name: waves.true_changes(rows, until, of) for name, of in truths.items()},
        )


def _differences(waves: Waves, until: int) -> pd.DataFrame:
    """Compare with the wave before and the first, as publications did (docs/adr/0012)."""
    now = waves.shown[waves.shown["wave"] == waves.keys[until]]
    parts = []
    for role, since in (("previous", until - 1), ("first", 0)):
        then = waves.shown[waves.shown["wave"] == waves.keys[since]]
        both = now.merge(then, on=["measure", "level", "domain"], suffixes=("", "_then"))
        new, old = (
            {name: both[name + end].to_numpy() for name in _FIGURES} for end in ("", "_then")
        )
        se, df = difference_errors(old["se_model"], new["se_model"], old["df"], new["df"])
        # the same panel twice is treated as carefully as two panels
        if waves.linked[since, until] == 1:
            se = unlinked_errors((old["se"], new["se"]), (old["se_model"], new["se_model"]))
        found = infer_differences(new["mean"] - old["mean"], se, df)
        parts.append(
            both[["measure", "level", "domain", "n"]].assign(
                statistic="mean", since=waves.keys[since], role=role,
                difference=new["mean"] - old["mean"], se=se, low=found.low, high=found.high,
                p=found.p,
            )
        )  # fmt: skip
        if until == 1:
            break
    frame = pd.concat(parts, ignore_index=True)
    told = decide(frame).frame
    return frame.assign(raw=told["difference"], raw_verdict=told["verdict"])


_FIGURES: Final = ("mean", "se", "se_model", "df")
