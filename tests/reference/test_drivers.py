"""Drivers as R's relaimpo 2.2-7 and dominanceanalysis 2.1.1 have them; see drivers/importance.R."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.drivers.collinearity import collinearity
from analytics.drivers.correlations import weighted_correlations
from analytics.drivers.dominance import dominance, lmg
from analytics.drivers.importance import importance
from analytics.drivers.shares import relative_weights
from analytics.estimation.design import simple_design

HERE = Path(__file__).parent / "drivers"
KEPT = pd.read_csv(HERE / "importance.csv")
APISTRAT = ["ell", "meals", "mobility", "avg.ed", "emer", "col.grad"]


def kept(test):
    return KEPT.loc[KEPT["test"] == test].set_index("name")["value"]


def correlated(name, outcome, predictors, weight=None):
    data = pd.read_csv(HERE / f"{name}.csv")
    values = data[[outcome, *predictors]].to_numpy(dtype=float)
    weight = np.ones(len(data)) if weight is None else weight(data)
    return weighted_correlations(weight, values, (outcome, *predictors), pairwise=False).value


def test_lmg_is_that_of_relaimpo():
    expected = kept("swiss lmg")
    found = lmg(correlated("swiss", "Fertility", expected.index))
    assert found == pytest.approx(expected.to_numpy(), rel=1e-10)
    assert found.sum() == pytest.approx(kept("swiss r2")["r2"], rel=1e-10)


def test_johnsons_weights_are_genizis():
    expected = kept("swiss genizi")
    found = relative_weights(correlated("swiss", "Fertility", expected.index))
    assert found == pytest.approx(expected.to_numpy(), rel=1e-10)


def test_weights_of_respondents_count_as_in_relaimpo():
    expected = kept("swiss weighted lmg")
    weighted = correlated("swiss", "Fertility", expected.index, lambda data: data["Catholic"] + 1)
    assert lmg(weighted) == pytest.approx(expected.to_numpy(), rel=1e-10)


def test_dominance_is_that_of_dominanceanalysis():
    general = kept("attitude general")
    names = list(general.index)
    found = dominance(correlated("attitude", "rating", names))
    assert found.general == pytest.approx(general.to_numpy(), rel=1e-10)
    for others in range(len(names)):
        expected = kept(f"attitude conditional {others}")[names].to_numpy()
        assert found.conditional[:, others] == pytest.approx(expected, rel=1e-9)
    for row, name in enumerate(names):
        assert found.complete[row].tolist() == kept(f"attitude complete {name}")[names].tolist()
        expected = kept(f"attitude conditionally {name}")[names].tolist()
        assert found.conditionally[row].tolist() == expected


def test_variance_inflation_is_the_diagonal_of_the_inverse():
    expected = kept("attitude vif")
    found = collinearity(correlated("attitude", "rating", expected.index)[1:, 1:])
    assert found.inflation == pytest.approx(expected.to_numpy(), rel=1e-10)


@pytest.mark.parametrize(("method", "named"), [("lmg", "lmg"), ("relative", "genizi")])
def test_a_weighted_stratified_sample_has_the_parts_of_relaimpo_and_the_jackknifes_errors(
    method, named
):
    data = pd.read_csv(HERE / "apistrat.csv")
    values = data[["api00", *APISTRAT]].to_numpy(dtype=float)
    stratum = pd.factorize(data["stype"])[0].astype(np.int64)
    design = simple_design(data["pw"].to_numpy(dtype=float), stratum)
    found = importance(
        design, values, ("api00", *APISTRAT), len(data) - 3, method=method, missing="complete"
    )
    assert found.part == pytest.approx(kept(f"apistrat {named}")[APISTRAT].to_numpy(), rel=1e-9)
    jackknife = kept(f"apistrat {named} jackknife")[APISTRAT].to_numpy()
    # Two estimators of one error: they agree to first order only, the jackknife errs upwards, and
    # they part for a predictor that explains almost nothing (mobility), whose share is a square.
    some = found.share > 0.02
    assert some.tolist() == [name != "mobility" for name in APISTRAT]
    assert found.se[some] == pytest.approx(jackknife[some], rel=0.12)
