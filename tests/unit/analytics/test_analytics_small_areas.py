import numpy as np
import pandas as pd
import pytest

from analytics.errors import FrameError
from analytics.small_areas.fay_herriot import fay_herriot
from analytics.small_areas.pooled import shrink, shrink_within
from analytics.small_areas.sampling_variance import steadied
from analytics.workbench.methods.nested_error import nested_error
from analytics.workbench.methods.nested_error_likelihood import Components

MEAN = np.array([50.0, 58.0, 61.0, 66.0, 72.0])
ERROR = np.array([3.0, 4.0, 2.0, 5.0, 3.0])


def respondents(seed=1, areas=8, between=15.0, within=15.0):
    rng = np.random.default_rng(seed)
    n = rng.integers(3, 12, areas)
    area = np.repeat(np.arange(areas), n)
    effect = between * rng.normal(size=areas)
    return 60 + effect[area] + within * rng.normal(size=len(area)), area, n


def test_equal_errors_shrink_by_hand():
    # five areas with variance 4: REML sets A + 4 to the sample variance 100 / 4, so A = 21
    mean = np.array([0.0, 5.0, 5.0, 5.0, 10.0]) * np.sqrt(2)
    found = fay_herriot(mean, np.full(5, 4.0))
    assert found.between == pytest.approx(21)
    assert found.own == pytest.approx(np.full(5, 21 / 25))
    assert found.estimate == pytest.approx(mean.mean() + 21 / 25 * (mean - mean.mean()))
    # g1 = 21 x 4 / 25, g2 = (4 / 25)^2 x 25 / 5, g3 = 16 / 25^3 x 2 x 25^2 / 5
    assert found.mse == pytest.approx(np.full(5, 3.36 + 0.128 + 2 * 0.256))


def test_the_uncertain_lean_most_and_covariates_say_on_what():
    kind = np.array([0, 0, 1, 1, 1])
    dummies = np.column_stack([np.ones(5), kind == 1]).astype(float)
    found = fay_herriot(MEAN, ERROR**2, dummies)
    assert (np.diff(found.own[np.argsort(ERROR)]) <= 1e-12).all()
    assert found.synthetic[0] == found.synthetic[1]
    assert found.synthetic[2] == found.synthetic[3] == found.synthetic[4]
    assert found.warnings == ()


def test_areas_that_differ_only_by_chance_are_the_models_value_and_it_is_said():
    found = fay_herriot(np.array([60.0, 61.0, 60.5, 59.5]), np.full(4, 9.0))
    assert found.between == 0
    assert found.estimate == pytest.approx(np.full(4, 60.25))
    assert (found.mse > 9 / 4).all()  # the mean's own variance, and what the model leaves open
    assert "no more than chance" in found.warnings[0]
    adjusted = fay_herriot(np.array([60.0, 61.0, 60.5, 59.5]), np.full(4, 9.0), method="adjusted")
    assert adjusted.between > 0
    assert (adjusted.own > 0).all()


def test_an_area_without_answers_is_the_models_value_with_the_models_error():
    whole = fay_herriot(MEAN, ERROR**2)
    found = fay_herriot(np.append(MEAN, np.nan), np.append(ERROR**2, np.nan))
    assert found.estimate[:5] == pytest.approx(whole.estimate)
    assert found.estimate[5] == pytest.approx(whole.synthetic[0])
    assert found.own[5] == 0
    assert found.mse[5] > found.between
    assert "1 areas have no answers" in found.warnings[0]


def test_a_few_equal_answers_are_not_certainty():
    found = fay_herriot(MEAN, np.where(np.arange(5) == 2, 0.0, ERROR**2))
    typical = fay_herriot(MEAN, np.where(np.arange(5) == 2, 12.5, ERROR**2))
    assert found.mse == pytest.approx(typical.mse)
    assert (found.mse > 0).all()
    assert "no error of their own" in found.warnings[0]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((MEAN[:1], ERROR[:1]), "^1 areas with answers are too few"),
        ((MEAN[:0], ERROR[:0]), "no area has a sampling variance"),
        ((MEAN, ERROR * 0), "no area has a sampling variance"),
        ((MEAN, -ERROR), "below zero"),
        ((MEAN, ERROR, np.ones((5, 2))), "depend on each other"),
        ((MEAN, ERROR, np.full((5, 1), np.nan)), "covariate is missing"),
        ((MEAN, ERROR, np.eye(5)), "too few for a model with 5 slopes"),
    ],
)
def test_what_stands_in_the_way_of_a_model_is_said(arguments, sentence):
    with pytest.raises(FrameError, match=sentence):
        fay_herriot(*arguments)


def test_known_variances_give_the_textbook_predictor():
    outcome, area, n = respondents()
    found = nested_error(outcome, area, 8, components=Components(25.0, 225.0))
    own = 25 / (25 + 225 / n)
    means = np.array([outcome[area == i].mean() for i in range(8)])
    centre = (own @ means) / own.sum()
    assert found.own == pytest.approx(own)
    assert found.estimate == pytest.approx(own * means + (1 - own) * centre)
    assert found.method == "known"


def test_respondents_and_their_areas_tell_the_same_where_errors_are_known():
    outcome, area, n = respondents()
    units = nested_error(outcome, area, 8)
    within = units.between * (1 / units.own - 1) * n
    assert within == pytest.approx(np.full(8, within[0]))
    means = np.array([outcome[area == i].mean() for i in range(8)])
    areas = fay_herriot(means, within / n)
    # not the same likelihood: the unit level also learns the variance within
    assert areas.estimate == pytest.approx(units.estimate, abs=1.0)


def test_the_better_known_a_population_the_less_is_predicted():
    outcome, area, n = respondents()
    large = nested_error(outcome, area, 8)
    half = nested_error(outcome, area, 8, population=2.0 * n)
    whole = nested_error(outcome, area, 8, population=1.0 * n)
    means = np.array([outcome[area == i].mean() for i in range(8)])
    assert whole.estimate == pytest.approx(means)
    assert whole.mse == pytest.approx(np.zeros(8))
    assert (np.abs(half.estimate - means) <= np.abs(large.estimate - means) + 1e-9).all()


def test_an_area_nobody_answered_in_and_areas_all_alike_are_said():
    outcome, area, _ = respondents(between=0.0, seed=4)
    found = nested_error(outcome, area, 9)
    assert found.own[8] == 0
    assert found.estimate[8] == pytest.approx(found.synthetic[8])
    assert "1 areas have no answers" in found.warnings[-1]
    assert found.between == 0
    assert "no more than chance" in found.warnings[0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"outcome": np.full(3, np.nan)}, "^0 respondents in 0 areas are too few"),
        ({"outcome": np.array([1.0, 1.0, 1.0, 2.0, 2.0, 2.0])}, "everybody answered alike"),
        ({"covariates": np.ones((6, 1))}, "need their means"),
        ({"covariates": np.ones((6, 2)), "area_means": np.ones((2, 2))}, "depend on each other"),
        ({"covariates": np.ones((6, 1)), "area_means": np.full((2, 1), np.nan)}, "is missing"),
    ],
)
def test_what_stands_in_the_way_of_a_unit_model_is_said(change, sentence):
    arguments = {"outcome": np.array([1.0, 2.0, 4.0, 3.0, 5.0, 9.0])} | change
    area = np.repeat([0, 1], 3)[: len(arguments["outcome"])]
    with pytest.raises(FrameError, match=sentence):
        nested_error(area=area, areas=2, **arguments)


def test_units_of_one_type_alone_keep_their_own_mean():
    mean, se = np.array([50.0, 70.0, 90.0]), np.array([2.0, 2.0, 4.0])
    eb, eb_se, _ = shrink_within(mean, se, pd.Series(["a", "a", "b"]))
    # 3 units, 2 types: too few for the model, so moments within each type
    assert eb[:2] == pytest.approx(shrink(mean[:2], se[:2])[0])
    assert eb[2] == 90
    assert eb_se[2] == pytest.approx(4)
    more = pd.Series(["a", "a", "a", "a", "a", "b"])
    eb, eb_se, _ = shrink_within(np.array([50.0, 55, 70, 60, 64, 90]), np.full(6, 4.0), more)
    assert eb[5] == pytest.approx(90)
    assert 4 < eb_se[5] < 4.5  # the formula does not see that tau^2 has no part in it


def test_one_unit_or_units_without_errors_do_not_stop_the_heatmap():
    eb, eb_se, _ = shrink_within(np.array([50.0]), np.array([3.0]), pd.Series(["a"]))
    assert (eb[0], eb_se[0]) == (50, 3)
    eb, eb_se, _ = shrink_within(np.array([50.0, 60, 70]), np.zeros(3), pd.Series(["a"] * 3))
    assert np.isfinite(eb).all()
    assert (eb_se > 0).all()


def test_areas_with_answers_enough_keep_their_variances():
    variance, n = np.array([9.0, 12.0, 7.0]), np.array([15.0, 20.0, 30.0])
    found = steadied(variance, n, n - 1)
    assert (found.variance.tolist(), found.moved) == (variance.tolist(), 0)
    nothing = steadied(np.array([np.nan, 0.0]), np.ones(2), np.zeros(2))
    assert nothing.moved == 0


def test_one_answer_alone_weighs_as_one_answer():
    # it used to be given the error of a typical area, and kept 84 % of its own figure
    variance = np.array([np.nan, 15.0, 14.0, 16.0, 15.0])
    n, df = np.array([1.0, 15, 15, 15, 15]), np.array([np.nan, 14, 14, 14, 14])
    found = steadied(variance, n, df)
    assert found.variance == pytest.approx([225.0, 15, 14, 16, 15])
    assert found.df[0] == 56


def test_variances_of_unequal_areas_are_drawn_half_way_and_move_with_their_unit():
    rng = np.random.default_rng(3)
    n = np.repeat([2.0, 4.0, 8.0], 8)
    variance = 200 * np.exp(rng.normal(0, 1, 24)) * rng.chisquare(n - 1) / (n - 1) / n
    found = steadied(variance, n, n - 1)
    assert np.ptp(np.log(found.variance * n)) < np.ptp(np.log(variance * n))
    again = steadied(100 * variance[::-1], n[::-1], n[::-1] - 1)
    assert again.variance[::-1] == pytest.approx(100 * found.variance)
