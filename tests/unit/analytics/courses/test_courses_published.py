"""What is taken back from published intervals, by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from analytics.courses.published import courses_alone, courses_apart, read_levels
from analytics.courses.series import NO_FIGURE

NORMAL = 1.959963984540054
ROUNDING = 0.1**2 / 12
COLUMNS = ("wave", "measure", "level", "domain", "mean", "low", "high", "n", "population")
LINKED = np.ones((2, 2))


def shown(*rows):
    return pd.DataFrame(rows, columns=list(COLUMNS))


def figure(
    deviation, *, n=40.0, population=100.0, wave="w1", measure="A", level="unit", domain="u1",
    mean=60.0,
):  # fmt: skip
    reach = NORMAL * deviation
    return (wave, measure, level, domain, mean, mean - reach, mean + reach, n, population)


def level_of(*rows, waves=("w1",)):
    (found,) = read_levels(shown(*rows), waves).values()
    return found


def test_an_interval_gives_its_variance_back_and_the_staff_that_was_not_asked_the_rest():
    found = level_of(figure(3.0))
    # 3 squared, the rounding to tenths, and 60 of 100 were not asked
    assert found.finite[0, 0] == pytest.approx(9 + ROUNDING)
    assert found.free[0, 0] == pytest.approx((9 + ROUNDING) / 0.6)


@pytest.mark.parametrize("df", [3, 9, 60])
def test_few_degrees_of_freedom_count_as_a_larger_error(df):
    reach = t.ppf(0.975, df) * 2.0
    found = level_of(("w1", "A", "unit", "u1", 60.0, 60 - reach, 60 + reach, np.nan, np.nan))
    widened = 2.0 * t.ppf(0.975, df) / NORMAL
    assert found.finite[0, 0] == pytest.approx(widened**2 + ROUNDING)


def test_of_an_interval_that_is_cut_the_wider_side_counts():
    found = level_of(("w1", "A", "unit", "u1", 97.0, 90.0, 100.0, np.nan, np.nan))
    assert found.finite[0, 0] == pytest.approx((7 / NORMAL) ** 2 + ROUNDING)


@pytest.mark.parametrize(("n", "people"), [(np.nan, 100), (40, np.nan), (np.nan, np.nan)])
def test_where_nobody_counted_the_error_is_as_it_stands_and_nothing_is_shared(n, people):
    rows = [figure(3.0, n=n, population=people, wave=wave) for wave in ("w1", "w2")]
    found = level_of(*rows, waves=["w1", "w2"])
    assert found.free == pytest.approx(found.finite)
    series = courses_alone(found, LINKED)
    assert (series.shared == 0).all()
    assert series.error[0] == pytest.approx(np.diag([9 + ROUNDING] * 2))


def test_a_complete_count_borrows_how_answers_vary_elsewhere():
    # a person's variance: 40 x 9 / .6 in u1, 20 x 25 / .8 in u2; nothing is left to ask in u3
    rows = [
        figure(3.0),
        figure(5.0, n=20, domain="u2"),
        figure(0.0, n=30, population=30, domain="u3"),
    ]
    found = level_of(*rows)
    person = np.median([40 * (9 + ROUNDING) / 0.6, 20 * (25 + ROUNDING) / 0.8])
    assert found.finite[2, 0] == pytest.approx(ROUNDING)
    assert found.free[2, 0] == pytest.approx(person / 30 + ROUNDING)


def test_what_everybody_would_have_answered_varies_by_one_persons_answers_over_all_of_them():
    # 40 answers with an error of 9 / .6 each way: 600 points squared a person, of 100
    found = level_of(figure(3.0))
    assert found.whole[0, 0] == pytest.approx(40 * (9 + ROUNDING) / 0.6 / 100)
    # a figure's error is that and what is left of it by the correction for a finite staff
    assert found.whole + found.finite == pytest.approx(found.free)


@pytest.mark.parametrize(("n", "deviation"), [(40, 0.2), (90, 0.2), (96, 0.2), (100, 0.0)])
def test_no_figure_errs_less_than_what_everybody_said_varies(n, deviation):
    # of people who answer nearly alike, beside units whose people do not
    rows = figure(deviation, n=n), *(figure(3.0, domain=f"u{at}") for at in (2, 3))
    found = level_of(*rows)
    assert (found.whole <= found.free + 1e-12).all()
    uncounted = level_of(figure(deviation, n=np.nan), *rows[1:])
    assert (uncounted.whole <= uncounted.free + 1e-12).all()
    assert uncounted.whole[0, 0] > 0


def test_where_nobody_knows_how_many_there_are_nothing_is_known_of_all():
    assert level_of(figure(3.0, population=np.nan)).whole[0, 0] == 0
    # how many answered is hidden: others tell how answers vary
    rows = figure(3.0, n=np.nan, population=200.0), figure(2.0, domain="u2")
    assert level_of(*rows).whole[0, 0] == pytest.approx(40 * (4 + ROUNDING) / 0.6 / 200)


def test_where_no_place_of_its_level_tells_how_answers_vary_other_levels_do():
    rows = [
        figure(1.0, n=400, population=1000, level="agency", domain=""),
        figure(0.0, n=30, population=30),
        figure(1.0, n=400, population=1000, level="agency", domain="", measure="B"),
    ]
    found = read_levels(shown(*rows), ["w1"])["unit"]
    assert found.free[0, 0] == pytest.approx(400 * (1 + ROUNDING) / 0.6 / 30 + ROUNDING)


def test_where_everybody_answered_everywhere_answers_vary_as_if_spread_evenly():
    # the variance of a number that is anywhere between 0 and 100 is 100 squared over 12
    everywhere = figure(0.0, n=30, population=30), figure(0.1, n=97, domain="u2")
    found = level_of(*everywhere)
    assert found.free[:, 0] == pytest.approx([10_000 / 12 / n + ROUNDING for n in (30, 97)])
    assert found.finite[0, 0] == pytest.approx(ROUNDING)


def test_one_in_twenty_left_to_ask_still_tells_for_itself():
    assert level_of(figure(1.0, n=95)).free[0, 0] == pytest.approx((1 + ROUNDING) / 0.05)
    rows = figure(1.0, n=96), figure(3.0, domain="u2")
    borrowed = 40 * (9 + ROUNDING) / 0.6 / 96 + ROUNDING
    assert level_of(*rows).free[0, 0] == pytest.approx(borrowed)


def test_more_answers_than_people_are_a_complete_count():
    found = level_of(figure(0.5, n=110), figure(3.0, domain="u2"))
    assert np.isfinite(found.free).all()
    assert found.free[0, 0] == pytest.approx(40 * (9 + ROUNDING) / 0.6 / 110 + ROUNDING)


def test_waves_are_laid_out_in_their_order_and_only_those_asked_for():
    rows = [
        figure(3.0, wave="w3", mean=63.0), figure(3.0, wave="w1", mean=61.0),
        figure(3.0, wave="old", mean=10.0), figure(3.0, wave="w3", domain="u0", mean=50.0),
        ("w2", "A", "unit", "u1", 62.0, np.nan, np.nan, 40, 100),
    ]  # fmt: skip
    found = level_of(*rows, waves=["w1", "w2", "w3"])
    assert found.keys.to_numpy().tolist() == [["A", "unit", "u0"], ["A", "unit", "u1"]]
    assert found.value == pytest.approx(
        np.array([[np.nan, np.nan, 50], [61, np.nan, 63]]), nan_ok=True
    )
    asked = pd.Series(["A", "A", "B"]), pd.Series(["u1", "u9", "u1"])
    assert found.rows(*asked).tolist() == [1, -1, -1]


def test_measures_of_a_place_stand_together():
    rows = [figure(3.0, measure=m, domain=d) for m in "BA" for d in ("u2", "u1")]
    found = level_of(*rows)
    assert found.keys["domain"].tolist() == ["u1", "u1", "u2", "u2"]
    assert courses_alone(found, LINKED[:1, :1]).place.tolist() == [0, 0, 1, 1]


def test_a_wave_without_a_figure_has_no_weight_and_stands_among_the_others():
    rows = [figure(3.0, wave="w1", mean=61.0), figure(3.0, wave="w3", mean=64.0)]
    series = courses_alone(level_of(*rows, waves=["w1", "w2", "w3"]), np.ones((3, 3)))
    assert series.value[0].tolist() == [61.0, 62.5, 64.0]
    assert series.error[0, 1].tolist() == [0.0, NO_FIGURE, 0.0]
    assert series.shared[0, 1].tolist() == [0.0, 0.0, 0.0]
    assert series.shared[0, 0, 2] > 0


def test_two_waves_share_what_the_same_staff_would_answer_twice():
    # 90 points squared a person; 100 people: if nobody changed their mind, the two means of all of
    # them would go together by 90 / 100, however many of them answered
    person, people = 90.0, 100
    rows = []
    for wave, n in (("w1", 40), ("w2", 70)):
        deviation = np.sqrt(person / n * (1 - n / people))
        rows.append(figure(deviation, n=n, wave=wave))
    series = courses_alone(level_of(*rows, waves=["w1", "w2"]), LINKED)
    assert series.shared[0, 0, 1] == pytest.approx(person / people, rel=3e-3)
    assert series.error[0] == pytest.approx(np.diag([person / 40, person / 70]), rel=3e-3)
    apart = courses_alone(level_of(*rows, waves=["w1", "w2"]), np.eye(2))
    assert (apart.shared == 0).all()


def test_a_place_beside_what_holds_it_errs_by_both_less_what_they_have_in_common():
    unit, region = [], []
    for wave, mean in (("w1", 64.0), ("w2", 66.0)):
        unit.append(figure(3.0, wave=wave, mean=mean))
        region.append(figure(1.0, n=300, population=500, wave=wave, level="region", domain="r1"))
    waves = ["w1", "w2"]
    inner, outer = level_of(*unit, waves=waves), level_of(*region, waves=waves)
    w = 0.2
    found = courses_apart(inner, outer, np.array([0]), np.array([w]), LINKED)
    own, whole = courses_alone(inner, LINKED), courses_alone(outer, LINKED)
    assert found.value[0].tolist() == [4.0, 6.0]
    assert found.error == pytest.approx((1 - 2 * w) * own.error + whole.error)
    assert found.shared == pytest.approx((1 - 2 * w) * own.shared + whole.shared)
    assert found.whole == pytest.approx((1 - 2 * w) * own.whole + whole.whole)
    # by hand: V(inner) = 9 / .6, V(outer) = 1 / .4
    assert found.error[0, 0, 0] == pytest.approx(0.6 * 15 + 2.5, rel=1e-2)
    unknown = courses_apart(inner, outer, np.array([0]), np.array([0.0]), LINKED)
    assert unknown.error == pytest.approx(own.error + whole.error)
    nearly_all = courses_apart(inner, outer, np.array([0]), np.array([0.9]), LINKED)
    assert nearly_all.error == pytest.approx(whole.error)


def test_a_difference_errs_by_what_the_covariance_with_a_part_leaves():
    # a region of which a share w answers with the mean A and the rest with B:
    # the unit less the region is (1 - w)(A - B)
    w, of_unit, of_rest = 0.3, 4.0, 1.5
    region = w**2 * of_unit + (1 - w) ** 2 * of_rest
    exactly = (1 - w) ** 2 * (of_unit + of_rest)
    assert of_unit * (1 - 2 * w) + region == pytest.approx(exactly)


def test_a_wave_without_the_outer_figure_has_none():
    waves = ["w1", "w2"]
    inner = level_of(*(figure(3.0, wave=wave) for wave in waves), waves=waves)
    outer = level_of(
        figure(1.0, level="region", domain="r1", mean=55.0), figure(1.0, wave="w2", level="region",
        domain="r2"), waves=waves,
    )  # fmt: skip
    found = courses_apart(inner, outer, np.array([0]), np.array([0.1]), LINKED)
    assert found.value[0, 0] == 5.0
    assert found.error[0, 1].tolist() == [0.0, NO_FIGURE]


def many(deviations, n=20, population=100):
    """Units of n answers each, whose intervals are made of sample variances that chance made."""
    reach = t.ppf(0.975, n - 1) * np.sqrt((1 - n / population) / n)
    return [
        ("w1", "A", "unit", f"u{at:02}", 60.0, 60 - reach * one, 60 + reach * one, n, population)
        for at, one in enumerate(deviations)
    ]


def test_a_short_interval_among_many_alike_is_drawn_towards_theirs():
    rng = np.random.default_rng(4)
    deviations = 18 * np.sqrt(rng.chisquare(19, 60) / 19)
    found = level_of(*many(deviations))
    single = (found.free[:, 0] - ROUNDING) * 20
    assert np.ptp(np.sqrt(single)) < 0.2 * np.ptp(deviations)
    assert np.sqrt(single.mean()) == pytest.approx(18, abs=1)
    assert found.finite[:, 0] - ROUNDING == pytest.approx(0.8 * single / 20, rel=1e-3)


def test_places_whose_people_do_differ_keep_their_own():
    deviations = np.repeat([6.0, 24.0], 30)
    single = (level_of(*many(deviations, n=80, population=400)).free[:, 0] - ROUNDING) * 80
    assert np.sqrt(single) == pytest.approx(deviations, rel=0.1)


def test_of_few_places_each_stands_for_itself():
    found = level_of(*many(np.linspace(10, 20, 9)))
    assert found.finite[0, 0] - ROUNDING == pytest.approx(
        (t.ppf(0.975, 19) / NORMAL) ** 2 * 0.8 * 100 / 20
    )


def test_errors_that_would_have_more_in_common_than_they_are_large_are_held_apart():
    # of 30 people all answered a main wave, and two thirds of them are in one panel
    rows = [
        (f"w{at}", "A", "unit", "u1", 60.0, 60 - reach, 60 + reach, n, 30)
        for at, (n, reach) in enumerate([(27, 2.0), (20, 5.0), (20, 5.0), (20, 5.0)])
    ]
    linked = np.array([[0, 1, 1, 1], [1, 0, 3, 3], [1, 3, 0, 3], [1, 3, 3, 0]], dtype=float)
    series = courses_alone(level_of(*rows, waves=["w0", "w1", "w2", "w3"]), linked)
    assert (np.linalg.eigvalsh(series.error[0] + 0.9 * series.shared[0]) > 0).all()
    few = linked / 10
    kept = courses_alone(level_of(*rows, waves=["w0", "w1", "w2", "w3"]), few)
    ratio = series.shared[0, 0, 1] / kept.shared[0, 0, 1]
    assert 1 < ratio < 10
