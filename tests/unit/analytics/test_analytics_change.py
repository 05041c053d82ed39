import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers

from analytics.comparison.change import compare_waves, decide
from analytics.comparison.difference import difference_errors
from analytics.comparison.implied_overlap import Invitations, implied_error
from analytics.comparison.multiplicity import benjamini_hochberg
from analytics.comparison.shades import differs_from
from analytics.comparison.unlinked import LEAST_CORRELATION
from analytics.comparison.verdict import verdicts
from analytics.small_areas.pooled import pool_units, shrink
from analytics.tables import ESTIMATE_COLUMNS, EstimateTable
from analytics.unit_types import SEVERAL_TYPES
from analytics.waves import WaveMeta, answers_together
from questionnaires.margins import Margins
from tests.examples import examples

MAIN_1 = WaveMeta("m1", "main", "staff", invited_everybody=True)
PULSE_A = WaveMeta("a", "pulse", "staff", invited_everybody=False, panel="A")
PULSE_B = WaveMeta("b", "pulse", "staff", invited_everybody=False, panel="B")
MAIN_2 = WaveMeta("m2", "main", "staff", invited_everybody=True)
PUBLIC = WaveMeta("p", "half_year", "public", invited_everybody=False)


def rotating(panel):
    return WaveMeta(f"of {panel}", "pulse", "staff", invited_everybody=False, panel=panel)


def a_table(*rows):
    """Rows of (measure, level, domain, mean, se, se_model)."""
    defaults = {
        "kind": "index", "statistic": "mean", "category": "", "parent": "", "n": 50,
        "population": 100, "low": np.nan, "high": np.nan, "df": 1e6, "deff": 1.0, "n_eff": 50.0,
        "weight": 100.0, "all_equal": False,
    }  # fmt: skip
    names = ("measure", "level", "domain", "mean", "se", "se_model")
    full = [defaults | dict(zip(names, row, strict=True)) for row in rows]
    return EstimateTable(pd.DataFrame(full)[list(ESTIMATE_COLUMNS)])


def one(measure="KI", mean=70.0, se=1.0, se_model=2.0):
    return a_table((measure, "agency", "", mean, se, se_model))


@pytest.mark.parametrize(
    ("one", "other", "times"),
    [
        (MAIN_1, MAIN_2, 1), (MAIN_1, PULSE_A, 1), (PULSE_A, PULSE_B, 0), (PUBLIC, PUBLIC, 0),
        (PULSE_A, WaveMeta("a2", "pulse", "staff", invited_everybody=False, panel="A"), 3),
        # of 600 of 900 asked each time, 300 are asked twice: 300 / (600 * 600) beside 1 / 900
        (rotating("1+2/3"), rotating("2+3/3"), 0.75), (rotating("1/2"), rotating("2/2"), 0),
        (rotating("1+2/4"), rotating("2+3/4"), 1), (rotating("1+2/3"), MAIN_1, 1),
        # a third of all, and half of all: half of either third is in it
        (PULSE_A, rotating("1/2"), 1), (rotating(None), rotating(None), 0),
    ],
)  # fmt: skip
def test_errors_go_together_as_people_answer_both_waves(one, other, times):
    assert answers_together(one, other) == answers_together(other, one) == times


def test_two_waves_of_one_panel_have_three_times_what_two_waves_of_everybody_have_in_common():
    # 900 people, each answering with a chance of .6, whose two answers correlate .5
    rng = np.random.default_rng(6)
    covariance = {}
    for invited in (900, 300):
        means = np.empty((4000, 2))
        for run in range(len(means)):
            lasting = rng.normal(size=invited)
            for wave in (0, 1):
                score = np.sqrt(0.5) * (lasting + rng.normal(size=invited))
                means[run, wave] = score[rng.random(invited) < 0.6].mean()
        covariance[invited] = np.cov(means.T)[0, 1]
    assert covariance[900] == pytest.approx(0.5 / 900, rel=0.15)
    assert covariance[300] == pytest.approx(3 * 0.5 / 900, rel=0.15)


def test_errors_of_two_waves_add_up_in_squares_less_half_of_what_a_census_takes_away():
    # variances of 4 each, of which the correction takes 3: 4 + 4 - 2 * 0.5 * 3
    corrected = compare_waves((MAIN_2, one(mean=75)), [(MAIN_1, one())]).frame
    assert corrected["se"].iloc[0] == pytest.approx(np.sqrt(5))
    between_panels = compare_waves((PULSE_B, one(mean=75)), [(PULSE_A, one())]).frame
    assert between_panels["se"].iloc[0] == pytest.approx(np.sqrt(8))


def test_what_panels_share_is_taken_from_the_error_of_a_change_and_no_more():
    # 4 + 4 - 2 * 0.5 * 0.75 * 3, as a half of those asked is asked again
    half = compare_waves((rotating("2+3/3"), one(mean=75)), [(rotating("1+2/3"), one())]).frame
    assert half["se"].iloc[0] == pytest.approx(np.sqrt(8 - 2.25))
    # of a third asked twice, correction for the whole staff is a third of its own at the most:
    # 4 + 4 - 2 * 0.5 * 3 * 1
    third = one(se=np.sqrt(3))
    same = compare_waves((PULSE_A, third), [(PULSE_A, third)]).frame
    assert same["se"].iloc[0] == pytest.approx(np.sqrt(5))


@examples(6, audit=20)  # two frames each: slow on a busy machine
@given(n=integers(20, 190), m=integers(20, 190), ratio=floats(0.7, 1.4))
def test_the_error_is_the_largest_that_invitations_and_a_correlation_of_a_half_allow(n, m, ratio):
    people, se = np.array([200.0]), (np.array([2.0]), np.array([2.0 * ratio]))
    endless = np.array([np.inf])
    wide = implied_error(
        Invitations(endless, people, people, people),
        (np.array([float(n)]), np.array([float(m)])),
        se,
        (LEAST_CORRELATION, 1.0),
    )
    rows = [
        one("KI", 70, value[0] * np.sqrt(1 - count / 200), value[0])
        for count, value in zip((n, m), se, strict=True)
    ]
    found = compare_waves((MAIN_2, rows[1]), [(MAIN_1, rows[0])]).frame
    assert found["se"].iloc[0] == pytest.approx(wide.se[0])


def test_each_measure_is_compared_with_the_previous_wave_that_has_it_and_with_the_first():
    now = a_table(("KI", "agency", "", 70, 1, 1), ("KI-kjerne", "agency", "", 65, 1, 1))
    earlier = [
        (MAIN_1, a_table(("KI", "agency", "", 60, 1, 1), ("KI-kjerne", "agency", "", 60, 1, 1))),
        (PULSE_A, one("KI-kjerne", 64)),
    ]
    frame = compare_waves((MAIN_2, now), earlier).frame
    since = {(row.measure, row.role): row.since for row in frame.itertuples()}
    assert since == {
        ("KI", "previous"): "m1",
        ("KI", "first"): "m1",
        ("KI-kjerne", "previous"): "a",
        ("KI-kjerne", "first"): "m1",
    }


def test_a_wave_of_another_population_is_not_compared_with():
    assert compare_waves((MAIN_2, one()), [(PUBLIC, one())]).frame.empty


@pytest.mark.parametrize(
    ("difference", "low", "high", "verdict", "under"),
    [
        (3.0, 0.1, 5.9, "up", False),
        (-3.0, -5.9, -0.1, "down", False),
        (1.0, -0.9, 2.9, "steady", False),
        (2.0, 1.0, 3.0, "steady", True),  # beyond chance but inside the margin
        (2.9, 1.6, 4.1, "uncertain", True),  # below the threshold
        (1.0, -2.0, 4.0, "uncertain", False),
        (6.0, 0.0, 12.0, "uncertain", False),  # 0 is in the interval shown
        (2.9, 2.5, 3.3, "uncertain", True),
    ],
)
def test_the_four_way_rule(difference, low, high, verdict, under):
    arrays = [np.array([float(value)]) for value in (difference, low, high, 3)]
    found, below = verdicts(*arrays, np.array([True]))
    assert (found[0], bool(below[0])) == (verdict, under)


def a_difference(level="agency", domain="", difference=4.0, low=0.04, p=0.04, measure="KI"):
    return {
        "measure": measure, "statistic": "mean", "level": level, "domain": domain, "since": "w",
        "role": "previous", "difference": difference, "se": 2.0, "low": low, "high": 8.0, "p": p,
    }  # fmt: skip


def test_a_verdict_can_be_checked_against_the_rounded_interval():
    frame = decide(pd.DataFrame([a_difference(low=0.04), a_difference(low=0.06, domain="x")])).frame
    assert frame["verdict"].tolist() == ["uncertain", "up"]


def test_units_need_five_points_and_pass_benjamini_hochberg_among_the_units_of_the_index():
    rows = [
        a_difference("unit", "a", difference=6, low=2, p=0.004),
        a_difference("unit", "b", difference=6, low=0.2, p=0.045),
        *[a_difference("unit", f"n{i}", difference=0.2, low=-4, p=0.9) for i in range(8)],
        a_difference("unit", "c", difference=4, low=2, p=0.001, measure="SIK"),
        a_difference("region", "r", difference=4, low=2, p=0.01),
    ]
    frame = decide(pd.DataFrame(rows)).frame.set_index(["measure", "domain"])
    assert frame.loc[("KI", "a"), "verdict"] == "up"
    assert frame.loc[("KI", "a"), "p_adjusted"] == pytest.approx(0.04)
    assert frame.loc[("KI", "b"), "verdict"] == "uncertain"  # 0.045 * 10 / 2 = 0.225
    assert frame.loc[("SIK", "c"), "verdict"] == "uncertain"  # 4 points are under a unit's limit
    assert bool(frame.loc[("SIK", "c"), "under_limit"])
    assert frame.loc[("KI", "r"), "verdict"] == "up"
    assert frame.loc[("KI", "r"), "margin"] == 3


def test_a_change_is_held_against_the_margin_that_is_given_and_says_which():
    rows = [
        a_difference("region", "r", difference=4, low=2, p=0.001),
        a_difference("unit", "a", difference=6, low=2, p=0.001),
        a_difference("unit", "b", difference=0, low=-6, p=0.9) | {"high": 6.0},
    ]
    frame = decide(pd.DataFrame(rows), Margins(general=4.5, unit=6.0)).frame
    assert frame["margin"].tolist() == [4.5, 6, 6]
    # 4 is under 4.5 and its direction is clear; 6 is just enough; and all of b lies within 6
    assert frame["verdict"].tolist() == ["uncertain", "up", "steady"]
    assert frame["under_limit"].tolist() == [True, False, False]


@pytest.mark.parametrize(("p", "verdict"), [(0.10004, "up"), (0.10006, "uncertain")])
def test_the_adjusted_p_is_judged_on_the_four_decimals_shown(p, verdict):
    frame = decide(pd.DataFrame([a_difference("unit", "a", difference=6, low=2, p=p)])).frame
    assert frame["p_adjusted"].round(4).item() == round(p, 4)
    assert frame["verdict"].item() == verdict


def test_benjamini_and_hochberg_adjust_as_in_their_paper():
    # p values of Benjamini and Hochberg (1995), table 1: four are real at 5 %
    p = np.array([
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
        0.5719, 0.6528, 0.7590, 1.0000,
    ])  # fmt: skip
    assert (benjamini_hochberg(p) <= 0.05).sum() == 4
    with_gap = benjamini_hochberg(np.append(p, np.nan))
    assert np.isnan(with_gap[-1])
    assert with_gap[:-1] == pytest.approx(benjamini_hochberg(p))


def test_degrees_of_freedom_combine_after_satterthwaite():
    se, df = difference_errors(*(np.array([x]) for x in (3.0, 4.0, 10.0, 20.0)))
    assert se[0] == 5
    assert df[0] == pytest.approx(25**2 / (81 / 10 + 256 / 20))
    _, none = difference_errors(*(np.array([x]) for x in (3.0, 4.0, 0.0, 20.0)))
    assert np.isnan(none[0])


def test_shrinking_keeps_the_mean_of_equals_and_moves_the_uncertain_most():
    eb, _, g = shrink(np.array([50.0, 70.0, 60.0]), np.array([1.0, 10.0, 1.0]))
    assert g[1] < g[0]
    assert 50 <= eb[0] < 55
    assert abs(eb[1] - 70) > abs(eb[0] - 50)
    same, _, none = shrink(np.array([60.0, 60.0]), np.array([2.0, 3.0]))
    assert same == pytest.approx([60, 60])
    assert none.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("difference", "low", "high", "colour"),
    [
        (5.0, 0.1, 9.9, "high1"),
        (10.0, 4.0, 16.0, "high2"),
        (-5.0, -9.0, -1.0, "low1"),
        (-12.0, -20.0, -4.0, "low2"),
        (4.9, 1.0, 8.8, "none"),
        (8.0, -0.5, 16.5, "none"),
    ],
)
def test_a_cell_is_coloured_only_where_the_interval_excludes_the_agency(
    difference, low, high, colour
):
    arrays = (np.array([value]) for value in (difference, low, high))
    assert differs_from(*arrays).tolist() == [colour]


def test_units_are_pooled_within_their_type():
    table = a_table(
        ("KI", "agency", "", 60, 0.5, 0.5),
        *[("KI", "unit", f"a{i}", 80 + i, 1, 1) for i in range(4)],
        *[("KI", "unit", f"b{i}", 50 + i, 1, 1) for i in range(4)],
    )
    types = {f"{kind}{i}": kind for kind in "ab" for i in range(4)}
    frame = pool_units(table, types).frame.set_index("unit")
    assert frame.loc["a0", "eb"] > 80
    assert frame.loc["b3", "eb"] < 53
    assert frame.loc["a0", "differs"] == "high2"
    assert frame.loc["b0", "differs"] == "low1"


def test_a_unit_merged_of_several_types_leans_on_all_of_them():
    table = a_table(
        ("KI", "agency", "", 60, 0.5, 0.5),
        *[("KI", "unit", f"a{i}", 70 + i, 2, 2) for i in range(4)],
        *[("KI", "unit", f"b{i}", 50 + i, 2, 2) for i in range(4)],
        ("KI", "unit", "both", 80, 6, 6),
    )
    types = {f"{kind}{i}": kind for kind in "ab" for i in range(4)} | {"both": SEVERAL_TYPES}
    frame = pool_units(table, types).frame.set_index("unit")
    # as far as a unit of 80 goes towards the middle of all, 61.5, and not of a type of its own
    assert 61.5 < frame.loc["both", "eb"] < 66
