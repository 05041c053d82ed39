"""Tables and plans small enough to work out on paper."""

import pandas as pd

from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import plan_crossed_tables
from analytics.tables import ESTIMATE_COLUMNS, ChangeTable, EstimateTable
from tests.unit.analytics.disclosure.trees import units

TWO_REGIONS = units(
    ("a", "ost", "hoy", 40), ("b", "ost", "hoy", 40), ("c", "ost", "hoy", 90),
    ("d", "vest", "hoy", 90), ("e", "vest", "hoy", 90),
)  # fmt: skip


def a_figure(level="agency", domain="", **values):
    row = {
        "measure": "X", "kind": "scale", "statistic": "mean", "category": "", "level": level,
        "domain": domain, "parent": "", "n": 100, "population": None, "mean": 60.04, "se": 1.26,
        "low": 57.51, "high": 62.57, "se_model": 1.26, "df": 99.0, "deff": 1.0, "n_eff": 100.0,
        "all_equal": False,
    }  # fmt: skip
    return row | {"weight": float(values.get("n", row["n"]))} | values


def a_table(*rows):
    frame = pd.DataFrame(list(rows), columns=list(ESTIMATE_COLUMNS))
    return EstimateTable(frame.astype({"population": "Int64"}))


def a_plan(tree, *, population="public", scales=None, indices=None, **rules):
    return plan_crossed_tables(
        tree,
        rules=DisclosureRules(**rules),
        scales=scales or {"X": ("x",)},
        indices=indices or {},
        population=population,
    )


def shown(protected, measure="X", statistic="mean", level=None):
    frame = protected.estimates.frame
    rows = (frame["measure"] == measure) & (frame["statistic"] == statistic)
    if level:
        rows &= frame["level"] == level
    return set(frame.loc[rows & (frame["status"] == "published"), "domain"])


def no_changes():
    return ChangeTable.empty()
