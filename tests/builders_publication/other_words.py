"""The staff series as it would be had one index other words since a wave that asked both."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tests.builders_publication.series import staff_series

if TYPE_CHECKING:
    from collections.abc import Mapping

MEASURE, WAVE, DELTA, SE = "KI-kjerne", "2025-h", -9.0, 0.5
FIGURES = ("mean", "low", "high")


def reworded_series(*, linked: bool = True) -> list[dict[str, Any]]:
    """Contents of six staff waves; until `WAVE` the index was asked in words that lift it by 9.

    Parameters
    ----------
    linked : bool
        Whether the wave asked both, and tells what the words did; else the series breaks there.
    """
    contents = copy.deepcopy(staff_series())
    now = next(row["identity"] for row in contents[-1]["measures"] if row["code"] == MEASURE)
    then = {tag: f"old {name}"[:32] for tag, name in now.items()}
    keys = [one["wave"]["key"] for one in contents]
    at = keys.index(WAVE)
    for content in contents[:at]:
        for row in content["measures"]:
            if row["code"] == MEASURE:
                row["identity"] = then
        for row in content["estimates"]:
            if row["measure"] == MEASURE and row["statistic"] == "mean":
                row |= {name: row[name] - DELTA for name in FIGURES if row.get(name) is not None}
    link = {
        "measure": MEASURE, "wave": WAVE, "from": then, "to": now, "case": "A", "delta": DELTA,
        "se": SE, "n_old": 1200, "n_new": 1210, "ratio": 1.02, "between": 1.5,
        "method": "additive", "why": "",
    }  # fmt: skip
    for content in contents[at:]:
        if linked:
            content["links"] = [link]
        else:
            content["breaks"] = [
                {"measure": MEASURE, "before": keys[at - 1], "since": WAVE, "waves": keys[:at],
                 "why": "recomposed", "items": []}
            ]  # fmt: skip
        content["changes"] = [
            row | ({"delta": DELTA, "delta_se": SE} if row["measure"] == MEASURE else {})
            for row in content["changes"]
            if row["measure"] != MEASURE or (linked and row["since"] in keys[:at])
        ]
    return contents


def in_modules(content: dict[str, Any], modules: Mapping[str, str]) -> dict[str, Any]:
    """Give a wave as if some measures were asked in modules: code of a scale, or of its items."""
    content = copy.deepcopy(content)
    for row in content["measures"]:
        module = modules.get(row["code"].rpartition(".")[0] or row["code"])
        row.update({"module": module} if module else {})
    return content
