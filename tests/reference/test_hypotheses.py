"""Tests of tables, ranks, domains and pairs against R; the script is in hypotheses/."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.workbench.analyse import analyse
from analytics.workbench.methods.comparison.group_pairs import group_pairs
from analytics.workbench.methods.comparison.model_based import analysis_of_variance
from analytics.workbench.methods.comparison.studentized_range import StudentizedRange

HERE = Path(__file__).parent
EXPECTED = json.loads((HERE / "hypotheses" / "hypotheses.json").read_text(encoding="utf-8"))
RAKED = {
    "stype": {"E": 4421, "H": 755, "M": 1018},
    "sch.wide": {"No": 1072, "Yes": 5122},
}
DESIGNS = {
    "strata": ("apistrat", {"weight": "pw", "strata": "stype"}),
    "strata_fpc": ("apistrat", {"weight": "pw", "strata": "stype", "fpc": "fpc"}),
    "clusters": ("apiclus1", {"weight": "pw", "cluster": "dnum"}),
    "clusters_fpc": ("apiclus1", {"weight": "pw", "cluster": "dnum", "fpc": "fpc"}),
    "two_stage": (
        "apiclus2",
        {
            "weight": "pw",
            "cluster": ["dnum", "snum"],
            "fpc": ["fpc1", "fpc2"],
            "lonely": "certainty",
        },
    ),
    "raked": ("apiclus1", {"weight": "pw", "cluster": "dnum"}),
}
F = ("f", "df1", "df2", "p")


def schools(design):
    data = pd.read_csv(HERE / "design" / f"{DESIGNS[design][0]}.csv")
    large = (data["enroll"] > data["enroll"].median()).astype("str")
    data["half"] = large.where(data["enroll"].notna())
    data["fourth"] = np.minimum(data["api.stu"] // 300, 3)
    return data


def ask(design, data=None, **sections):
    raked = {"rake": RAKED} if design == "raked" else {}
    spec = {"design": DESIGNS[design][1], **raked, **sections}
    return analyse(schools(design) if data is None else data, spec).result


def compare(design, data=None, **asked):
    sections = {"variables": {"means": ["api00"]}, "domains": {"by": ["stype", "half"]}}
    found = ask(design, data, **sections, comparison={"by": "stype", **asked})
    return found["comparison"]


def figures(row, names=F):
    return [row[name] for name in names]


def close(expected):
    return pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("table", sorted(EXPECTED["tables"]))
def test_a_table_is_tested_as_by_svychisq(table):
    design, *names = table.split()
    (found,) = ask(design, association={"tables": [names]})["association"]
    expected = EXPECTED["tables"][table]
    # R takes the correction where the design has one, as «current_staff» does.
    with_correction = found["current_staff"]
    assert figures(with_correction) == close(expected["F"])
    assert figures(with_correction["wald"]) == close(expected["Wald"])
    assert figures(with_correction["adjusted_wald"]) == close(expected["adjWald"])
    # R prints Pearson's statistic before it is corrected, and p of the corrected one.
    first_order = figures(with_correction["first_order"], ("df", "p"))
    assert first_order == close(expected["Chisq"][1:])
    assert found["cramers_v"] == close(expected["cramers_v"])


@pytest.mark.parametrize("design", ["strata", "clusters", "raked"])
def test_residuals_of_cells_are_those_of_svycontrast(design):
    (found,) = ask(design, association={"tables": [["sch.wide", "stype"]]})["association"]
    expected = EXPECTED["tables"][f"{design} sch.wide stype"]["residuals"]
    assert [cell["residual"] for cell in found["cells"]] == close(expected)


@pytest.mark.parametrize("by", ["stype", "half"])
@pytest.mark.parametrize("design", sorted(DESIGNS))
def test_ranks_are_tested_as_by_svyranktest(design, by):
    data = schools(design)
    # Without ties: in ties of unlike weights R's ranks hang on the order of the rows.
    data["api00"] += np.arange(1, len(data) + 1) * 1e-4
    found = compare(design, data, by=by, rank_tests=["wilcoxon", "normal", "median"])
    for row in found["rank_tests"]:
        expected = EXPECTED["ranks"][f"{design} {by} {row['scores']}"]
        own = row["current_staff"]
        assert own["wald"] == close(expected["wald"])
        assert figures(own["unadjusted"], F[1:]) == close(figures(expected, F[1:]))
        if by == "half":
            first, second = (one["mean_rank"] for one in row["domains"])
            assert second - first == close(expected["difference"])


@pytest.mark.parametrize("by", ["stype", "half"])
@pytest.mark.parametrize("design", sorted(DESIGNS))
def test_tied_ranks_are_tested_as_a_regression_of_their_scores(design, by):
    found = compare(design, by=by, rank_tests=["wilcoxon", "normal", "median"])
    for row in found["rank_tests"]:
        expected = EXPECTED["ranks"][f"{design} {by} {row['scores']}"]["tied"]
        assert figures(row["current_staff"]["unadjusted"]) == close(expected)


CONTRASTS = {"high": {"E": -0.5, "H": 1, "M": -0.5}, "EM": {"E": 1, "M": -1}}


@pytest.mark.parametrize("design", sorted(DESIGNS))
def test_domains_are_tested_together_as_by_regtermtest_and_svycontrast(design):
    found = compare(design, equality=True, contrasts=CONTRASTS)
    expected = EXPECTED["domains"][design]
    same = found["equality"][0]["current_staff"]
    assert figures(same["unadjusted"]) == close(expected["regTermTest"])
    assert figures(same) == close(expected["adjusted"])
    assert same["wald"] == close(expected["wald"])
    assert [row["difference"] for row in found["contrasts"]] == close(expected["estimate"])
    errors = [row["current_staff"]["se"] for row in found["contrasts"]]
    assert errors == close(expected["se"])
    (together,) = found["contrasts_together"]
    assert together["current_staff"]["wald"] == close(expected["wald"])


def test_a_measure_that_some_lack_is_tested_as_by_regtermtest():
    data = schools("clusters")
    data["api00"] = data["api99"].where(data["api00"] > 500)
    found = compare("clusters", data, equality=True)["equality"][0]
    assert figures(found["unadjusted"]) == close(EXPECTED["missing"])


@pytest.mark.parametrize("design", sorted(DESIGNS))
def test_pairs_are_those_of_emmeans_but_for_degrees_of_freedom(design):
    expected = EXPECTED["domains"][design]["pairs"]
    found = compare(design, pairs=True, adjust="tukey")["pairs"]
    assert [row["difference"] for row in found] == close(expected["difference"])
    se = np.array([row["current_staff"]["se"] for row in found])
    assert se == close(np.array(expected["se"]))
    # emmeans takes those of the regression for every pair, we those of the two domains.
    df, judged = np.array(expected["df"], dtype=np.float64), StudentizedRange.of(3)
    t = np.abs(expected["difference"]) / se
    assert judged.beyond(np.sqrt(2) * t, df) == close(np.array(expected["p"]))
    reach = judged.quantile(0.95, df) / np.sqrt(2) * se
    assert expected["difference"] - reach == close(np.array(expected["low"]))
    assert expected["difference"] + reach == close(np.array(expected["high"]))


@pytest.mark.parametrize("clusters", [4, 9])
def test_domains_in_the_same_clusters_are_compared_as_pairs_of_their_means(clusters):
    rng = np.random.default_rng(clusters)
    means = rng.normal(size=(clusters, 2))
    rows = means.repeat(3, axis=0).ravel()
    file = pd.DataFrame({
        "cluster": np.repeat(np.arange(clusters), 6),
        "group": ["a", "b"] * 3 * clusters,
        "x": rows + np.tile([-1, -1, 0, 0, 1, 1], clusters),
    })  # fmt: skip
    section = {"by": "group", "pairs": True, "contrasts": {"apart": {"a": 1, "b": -1}}}
    found = analyse(file, {
        "design": {"cluster": "cluster"},
        "variables": {"means": ["x"]},
        "domains": {"by": ["group"]},
        "comparison": section,
    }).result["comparison"]  # fmt: skip
    # the clusters tell one difference each, and not those of two samples of clusters
    told = stats.ttest_rel(*means.T)
    low, high = told.confidence_interval()
    for row in (found["pairs"][0], found["rest"][0], found["contrasts"][0]):
        expected = [means[:, 0].mean() - means[:, 1].mean(), low, high, told.pvalue]
        assert [row[key] for key in ("difference", "low", "high", "p")] == pytest.approx(expected)


@pytest.mark.parametrize("design", ["strata", "clusters", "raked"])
def test_tukey_is_on_the_safe_side_of_the_exact_quantile_of_multcomp(design):
    expected = EXPECTED["domains"][design]["pairs"]
    t = np.abs(expected["difference"]) / np.array(expected["se"])
    nu = np.full(3, float(expected["df"][0]) + 2)
    p = StudentizedRange.of(3).beyond(np.sqrt(2) * t, nu)
    exact = np.array(expected["multcomp_p"])
    # glht draws its integral: four digits
    assert (p > exact - 5e-4).all()
    assert p == pytest.approx(exact, abs=0.03)


def drawn(name):
    expected = EXPECTED["drawn"][name]
    y, g = np.array(expected["y"], dtype=np.float64), np.array(expected["g"])
    return expected, [y[g == number] for number in np.unique(g)]


@pytest.mark.parametrize("name", sorted(EXPECTED["drawn"]))
def test_variance_is_analysed_as_by_anova_and_oneway_test(name):
    expected, groups = drawn(name)
    found = analysis_of_variance(groups)
    assert [found.f, found.df1, found.df2, found.p] == close(expected["anova"])
    welch = [found.welch_f, found.df1, found.welch_df2, found.welch_p]
    assert welch == close(expected["welch"])
    shares = [found.eta_squared, found.omega_squared]
    assert shares == close([expected["eta2"], expected["omega2"]])
    assert [found.low, found.high] == pytest.approx(expected["ends"], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", sorted(EXPECTED["drawn"]))
def test_all_pairs_of_rows_are_those_of_tukeyhsd_and_games_howell(name):
    expected, groups = drawn(name)
    found = group_pairs(groups)
    tukey, own = np.array(expected["tukey"], dtype=np.float64), found.tukey_kramer
    assert -found.difference == close(tukey[:, 0])
    # R's qtukey stops at four digits behind the point
    assert np.column_stack([-own.high, -own.low]) == pytest.approx(tukey[:, 1:3], rel=1e-5)
    assert own.p == pytest.approx(tukey[:, 3], rel=1e-6, abs=1e-9)
    howell, own = np.array(expected["howell"], dtype=np.float64), found.games_howell
    assert np.column_stack([-own.high, -own.low]) == pytest.approx(howell[:, 1:3], rel=1e-5)
    assert own.df == close(howell[:, 5])
    # rstatix rounds p, and divides its error by the root of 2
    assert own.p == pytest.approx(np.array(expected["howell_p"]), rel=1e-6, abs=1e-9)
    assert own.se == close(howell[:, 3] * np.sqrt(2))


@pytest.mark.parametrize("name", sorted(EXPECTED["drawn"]))
def test_hedges_g_has_the_interval_of_the_noncentral_t(name):
    expected, groups = drawn(name)
    found = group_pairs(groups)
    ours = np.column_stack([found.g, found.g_low, found.g_high])
    assert ours == pytest.approx(np.array(expected["hedges"]), rel=1e-6, abs=1e-9)


def test_the_studentized_range_is_that_of_ptukey_and_qtukey():
    expected = EXPECTED["range"]
    grid = np.array(expected["grid"], dtype=np.float64)
    for groups in np.unique(grid[:, 1]):
        judged, own = StudentizedRange.of(int(groups)), grid[:, 1] == groups
        df = np.where(grid[own, 2] > 1e9, np.inf, grid[own, 2])
        p = np.array(expected["p"])[own]
        # R's own integral is good to about 2e-9
        assert judged.beyond(grid[own, 0], df) == pytest.approx(p, rel=1e-6, abs=5e-9)
        # the quantiles stand in the order of the grid's first q
        rows = grid[grid[:, 0] == 1]
        quantile = np.array(expected["quantile"])[rows[:, 1] == groups]
        df = np.unique(df)
        assert judged.quantile(0.95, df) == pytest.approx(quantile, rel=1e-4)


@pytest.mark.parametrize("groups", [2, 4, 12])
def test_the_studentized_range_is_that_of_scipy_where_degrees_of_freedom_are_few(groups):
    q, df = np.array([0.5, 2.0, 4.0, 9.0, 30.0]), np.array([1.0, 2.5, 1.0, 4.0, 2.5])
    judged = StudentizedRange.of(groups)
    expected = stats.studentized_range.sf(q, groups, df)
    assert judged.beyond(q, df) == pytest.approx(expected, rel=1e-7, abs=1e-9)
    one = np.array([3.0])
    quantile = stats.studentized_range.ppf(0.95, groups, one)
    assert judged.quantile(0.95, one) == pytest.approx(quantile, rel=1e-8)


def test_unequal_spreads_are_compared_as_by_scipy():
    _, groups = drawn("insects")
    found = group_pairs(groups)
    for equal, own in ((True, found.tukey_kramer), (False, found.games_howell)):
        expected = stats.tukey_hsd(*groups, equal_var=equal).pvalue
        assert own.p == pytest.approx(expected[found.first, found.second], rel=1e-6, abs=1e-9)
