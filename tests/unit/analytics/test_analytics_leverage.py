"""Errors of calibrated figures from residuals that no row had a part in."""

import numpy as np
import pandas as pd
import pytest

from analytics.estimation.calibration import calibration_residual
from analytics.estimation.design import Design, Stage, simple_design
from analytics.workbench.analyse import analyse

MARGINS = {"sex": {"f": 0.5, "m": 0.5}, "age": {"1": 0.3, "2": 0.3, "3": 0.4}}


def a_design(n=24, clusters=None, **more):
    rng = np.random.default_rng(4)
    group = np.arange(n) % 3
    columns = np.column_stack([np.ones(n), *(group == k for k in range(3)), rng.normal(size=n)])
    weight, base = rng.uniform(1, 3, n), rng.uniform(1, 3, n)
    plain = simple_design(weight, np.zeros(n, dtype=np.int64))
    stages = plain.stages
    if clusters:
        cluster = np.arange(n) % clusters
        stages = (Stage(cluster, np.zeros(clusters, dtype=np.int64), np.zeros(1), np.ones(1)),)
    return Design(weight, stages, calibration=columns, base=base, leverage=True, **more)


@pytest.mark.parametrize("clusters", [None, 8])
def test_a_residual_is_that_of_the_regression_without_the_own_row_or_cluster(clusters):
    design = a_design(clusters=clusters)
    z = np.random.default_rng(5).normal(size=(24, 2))
    found = calibration_residual(design)(design.weight[:, None] * z, np.arange(24))
    cluster = design.stages[0].cluster
    for row in (0, 7, 23):
        other = cluster != cluster[row]
        root = np.sqrt(design.base[other])[:, None]
        x = design.calibration
        slope = np.linalg.lstsq(root * x[other], root * z[other], rcond=None)[0]
        expected = design.weight[row] * (z[row] - x[row] @ slope)
        assert found[row] == pytest.approx(expected * (1 - 1 / (clusters or 24)))


def test_one_who_is_alone_in_a_category_still_adds_to_the_error():
    columns = np.column_stack([np.ones(6), [1, 0, 0, 0, 0, 0], [0, 1, 1, 1, 1, 1]])
    stages = simple_design(np.ones(6), np.zeros(6, dtype=np.int64)).stages
    design = Design(np.ones(6), stages, calibration=columns, leverage=True)
    found = calibration_residual(design)(np.array([[5.0], [0], [1], [2], [3], [4]]), np.arange(6))
    assert abs(found[0, 0]) > 1
    assert np.isfinite(found).all()


def people(n=30):
    rng = np.random.default_rng(9)
    names = {"sex": rng.choice(["f", "m"], n), "age": rng.choice([1, 2, 3], n)}
    return pd.DataFrame(names | {"y": rng.normal(50, 10, n), "id": np.arange(n)})


def analysed(data, **more):
    spec = {"variables": {"means": ["y"]}, "rake": MARGINS} | more
    return analyse(data, spec).result


def test_the_errors_are_nearly_those_of_the_jackknife_and_longer_than_the_linear_ones():
    data, on = people(), {"leverage": True}
    found = analysed(data, design=on, precision={"replicates": "jackknife"})
    se = found["estimates"][0]["se"]
    assert se == pytest.approx(found["precision"][0]["replicates"][0]["se"], rel=0.03)
    plain = analysed(data)
    assert se > 1.05 * plain["estimates"][0]["se"]
    assert any("leverage = true" in text for text in plain["warnings"])
    assert not any("leverage" in text for text in found["warnings"])


@pytest.mark.parametrize("strata", [3, 5])
def test_strata_that_take_their_means_out_do_not_count_twice(strata):
    data = people(120).assign(h=np.arange(120) % strata)
    design = {"strata": "h", "leverage": True}
    found = analysed(data, design=design, precision={"replicates": "jackknife"})
    se = found["estimates"][0]["se"]
    # Even weights: where raking moves them much, raking again is a few per cent longer.
    assert se == pytest.approx(found["precision"][0]["replicates"][0]["se"], rel=0.005)
    assert se > analysed(data, design={"strata": "h"})["estimates"][0]["se"]


def test_without_known_totals_nothing_changes():
    data = people()
    one, other = (analysed(data, rake={}, design={"leverage": on}) for on in (True, False))
    assert one["estimates"] == other["estimates"]


def test_cells_with_few_rows_are_told_unless_they_are_the_strata():
    counts = pd.DataFrame({"age": [1, 2, 3], "count": [300, 300, 400]})
    spec = {"variables": {"means": ["y"]}, "poststratify": {"by": ["age"], "counts": "c.csv"}}
    told = analyse(people(20), spec, {"c.csv": counts}).result["warnings"]
    assert any("20 rows must fit 2 free categories" in text for text in told)
    told = analyse(people(20), spec | {"design": {"strata": "age"}}, {"c.csv": counts}).result
    assert not any("must fit" in text for text in told["warnings"])
