"""What of a change comes of types of unit that grew or shrank, from published figures alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from analytics.comparison.standardised import of_composition
from survey_app.publishing.inputs.past import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey_app.publishing.inputs.past import Past

# the finest of which every place with people is shown, in both waves
_LEVELS: Final = ("unit", "unit_type", "region")


def composition(content: Mapping[str, Any], past: Past) -> dict[str, Any]:
    """Divide the agency's changes in what people say and in who they are.

    Parameters
    ----------
    content : mapping
        The publication, with its protected estimates and its changes.
    past : Past
        What earlier waves showed.

    Returns
    -------
    dict
        ``rows``: ``measure``, ``since``, ``role``, the ``level`` whose places were weighed, and
        ``points`` with ``low`` and ``high``: how much of the change comes of places that grew or
        shrank; ``why`` there is none.
    """
    if content["campaign"]["population"] != "staff":
        return {"rows": [], "why": "no_register"}
    changes = [row for row in content["changes"] if _of_an_index(row, content)]
    if not changes:
        return {"rows": [], "why": "first"}
    now, places = _now(content), _places(content)
    rows = []
    for row in changes:
        then = past.shown[past.shown["wave"] == row["since"]]
        found = _divided(then[then["measure"] == row["measure"]], now, places, row["measure"])
        if found is not None:
            rows.append({name: row[name] for name in ("measure", "since", "role")} | found)
    return {"rows": rows, "why": None if rows else "hidden"}


def _of_an_index(row: Mapping[str, Any], content: Mapping[str, Any]) -> bool:
    indices = {one["code"] for one in content["measures"] if one["kind"] == "index"}
    whole = (row["level"], row["statistic"], row["status"]) == ("agency", "mean", "published")
    return whole and row["measure"] in indices


def _now(content: Mapping[str, Any]) -> pd.DataFrame:
    rows = [
        [row.get(name) for name in ("measure", "level", "domain", "mean", "low", "high")]
        for row in content["estimates"]
        if (row["statistic"], row["status"]) == ("mean", "published") and row["low"] is not None
    ]
    return pd.DataFrame(rows, columns=["measure", "level", "domain", "mean", "low", "high"])


def _places(content: Mapping[str, Any]) -> pd.DataFrame:
    rows = [
        (one["level"], one["code"], one["population"])
        for one in content["domains"]
        if one["population"]
    ]
    return pd.DataFrame(rows, columns=["level", "domain", "population"])


def _divided(
    then: pd.DataFrame, now: pd.DataFrame, places: pd.DataFrame, measure: str
) -> dict[str, Any] | None:
    assert set(then.columns) == set(COLUMNS)
    for level in _LEVELS:
        people = places[places["level"] == level].set_index("domain")["population"]
        after = now[(now["measure"] == measure) & (now["level"] == level)].set_index("domain")
        before = then[then["level"] == level].set_index("domain")
        whole = then[then["level"] == "agency"]["population"]
        shown = set(after.index) == set(before.index) == set(people.index)
        # all the people of the wave before stand in its shown places
        if shown and len(people) and float(before["population"].sum()) == float(whole.sum()):
            return {"level": level} | _told(before, after.loc[before.index], people[before.index])
    return None


def _told(before: pd.DataFrame, after: pd.DataFrame, people: pd.Series) -> dict[str, float]:
    points, margin = of_composition(
        (before["population"].to_numpy(np.float64), people.to_numpy(np.float64)),
        (before["mean"].to_numpy(np.float64), after["mean"].to_numpy(np.float64)),
        (_margin(before), _margin(after)),
    )
    ends = {"points": points, "low": points - margin, "high": points + margin}
    return {name: round(value, 1) + 0.0 for name, value in ends.items()}


def _margin(rows: pd.DataFrame) -> np.ndarray:
    return np.asarray((rows["high"] - rows["low"]) / 2, dtype=np.float64)
