"""What is true of every test of tables, ranks, domains and pairs."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.estimation.design import Design, Stage, simple_design
from analytics.estimation.domains import Partition
from analytics.estimation.means import domain_means
from analytics.workbench.analyse import analyse
from analytics.workbench.methods.comparison.domain_tests import domain_covariance
from analytics.workbench.methods.comparison.group_pairs import group_pairs
from analytics.workbench.methods.comparison.joint import joint_covariances, wald
from analytics.workbench.methods.comparison.model_based import analysis_of_variance
from analytics.workbench.methods.comparison.pairs import all_pairs
from analytics.workbench.methods.comparison.rank_scores import rank_scores
from analytics.workbench.methods.comparison.studentized_range import StudentizedRange
from analytics.workbench.methods.comparison.two_way import two_way
from tests.examples import examples

seeds = st.integers(0, 2**32 - 1)
factors = st.floats(1e-3, 1e3)


def a_sample(seed, n=60):
    """Rows of three groups in twelve clusters of three strata, with uneven weights."""
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({
        "w": rng.uniform(1, 5, n), "c": rng.permutation(np.arange(n) % 12),
        "g": rng.permutation(np.arange(n) % 3), "a": rng.permutation(np.arange(n) % 2),
        "y": np.round(rng.normal(10, 3, n), 1),
    })  # fmt: skip
    return data.assign(h=data["c"] % 3)


def designed(data):
    codes = np.unique(data["c"], return_inverse=True)[1].astype(np.int64)
    first = np.unique(codes, return_index=True)[1]
    stratum = data["h"].to_numpy(dtype=np.int64)[first]
    stage = Stage(codes, stratum, np.full(3, 0.25), np.ones(3))
    return Design(data["w"].to_numpy(), (stage,))


def figures(data):
    """The statistic of every test, without names of groups."""
    design = designed(data)
    g, a = (data[name].to_numpy(dtype=np.int64) for name in ("g", "a"))
    groups = Partition("g", ("0", "1", "2"), ("",) * 3, (None,) * 3, g)
    table = two_way(design, g, a, (3, 2))
    found = [
        getattr(test, name)
        for test in (table.model, table.corrected)
        for name in ("f", "df1", "df2", "p", "chisq", "chisq_p")
    ]
    found += [table.model.wald.wald, table.corrected.wald.p, table.cramers_v]
    y = data["y"].to_numpy()
    columns = [y, *(rank_scores(design.weight, y, name) for name in ("wilcoxon", "normal"))]
    means = domain_means(design, np.column_stack(columns), groups)
    for column in range(3):
        own = domain_covariance(design, means, groups, column, np.ones(3, dtype=bool))
        found += [getattr(test, name) for test in own.equality() for name in ("wald", "f", "p")]
    pairs = all_pairs(design, means, groups, adjust="tukey")
    found += sorted(pairs.p_adjusted)
    return np.array(found)


@examples(10, audit=25)
@given(seeds, factors)
def test_the_order_of_rows_the_unit_of_weights_and_the_names_of_groups_do_not_matter(seed, factor):
    data = a_sample(seed)
    other = data.sample(frac=1, random_state=seed).assign(
        w=lambda rows: rows["w"] * factor,
        g=lambda rows: (rows["g"] + 1) % 3,
        a=lambda rows: 1 - rows["a"],
    )
    assert figures(other) == pytest.approx(figures(data), rel=1e-7, abs=1e-10)


@examples(10, audit=25)
@given(seeds, st.floats(0.1, 10), st.floats(-50, 50))
def test_ranks_do_not_know_the_scale_and_means_not_its_unit(seed, unit, zero):
    data = a_sample(seed)
    weight, y = data["w"].to_numpy(), data["y"].to_numpy()
    turned = rank_scores(weight, np.exp(y / 10), "wilcoxon")
    assert turned == pytest.approx(rank_scores(weight, y, "wilcoxon"))
    other = data.assign(y=y * unit + zero)
    assert figures(other)[-9:] == pytest.approx(figures(data)[-9:], rel=1e-6, abs=1e-9)


@given(seeds)
def test_covariances_are_those_of_sums(seed):
    data = a_sample(seed)
    design, rng = designed(data), np.random.default_rng(seed)
    u = rng.normal(size=(len(data), 4)) * [1, 1e-3, 1e3, 1]
    c = rng.normal(size=4)
    one, whole = joint_covariances(design, u), joint_covariances(design, (u @ c)[:, None])
    for name in ("corrected", "model"):
        single = c @ getattr(one, name) @ c
        assert single == pytest.approx(getattr(whole, name)[0, 0], rel=1e-6, abs=1e-9)


@given(seeds)
def test_a_wald_test_does_not_hang_on_how_its_contrasts_are_written(seed):
    rng = np.random.default_rng(seed)
    d, factor, turn = rng.normal(size=3), rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    turn += 4 * np.eye(3)
    v = factor @ factor.T + np.eye(3)
    one, other = wald(d, v, 20.0), wald(turn @ d, turn @ v @ turn.T, 20.0)
    assert one.wald == pytest.approx(other.wald, rel=1e-6)
    assert 0 <= one.p <= 1


@given(seeds, st.integers(2, 3))
def test_rank_scores_of_equal_weights_are_those_of_scipy(seed, digits):
    y = np.round(np.random.default_rng(seed).normal(size=40), digits - 2)
    expected = (stats.rankdata(y) - 0.5) / 40
    assert rank_scores(np.full(40, 3.0), y, "wilcoxon") == pytest.approx(expected)


@examples(12, audit=100)
@given(st.floats(0.01, 30), st.floats(1, 200), st.integers(2, 30))
def test_tukey_is_never_milder_than_one_pair_nor_harder_than_all_of_them(t, df, groups):
    p = StudentizedRange.of(groups).beyond(np.array([np.sqrt(2) * t]), np.array([df]))[0]
    single = 2 * stats.t.sf(t, df)
    assert single - 1e-8 <= p <= groups * (groups - 1) / 2 * single + 1e-8


@examples(10, audit=25)
@given(seeds, factors, st.floats(-100, 100))
def test_rows_that_count_once_do_not_know_their_unit_or_order(seed, unit, zero):
    rng = np.random.default_rng(seed)
    groups = [rng.normal(k, 1 + k, 5 + k) for k in range(3)]
    turned = [rng.permutation(part) * unit + zero for part in groups]
    one, other = analysis_of_variance(groups), analysis_of_variance(turned)
    for name in ("f", "p", "welch_p", "eta_squared", "omega_squared", "low", "high"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-5, abs=1e-8)
    pairs, turned_pairs = group_pairs(groups), group_pairs(turned)
    assert pairs.g == pytest.approx(turned_pairs.g, rel=1e-5, abs=1e-8)
    assert (pairs.g_low < pairs.g).all()
    assert (pairs.g < pairs.g_high).all()
    assert pairs.games_howell.p == pytest.approx(turned_pairs.games_howell.p, rel=1e-5, abs=1e-8)


def test_where_nothing_differs_every_p_is_as_often_below_a_half_as_above():
    rng = np.random.default_rng(11)
    found = []
    for _ in range(80):
        n = 90
        data = pd.DataFrame({"g": rng.integers(0, 3, n), "a": rng.integers(0, 2, n)})
        data["y"], data["w"] = rng.gamma(3, 2, n), rng.uniform(1, 3, n)
        spec = {
            "design": {"weight": "w"},
            "variables": {"means": ["y"]},
            "domains": {"by": ["g"]},
            "association": {"tables": [["g", "a"]]},
            "comparison": {"by": "g", "equality": True, "rank_tests": "wilcoxon"},
        }
        result = analyse(data, spec).result
        tests = result["comparison"]
        rows = (*result["association"], *tests["equality"], *tests["rank_tests"])
        found.append([row["p"] for row in rows])
    p = np.array(found)
    # Kolmogorov's distance of 80 uniform draws stays below .22 in 999 of 1,000 cases.
    assert all(stats.kstest(column, "uniform").statistic < 0.22 for column in p.T)
    assert ((p < 0.05).mean(axis=0) < 0.15).all()


def test_a_table_of_one_pair_of_categories_is_the_difference_of_shares():
    data = a_sample(1)
    design = simple_design(data["w"].to_numpy(), np.zeros(len(data), dtype=np.int64))
    g = (data["g"].to_numpy() > 0).astype(np.int64)
    a = data["a"].to_numpy(dtype=np.int64)
    table = two_way(design, g, a, (2, 2))
    assert table.model.df1 == pytest.approx(1)
    # In a table of two by two all cells lie equally far from independence.
    assert np.abs(table.residual) == pytest.approx(np.full((2, 2), abs(table.residual[0, 0])))
    assert table.model.wald.wald == pytest.approx(table.residual[0, 0] ** 2)
