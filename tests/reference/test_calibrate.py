"""Calibration against R's survey package (design/calibrate.R) and a quadratic programme."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from analytics.estimation.design import Design, Stage
from analytics.estimation.domains import whole
from analytics.estimation.means import domain_means, errors
from analytics.estimation.variance import domain_variance
from analytics.weighting.calibrate import calibrate
from analytics.weighting.trim import trim_keeping_totals

HERE = Path(__file__).parent / "design"
TOTALS = np.array([6194.0, 755.0, 1018.0, 5122.0, 3914069.0])
RUNS = {
    "linear": ("linear", None),
    "raking": ("raking", None),
    "logit": ("logit", (0.4, 2.2)),
    "linear_bounded": ("linear", (0.5, 2.1)),
    "raking_bounded": ("raking", (0.6, 2.2)),
    "logit_tight": ("logit", (0.5, 2.1)),
}


def clusters():
    data = pd.read_csv(HERE / "apiclus1.csv")
    base = data["uneven"] * (6194 / data["uneven"].sum())
    columns = np.column_stack(
        [
            np.ones(len(data)),
            data["stype"] == "H",
            data["stype"] == "M",
            data["sch.wide"] == "Yes",
            data["api99"],
        ]
    ).astype(float)
    return data, base, columns


@pytest.mark.parametrize("run", list(RUNS))
def test_calibrated_weights_are_those_of_the_survey_package(run):
    _, base, columns = clusters()
    distance, bounds = RUNS[run]
    found = calibrate(base, columns, TOTALS, distance=distance, bounds=bounds)
    assert found.converged
    assert (found.weight @ columns) == pytest.approx(TOTALS, rel=1e-9)
    expected = pd.read_csv(HERE / "calibrate.csv")[run]
    assert found.weight.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-8)


def test_trimmed_weights_are_those_of_a_calibration_with_constant_bounds():
    _, base, columns = clusters()
    raked = calibrate(base, columns, TOTALS, distance="raking").weight
    found = trim_keeping_totals(raked, columns, lowest=0.3, highest=3.5)
    expected = pd.read_csv(HERE / "calibrate.csv")["trimmed"]
    assert found.weight.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-7)
    assert (found.weight @ columns) == pytest.approx(TOTALS, rel=1e-9)


@pytest.mark.parametrize(
    ("distance", "bounds", "mean", "mean_se", "total", "total_se"),
    [  # printed by calibrate.R
        ("linear", None, 664.0549177881, 3.1250862458, 3256693.898501, 351653.318386),
        ("raking", None, 664.2426836023, 3.0792340391, 3219034.365667, 355202.165053),
        ("logit", (0.4, 2.2), 664.0777728618, 3.1006170116, 3269905.391227, 345763.846536),
    ],
)
def test_the_error_of_a_calibrated_estimate_is_that_of_its_residuals(
    distance, bounds, mean, mean_se, total, total_se
):
    data, base, columns = clusters()
    weight = calibrate(base, columns, TOTALS, distance=distance, bounds=bounds).weight.to_numpy()
    cluster = np.unique(data["dnum"], return_inverse=True)[1]
    stage = Stage(cluster, np.zeros(15, dtype=np.int64), np.array([15 / 757]), np.ones(1))
    design = Design(weight, (stage,), calibration=columns, base=base.to_numpy())
    everybody = whole(len(data), None)
    found = domain_means(design, data[["api00"]].to_numpy(float), everybody)
    assert found.mean[0, 0] == pytest.approx(mean, rel=1e-10)
    assert errors(design, found, everybody).se[0, 0] == pytest.approx(mean_se, rel=1e-8)
    term = (weight * data["enroll"].fillna(0).to_numpy())[:, None]
    assert term.sum() == pytest.approx(total, rel=1e-9)
    variance = domain_variance(design, term, everybody.code, 1).corrected[0, 0]
    assert np.sqrt(variance) == pytest.approx(total_se, rel=1e-8)


def test_bounded_linear_weights_solve_the_quadratic_programme():
    rng = np.random.default_rng(8)
    base = pd.Series(rng.uniform(1, 3, 25))
    columns = np.column_stack([np.ones(25), rng.normal(0, 1, 25), rng.integers(0, 2, 25)])
    totals = base.to_numpy() @ columns + [0.0, 9.0, 2.0]
    found = calibrate(base, columns, totals, bounds=(0.8, 1.3))
    assert found.converged
    assert found.bounded > 0
    programme = minimize(
        lambda g: float(base @ (g - 1) ** 2),
        np.ones(25),
        bounds=[(0.8, 1.3)] * 25,
        constraints={"type": "eq", "fun": lambda g: (base.to_numpy() * g) @ columns - totals},
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-14},
    )
    # A general solver stops at about 1e-6.
    assert found.factor == pytest.approx(programme.x, abs=1e-5)
