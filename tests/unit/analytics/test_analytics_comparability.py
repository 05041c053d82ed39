"""Which groups may be compared on a scale, from published groups alone."""

import numpy as np
import pandas as pd
import pytest

from analytics.comparability import Scores, unit_agreement
from analytics.comparison.agreement import icc

NAMES = [f"u{number:02d}" for number in range(12)]


def a_wave(seed=1, size=15, between=8.0):
    """Twelve units of fifteen, with two scales and an index of both."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(len(NAMES)), size)
    levels = rng.normal(60, between, len(NAMES))
    scales = pd.DataFrame(
        {code: levels[unit] + rng.normal(0, 15, len(unit)) for code in ("A", "B")}
    )
    items = pd.DataFrame(index=scales.index)
    scores = Scores(items, scales, {"I": {"A": 1.0, "B": 1.0}}, np.ones(len(unit)))
    return scores, pd.Series(NAMES)[unit].reset_index(drop=True)


def everywhere(units=NAMES):
    return dict.fromkeys(("A", "B", "I"), units)


def test_each_scale_and_index_has_the_correlations_of_its_units_with_two_decimals():
    scores, unit = a_wave()
    found = unit_agreement(scores, unit, everywhere()).set_index("measure")
    codes = np.repeat(np.arange(12), 15)
    for measure, value in (("A", scores.scales["A"]), ("I", scores.scales.mean(axis=1))):
        exact = icc(value.to_numpy(), codes)
        assert found.loc[measure, "icc1"] == round(exact.icc1, 2)
        assert found.loc[measure, "icc2"] == round(exact.icc2, 2)
        assert found.loc[measure, "comparable"] == exact.comparable
    assert list(found["units"]) == [12, 12, 12]


def test_units_without_differences_cannot_be_compared():
    scores, unit = a_wave(between=0.0)
    assert not unit_agreement(scores, unit, everywhere())["comparable"].any()


def test_nine_units_are_too_few_to_judge():
    scores, unit = a_wave()
    assert unit_agreement(scores, unit, everywhere(NAMES[:9])).empty
    assert len(unit_agreement(scores, unit, everywhere(NAMES[:10]))) == 3


def test_no_answer_of_a_hidden_unit_enters():
    scores, unit = a_wave()
    hidden = unit.isin(NAMES[10:]).to_numpy()
    other = Scores(
        scores.items,
        scores.scales.assign(A=scores.scales["A"].mask(hidden, 0.0)),
        scores.composed,
        scores.weight,
    )
    shown = everywhere(NAMES[:10])
    pd.testing.assert_frame_equal(
        unit_agreement(scores, unit, shown), unit_agreement(other, unit, shown)
    )


def test_an_index_counts_those_who_have_a_score_on_every_part():
    scores, _ = a_wave()
    scores.scales.loc[::2, "B"] = np.nan
    both = scores.scales.dropna().index
    assert np.isfinite(scores.of("I")).sum() == len(both)
    assert scores.of("I")[1] == pytest.approx(scores.scales.loc[1].mean())


def test_units_that_all_have_one_mean_are_not_comparable_and_have_no_reliability():
    scales = pd.DataFrame({"A": np.tile([40.0, 60.0], 24)})
    scores = Scores(pd.DataFrame(index=scales.index), scales, {}, np.ones(48))
    unit = pd.Series(NAMES).repeat(4).reset_index(drop=True)
    found = unit_agreement(scores, unit, everywhere()).loc[0]
    assert np.isnan(found["icc2"])
    assert not found["comparable"]
