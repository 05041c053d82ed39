"""What a plan says before a wave, from what earlier waves published."""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from scipy import special

from analytics.planning.again import ToldFigure, expected_again, expected_of
from analytics.planning.ahead import (
    Base,
    KnownPlace,
    NeededToShow,
    PlannedUnit,
    as_base,
    sample_ahead,
    staff_ahead,
)
from analytics.planning.first_sample import first_sample_ahead
from analytics.planning.found import BEYOND, error_found, smallest_found
from analytics.planning.units_told import units_told
from questionnaires.margins import Margins


def told(margin, n, people=None):
    return ToldFigure(margin, n, people)


def like(**more):
    places = {
        ("agency", ""): KnownPlace(0.5, told(1.0, 300, 600)),
        ("region", "r"): KnownPlace(0.6, told(2.0, 120, 200)),
        ("unit", "a"): KnownPlace(0.8, told(3.0, 40, 50)),
    }
    return Base(everybody=True, invited=600, places=places | more)


def a_staff():
    return [
        PlannedUnit("a", "r", "x", 50, 50),
        PlannedUnit("b", "r", "x", 50, 50),
        PlannedUnit("c", "s", "y", 40, 40),
    ]


def ahead(units=None, base=None, last=None, **more):
    return staff_ahead(
        units or a_staff(), base, last, np.random.default_rng(1),
        everybody=True, fewest=10, remainder=10, **more,
    )  # fmt: skip


def test_a_unit_answers_as_it_did_else_as_its_region_else_as_the_whole():
    found = ahead(base=like(), last=like())
    # 50 of (50 * .8 + 40 * .6) / 90, drawn towards the region; .6 of 50; .5 of 40
    assert [place.answers for place in found.units] == pytest.approx([50 * 64 / 90, 30, 20])
    assert found.whole.answers == pytest.approx(50 * 64 / 90 + 50)


def test_without_an_earlier_wave_the_assumption_stands_and_no_change_is_promised():
    found = ahead()
    assert found.rate == 0.5
    # 20 points among 70 of 140: 1.99 * 20 * sqrt(1/70 - 1/140)
    assert found.whole.margin == pytest.approx(1.995 * 20 * np.sqrt(1 / 140), rel=1e-3)
    assert found.whole.smallest is None


def test_a_wave_that_is_expected_is_measured_from_as_one_like_the_planned():
    # the same plan twice: the change is that of two such waves, one of which is not held yet
    units, base = a_staff(), like()
    before = ahead(units, base)
    assert before is not None
    found = ahead(units, base, as_base(before, units, everybody=True))
    answers = 50 * 64 / 90 + 50
    spread = base.places["agency", ""].told.spread()
    same = expected_of(spread, answers, 140, "agency", together=1.0)
    assert found.whole.smallest == pytest.approx(same.smallest, abs=0.05)
    # a third of them asked before tells less
    third = [
        PlannedUnit(one.code, one.region, one.kind, one.asked // 3, one.people) for one in units
    ]
    fewer = ahead(units, base, as_base(ahead(third, base), third, everybody=False), together=1.0)
    assert fewer.whole.smallest > found.whole.smallest


def test_asking_more_of_some_units_costs_precision_of_the_whole():
    def margin(*asked):
        units = [PlannedUnit(f"u{at}", "r", "x", n, 200) for at, n in enumerate(asked)]
        return ahead(units).whole.margin

    # as many answers in all; 100 * (1/30 + 1/70) / 4 = 1.19 times the variance
    assert margin(30, 70) == pytest.approx(margin(50, 50) * np.sqrt(100 * (1 / 30 + 1 / 70) / 4))


def drawn_unevenly(asked_before, spreads):
    """Say what was told of units of 200 people of whom half answered, and plan 30, 70 and 60."""
    answers = [n / 2 for n in asked_before]
    errors = [spread * np.sqrt(1 / n - 1 / 200) for spread, n in zip(spreads, answers, strict=True)]
    whole = 2 * np.sqrt(sum(error**2 for error in errors)) / 3
    places = {("agency", ""): KnownPlace(0.5, told(whole, sum(answers), 600), sum(asked_before))}
    for at, (n, asked, error) in enumerate(zip(answers, asked_before, errors, strict=True)):
        places["unit", f"u{at}"] = KnownPlace(0.5, told(2 * error, n, 200), asked)
    units = [PlannedUnit(f"u{at}", "r", "x", n, 200) for at, n in enumerate((30, 70, 60))]
    return whole, ahead(units, Base(False, 160, places)).whole.margin


def test_what_an_uneven_sample_costs_is_not_counted_twice():
    # the same draw again has the same interval: the one that was told holds what weights cost
    whole, planned = drawn_unevenly((30, 70, 60), (8.0, 26.0, 20.0))
    assert planned == pytest.approx(whole, rel=0.02)


def test_asking_more_where_people_differ_more_is_gained_by():
    # after as large a sample of which each unit had the same part; Neyman's shares
    whole, planned = drawn_unevenly((54, 53, 53), (9.0, 21.0, 18.0))
    assert planned < 0.97 * whole
    # and where they do not differ, it costs what it costs
    whole, planned = drawn_unevenly((54, 53, 53), (18.0, 18.0, 18.0))
    assert planned == pytest.approx(
        whole * np.sqrt(160 / 9 * sum(1 / n for n in (30, 70, 60))), 0.03
    )


def of_a_unit_that_told_nothing(asked_before, spreads):
    """Say what seven units of 200 told, and plan 60 of each and of an eighth that told nothing."""
    places = {("agency", ""): KnownPlace(0.5, told(1.5, 240, 1600), 480)}
    for at, (asked, spread) in enumerate(zip(asked_before, spreads, strict=True)):
        half = special.stdtrit(asked / 2 - 1, 0.975) * spread * np.sqrt(2 / asked - 1 / 200)
        places["unit", f"u{at}"] = KnownPlace(0.5, told(half, asked / 2, 200), asked)
    places["unit", "u7"] = KnownPlace(None, None, 12)
    units = [PlannedUnit(f"u{at}", "r", "x", 60, 200) for at in range(8)]
    found = ahead(units, Base(False, 480, places)).units
    return found[7].margin / found[6].margin


def test_a_unit_that_told_nothing_differs_as_the_part_of_it_that_was_asked():
    spreads = [8.0, 10.0, 13.0, 16.0, 20.0, 25.0, 28.0]
    # Neyman's rule: three of each point, so that the eighth differs by 4
    odd = of_a_unit_that_told_nothing([3 * int(spread) for spread in spreads], spreads)
    assert odd == pytest.approx(4 / 28, rel=0.1)
    # where others were asked alike it says nothing, and the usual spread is expected
    even = of_a_unit_that_told_nothing([68] * 7, spreads)
    assert even == pytest.approx(np.sqrt(np.mean(np.square(spreads))) / 28, rel=0.05)


def test_the_same_wave_again_has_the_interval_that_was_published():
    again = expected_of(told(2.0, 120, 200).spread(), 120, 200, "region")
    assert again.margin == pytest.approx(2.0)
    assert expected_again(told(2.0, 120, 200), "region").margin == pytest.approx(2.0)


def test_a_part_must_move_more_than_the_whole_and_a_unit_more_than_both():
    sizes = [smallest_found(1.0, level) for level in ("agency", "region", "unit")]
    assert all(one < other for one, other in pairwise(sizes))
    assert smallest_found(1.0, "group") == smallest_found(1.0, "region") == 3 + BEYOND["region"]


@pytest.mark.parametrize("level", ["agency", "region", "unit"])
@pytest.mark.parametrize("error", [0.0, 1.0, 1.4, 1.9, 2.1, 5.0])
def test_the_error_behind_a_change_is_found_again(error, level):
    assert error_found(smallest_found(error, level), level) == pytest.approx(error)


def test_large_errors_take_half_as_much_again_of_the_whole_and_its_parts():
    assert smallest_found(4.0, "agency") == 3 + 1.5 * BEYOND["agency"] * 4
    assert smallest_found(1.75, "region") == pytest.approx(3 + 1.25 * BEYOND["region"] * 1.75)
    assert smallest_found(4.0, "unit") == 5 + BEYOND["unit"] * 4


def test_a_change_is_found_as_far_beyond_the_agencys_own_margins_as_beyond_the_usual_ones():
    usual, own = (
        ahead(base=like(), last=like()),
        ahead(base=like(), last=like(), margins=Margins(general=2.0, unit=7.0)),
    )
    # 3 and 5 are the usual ones
    assert own.whole.smallest == pytest.approx(usual.whole.smallest - 1)
    assert [one.smallest for one in own.parts] == pytest.approx(
        [one.smallest - 1 for one in usual.parts]
    )
    assert [one.smallest for one in own.units] == pytest.approx(
        [one.smallest + 2 for one in usual.units]
    )
    base = Base(False, 1000, {("agency", ""): KnownPlace(None, told(2.0, 401))})
    twice = [sample_ahead(base, base, None, *more) for more in ((), (Margins(2.0, 7.0),))]
    assert twice[1].whole.smallest == pytest.approx(twice[0].whole.smallest - 1)


def test_twice_as_many_letters_are_twice_as_many_answers_and_narrower_intervals():
    base = Base(False, 1000, {("agency", ""): KnownPlace(None, told(2.0, 401))})
    same, more = sample_ahead(base, base, None), sample_ahead(base, base, 2000)
    assert (same.whole.answers, more.whole.answers) == (401, 802)
    assert more.whole.margin == pytest.approx(2.0 / np.sqrt(2), rel=0.01)


def test_what_was_told_of_nobody_gives_no_plan_of_a_sample():
    hidden = Base(False, 1000, {("agency", ""): KnownPlace(None, None)})
    assert sample_ahead(hidden, hidden, 500) is None


def sampled(asked):
    """Look ahead to letters of which 40 % were answered, with weights that cost a fifth."""
    whole, group = ToldFigure(2.0, 400, None, 320.0), ToldFigure(5.0, 100, None, 80.0)
    places = {("agency", ""): KnownPlace(None, whole), ("group", "age:1"): KnownPlace(None, group)}
    base = Base(False, 1000, places)
    limits = {"whole_shown": NeededToShow(50, 500.0), "group_shown": NeededToShow(50, 40.0)}
    return sample_ahead(base, base, asked, **limits)


def test_a_sample_needs_more_answers_than_equal_weight_asks_for_where_weights_differ():
    # 500 of equal weight are 500 * 400 / 320 = 625 answers, which come from 1563 letters
    assert sampled(1000).needed == pytest.approx(625)
    assert sampled(1562).whole.answers < 625 < sampled(1563).whole.answers


def test_of_a_sample_too_small_to_be_shown_no_group_is_promised_either():
    # the group has 150 answers of the 50 that it needs, the whole 600 of 625
    assert sampled(1500).parts == ()
    assert [one.answers for one in sampled(2000).parts] == [pytest.approx(200)]


def test_a_group_with_too_few_answers_is_not_planned_by():
    whole, few = ToldFigure(2.0, 1000, None), ToldFigure(9.0, 45, None)
    places = {("agency", ""): KnownPlace(None, whole), ("group", "age:1"): KnownPlace(None, few)}
    base = Base(False, 2000, places)
    ahead = partial(sample_ahead, base, base, group_shown=NeededToShow(50))
    assert ahead(None).parts == ()
    assert [one.answers for one in ahead(4000).parts] == [90]


def shown(invited, response, regions, **more):
    rng = np.random.default_rng(3)
    return units_told(invited, response, [regions], rng, fewest=10, remainder=10, **more)


def test_all_large_units_are_shown_and_no_small_one():
    found = shown([200] * 6, [0.6] * 6, ["r"] * 6)
    assert (found.low, found.expected, found.high) == (6, 6, 6)
    assert shown([12] * 4, [0.4] * 4, ["r"] * 4).high == 0


def test_one_small_unit_of_a_region_takes_another_with_it():
    # five are large enough; the sixth, hidden, would follow from the region
    assert shown([30] * 5 + [12], [0.7] * 5 + [0.3], ["r"] * 6).high == 4
    # two small ones with ten answers or more between them cover each other
    assert shown([200] * 4 + [15, 15], [0.6] * 4 + [0.45] * 2, ["r"] * 6).expected == 4
    # beside 300 answers, 5 move a mean by less than two points: the large one would be known nearly
    assert shown([500] * 3 + [12], [0.6] * 3 + [0.4], ["r"] * 4).expected == 1


def test_one_unit_hidden_in_region_and_type_at_once_covers_both():
    # the small one is of r and x; of 21 others each, the fourth alone lies in both
    found = units_told(
        [9, 30, 30, 32, 30, 30], [0.95] + [0.7] * 5, [list("rrsrss"), list("xyxxyy")],
        np.random.default_rng(3), fewest=10, remainder=10,
    )  # fmt: skip
    assert (found.low, found.expected, found.high) == (4, 4, 4)


def test_the_range_is_wider_where_no_wave_tells_how_many_answer():
    sizes, rates = list(range(12, 48)), [0.45] * 36
    known, guessed = (
        shown(sizes, rates, ["r"] * 36, response_known=told_before) for told_before in (True, False)
    )
    assert known.low <= known.expected <= known.high
    assert guessed.high - guessed.low > known.high - known.low


def test_a_first_sample_is_asked_for_as_many_answers_as_it_takes_to_be_shown():
    whole = NeededToShow(50, 500)
    unknown = first_sample_ahead(None, whole)
    # 500 of equal weight are 500 * 1.3 answers, and a fourth of those who are invited give one
    assert (unknown.needed, unknown.asked) == (650, 2600)
    assert unknown.whole.answers >= unknown.needed
    assert unknown.whole.smallest is None
    # half the interval: 1.96 times 20, by the root of 500 answers of equal weight
    assert unknown.whole.margin == pytest.approx(1.755, abs=0.005)
    few = first_sample_ahead(420, whole)
    assert (few.asked, few.whole.answers, few.needed) == (420, 105, 650)
    known = first_sample_ahead(None, whole, rate=0.43)
    assert known.asked == 1600  # 650 / .43 is 1512
    assert first_sample_ahead(4, whole) is None
