"""Print how often the directions of trends are true, regime by regime.

``python -m tests.reference.findings.trends [agencies]`` (40 of each when left out: some 15 minutes
on two cores). Quarterly waves, main waves alone a year apart; beside what all people would have
answered on the two days.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from analytics.comparison.margins import MARGIN
from analytics.trend.describe import describe
from analytics.trend.series import error_of_printed, wave_series
from tests.reference.findings.agencies import YEARS, a_staff, draw
from tests.reference.findings.regimes import MOVING, STILL

if TYPE_CHECKING:
    from tests.reference.findings.agencies import Waves

MEASURE: Final = 0  # publications tell the trend of the headline alone
_LARGE: Final = 4.0
_START: Final = date(2026, 1, 1)


def directions(waves: Waves) -> pd.DataFrame:
    """Describe the agency and its regions after every wave but the first.

    Returns
    -------
    DataFrame
        ``level``, ``smoothed``, ``direction``, ``change`` and ``true``, points.
    """
    apart = 91 if len(waves.keys) == len(YEARS) else 365
    days = [_START + timedelta(days=apart * at) for at in range(len(waves.keys))]
    rows = []
    shown = waves.shown[waves.shown["measure"] == f"m{MEASURE}"].set_index("level")
    for level in ("agency", "region"):
        for domain, places in shown.loc[level].groupby("domain"):
            place = places.set_index("wave").reindex(waves.keys)
            true = waves.said[level][:, int(domain[1:] or 0), MEASURE]
            people = int(place["population"].iloc[0])
            errors = [
                error_of_printed(round(se, 2), int(n), people)
                for se, n in zip(place["se"], place["n"], strict=True)
            ]
            for waves_so_far in range(2, len(days) + 1):
                part = slice(waves_so_far)
                found = describe(wave_series(days[part], place["mean"].iloc[part], errors[part]))
                if found.change is None or found.change.since is None:
                    continue
                since = days.index(found.change.since)
                rows.append({
                    "level": level,
                    "smoothed": found.smoothed,
                    "direction": found.direction,
                    "change": found.change.estimate,
                    "true": true[waves_so_far - 1] - true[since],
                })  # fmt: skip
    return pd.DataFrame(rows)


def of_one(name: str, seed: int) -> pd.DataFrame:
    """Draw an agency of a regime and describe it."""
    rng = np.random.default_rng(seed)
    return directions(draw(rng, a_staff(rng), (STILL | MOVING)[name])).assign(regime=name)


def told(found: pd.DataFrame) -> dict[str, Any]:
    """Count what was called up or down, and how it errs; shares are 0-1."""
    sign = found["direction"].map({"up": 1.0, "down": -1.0}).fillna(0.0)
    towards, named = sign * found["true"], sign != 0
    shown = (sign * found["change"])[named].sum()
    large, steady = found["true"].abs() >= _LARGE, found["direction"] == "steady"
    return {
        "directions": len(found),
        "called": int(named.sum()),
        "wrong": int((towards[named] < 0).sum()),
        "under_half": int((towards[named] < MARGIN / 2).sum()),
        "shown_per_true_point": shown / towards[named].sum() if named.any() else float("nan"),
        "large": int(large.sum()),
        "found": int((towards[large] > 0).sum()),
        "steady": int(steady.sum()),
        "steady_right": int((found.loc[steady, "true"].abs() <= MARGIN).sum()),
    }


if __name__ == "__main__":
    agencies = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    names = [name for name in STILL | MOVING for _ in range(agencies)]
    with ProcessPoolExecutor() as pool:
        drawn = pd.concat(pool.map(of_one, names, list(range(agencies)) * len(STILL | MOVING)))
    table = {regime: told(part) for regime, part in drawn.groupby("regime", sort=False)}
    print(pd.DataFrame(table | {"all": told(drawn)}).T.to_string(float_format="{:.2f}".format))
