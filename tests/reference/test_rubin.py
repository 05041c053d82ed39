"""Rubin's rules against mice::pool and mice::pool.scalar; see rubin/rubin.R."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from analytics.missing.rubin import pool

R = json.loads((Path(__file__).parent / "rubin" / "rubin.json").read_text())


def test_the_regression_on_nhanes_is_pooled_as_by_mice():
    wanted = R["nhanes"]
    found = pool(
        np.array(wanted["estimates"]), np.array(wanted["variances"]), wanted["complete_df"]
    )
    for ours, theirs in (
        ("estimate", "estimate"), ("se", "se"), ("df", "df"), ("low", "low"), ("high", "high"),
        ("within", "within"), ("between", "between"), ("increase", "riv"),
        ("share_missing", "lambda"), ("fmi", "fmi"),
    ):  # fmt: skip
        np.testing.assert_allclose(getattr(found, ours), wanted[theirs], rtol=1e-10)


@pytest.mark.parametrize("case", R["scalar"])
def test_single_estimates_are_pooled_as_by_mice(case):
    free = math.inf if case["complete_df"] is None else case["complete_df"]
    found = pool(np.array(case["estimates"]), np.array(case["variances"]), free)
    assert float(found.estimate) == pytest.approx(case["estimate"], rel=1e-12)
    assert float(found.se) ** 2 == pytest.approx(case["total"], rel=1e-12)
    assert float(found.df) == pytest.approx(case["df"], rel=1e-10)
    assert float(found.increase) == pytest.approx(case["riv"], rel=1e-10)
    assert float(found.fmi) == pytest.approx(case["fmi"], rel=1e-10)
