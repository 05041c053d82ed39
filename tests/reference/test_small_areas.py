"""Small area estimates as R's sae and lme4 and as samplics have them; see small_areas/."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from analytics.small_areas.between import Areas, between_variance
from analytics.small_areas.fay_herriot import fay_herriot
from analytics.small_areas.sampling_variance import steadied
from analytics.workbench.methods.nested_error import nested_error

HERE = Path(__file__).parent / "small_areas"
KEPT = pd.read_csv(HERE / "small_areas.csv")
# printed by samplics_errors.py
SAMPLICS = [
    (122.196, 9.967), (126.223, 9.862), (106.696, 9.7113), (108.443, 8.2447), (144.281, 6.6722),
    (112.141, 6.7205), (112.804, 6.7079), (121.999, 6.7976), (115.327, 5.8899), (124.42, 5.4254),
    (106.904, 5.3355), (143.015, 5.6841),
]  # fmt: skip


def kept(test):
    return KEPT.loc[KEPT["test"] == test, "value"].to_numpy()


def milk():
    data = pd.read_csv(HERE / "milk.csv")
    major = data["MajorArea"].to_numpy()[:, None] == np.array([2, 3, 4])
    covariates = np.column_stack([np.ones(len(data)), major]).astype(float)
    return data["yi"].to_numpy(), data["SD"].to_numpy() ** 2, covariates


def corn(*, without=None, population=True):
    segments, counties = (pd.read_csv(HERE / f"{name}.csv") for name in ("segments", "counties"))
    segments = segments if without is None else segments.drop(index=without)
    covariates = np.column_stack(
        [np.ones(len(segments)), segments["CornPix"], segments["SoyBeansPix"]]
    )
    means = np.column_stack(
        [np.ones(12), counties["MeanCornPixPerSeg"], counties["MeanSoyBeansPixPerSeg"]]
    )
    return nested_error(
        segments["CornHec"].to_numpy(),
        segments["County"].to_numpy() - 1,
        12,
        covariates.astype(float),
        means.astype(float),
        population=counties["PopnSegments"].to_numpy(dtype=float) if population else None,
    )


@pytest.mark.parametrize(("method", "named"), [("REML", "REML"), ("ML", "ML"), ("moments", "FH")])
def test_the_area_level_model_is_that_of_sae(method, named):
    found = fay_herriot(*milk(), method=method)
    assert found.between == pytest.approx(kept(f"milk {named} between")[0], rel=1e-6)
    assert found.slope == pytest.approx(kept(f"milk {named} slope"), rel=1e-6)
    assert found.slope_se == pytest.approx(kept(f"milk {named} slope se"), rel=1e-6)
    assert found.estimate == pytest.approx(kept(f"milk {named} eblup"), rel=1e-6)
    assert found.mse == pytest.approx(kept(f"milk {named} mse"), rel=1e-6)


def test_without_covariates_areas_lean_on_their_mean():
    estimate, variance, _ = milk()
    found = fay_herriot(estimate, variance)
    assert found.estimate == pytest.approx(kept("milk mean eblup"), rel=1e-6)
    assert found.mse == pytest.approx(kept("milk mean mse"), rel=1e-6)


@pytest.mark.parametrize("method", ["REML", "ML", "adjusted"])
def test_the_variance_is_where_a_likelihood_written_anew_is_highest(method):
    y, d, x = milk()

    def minus_likelihood(a):
        v = np.diag(a + d)
        inverse = np.linalg.inv(v)
        information = x.T @ inverse @ x
        left = y - x @ np.linalg.solve(information, x.T @ inverse @ y)
        found = np.linalg.slogdet(v)[1] + left @ inverse @ left
        if method != "ML":
            found += np.linalg.slogdet(information)[1]
        if method == "adjusted":
            found -= 2 * np.log(np.arctan((a / (a + d)).sum())) / len(y)
        return found / 2

    best = optimize.minimize_scalar(
        minus_likelihood, bounds=(1e-6, 0.2), method="bounded", options={"xatol": 1e-12}
    )
    # a maximum is flat: its place is found to half of the digits of its height
    assert between_variance(Areas(y, d, x), method) == pytest.approx(best.x, rel=1e-5)


def test_the_unit_level_model_is_that_of_sae_and_lme4():
    found = corn()
    between, within = kept("corn components")
    assert found.between == pytest.approx(between, rel=1e-5)
    assert found.estimate == pytest.approx(kept("corn eblup"), rel=1e-6)
    assert found.slope == pytest.approx(kept("corn slope"), rel=1e-6)
    n = np.bincount(pd.read_csv(HERE / "segments.csv")["County"])[1:]
    assert found.own == pytest.approx(between / (between + within / n), rel=1e-5)


def test_the_unit_level_errors_are_those_of_samplics():
    found = corn(without=32, population=False)
    shown = list(zip(found.estimate.round(3), np.sqrt(found.mse).round(4), strict=True))
    assert np.array(shown) == pytest.approx(np.array(SAMPLICS), abs=1.1e-3)


def test_variances_of_small_areas_are_drawn_together_as_by_smyth():
    kept = pd.read_csv(HERE / "sampling_variance.csv")
    variance, n, df = (kept[name].to_numpy(dtype=float) for name in ("variance", "n", "df"))
    found = steadied(variance, n, df)
    assert found.variance == pytest.approx(kept["steadied"].to_numpy(), rel=1e-9)
    assert found.df == pytest.approx(kept["steadied_df"].to_numpy(), rel=1e-9)
    assert found.moved == (df < 10).sum()
