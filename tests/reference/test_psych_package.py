"""Reliability of the psych package's bfi items; see reliability/README.md."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.multivariate.factor import Factor

from analytics.scale_quality.factor import one_factor
from analytics.scale_quality.omega import omega_total
from analytics.scale_quality.reliability import reliability_of_items
from analytics.workbench.analyse import analyse

ITEMS = pd.read_csv(Path(__file__).parent / "reliability" / "bfi.csv")
OPENNESS = ["O1", "O2", "O3", "O4", "O5"]
AGREEABLENESS = ["A1", "A2", "A3", "A4", "A5"]


def turned(items, reverse):
    return ITEMS[items].assign(**{item: 7 - ITEMS[item] for item in reverse})


def test_alpha_of_agreeableness_and_openness_is_as_printed():
    assert round(reliability_of_items(turned(AGREEABLENESS, ["A1"])).alpha, 2) == 0.70
    assert round(reliability_of_items(turned(OPENNESS, ["O2", "O5"])).alpha, 2) == 0.60


def test_alpha_if_dropped_and_rest_correlations_are_as_printed():
    # psych::alpha, Agreeableness: raw alpha if dropped, and r.drop
    found = reliability_of_items(turned(AGREEABLENESS, ["A1"])).items
    assert [round(item.alpha_if_dropped, 2) for item in found] == [0.72, 0.62, 0.60, 0.69, 0.64]
    assert [round(item.rest_correlation, 2) for item in found] == [0.31, 0.56, 0.59, 0.39, 0.49]


def test_the_single_factor_is_that_of_another_implementation():
    complete = turned(OPENNESS, ["O2", "O5"]).dropna()
    correlation = np.corrcoef(complete.to_numpy(), rowvar=False)
    ours = one_factor(correlation)
    theirs = Factor(corr=correlation, n_factor=1, method="ml", smc=False).fit()
    assert ours.loadings == pytest.approx(np.abs(theirs.loadings[:, 0]), abs=1e-3)
    assert ours.uniquenesses == pytest.approx(theirs.uniqueness, abs=1e-3)


def test_omega_counts_what_the_factor_explains():
    # Loadings and unique variances of exactly one factor: (2.1)^2 / ((2.1)^2 + 1.51)
    loadings = np.array([0.8, 0.7, 0.6])
    covariance = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    assert omega_total(covariance) == pytest.approx(2.1**2 / (2.1**2 + 1.51), abs=1e-6)


def test_the_analysis_of_a_file_uses_complete_cases_for_alpha_and_rows_with_enough_for_the_mean():
    scale = {
        "items": OPENNESS,
        "reversed": ["O2", "O5"],
        "minimum": 1,
        "maximum": 6,
        "min_answered": 0.5,
    }
    result = analyse(ITEMS, {"scales": {"openness": scale}}).result
    found = result["scales"]["openness"]
    assert found["n"] == int(ITEMS[OPENNESS].notna().all(axis=1).sum()) == 2726
    assert found["items"]["O1"]["missing"] == 22
    assert found["alpha_low"] < found["alpha"] < found["alpha_high"]
    row = result["estimates"][0]
    score = (turned(OPENNESS, ["O2", "O5"]).mean(axis=1) - 1) * 20
    score = score[ITEMS[OPENNESS].notna().sum(axis=1) >= 3]
    assert row["n"] == len(score)
    assert row["mean"] == pytest.approx(score.mean())
    assert row["se"] == pytest.approx(score.std() / np.sqrt(len(score)), rel=1e-3)
