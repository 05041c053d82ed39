"""Figures that R's survey package prints for its api samples; see survey/README.md."""

from pathlib import Path

import pandas as pd
import pytest

from analytics.workbench.analyse import analyse

HERE = Path(__file__).parent / "survey"
STRATIFIED = {"weight": "pw", "strata": "stype", "fpc": "fpc"}
CLUSTERED = {"weight": "pw", "cluster": "dnum", "fpc": "fpc"}


def sample(name):
    return pd.read_csv(HERE / f"{name}.csv")


def one(result, index, statistic="mean", **where):
    category, domain = where.get("category"), where.get("domain", {})
    found = [
        row
        for row in result["estimates"]
        if (row["index"], row["statistic"]) == (index, statistic)
        and row.get("category") == category
        and row["domain"] == domain
    ]
    assert len(found) == 1
    return found[0]


def run(name, design, files=None, **sections):
    return analyse(sample(name), {"design": design, **sections}, files).result


def test_a_stratified_sample_gives_the_printed_means():
    result = run("apistrat", STRATIFIED, variables={"means": ["api00", "api99"]})
    row = one(result, "api00")
    assert (round(row["mean"], 2), round(row["se"], 4)) == (662.29, 9.4089)
    assert row["df"] == 197
    assert round(row["deff"], 4) == 1.2045
    row = one(result, "api99")
    assert (round(row["mean"], 2), round(row["se"], 4)) == (629.39, 9.9639)


def test_weights_follow_from_the_population_sizes_when_none_are_given():
    design = {"strata": "stype", "fpc": "fpc"}
    row = one(run("apistrat", design, variables={"means": ["api00"]}), "api00")
    assert (round(row["mean"], 2), round(row["se"], 4)) == (662.29, 9.4089)


def test_a_stratified_sample_gives_the_printed_total_and_ratio():
    result = run(
        "apistrat",
        STRATIFIED,
        variables={"totals": ["enroll"], "ratios": [["api.stu", "enroll"]]},
    )
    row = one(result, "enroll", "total")
    assert (round(row["mean"]), round(row["se"])) == (3687178, 114642)
    row = one(result, "api.stu/enroll", "ratio")
    assert (round(row["mean"], 7), round(row["se"], 9)) == (0.8369569, 0.007757103)


def test_a_share_that_the_strata_fix_has_no_error():
    result = run("apistrat", STRATIFIED, variables={"shares": ["stype"]})
    assert one(result, "stype", "share", category="E")["se"] == 0


def test_a_cluster_sample_gives_the_printed_figures():
    result = run(
        "apiclus1",
        CLUSTERED,
        variables={"means": ["api00", "api99"], "shares": ["stype"], "totals": ["enroll"]},
    )
    row = one(result, "api00")
    assert (round(row["mean"], 2), round(row["se"], 3)) == (644.17, 23.542)
    assert (row["df"], round(row["deff"], 4)) == (14, 9.3459)
    row = one(result, "stype", "share", category="H")
    assert (round(row["mean"], 6), round(row["se"], 4)) == (0.076503, 0.0268)
    row = one(result, "enroll", "total")
    assert (round(row["mean"], 2), round(row["se"], 2)) == (3404940.13, 932235.03)
    assert round(row["deff"], 3) == 31.311


@pytest.mark.parametrize(
    ("stype", "mean", "se"),
    [("E", 607.7917, 22.81660), ("H", 595.7143, 41.76400), ("M", 608.6000, 32.56064)],
)
def test_a_domain_is_estimated_inside_the_whole_design(stype, mean, se):
    result = run("apiclus1", CLUSTERED, variables={"means": ["api99"]}, domains={"by": ["stype"]})
    row = one(result, "api99", domain={"stype": stype})
    assert (round(row["mean"], 4), round(row["se"], 5)) == (mean, se)


def test_two_stages_of_sampling_add_up():
    result = run(
        "apiclus2",
        {"cluster": ["dnum", "snum"], "fpc": ["fpc1", "fpc2"]},
        variables={"means": ["api00"], "totals": ["enroll"]},
    )
    row = one(result, "api00")
    assert (round(row["mean"], 2), round(row["se"], 3)) == (670.81, 30.099)
    row = one(result, "enroll", "total")  # schools without a number are left out
    assert (round(row["mean"]), round(row["se"])) == (2639273, 799638)


def test_post_stratification_gives_the_printed_figures():
    counts = pd.DataFrame({"stype": ["E", "H", "M"], "count": [4421, 755, 1018]})
    result = run(
        "apiclus1",
        CLUSTERED,
        {"types.csv": counts},
        poststratify={"by": ["stype"], "counts": "types.csv"},
        variables={"means": ["api00"], "totals": ["enroll"]},
    )
    row = one(result, "api00")
    assert (round(row["mean"], 2), round(row["se"], 3)) == (642.31, 23.92)
    row = one(result, "enroll", "total")
    assert (round(row["mean"]), round(row["se"])) == (3680893, 406293)


def test_raking_gives_the_figures_of_r_and_of_an_independent_package():
    result = run(
        "apiclus1",
        CLUSTERED,
        rake={
            "stype": {"E": 4421, "H": 755, "M": 1018},
            "sch.wide": {"No": 1072, "Yes": 5122},
        },
        variables={"means": ["api00"], "totals": ["enroll"]},
    )
    row = one(result, "api00")
    assert (round(row["mean"], 2), round(row["se"], 3)) == (641.23, 23.704)
    row = one(result, "enroll", "total")
    # R and svy stop when the margins are within one school; we go on to the limit.
    assert row["mean"] == pytest.approx(3647281.7, rel=1e-6)
    assert row["se"] == pytest.approx(400603.6, rel=1e-5)
    assert result["weights"]["converged"]
    assert result["weights"]["sum"] == pytest.approx(6194)
