"""Polychoric correlations by R's polycor, psych and lavaan; see scale_quality/polychoric.R."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.errors import FrameError
from analytics.scale_quality.bivariate_normal import distribution
from analytics.scale_quality.polychoric import polychoric

FOLDER = Path(__file__).parent / "scale_quality"
ITEMS = pd.read_csv(FOLDER / "bfi.csv")[[f"{f}{n}" for f in "AC" for n in range(1, 6)]].dropna()
REFERENCE = pd.read_csv(FOLDER / "polychoric.csv")
# polycor and psych search by optimize(), which stops at 1e-4; lavaan by nlminb
TOLERANCE = {"psych": 1e-4, "polycor": 1e-4, "lavaan": 1e-5}


def known(case, source):
    rows = REFERENCE[(REFERENCE["case"] == case) & (REFERENCE["source"] == source)]
    return rows["value"].to_numpy()


@pytest.mark.parametrize("source", TOLERANCE)
@pytest.mark.parametrize("case", ["bfi", "small"])
def test_correlations_are_those_of_r(case, source):
    found = polychoric(ITEMS if case == "bfi" else ITEMS.iloc[:60])
    ours = found.correlation[np.tril_indices(10, -1)]
    assert ours == pytest.approx(known(case, source), abs=TOLERANCE[source])
    cuts = np.concatenate(found.thresholds)
    assert cuts == pytest.approx(known(case, "threshold"), abs=1e-8)


def test_the_bivariate_normal_distribution_is_that_of_scipy():
    h = np.array([0.0, 0.0, -1.3, 0.4, 2.0, np.inf, -2.5])
    k = np.array([0.0, -0.7, 0.6, 1.1, -np.inf, 0.3, -2.0])
    for rho in (-0.95, -0.3, 0.0, 0.5, 0.99):
        theirs = [
            stats.multivariate_normal.cdf([min(a, 9), min(b, 9)], cov=[[1, rho], [rho, 1]])
            for a, b in zip(h, k, strict=True)
        ]
        assert distribution(h, k, np.array(rho)) == pytest.approx(theirs, abs=1e-7)


def test_answers_that_agree_fully_stop_at_the_edge():
    same = pd.DataFrame({"a": [1, 2, 3] * 20, "b": [1, 2, 3] * 20}, dtype=float)
    found = polychoric(same)
    assert found.at_edge
    assert found.correlation[0, 1] == pytest.approx(0.9999)


def test_constant_and_unanswered_items_are_refused_by_name():
    with pytest.raises(FrameError, match="'b' are the same"):
        polychoric(pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, 1.0]}))
    with pytest.raises(FrameError, match="nobody answered all items"):
        polychoric(pd.DataFrame({"a": [1.0, np.nan], "b": [np.nan, 1.0]}))


def test_weights_count_as_so_many_persons_whatever_their_unit():
    weight = np.arange(len(ITEMS)) % 3 + 1
    repeated = polychoric(ITEMS.loc[ITEMS.index.repeat(weight)])
    for factor in (1.0, 0.01):
        assert polychoric(ITEMS, weight * factor).correlation == pytest.approx(
            repeated.correlation, abs=1e-9
        )
