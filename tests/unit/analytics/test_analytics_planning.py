"""Plans of waves that nobody has answered yet."""

import math

import numpy as np
import pandas as pd
import pytest

from analytics.errors import DesignError, SpecificationError
from analytics.planning.allocation import neyman, optimum, power_allocation, proportional, strata
from analytics.planning.difference import difference_precision
from analytics.planning.power import power, smallest_detectable, verdict_chances
from analytics.planning.precision import mean_precision
from analytics.planning.sample import simple_sample, stratified_sample
from analytics.planning.sample_size import (
    Assumptions,
    respondents_for_margin,
    respondents_for_power,
    to_invite,
)
from analytics.workbench.analyse import analyse
from analytics.workbench.file.adjust import adjust
from analytics.workbench.file.design import sampling_design
from analytics.workbench.file.estimates import levels
from analytics.workbench.file.inputs import inputs
from analytics.workbench.file.waves import Wave
from analytics.workbench.sections.planning import (
    COMPARED,
    CORRECTED,
    FOR_P,
    UNCORRECTED,
    planning_cautions,
    planning_rows,
)
from analytics.workbench.specification.planning import read_planning
from analytics.workbench.specification.reader import read_specification


def test_a_complete_count_has_no_sampling_error():
    found = mean_precision(simple_sample(20, 20), 19)
    assert (found.se, found.margin) == (0, 0)
    assert mean_precision(simple_sample(1, 1), 19).margin == 0


def test_one_respondent_of_many_has_an_error_but_no_margin():
    found = mean_precision(simple_sample(1, 20), 19)
    assert found.se > 0
    assert math.isnan(found.margin)
    assert math.isnan(smallest_detectable(found))
    assert math.isnan(power(3, found))


def test_clusters_raise_the_error_by_kishs_factor_and_leave_fewer_degrees_of_freedom():
    # 200 respondents in 20 clusters of 10 with an icc of 0.05: 1 + 9 * 0.05 = 1.45
    plain = mean_precision(simple_sample(200), 19)
    found = mean_precision(simple_sample(200, icc=0.05, cluster_size=10), 19)
    assert found.se == pytest.approx(plain.se * math.sqrt(1.45))
    assert found.df == 19


def test_a_region_is_planned_from_its_units():
    # two units, 12 of 20 and 60 of 100: 19^2 (W^2 (1/n - 1/N) summed), by hand 1.9900 points
    region = stratified_sample([12, 60], [20, 100])
    by_hand = 19 * math.sqrt((1 / 6) ** 2 * (1 / 12 - 1 / 20) + (5 / 6) ** 2 * (1 / 60 - 1 / 100))
    assert mean_precision(region, 19).se == pytest.approx(by_hand)
    assert mean_precision(stratified_sample([12, 60], [20, 100], corrected=False), 19).se > by_hand


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: simple_sample(21, 20), "stratum 1 expects 21 respondents of 20 persons"),
        (lambda: simple_sample(0, 20), "at least one expected respondent"),
        (lambda: simple_sample(5, icc=1.5), "between 0 and 1"),
        (lambda: simple_sample(5, deff=0), "design effect"),
        (lambda: simple_sample(5, cluster_size=0), "at least one respondent"),
        (lambda: stratified_sample([5], [10, 10]), "of each stratum"),
        (lambda: stratified_sample([5], [math.inf]), "number of persons"),
        (lambda: mean_precision(simple_sample(5), -1), "at least 0"),
        (lambda: mean_precision(simple_sample(5), [1, 2]), "one for each stratum"),
        (lambda: mean_precision(simple_sample(5), 1, confidence=95), "between 0 and 1"),
        (lambda: to_invite(10, 0.5, 15), "need 20 invitations, but there are 15 persons"),
        (lambda: to_invite(10, 0.004, 100), "at a response of 0.4 % need 2500 invitations"),
        (lambda: to_invite(10, 2), "share above 0"),
        (lambda: respondents_for_margin(0, 19, Assumptions()), "above 0"),
        (lambda: respondents_for_power(3, 19, Assumptions(), chance=0.01), "level of the test"),
        (lambda: strata([0, 5], 1), "at least one person"),
        (lambda: strata([5, 5], [1, -1]), "at least 0"),
        (lambda: proportional(strata([5, 5], 1), 11), "more than the 10 persons"),
        (lambda: proportional(strata([5, 5], 1), 3), "lower the minimum"),
        (lambda: proportional(strata([5, 5], 1), 5, minimum=0), "at least 1"),
        (lambda: optimum(strata([5, 5], 1), 0, budget=9), "cost something"),
        (lambda: power_allocation(strata([5, 5], 1), 6, mean=[0, 1]), "above 0"),
        (lambda: power_allocation(strata([5, 5], 1), 6, measure=[0, 1]), "above 0"),
        (lambda: verdict_chances(3, mean_precision(simple_sample(9), 5), 0), "above 0"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_a_sentence(make, sentence):
    with pytest.raises(DesignError, match=sentence):
        make()


def test_the_same_people_asked_twice_show_smaller_changes():
    wave = simple_sample(300, 5600)
    independent = difference_precision(wave, wave, 19)
    panel = difference_precision(wave, wave, 19, correlation=0.6, overlap=1.0)
    disjoint = difference_precision(wave, wave, 19, correlation=0.6, overlap=0.0)
    assert panel.se < independent.se < disjoint.se


def test_two_large_samples_cannot_keep_apart():
    wave = simple_sample(12, 20)
    with pytest.raises(DesignError, match="must share some"):
        difference_precision(wave, wave, 19, correlation=0.5, overlap=0.0)


def test_a_careful_plan_expects_the_error_that_unlinked_waves_will_have():
    staff, anybody = simple_sample(60, 100), simple_sample(60)
    found = difference_precision(staff, staff, 19, careful=True)
    assert found.se**2 == pytest.approx(19**2 / 60 * (2 - 60 / 100))
    assert found.se > difference_precision(staff, staff, 19).se
    free = difference_precision(anybody, anybody, 19, careful=True)
    assert free.se == pytest.approx(difference_precision(anybody, anybody, 19).se)


def test_an_overlap_needs_the_same_population_in_both_waves():
    with pytest.raises(DesignError, match="same strata"):
        difference_precision(simple_sample(9, 20), simple_sample(9, 30), 19, overlap=0.5)
    with pytest.raises(DesignError, match="correlation"):
        difference_precision(simple_sample(9), simple_sample(9), 19, correlation=2, overlap=0.5)
    with pytest.raises(DesignError, match="share of the smaller"):
        difference_precision(simple_sample(9), simple_sample(9), 19, overlap=9)


def test_a_change_of_just_the_margin_is_called_up_in_half_of_all_waves_at_most():
    for n in (50, 850, 100_000):
        chances = verdict_chances(
            3, difference_precision(simple_sample(n), simple_sample(n), 19), 3
        )
        assert chances.up <= 0.5 + 1e-12


def test_a_large_wave_without_change_is_called_steady():
    apart = difference_precision(simple_sample(3200), simple_sample(3200), 19)
    chances = verdict_chances(0, apart, 3)
    assert chances.steady > 0.99
    assert chances.up == pytest.approx(chances.down)


def test_a_small_unit_without_change_is_called_uncertain():
    apart = difference_precision(simple_sample(12, 20), simple_sample(12, 20), 19)
    assert verdict_chances(0, apart, 5).uncertain > 0.9


def test_two_complete_counts_decide_without_chance():
    apart = difference_precision(simple_sample(20, 20), simple_sample(20, 20), 19)
    assert verdict_chances(6, apart, 5).up == 1
    assert verdict_chances(1, apart, 5).steady == 1
    assert power(1, apart) == 1
    assert power(0, apart) == 0


def test_nobody_can_answer_often_enough_for_an_impossible_margin():
    assert respondents_for_margin(0.01, 19, Assumptions(deff=1e12)) is None
    assert respondents_for_power(1e-6, 19, Assumptions()) is None
    # Where everybody may answer, all of them always do.
    assert respondents_for_margin(0.01, 19, Assumptions(population=20)) == 20


def test_a_stratum_is_never_asked_for_more_than_it_holds():
    found = neyman(strata([10, 1000], [500, 1]), 60)
    assert found.respondents.tolist() == [10, 50]
    assert found.whole.tolist() == [True, False]


def test_a_stratum_without_spread_gets_the_minimum():
    found = neyman(strata([100, 100, 1], [0, 19, 19]), 50, minimum=10)
    assert found.respondents.tolist() == [10, 39, 1]
    assert found.at_minimum.tolist() == [True, False, False]


def test_square_root_allocation_lies_between_equal_and_proportional():
    given = strata([100, 400, 2500], 19)
    by_root = power_allocation(given, 320)
    assert by_root.respondents.tolist() == [40, 80, 200]  # 10 : 20 : 50


def test_power_one_is_neyman_and_power_zero_looks_at_relative_spread_alone():
    people, sd, mean = [100, 400, 2500], np.array([10.0, 20, 30]), np.array([50.0, 50, 75])
    given = strata(people, sd)
    whole = power_allocation(given, 300, exponent=1, mean=mean, measure=people * mean)
    assert whole.respondents.tolist() == neyman(given, 300).respondents.tolist()
    alike = power_allocation(given, 250, exponent=0, mean=mean).respondents
    assert alike.tolist() == [50, 100, 100]  # 0.2 : 0.4 : 0.4


def a_wave(spec, data):
    read = read_specification(spec)
    design = adjust(data, sampling_design(data, read.design).design, read, None).design
    return Wave(None, data, design, levels(data, design, inputs(data, read), read))


def some_data(n=200):
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {"x": rng.normal(60, 19, n), "unit": rng.integers(0, 4, n), "yes": rng.integers(0, 2, n)}
    )


SPEC = {"variables": {"means": ["x"], "shares": ["yes"]}, "domains": {"by": ["unit"]}}


def test_the_deviation_behind_an_estimate_is_that_of_the_column():
    data = some_data()
    wave = a_wave(SPEC, data)
    assert wave.levels[0].errors.deviation[0, 0] == pytest.approx(data["x"].std())
    assert wave.levels[1].errors.deviation[:, 0] == pytest.approx(data.groupby("unit")["x"].std())


def test_the_deviation_does_not_depend_on_a_finite_population():
    data = some_data()
    wave = a_wave(SPEC | {"design": {"population": 280}}, data)
    assert wave.levels[0].errors.deviation[0, 0] == pytest.approx(data["x"].std())


def test_planning_for_as_many_as_now_gives_the_error_of_now():
    data = some_data()
    wave = a_wave(SPEC | {"design": {"population": 280}}, data)
    first = planning_rows(wave, read_planning({"population": 280}))[0]
    assert first["se"] == pytest.approx(wave.levels[0].errors.se[0, 0])
    assert first["respondents"] == 200


def test_without_a_population_as_many_as_now_give_the_error_without_correction():
    """Whose weights are in persons: the design effect of estimates compares with these persons."""
    data = some_data().assign(w=lambda d: np.where(d["yes"], 2.0, 4.0))
    for design in ({"weight": "w", "strata": "yes"}, {"population": 280}):
        wave = a_wave(SPEC | {"design": design}, data)
        first = planning_rows(wave, read_planning({}))[0]
        assert first["se"] == pytest.approx(wave.levels[0].errors.se_model[0, 0])


def test_a_protected_plan_is_for_a_population_without_end_too_where_persons_may_be_told():
    data = some_data().assign(w=lambda d: np.where(d["yes"], 2.0, 4.0))
    wave = a_wave(SPEC | {"design": {"weight": "w", "strata": "yes"}}, data)
    usual, plan = read_specification(SPEC | {"change": {"rule": "differences"}}), read_planning({})
    means = [row for row in planning_rows(wave, plan) if row["statistic"] == "mean"]
    shown = {level.by: np.full(level.means.n.shape, "published", object) for level in wave.levels}
    rows = planning_rows(wave, plan, hidden=shown, asked=usual)
    told = [row["deff"] for row in rows if row["statistic"] == "mean"]
    # 1.5 times as large, compared with the persons whom the weights stand for
    assert told == pytest.approx([row["deff"] for row in means], abs=0.03)
    assert planning_cautions(wave, plan, usual, shown) == []
    # how many persons there are would tell who answered in the hidden unit: it is told instead
    shown["unit",][2] = "suppressed_primary"
    first = planning_rows(wave, plan, hidden=shown, asked=usual)[0]
    assert first["deff"] == pytest.approx(wave.levels[0].errors.deff[0, 0], abs=0.01)
    assert planning_cautions(wave, plan, usual, shown) == [COMPARED]


def test_what_limits_a_plan_is_told_of_protected_files_too():
    data = some_data().assign(w=lambda d: np.where(d["yes"], 2.0, 4.0))
    data.loc[:3, "unit"] = 4  # four people, who are hidden
    spec = SPEC | {"design": {"weight": "w"}, "disclosure": {"minimum": 5}, "planning": {}}
    told = analyse(data, spec | {"variables": {"means": ["x"], "ranges": {"x": [-50, 150]}}}).result
    assert {FOR_P, COMPARED} <= set(told["warnings"])


def test_it_is_told_where_the_plan_is_not_what_the_result_will_say():
    one, other = (
        a_wave(SPEC, some_data()),
        a_wave(SPEC | {"design": {"population": 280}}, some_data()),
    )
    usual, plain = (
        read_specification(SPEC),
        read_specification(SPEC | {"change": {"rule": "differences"}}),
    )
    named, unnamed = read_planning({"population": 280}), read_planning({})
    assert planning_cautions(one, unnamed, usual) == [FOR_P]
    assert planning_cautions(other, unnamed, plain) == [UNCORRECTED]
    assert planning_cautions(one, named, plain) == [CORRECTED]
    assert planning_cautions(other, named, plain) == []


def test_a_plan_says_how_many_answers_a_wanted_margin_and_change_need():
    wave = a_wave(SPEC, some_data())
    plan = read_planning({"respondents": [800], "margin": 1, "change": 3, "response": 0.5})
    whole = next(row for row in planning_rows(wave, plan) if row["index"] == "x")
    assert (whole["respondents"], whole["invite"]) == (800, 1600)
    assert 1100 < whole["respondents_for_margin"] < 1600
    assert 500 < whole["respondents_for_change"] < 800
    assert 0.8 < whole["power"] < 1
    share = next(row for row in planning_rows(wave, plan) if row["statistic"] == "share")
    assert share["category"] == "0"
    assert 49 < share["sd"] < 51


def test_a_plan_for_units_shares_the_answers_out_as_now():
    wave = a_wave(SPEC, some_data())
    rows = planning_rows(wave, read_planning({"respondents": 800}))
    units = [row["respondents"] for row in rows if row["index"] == "x" and row["domain"]]
    assert len(units) == 4
    assert sum(units) == 800


def test_a_suppressed_cell_is_not_planned_from_and_a_shown_one_is_rounded():
    wave = a_wave(SPEC, some_data())
    shown = {level.by: np.full(level.means.n.shape, "published", object) for level in wave.levels}
    shown["unit",][2] = "suppressed_primary"
    rows = planning_rows(wave, read_planning({}), hidden=shown)
    assert {row["domain"].get("unit") for row in rows} == {None, "0", "1", "3"}
    assert all(row["sd"] == round(row["sd"]) for row in rows)


def test_a_panel_in_a_small_population_shares_what_it_must():
    wave = a_wave(SPEC, some_data())
    plan = read_planning({"population": 250, "overlap": 0, "correlation": 0.5})
    assert planning_rows(wave, plan)[0]["detectable_change"] > 0


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({"margins": 3}, "does not know 'margins'"),
        ({"margin": 0}, "margin must be above 0"),
        ({"respondents": ["many"]}, "respondents must be a number"),
        ({"response": 50}, "response is a share"),
        ({"overlap": 2}, "overlap is a share"),
        ({"correlation": True}, "correlation must be a number"),
    ],
)
def test_a_section_that_cannot_be_read_is_refused_in_a_sentence(section, sentence):
    with pytest.raises(SpecificationError, match=sentence):
        read_planning(section)
