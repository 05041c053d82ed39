"""Shares that count in hidden units fit several counts of answers (integer attack, ADR 0011)."""

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure.blurring import blur
from analytics.disclosure.protect import protect
from analytics.disclosure.tree import Domain, DomainTree
from tests.unit.analytics.disclosure.test_disclosure_trees_by_hand import (
    a_figure,
    a_plan,
    a_table,
    no_changes,
)

TREE = DomainTree((Domain("region", "r"), *(Domain("unit", code, parent="r") for code in "abcd")))


def shares(counts):
    """Protect one answer's shares in a region of four units."""
    plan = a_plan(TREE, population="staff")
    object.__setattr__(plan, "items", {"x": ("mean", "share")})
    cells = [("unit", code, "r", n) for code, n in counts.items()]
    cells += [("region", "r", "", sum(counts.values())), ("agency", "", "", sum(counts.values()))]
    rows = [
        a_figure(level, code, parent=parent, n=n, population=3 * n, measure="x", kind="item")
        | {"statistic": statistic, "category": "1" if statistic == "share" else ""}
        | ({"mean": 0.4321, "se": 0.0432, "low": 0.3467, "high": 0.5183} if statistic == "share"
           else {})
        for level, code, parent, n in cells
        for statistic in ("mean", "share")
    ]  # fmt: skip
    frame = protect(a_table(*rows), no_changes(), plan=plan).estimates.frame
    return frame[frame["statistic"] == "share"].set_index("level")


def test_a_region_s_share_spans_five_answers_where_a_unit_s_own_is_hidden():
    region = shares({"a": 6, "b": 30, "c": 40, "d": 44}).loc["region"]
    assert region["status"] == "published"
    # 120 answers: a step of 0.05 spans six
    assert (region["mean"], region["low"], region["high"]) == (0.45, 0.35, 0.55)
    assert region[["se", "se_model", "deff", "n_eff"]].isna().all()


def test_a_share_keeps_its_digits_where_every_unit_s_own_is_shown():
    region = shares({"a": 26, "b": 30, "c": 40, "d": 44}).loc["region"]
    assert (region["mean"], region["low"]) == (0.432, 0.347)


@pytest.mark.parametrize(
    ("n", "step"), [(500, 0.01), (499, 0.02), (250, 0.02), (100, 0.05), (50, 0.1), (49, 0.2)]
)
def test_a_step_spans_at_least_five_answers(n, step):
    table = pd.DataFrame([a_figure(n=n, mean=at / 1000, low=0.0, high=1.0) for at in range(1001)])
    told = blur(table, table, np.ones(1001, dtype=bool))["mean"]
    assert np.diff(np.unique(told)) == pytest.approx(step)


def test_the_ends_of_a_blurred_interval_do_not_narrow_its_share_down():
    means = np.linspace(0.451, 0.549, 50)
    table = pd.DataFrame([a_figure(n=60, mean=at, low=at - 0.13, high=at + 0.13) for at in means])
    told = blur(table, table, np.ones(50, dtype=bool))
    assert len(told[["mean", "low", "high"]].drop_duplicates()) == 1
