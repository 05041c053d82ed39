"""The weighted ordinal logit as R's survey 4.4 and MASS have it; see drivers/ordinal.R."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.estimation.design import Design, Stage, simple_design
from analytics.workbench.methods.drivers.ordinal import fit_proportional_odds
from analytics.workbench.methods.drivers.ordinal_logit import ordinal_logit

HERE = Path(__file__).parent / "drivers"
KEPT = pd.read_csv(HERE / "ordinal.csv")
COLUMNS = ["avg.ed", "mobility", "emer", "school"]


def kept(test):
    return KEPT.loc[KEPT["test"] == test, "value"].to_numpy()


def clustered():
    data = pd.read_csv(HERE / "apiclus1.csv")
    cluster, districts = pd.factorize(data["dnum"])
    fraction = np.array([len(districts) / data["fpc"].iloc[0]])
    nothing = np.zeros(len(districts), dtype=np.int64)
    stage = Stage(cluster.astype(np.int64), nothing, fraction, np.ones(1))
    design = Design(data["pw"].to_numpy(dtype=float), (stage,))
    values = data[["meal", *COLUMNS]].to_numpy(dtype=float)
    return ordinal_logit(design, values, ("meal", *COLUMNS), len(districts) - 1.0)


# optim stops where the likelihood no longer moves in double precision, so R's slopes have six
# digits or so; ours are where its slope is zero.
CLOSE = 2e-5


def test_slopes_thresholds_and_their_errors_are_those_of_svyolr():
    found = clustered()
    assert found.slope == pytest.approx(kept("slope"), rel=CLOSE)
    assert found.se == pytest.approx(kept("slope se"), rel=5e-4)
    assert found.threshold == pytest.approx(kept("threshold"), rel=CLOSE)
    assert found.threshold_se == pytest.approx(kept("threshold se"), rel=5e-4)


def test_average_effects_are_those_worked_out_in_r():
    found = clustered()
    for row, name in enumerate(COLUMNS):
        assert found.effect[row] == pytest.approx(kept(f"effect {name}"), rel=1e-4)


def test_each_threshold_has_the_slopes_of_svyglm_and_the_check_its_covariance():
    data = pd.read_csv(HERE / "apiclus1.csv")
    x = data[COLUMNS].to_numpy(dtype=float)
    weight = data["pw"].to_numpy(dtype=float)
    for cut in (1, 2, 3):
        above = (data["meal"].to_numpy() > cut).astype(np.int64)
        assert fit_proportional_odds(weight, above, x).slope == pytest.approx(
            kept(f"binary slope {cut}"), rel=1e-6
        )
    assert clustered().unequal_p == pytest.approx(kept("unequal p"), rel=1e-5)


def test_errors_of_effects_are_those_of_the_jackknife():
    data = pd.read_csv(HERE / "apistrat_meals.csv")
    stratum = pd.factorize(data["stype"])[0].astype(np.int64)
    design = simple_design(data["pw"].to_numpy(dtype=float), stratum)
    values = data[["meal", *COLUMNS]].to_numpy(dtype=float)
    found = ordinal_logit(design, values, ("meal", *COLUMNS), len(data) - 3.0)
    for row, name in enumerate(COLUMNS):
        assert found.effect[row] == pytest.approx(kept(f"stratified effect {name}"), rel=1e-4)
        if name == "mobility":  # one school moves its slope much: first order is not enough
            continue
        # to first order only; the jackknife errs upwards
        expected = kept(f"stratified jackknife {name}")
        assert found.effect_se[row] == pytest.approx(expected, rel=0.15)
