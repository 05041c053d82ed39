"""Mixed models of change as lme4 and lmerTest fit them; see mixed/mixed.R."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.workbench.analyse import analyse
from analytics.workbench.methods.mixed.changes import combinations, design_covariance
from analytics.workbench.methods.mixed.equations import Equations
from analytics.workbench.methods.mixed.fit import fit_mixed, profile_interval, wald_interval

HERE = Path(__file__).parent / "mixed"
R = json.loads((HERE / "mixed.json").read_text())
ALL = ("person", "unit", "cell")
MODELS = {
    "oats": ("oats", ALL),
    "oats_two": ("oats", ("person", "unit")),
    "machines": ("machines", ("unit", "cell")),
    "teeth": ("teeth", ("person",)),
    "panel": ("panel", ALL),
    "panel_units": ("panel", ("unit", "cell")),
    "weighted": ("panel", ALL),
    "panel_ml": ("panel", ALL),
    "machines_ml": ("machines", ("unit", "cell")),
    "teeth_ml": ("teeth", ("person",)),
}


def data_of(name):
    return pd.read_csv(HERE / f"{MODELS[name][0]}.csv")


def fitted(name, score="score"):
    """The model, and one deviation of its values."""
    data, parts = data_of(name), MODELS[name][1]
    scale = data[score].std()
    codes = {"unit": ["unit"], "cell": ["unit", "wave"]}
    blocks = {
        part: data.groupby(codes[part]).ngroup().to_numpy() for part in parts if part in codes
    }
    weight = np.ones(len(data))
    if name == "weighted":
        weight = (data["weight"] / data.groupby("wave")["weight"].transform("mean")).to_numpy()
    equations = Equations(
        ((data[score] - data[score].mean()) / scale).to_numpy(),
        pd.factorize(data["wave"], sort=True)[0],
        weight,
        pd.factorize(data["person"])[0] if "person" in parts else None,
        blocks,
        restricted=not name.endswith("_ml"),
    )
    return fit_mixed(equations), scale


def changes_of(found):
    waves, effects = found.equations.waves, found.equations.effects
    fixed = np.diff(np.eye(waves), axis=0)
    return combinations(found, np.hstack([np.zeros((waves - 1, effects)), fixed]))


@pytest.mark.parametrize("name", MODELS)
def test_variances_and_likelihood_are_those_of_lme4(name):
    found, scale = fitted(name)
    own = [R[name]["variance"][part] for part in found.equations.names]
    # of the top of a flat likelihood lme4's optimiser finds six digits
    assert found.variance * scale**2 == pytest.approx(own, rel=3e-6, abs=1e-6)
    rows = found.equations.rows - (found.equations.waves if found.equations.restricted else 0)
    criterion = found.solved.criterion + 2 * rows * np.log(scale)
    assert criterion == pytest.approx(R[name]["criterion"], abs=1e-6)


@pytest.mark.parametrize("name", [name for name in MODELS if not name.endswith("_ml")])
def test_changes_have_the_errors_and_degrees_of_freedom_of_lmertest(name):
    found, scale = fitted(name)
    known = changes_of(found)
    assert known.value * scale == pytest.approx(R[name]["change"], rel=1e-6, abs=1e-6)
    assert known.se_known * scale == pytest.approx(R[name]["change_se"], rel=1e-6)
    assert known.df == pytest.approx(R[name]["df"], rel=1e-5)


@pytest.mark.parametrize("name", ["panel_ml", "machines_ml", "teeth_ml"])
def test_profile_intervals_are_those_of_lme4(name):
    found, scale = fitted(name)
    named = {
        "person": "sd_(Intercept)|person", "unit": "sd_(Intercept)|unit",
        "cell": "sd_(Intercept)|unit:wave", "residual": "sigma",
    }  # fmt: skip
    for number, part in enumerate(found.equations.names):
        ends = np.sqrt(profile_interval(found, number, 0.95)) * scale
        # lme4 draws a curve through some points of the profile
        assert ends == pytest.approx(R[name]["profile"][named[part]], rel=2e-4)


@pytest.mark.parametrize("name", ["oats", "machines", "teeth"])
def test_profile_intervals_of_the_restricted_likelihood_are_those_of_dense_matrices(name):
    found, scale = fitted(name)
    for number, part in enumerate(found.equations.names):
        ends = np.sqrt(profile_interval(found, number, 0.95)) * scale
        assert ends == pytest.approx(R[name]["profile"][part], rel=1e-6, abs=1e-6)


def test_machines_have_the_variances_of_nlme():
    found, scale = fitted("machines")
    order = [found.equations.names.index(part) for part in ("unit", "cell", "residual")]
    own = R["machines"]["nlme"]["variance"]
    assert found.variance[order] * scale**2 == pytest.approx(own, rel=1e-5)
    low, high = wald_interval(found, 0, 0.95)
    assert low < found.variance[0] < high


def test_a_variance_of_zero_is_found_as_zero():
    found, _ = fitted("oats")
    assert dict(zip(found.equations.names, found.free.tolist(), strict=True))["cell"] is False
    assert R["oats"]["variance"]["cell"] < 1e-9
    flat, scale = fitted("panel", "flat")  # .003 beside 71: hardly a top
    assert flat.solved.criterion + 2 * (flat.equations.rows - 4) * np.log(scale) == pytest.approx(
        R["flat"]["criterion"], abs=1e-6
    )


@pytest.mark.parametrize("name", ["oats", "machines", "panel", "panel_units", "weighted"])
def test_each_units_change_is_that_of_the_full_covariance_matrix(name):
    asked = {
        "variables": {"means": ["score"]},
        "domains": {"wave": "wave"},
        "mixed": {"outcome": "score", "unit": "unit", "intervals": "none"},
    }
    if "person" in MODELS[name][1]:
        asked["mixed"]["person"] = "person"
    if name == "weighted":
        asked["design"] = {"weight": "weight"}
    rows = analyse(data_of(name), asked).result["mixed"]["unit_changes"]
    own = {(row["unit"], str(row["from"]), str(row["to"])): row for row in R[name]["own"]}
    assert len(rows) == len(own)
    for row in rows:
        theirs = own[row["domain"]["unit"], row["from"], row["to"]]
        assert row["difference"] == pytest.approx(theirs["value"], rel=1e-5, abs=1e-6)
        assert row["se_known"] == pytest.approx(theirs["se"], rel=1e-5, abs=1e-6)
        assert row["se"] >= row["se_known"]


def test_errors_of_a_design_are_those_of_clusters_totals_of_scores():
    asked = {
        "design": {"weight": "weight"},
        "variables": {"means": ["score"]},
        "domains": {"wave": "wave"},
        "mixed": {"outcome": "score", "unit": "unit", "person": "person", "intervals": "none"},
    }
    found = analyse(data_of("weighted"), asked).result["mixed"]
    covariance = np.array(R["weighted"]["score_vcov"])
    assert found["errors"] == "design"
    assert [row["mean"] for row in found["waves"]] == pytest.approx(R["weighted"]["beta"], rel=1e-6)
    own = np.sqrt(np.diag(covariance))
    assert [row["se"] for row in found["waves"]] == pytest.approx(own, rel=1e-5)
    apart = np.diff(np.eye(4), axis=0)
    own = np.sqrt(np.diag(apart @ covariance @ apart.T))
    assert [row["se"] for row in found["changes"]] == pytest.approx(own, rel=1e-5)
    assert {row["df"] for row in found["changes"]} == {23}


def test_clusters_are_counted_around_the_mean_of_their_stratum():
    found, _ = fitted("teeth")
    rng = np.random.default_rng(1)
    score, cluster = rng.normal(0, 1, (12, 4)), np.repeat(np.arange(6), 2)
    stratum = np.array([0, 0, 0, 1, 1, 1])
    covariance, df = design_covariance(found, score, cluster, stratum)
    total = score.reshape(6, 2, 4).sum(axis=1)
    middle = sum(3 * np.cov(total[stratum == h].T) for h in (0, 1))
    bread = found.solved.covariance
    assert covariance == pytest.approx(bread @ middle @ bread)
    assert df == 4
