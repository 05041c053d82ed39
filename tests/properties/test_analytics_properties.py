"""What is true of every sample, every weight and every table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytics.comparison.change import decide
from analytics.estimation.design import simple_design
from analytics.estimation.domains import Partition
from analytics.estimation.intervals import mean_interval, share_interval
from analytics.estimation.means import compose, domain_means, errors
from analytics.scale_quality.reliability import reliability_of_items
from analytics.scoring import scale_score
from analytics.weighting.diagnostics import effective_sample_size
from analytics.weighting.poststratify import poststratify, unit_weights
from analytics.weighting.rake import margin_from_column, rake
from tests.examples import examples

weights = st.floats(0.01, 100)


@st.composite
def samples(draw):
    n = draw(st.integers(4, 40))
    strata = draw(st.integers(1, min(4, n // 2)))
    stratum = np.arange(n) % strata
    scores = draw(arrays(float, (n, 2), elements=st.floats(0, 100)))
    missing = draw(arrays(bool, (n, 2)))
    scores = np.where(missing, np.nan, scores)
    weight = draw(arrays(float, n, elements=weights))
    domain = draw(arrays(np.int64, n, elements=st.integers(-1, 2)))
    return scores, weight, stratum.astype(np.int64), domain


def estimate(scores, weight, stratum, domain):
    design = simple_design(weight, stratum)
    level = Partition("region", ("a", "b", "c"), ("",) * 3, (None,) * 3, domain)
    means = domain_means(design, scores, level)
    return means, errors(design, means, level), compose(means, "AB", [{"A": 0.3, "B": 0.7}])


@examples(8, audit=60)
@given(samples(), st.floats(0.01, 100))
def test_the_unit_of_the_weights_does_not_matter(sample, factor):
    scores, weight, stratum, domain = sample
    means, error, _ = estimate(scores, weight, stratum, domain)
    again, same, _ = estimate(scores, weight * factor, stratum, domain)
    assert again.mean == pytest.approx(means.mean, nan_ok=True)
    assert same.se_model == pytest.approx(error.se_model, nan_ok=True, abs=1e-6)
    assert same.n_eff == pytest.approx(error.n_eff, nan_ok=True)


@examples(8, audit=60)
@given(samples(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(sample, random):
    order = list(range(len(sample[1])))
    random.shuffle(order)
    means, error, _ = estimate(*sample)
    again, same, _ = estimate(*(part[order] for part in sample))
    assert again.mean == pytest.approx(means.mean, nan_ok=True)
    assert same.se == pytest.approx(error.se, nan_ok=True, abs=1e-6)


@examples(8, audit=60)
@given(samples())
def test_an_index_is_the_sum_of_its_parts_and_means_lie_among_the_scores(sample):
    means, _, index = estimate(*sample)
    expected = 0.3 * means.mean[:, 0] + 0.7 * means.mean[:, 1]
    assert index.mean[:, 0] == pytest.approx(expected, nan_ok=True)
    assert (index.n[:, 0] == means.n.min(axis=1)).all()
    known = means.mean[np.isfinite(means.mean)]
    assert ((known >= -1e-9) & (known <= 100 + 1e-9)).all()


@examples(8, audit=60)
@given(samples())
def test_the_residuals_of_a_mean_add_up_to_nothing(sample):
    means, _, _ = estimate(*sample)
    for number in range(3):
        inside = sample[3] == number
        assert means.influence[inside].sum(axis=0) == pytest.approx(np.zeros(2), abs=1e-8)


@given(st.floats(0, 1), st.floats(0, 0.5), st.integers(1, 500))
def test_an_interval_holds_its_share_and_stays_within_0_and_1(share, se, df):
    one = [np.array([float(value)]) for value in (share, se, df, df + 1)]
    low, high = share_interval(*one)
    assert 0 <= low[0] <= share + 1e-12
    assert share - 1e-12 <= high[0] <= 1


@given(st.floats(0, 100), st.floats(0, 50), st.integers(1, 500), st.floats(0.5, 0.99))
def test_an_interval_holds_its_mean_and_widens_with_confidence(mean, se, df, confidence):
    one = [np.array([float(value)]) for value in (mean, se, df)]
    low, high = mean_interval(*one, confidence)
    wide = mean_interval(*one, 0.995)
    assert wide[0][0] <= low[0] <= mean <= high[0] <= wide[1][0]


@given(st.lists(weights, min_size=1, max_size=50))
def test_the_effective_sample_is_at_most_the_sample(values):
    n_eff = effective_sample_size(pd.Series(values))
    assert 1 - 1e-9 <= n_eff <= len(values) + 1e-9


@given(st.lists(st.tuples(st.sampled_from("abc"), weights), min_size=1, max_size=40), st.data())
def test_post_stratified_totals_hit_the_counts(rows, data):
    cell = pd.Series([row[0] for row in rows])
    base = pd.Series([row[1] for row in rows])
    counts = {name: data.draw(st.integers(1, 500)) for name in sorted(set(cell))}
    total = poststratify(cell, counts, base).groupby(cell).sum()
    assert total.to_dict() == pytest.approx(counts)


@examples(8, audit=60)
@given(st.lists(st.integers(0, 12), min_size=2, max_size=9), st.data())
def test_staff_weights_add_up_to_the_register_however_small_the_units(answers, data):
    if sum(answers) == 0:
        return
    units = [f"u{number}" for number in range(len(answers))]
    frame = pd.DataFrame(
        {
            "unit": units,
            "region": [data.draw(st.sampled_from("rs")) for _ in units],
            "unit_type": [data.draw(st.sampled_from("xy")) for _ in units],
            "population": [data.draw(st.integers(15, 400)) for _ in units],
        }
    )
    unit = pd.Series(np.repeat(units, answers), dtype="str")
    made = unit_weights(unit, frame)
    assert made.weight.sum() == pytest.approx(frame["population"].sum())
    told = made.weight.groupby(made.cell).sum()
    assert told.to_dict() == pytest.approx(made.population.to_dict())
    sizes = made.cell.value_counts()
    assert len(sizes) == 1 or sizes.min() >= 5


@given(
    st.lists(st.tuples(st.sampled_from("wm"), st.sampled_from("yo")), min_size=8, max_size=60),
    st.floats(0.2, 0.8),
    st.floats(0.2, 0.8),
)
@examples(15, audit=60)
def test_raked_weights_meet_the_margins_or_say_that_they_do_not(rows, women, young):
    frame = pd.DataFrame(rows, columns=["g", "a"])
    margins = [
        margin_from_column("g", frame["g"], {"w": women, "m": 1 - women}),
        margin_from_column("a", frame["a"], {"y": young, "o": 1 - young}),
    ]
    raked = rake(pd.Series(1.0, index=frame.index), margins)
    assert raked.weight.sum() == pytest.approx(len(frame))
    assert (raked.weight > 0).all()
    if raked.converged and not raked.empty:
        share = raked.weight[frame["g"] == "w"].sum() / len(frame)
        assert share == pytest.approx(women, abs=0.001 + 1e-9)


@given(arrays(float, (6, 5), elements=st.sampled_from([0.0, 25.0, 75.0, 100.0, np.nan])))
def test_a_scale_score_lies_among_the_answers_and_needs_enough_of_them(scores):
    found = scale_score(scores, np.ones((6, 5), dtype=bool), min_answered=0.6)
    count = np.isfinite(scores).sum(axis=1)
    assert (np.isfinite(found) == (count >= 3)).all()
    for row in np.flatnonzero(np.isfinite(found)):
        assert np.nanmin(scores[row]) - 1e-9 <= found[row] <= np.nanmax(scores[row]) + 1e-9


@given(arrays(float, (12, 4), elements=st.integers(1, 5).map(float)))
@examples(15, audit=60)
def test_alpha_is_at_most_one_and_lies_in_its_interval(answers):
    found = reliability_of_items(pd.DataFrame(answers, columns=list("abcd")))
    if np.isfinite(found.alpha):
        assert found.alpha <= 1 + 1e-9
        assert found.alpha_low - 1e-9 <= found.alpha <= found.alpha_high + 1e-9


@examples(40, audit=100)
@given(st.lists(st.tuples(st.floats(-30, 30), st.floats(0, 10)), min_size=1, max_size=30))
def test_every_verdict_can_be_read_off_the_interval_shown(rows):
    frame = pd.DataFrame(
        [
            {
                "measure": "KI", "statistic": "mean", "level": "unit", "domain": str(number),
                "since": "w", "role": "previous", "difference": d, "se": s, "low": d - 2 * s,
                "high": d + 2 * s, "p": 0.01 if abs(d) > 2 * s else 0.5,
            }
            for number, (d, s) in enumerate(rows)
        ]
    )  # fmt: skip
    for row in decide(frame).frame.itertuples():
        low, high = round(row.low, 1), round(row.high, 1)
        if row.verdict == "up":
            assert low > 0
            assert round(row.difference, 1) >= 5
        if row.verdict == "down":
            assert high < 0
            assert round(row.difference, 1) <= -5
        if row.verdict == "steady":
            assert low >= -5
            assert high <= 5
        assert row.p_adjusted >= row.p - 1e-12
