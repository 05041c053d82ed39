"""Planned errors, powers and sizes against R (planning/planning.R) and printed examples."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest

from analytics.planning.allocation import neyman, optimum, proportional, strata
from analytics.planning.difference import difference_precision
from analytics.planning.power import power, smallest_detectable
from analytics.planning.precision import from_error, mean_precision
from analytics.planning.sample import simple_sample, stratified_sample
from analytics.planning.sample_size import (
    Assumptions,
    respondents_for_margin,
    respondents_for_power,
)

R = json.loads((Path(__file__).parent / "planning" / "planning.json").read_text())


def two_waves(n, sd):
    return difference_precision(simple_sample(n), simple_sample(n), sd)


@pytest.mark.parametrize("case", R["two_sample"])
def test_power_of_two_independent_waves_is_that_of_power_t_test(case):
    found = power(case["delta"], two_waves(case["n"], case["sd"]))
    assert found == pytest.approx(case["power"], abs=1e-9)


@pytest.mark.parametrize("case", R["paired"])
def test_power_of_the_same_people_asked_twice_is_that_of_the_paired_test(case):
    # R's sd is that of the differences: sd^2 = 2 S^2 (1 - rho), here with rho = 0.6.
    wave, spread = simple_sample(case["n"]), case["sd"] / math.sqrt(2 * (1 - 0.6))
    found = difference_precision(wave, wave, spread, correlation=0.6, overlap=1.0)
    assert power(case["delta"], found) == pytest.approx(case["power"], abs=1e-9)


@pytest.mark.parametrize("case", R["smallest"])
def test_the_smallest_detectable_change_is_that_of_power_t_test(case):
    found = smallest_detectable(two_waves(case["n"], case["sd"]))
    assert found == pytest.approx(case["delta"], rel=1e-7)


@pytest.mark.parametrize("case", R["size"])
def test_the_size_for_a_power_is_that_of_power_t_test_rounded_up(case):
    found = respondents_for_power(case["delta"], case["sd"], Assumptions())
    assert found == math.ceil(case["n"])


def test_planning_with_the_schools_own_spread_gives_the_error_that_survey_prints():
    wanted = R["apistrat"]
    parts = wanted["strata"].values()
    plan = stratified_sample([p["n"] for p in parts], [p["population"] for p in parts])
    found = mean_precision(plan, [p["sd"] for p in parts])
    # The file's weights are the shares N_h / n_h rounded to seven digits.
    assert found.se == pytest.approx(wanted["se"], rel=1e-7)
    assert found.df == wanted["df"]
    assert 2 * found.margin == pytest.approx(wanted["high"] - wanted["low"], rel=1e-7)


def test_the_sixty_four_cities_of_cochran_have_the_errors_printed():
    # Cochran (1977), 5.9: 16 large and 48 smaller cities, n = 24, standard errors of the total.
    people, sd = [16, 48], [math.sqrt(53843), math.sqrt(5581)]
    simple = 64 * mean_precision(simple_sample(24, 64), math.sqrt(52448)).se
    in_proportion = 64 * mean_precision(stratified_sample([6, 18], people), sd).se
    equal = 64 * mean_precision(stratified_sample([12, 12], people), sd).se
    assert [round(value) for value in (simple, in_proportion, equal)] == [2365, 1372, 1044]


def test_the_sixty_four_cities_are_allocated_as_printed():
    given = strata([16, 48], [math.sqrt(53843), math.sqrt(5581)])
    assert proportional(given, 24).respondents.tolist() == [6, 18]
    assert neyman(given, 24).respondents.tolist() == [12, 12]


def test_the_farms_of_lohr_have_the_error_printed():
    # Lohr, Sampling: Design and Analysis, example 3.2: acres of 3,078 counties in four regions.
    variance = [29618183543, 7647472708, 53587487856, 396185950266]
    plan = stratified_sample([103, 21, 135, 41], [1054, 220, 1382, 422])
    found = mean_precision(plan, np.sqrt(variance))
    assert round(3078 * found.se) == pytest.approx(50417248, abs=1)


def test_the_margins_in_the_instruments_are_reproduced():
    # instruments.md 4.5 was computed with 1.96 and a standard deviation of 19 (public 21.4).
    staff = [(12, 20, 6.8), (25, 45, 5.0), (60, 100, 3.0), (180, 300, 1.8), (850, 5600, 1.2),
             (3200, 5600, 0.4)]  # fmt: skip
    for n, people, margin in staff:
        se = mean_precision(simple_sample(n, people), 19).se
        assert round(from_error(se, math.inf, 0.95).margin, 1) == margin
    for n, margin in [(1700, 1.0), (100, 4.2), (50, 5.9)]:
        se = mean_precision(simple_sample(n), 21.4).se
        assert round(from_error(se, math.inf, 0.95).margin, 1) == margin


def test_the_size_for_a_margin_is_cochrans_and_a_little_more_for_t():
    # n_0 = (1.96 * 19 / 1)^2 = 1,386.8; n = n_0 / (1 + n_0 / 5600) = 1,111.5; t asks for two more.
    found = respondents_for_margin(1.0, 19, Assumptions(population=5600))
    assert found == 1114
    assert mean_precision(simple_sample(found, 5600), 19).margin <= 1
    assert mean_precision(simple_sample(found - 1, 5600), 19).margin > 1


@pytest.mark.parametrize(("n", "m", "both"), [(3, 3, 0), (3, 3, 2), (2, 3, 2), (3, 3, 3)])
def test_the_error_with_an_overlap_is_that_of_all_pairs_of_samples(n, m, both):
    # Every pair of samples of six persons that share so many, counted one by one (Tam 1984).
    before = np.array([10.0, 40, 55, 60, 90, 75])
    after = np.array([20.0, 35, 70, 50, 95, 90])
    pairs = [
        after[list(b)].mean() - before[list(a)].mean()
        for a in itertools.combinations(range(6), n)
        for b in itertools.combinations(range(6), m)
        if len(set(a) & set(b)) == both
    ]
    spread = float(before.std(ddof=1)), float(after.std(ddof=1))
    rho = float(np.corrcoef(before, after)[0, 1])
    found = difference_precision(
        simple_sample(n, 6), simple_sample(m, 6), spread, correlation=rho,
        overlap=both / min(n, m),
    )  # fmt: skip
    assert found.se == pytest.approx(float(np.std(pairs)), rel=1e-12)


def every_allocation(people, minimum):
    return itertools.product(*(range(min(minimum, size), size + 1) for size in people))


def test_neymans_whole_numbers_are_the_best_of_all():
    people, sd = [5, 9, 12, 4], [30.0, 4.0, 11.0, 25.0]
    size = np.array(people) * np.array(sd)
    for total in range(8, 31):
        found = neyman(strata(people, sd), total).respondents
        best = min(
            (size**2 / np.array(n)).sum() for n in every_allocation(people, 2) if sum(n) == total
        )
        assert found.sum() == total
        assert (size**2 / found).sum() == pytest.approx(best, rel=1e-12)


def test_a_budget_is_spent_nearly_as_well_as_it_can_be():
    people, sd, cost = [5, 9, 12, 4], [30.0, 4.0, 11.0, 25.0], np.array([3.0, 1.0, 2.0, 5.0])
    size = np.array(people) * np.array(sd)
    for budget in range(24, 70, 5):
        found = optimum(strata(people, sd), cost, budget=budget).respondents
        best = min(
            (size**2 / np.array(n)).sum()
            for n in every_allocation(people, 2)
            if (np.array(n) * cost).sum() <= budget
        )
        assert (found * cost).sum() <= budget
        # Whole respondents of unequal cost: the best fit of a knapsack is not sought.
        assert (size**2 / found).sum() <= best * 1.06
