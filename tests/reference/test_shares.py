"""Quantiles and intervals of shares against R's survey package; see design/shares.R."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.estimation.degrees_of_freedom import degrees_of_freedom
from analytics.estimation.domains import Partition
from analytics.estimation.means import domain_means, errors
from analytics.workbench.file.adjust import adjust
from analytics.workbench.file.design import sampling_design
from analytics.workbench.methods.estimation.quantiles import domain_quantiles
from analytics.workbench.methods.estimation.share_intervals import (
    finite_share_interval,
    share_interval_by,
)
from analytics.workbench.specification.reader import read_specification

HERE = Path(__file__).parent / "design"
UNEVEN = {"weight": "uneven", "strata": "stype"}
CLUSTERS = {"weight": "uneven", "cluster": "dnum", "fpc": "fpc"}
DESIGNS = {
    "strat": ("apistrat", {"weight": "pw", "strata": "stype", "fpc": "fpc"}),
    "uneven": ("apistrat", UNEVEN),
    "clus": ("apiclus1", CLUSTERS),
    "post": ("apiclus1", CLUSTERS),
    "nh": ("nhanes", {"weight": "weight", "strata": "SDMVSTRA", "cluster": "SDMVPSU"}),
}
TYPES = pd.DataFrame({"stype": ["E", "H", "M"], "count": [4421, 755, 1018]})


@cache
def sample(case):
    name, section = DESIGNS[case]
    data = pd.read_csv(HERE / f"{name}.csv")
    raw = {"design": section}
    if case == "post":
        raw["poststratify"] = {"by": ["stype"], "counts": "f"}
    spec = read_specification(raw)
    design = sampling_design(data, spec.design).design
    return data, adjust(data, design, spec, TYPES).design


def only(inside):
    code = np.where(inside, 0, -1).astype(np.int64)
    return Partition("", ("",), ("",), (None,), code)


@cache
def reference():
    return pd.read_csv(HERE / "shares.csv", keep_default_na=True).fillna({"domain": ""})


def rows(cases, methods):
    found = reference()
    found = found[found["case"].isin(cases)]
    return found[found["what"].str.contains("|".join(methods))]


@pytest.mark.parametrize("case", ["strat", "uneven", "clus", "post"])
def test_quantiles_and_their_intervals_are_those_of_the_survey_package(case):
    data, design = sample(case)
    values = data[["enroll"]].to_numpy(dtype=float)
    for row in rows([case], ["mean", "xlogit"]).itertuples():
        if (case, row.what, row.domain) == ("post", "0.1 school mean", ""):
            # The lower end lies below the share of the smallest value: there R's rule takes the
            # middle of the two smallest though nothing is tied; the smallest value is right.
            continue
        at, rule, scale = row.what.split()
        inside = (data["awards"] == row.domain) | (row.domain == "")
        found = domain_quantiles(
            design,
            values,
            only(inside),
            float(at),
            rule=rule,
            scale="plain" if scale == "mean" else "logit",
        )
        ours = [found.quantile[0, 0], found.se[0, 0], found.low[0, 0], found.high[0, 0]]
        assert ours == pytest.approx([row.estimate, row.se, row.low, row.high], nan_ok=True), row


def shares_of(data, name):
    return {
        "stype": lambda: data["stype"] == "H",
        "wide": lambda: data["sch.wide"] == "Yes",
        "high": lambda: data["api00"] > 850,
    }[name]().to_numpy(dtype=float)


def interval(design, indicator, inside, method):
    partition = only(inside & np.isfinite(indicator))
    means = domain_means(design, indicator[:, None], partition)
    error = errors(design, means, partition)
    df = degrees_of_freedom(design, partition, means.scored)
    low, high = share_interval_by(
        method, means.mean, error.se, df, means.n.astype(float), error.n_eff
    )
    return [means.mean[0, 0], error.se[0, 0], low[0, 0], high[0, 0]]


@pytest.mark.parametrize("method", ["logit", "beta"])
@pytest.mark.parametrize("case", ["strat", "uneven", "clus"])
def test_intervals_of_shares_are_those_of_the_survey_package(case, method):
    data, design = sample(case)
    expected = rows([case], [f"^{method}$"])
    assert len(expected) == 3
    for name, row in zip(("stype", "wide", "high"), expected.itertuples(), strict=True):
        if row.se < 1e-9:  # fixed by the strata: R's ends are rounding
            continue
        found = interval(design, shares_of(data, name), np.ones(len(data), dtype=bool), method)
        # svyglm stops its iterations at about 1e-8
        assert found == pytest.approx([row.estimate, row.se, row.low, row.high], rel=1e-6), row


@pytest.mark.parametrize("method", ["logit", "beta"])
def test_intervals_in_domains_of_a_clustered_sample_are_those_of_the_survey_package(method):
    data, design = sample("nh")
    for row in rows(["nh"], [f"^{method}$"]).itertuples():
        inside = (data["race"] == int(row.domain)).to_numpy()
        found = interval(design, data["HI_CHOL"].to_numpy(dtype=float), inside, method)
        assert found == pytest.approx([row.estimate, row.se, row.low, row.high], rel=1e-6), row


@pytest.mark.parametrize(
    ("hits", "n", "population", "low", "high"),
    [  # by search over all populations, shares.R
        (0, 12, 20, 0, 3),
        (12, 12, 20, 17, 20),
        (9, 12, 20, 11, 17),
        (3, 25, 45, 3, 11),
        (25, 25, 26, 25, 26),
        (60, 100, 100, 60, 60),
        (0, 5, 400, 0, 207),
    ],
)
def test_a_share_in_a_finite_unit_has_the_exact_bounds(hits, n, population, low, high):
    found = finite_share_interval(np.array([hits]), np.array([n]), np.array([population]))
    assert (found[0][0] * population, found[1][0] * population) == pytest.approx((low, high))
