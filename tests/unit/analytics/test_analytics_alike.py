"""Small groups in which all happen to answer alike, and changes between them."""

import numpy as np
import pandas as pd
import pytest

from analytics.estimation.intervals import finite_bound
from analytics.workbench.analyse import analyse
from analytics.workbench.methods.estimation.share_intervals import finite_share_interval


def two_waves(small, then, now, n=60):
    """A unit of ``small`` who all answer alike in each wave, beside one whose answers vary."""
    rng = np.random.default_rng(3)
    parts = [
        pd.DataFrame({"w": w, "u": ["small"] * small + ["large"] * n})
        .assign(x=[value] * small + list(rng.integers(1, 6, n) * 1.0))
        .assign(yes=lambda frame: (frame["x"] >= 4).astype(int))
        for w, value in ((1, then), (2, now))
    ]
    return pd.concat(parts, ignore_index=True)


SPEC = {
    "variables": {"means": ["x"], "shares": ["yes"]},
    "domains": {"by": ["u"], "wave": "w"},
    "change": {"margin": 0.5},
}


def change(data, index="x", category=None, **more):
    return next(
        row
        for row in analyse(data, SPEC | more).result["changes"]
        if row["domain"] == {"u": "small"}
        and row["index"] == index
        and row.get("category") == category
    )


@pytest.mark.parametrize("small", [2, 3, 4])
def test_a_few_who_agree_by_chance_make_no_change_certain(small):
    row = change(two_waves(small, 3.0, 4.0))
    assert row["p"] > 0.05
    assert row["verdict"] == "uncertain"


def test_a_few_who_agree_in_both_waves_are_no_finding_of_steadiness():
    assert change(two_waves(3, 4.0, 4.0))["verdict"] == "uncertain"


def test_their_error_is_the_deviation_of_the_whole_wave_over_their_number():
    data = two_waves(4, 3.0, 3.0)
    spread = data.groupby("w")["x"].var() / 4
    assert change(data)["se"] == pytest.approx(np.sqrt(spread.sum()))


def test_a_share_of_nobody_twice_is_as_uncertain_as_its_exact_bounds():
    data = two_waves(12, 1.0, 1.0)
    row = change(data, "yes", "1")
    bound = 1 - 0.025 ** (1 / 12)
    assert row["difference"] == 0
    assert row["se"] == pytest.approx(np.sqrt(2) * bound / 2.200985, rel=1e-5)  # t of 11
    assert row["verdict"] == "uncertain"


def test_where_everybody_was_heard_their_agreement_is_a_fact_about_that_day_alone():
    data = two_waves(4, 3.0, 4.0).assign(N=lambda frame: np.where(frame["u"] == "small", 4, 600))
    design = {"strata": "u", "fpc": "N"}
    row = change(data, design=design, change=SPEC["change"] | {"questions": True})
    assert row["current_staff"] == {"se": 0, "low": 1, "high": 1, "p": 0}
    assert row["verdict"] == "uncertain"
    # the deviation of the whole wave, over four, half of which the same people explain
    free = np.array([weighted_variance(own) for _, own in data.groupby("w")]) / 4
    assert row["as_such"]["se"] == pytest.approx(np.sqrt(free.sum()))
    assert row["se"] == pytest.approx(np.sqrt(free.sum() - np.sqrt(free.prod())))
    known = change(data, design=design, change=SPEC["change"] | {"invited": "independent"})
    assert (known["se"], known["verdict"]) == (0, "up")


def weighted_variance(wave):
    """Count each answer for the N / n persons of its unit."""
    weight = wave["N"] / wave.groupby("u")["x"].transform("size")
    apart = wave["x"] - np.average(wave["x"], weights=weight)
    return len(wave) / (len(wave) - 1) * np.average(apart**2, weights=weight)


def test_a_share_of_nobody_in_a_complete_count_says_little_of_the_next_time():
    data = two_waves(12, 1.0, 1.0).assign(N=lambda frame: np.where(frame["u"] == "small", 12, 600))
    row = change(data, "yes", "1", design={"strata": "u", "fpc": "N"})
    bound = 1 - 0.025 ** (1 / 12)
    assert row["se"] == pytest.approx(bound / 2.200985, rel=1e-5)
    assert row["verdict"] == "uncertain"


@pytest.mark.parametrize("design", [{"fpc": "N"}, {"fpc": "M", "cluster": "c"}])
def test_a_share_of_nobody_among_all_who_were_counted_is_0_whatever_they_weigh(design):
    data = pd.DataFrame({"yes": [1, 1, 1, 1], "no": [0, 0, 0, 1], "w": [1.0, 2.0, 3.0, 4.0]})
    data = data.assign(N=4, M=2, c=[1, 1, 2, 2])
    design = {"weight": "w", **design}
    rows = analyse(data, {"design": design, "variables": {"shares": ["yes", "no"]}}).result
    ends = {
        (row["index"], row["category"]): (row["mean"], row["se"], row["low"], row["high"])
        for row in rows["estimates"]
    }
    assert ends["yes", "1"] == (1, 0, 1, 1)
    assert ends["no", "1"] == pytest.approx((0.4, 0, 0.4, 0.4))


def test_a_column_that_nobody_varies_in_gives_no_error_to_borrow():
    data = two_waves(4, 3.0, 4.0)
    data["x"] = np.where(data["w"] == 1, 3.0, 4.0)
    row = change(data)
    assert (row["se"], row["p"], row["verdict"]) == (None, None, "uncertain")


@pytest.mark.parametrize(("n", "people"), [(4, 4), (4, 5), (10, 25), (60, 61), (20, 900)])
def test_the_bound_of_what_nobody_said_is_that_of_the_hypergeometric_interval(n, people):
    counts = np.array([n]), np.array([people])
    _, high = finite_share_interval(np.array([0]), *counts)
    assert finite_bound(*counts)[0] == high[0]


def test_a_share_of_nobody_among_all_is_known():
    data = pd.DataFrame({"yes": [0] * 10})
    spec = {"variables": {"shares": ["yes"]}, "design": {"population": 10}}
    row = analyse(data, spec).result["estimates"][0]
    assert (row["mean"], row["low"], row["high"]) == (1, 1, 1)


def test_a_share_of_nobody_is_bounded_by_the_persons_left():
    data = pd.DataFrame({"yes": [0] * 10})
    spec = {"variables": {"shares": ["yes"]}, "design": {"population": 25}}
    row = analyse(data, spec).result["estimates"][0]
    low, _ = finite_share_interval(np.array([10]), np.array([10]), np.array([25]))
    assert (row["low"], row["high"]) == (pytest.approx(low[0]), 1)


def test_members_of_a_cluster_who_agree_count_as_one_cluster():
    # 12 rows of the small domain in 3 clusters of 4, and everybody's deviation among 23 clusters
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"x": [3.0] * 12 + list(rng.integers(1, 6, 60) * 1.0)})
    data = data.assign(
        u=["small"] * 12 + ["large"] * 60, c=np.r_[np.arange(12) // 4, 3 + np.arange(60) // 3]
    )
    data["yes"] = (data["x"] == 5).astype(int)
    asked = {
        "design": {"cluster": "c"},
        "domains": {"by": ["u"]},
        "variables": {"means": ["x"], "shares": ["yes"]},
    }
    rows = {
        (row["index"], row.get("category")): row
        for row in analyse(data, asked).result["estimates"]
        if row["domain"] == {"u": "small"}
    }
    deviation = np.sqrt(data["x"].var(ddof=0) * 23 / 22)
    assert rows["x", None]["se"] == pytest.approx(deviation / np.sqrt(3))
    assert rows["yes", "1"]["high"] == pytest.approx(1 - 0.025 ** (1 / 3))


def test_clusters_of_which_everybody_was_heard_have_an_exact_share():
    data = pd.DataFrame({"yes": [0] * 8, "c": np.arange(8) // 2})
    spec = {"variables": {"shares": ["yes"]}, "design": {"cluster": "c", "population": 4}}
    row = analyse(data, spec).result["estimates"][0]
    assert (row["mean"], row["low"], row["high"]) == (1, 1, 1)
