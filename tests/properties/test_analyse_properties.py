"""What is true of every file that `barometer analyse` is given."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analytics.nonresponse.worst_case import worst_case
from analytics.response_rates import Dispositions, response_rates
from analytics.workbench.analyse import analyse
from analytics.workbench.methods.estimation.share_intervals import (
    finite_share_interval,
    share_interval_by,
)

SCALES = {
    "a": {"items": ["x", "y"], "reversed": ["y"], "minimum": 1, "maximum": 5},
    "b": {"items": ["z"], "minimum": 1, "maximum": 5},
}
FIGURES = ("mean", "se", "low", "high", "df", "n")
counts = st.integers(0, 5000)


@st.composite
def files(draw):
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n = draw(st.integers(8, 40))
    data = pd.DataFrame(
        {name: rng.integers(1, 6, n).astype(float) for name in "xyz"}
        | {"g": rng.choice(["k", "m"], n), "h": np.arange(n) % 2, "w": rng.uniform(2, 9, n)}
    )
    data.loc[rng.random(n) < 0.15, "x"] = np.nan
    data["c"] = np.arange(n) // draw(st.sampled_from([1, 2]))
    return data


def spec(**more):
    base = {
        "design": {"weight": "w", "strata": "h", "cluster": "c", "lonely": "merge"},
        "scales": SCALES,
        "indices": {"i": {"parts": {"a": 2, "b": 1}}},
        "variables": {"totals": ["z"], "shares": ["x"], "ratios": [["z", "y"]]},
        "domains": {"by": ["g"]},
    }
    return base | more


def figures(data, **more):
    return {
        (
            row["index"],
            row["statistic"],
            row.get("category"),
            tuple(row["domain"].items()),
        ): row
        for row in analyse(data, spec(**more)).result["estimates"]
    }


def same(one, other, names=FIGURES):
    assert one.keys() == other.keys()
    for key, row in one.items():
        for name in names:
            assert other[key][name] == (
                None if row[name] is None else pytest.approx(row[name], rel=1e-9, abs=1e-9)
            ), (key, name)


@settings(deadline=None, max_examples=6)
@given(files(), st.integers(0, 1000))
def test_permuted_rows_change_nothing(data, seed):
    rake = {"g": {"k": 0.4, "m": 0.6}}
    shuffled = data.sample(frac=1, random_state=seed)
    same(figures(data), figures(shuffled), (*FIGURES, "deff", "n_eff"))
    same(figures(data, rake=rake), figures(shuffled, rake=rake))


@settings(deadline=None, max_examples=6)
@given(files(), st.floats(1e-3, 1e3))
def test_rescaled_weights_change_totals_alone(data, unit):
    plain, scaled = figures(data), figures(data.assign(w=data["w"] * unit))
    for key, row in plain.items():
        if key[1] == "total":
            for name in ("mean", "se"):
                if row[name] is not None:
                    assert scaled[key][name] == pytest.approx(row[name] * unit)
            del scaled[key]
    same({key: row for key, row in plain.items() if key[1] != "total"}, scaled)


@settings(deadline=None, max_examples=6)
@given(files())
def test_turning_every_item_of_a_reversed_scale_changes_nothing(data):
    turned = data.assign(x=6 - data["x"], y=6 - data["y"])
    scales = SCALES | {"a": SCALES["a"] | {"reversed": ["x"]}}
    plain, other = figures(data), figures(turned, scales=scales)
    for key, row in plain.items():
        if key[0] in {"a", "i"}:
            same({key: row}, {key: other[key]})


@settings(deadline=None, max_examples=6)
@given(files())
def test_totals_of_domains_add_up_and_an_index_lies_between_its_scales(data):
    found = figures(data)
    parts = [found["z", "total", None, (("g", group),)]["mean"] for group in sorted(set(data["g"]))]
    assert sum(parts) == pytest.approx(found["z", "total", None, ()]["mean"])
    for domain in {key[3] for key in found}:
        scales = [found[name, "mean", None, domain]["mean"] for name in ("a", "b")]
        index = found["i", "mean", None, domain]["mean"]
        if index is not None:
            assert min(scales) - 1e-9 <= index <= max(scales) + 1e-9


def one_group_alike():
    """Four of the group k gave the same answers; those of m differ."""
    rng = np.random.default_rng(5)
    data = pd.DataFrame({name: rng.integers(1, 6, 12).astype(float) for name in "xyz"})
    data = data.assign(g=list("kkkkmmmmmmmm"), h=np.arange(12) % 2, w=rng.uniform(2, 9, 12))
    data.loc[data["g"] == "k", list("xyz")] = [2.0, 4.0, 3.0]
    return data.assign(c=[0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9])


@settings(deadline=None, max_examples=6)
@given(files())
@example(one_group_alike())
def test_every_row_twice_with_half_the_weight_leaves_every_mean(data):
    twice = pd.concat([data, data]).assign(w=lambda rows: rows["w"] / 2)
    plain, doubled = figures(data), figures(twice)
    for key, row in plain.items():
        assert doubled[key]["mean"] == pytest.approx(row["mean"])
        # the same clusters, each as heavy as before: nothing has been learnt
        if row["se"] is not None and row["n"] > 1:
            same({key: row}, {key: doubled[key]}, ("se", "low", "high", "df"))


@settings(deadline=None)
@given(*[counts] * 7)
def test_response_rates_are_ordered(full, part, refused, missed, other, unknown, ineligible):
    if full + part + refused + missed + other == 0:
        return
    found = response_rates(Dispositions(full, part, refused, missed, other, unknown, ineligible))
    assert 0 <= found.rr1 <= found.rr3 + 1e-12 <= found.rr5 + 2e-12
    assert found.rr2 <= found.rr4 + 1e-12 <= found.rr6 + 2e-12 <= 1 + 2e-12
    assert found.rr1 <= found.rr2
    assert found.rr5 <= found.rr6
    if unknown == 0:
        assert (found.rr1, found.rr2) == (found.rr5, found.rr6)


@settings(deadline=None)
@given(
    st.sampled_from(["logit", "beta", "wilson"]),
    st.floats(0, 1),
    st.floats(0.001, 0.3),
    st.integers(1, 500),
)
def test_an_interval_of_a_share_holds_it_and_mirrors_its_complement(method, share, se, df):
    def ends(p):
        arrays = [np.array([float(v)]) for v in (p, se, df, df + 1, df + 1)]
        low, high = share_interval_by(method, *arrays)
        return float(low[0]), float(high[0])

    low, high = ends(share)
    assert -1e-12 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1 + 1e-12
    if 1e-6 < share < 1 - 1e-6:
        mirrored = ends(1 - share)
        assert (low, high) == pytest.approx((1 - mirrored[1], 1 - mirrored[0]), abs=1e-6)


@settings(deadline=None)
@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 40))
def test_a_finite_share_holds_what_was_seen_and_narrows_to_a_complete_count(hits, misses, silent):
    n = hits + misses
    if n == 0:
        return
    low, high = finite_share_interval(*(np.array([v]) for v in (hits, n, n + silent)))
    people = n + silent
    assert (
        hits / people - 1e-12 <= low[0] <= hits / n <= high[0] <= (hits + silent) / people + 1e-12
    )
    if silent == 0:
        assert low[0] == high[0]


@settings(deadline=None)
@given(st.floats(0, 100), st.floats(0, 20), st.floats(0.01, 1), st.floats(0, 100))
def test_whatever_the_silent_would_have_said_lies_within_the_bounds(mean, se, response, silent):
    found = worst_case(mean, se, response)
    truth = response * mean + (1 - response) * silent
    assert found.low - 1e-9 <= truth <= found.high + 1e-9
    assert found.interval_low <= found.low + 1e-9
    assert found.interval_high >= found.high - 1e-9


def test_a_mean_between_two_digits_is_shown_the_same_in_any_order_of_the_rows():
    # The weighted mean is exactly 56.25; sums of tenths end in dust that depends on their order.
    rng = np.random.default_rng(32)
    data = pd.DataFrame({"x": rng.integers(1, 6, 40), "w": rng.integers(1, 8, 40) / 10})
    data["u"] = np.arange(40) % 2
    asked = {
        "design": {"weight": "w"},
        "scales": {"a": {"items": ["x"], "minimum": 1, "maximum": 5}},
        "domains": {"by": ["u"]},
    }
    protection = {"disclosure": {"minimum": 5, "hierarchy": ["u"]}}
    orders = [data.sample(frac=1, random_state=seed) for seed in range(20)]
    exact = {analyse(one, asked).result["estimates"][0]["mean"] for one in orders}
    shown = {analyse(one, asked | protection).result["estimates"][0]["mean"] for one in orders}
    assert len(exact) > 1
    assert len(shown) == 1
