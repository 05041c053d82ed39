from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.errors import DesignError, FrameError, TableError
from analytics.estimation.calibration import calibration_residual
from analytics.estimation.degrees_of_freedom import degrees_of_freedom
from analytics.estimation.design import Design, Stage, simple_design
from analytics.estimation.domains import Partition
from analytics.estimation.intervals import mean_interval, share_interval
from analytics.estimation.lonely import neighbours
from analytics.estimation.means import domain_means, errors
from analytics.estimation.variance import domain_variance
from analytics.pipeline import WaveData, estimate_wave
from analytics.tables import EstimateTable
from questionnaires.model import NOT_APPLICABLE, NOT_ASKED, PREFER_NOT
from tests.builders_questionnaire import (
    a_questionnaire,
    a_scale,
    an_index,
    an_item,
    choice,
    graded,
    two_scales,
)

UNITS = pd.DataFrame(
    {
        "unit": ["a", "b", "c"],
        "region": ["r", "r", "s"],
        "unit_type": ["t", "u", "t"],
        "population": [20, 40, 30],
        "invited": [20, 40, 30],
    }
)


def a_wave(questionnaire, answers, units=None, **changes):
    staff = units is not None
    fields = {
        "key": "w",
        "kind": "main",
        "population": "staff" if staff else "open",
        "questionnaire": questionnaire,
        "answers": pd.DataFrame(answers),
        "domains": pd.Series(units) if staff else None,
        "frame": UNITS if staff else pd.DataFrame(),
        "margins": {},
        "minimum_group": 5,
        "invited_everybody": True,
        "panel": None,
    }
    return WaveData(**(fields | changes))


def cells(n, clusters=None):
    return Partition("agency", tuple("d" * n), ("",) * n, (None,) * n, np.array(clusters))


def plain_variance(design, influence, domain, number):
    """The formula of 4.5 written out stratum by stratum."""
    stage = design.stages[0]
    total = 0.0
    for h in range(len(stage.fraction)):
        rows = stage.stratum[stage.cluster] == h
        u = np.where(domain[rows] == number, influence[rows], 0.0)
        n = rows.sum()
        total += (1 - stage.fraction[h]) * n / (n - 1) * ((u - u.mean()) ** 2).sum()
    return total


def test_all_domains_at_once_give_what_the_formula_gives_one_by_one():
    rng = np.random.default_rng(5)
    stratum = np.repeat(np.arange(4), [5, 8, 12, 20])
    design = simple_design(rng.uniform(1, 3, 45), stratum, np.array([10.0, 20.0, 25.0, 300.0]))
    domain = rng.integers(-1, 3, 45)
    influence = rng.normal(size=(45, 2))
    found = domain_variance(design, influence, domain, 3).corrected
    for number in range(3):
        for column in range(2):
            expected = plain_variance(design, influence[:, column], domain, number)
            assert found[number, column] == pytest.approx(expected)


def test_a_fixed_margin_leaves_no_error_in_what_it_fixes():
    half = np.repeat([0.0, 1.0], [30, 70])
    plain = simple_design(np.ones(100), np.zeros(100, dtype=np.int64))
    fixed = Design(plain.weight, plain.stages, calibration=np.column_stack([half, 1 - half]))
    one = cells(1, np.zeros(100, dtype=int))
    means = domain_means(fixed, half[:, None], one)
    assert errors(fixed, means, one).se[0, 0] == 0
    assert errors(plain, means, one).se[0, 0] > 0.04


def two_strata_one_lonely(rule):
    stratum = np.array([0, 1, 1, 1])
    stage = Stage(np.arange(4), stratum, np.zeros(2), np.ones(2))
    return Design(np.ones(4), (stage,), rule)


def test_a_lonely_stratum_is_an_error_where_the_rule_says_so():
    with pytest.raises(DesignError, match="1 stratum has a single sampled unit"):
        two_strata_one_lonely("error")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # y = 10, 1, 2, 3; mean 4; u = (y - 4) / 4
        ("certainty", 3 / 2 * 2 / 16),  # the three others alone: squares around their mean 2
        ("centre", 3 / 2 * 2 / 16 + 36 / 16),  # and the lonely one's distance from all, 6
        ("merge", 4 / 3 * 50 / 16),  # one stratum of four: 36 + 9 + 4 + 1
    ],
)
def test_the_rules_for_lonely_strata(rule, expected):
    design = two_strata_one_lonely(rule)
    one = cells(1, np.zeros(4, dtype=int))
    means = domain_means(design, np.array([[10.0], [1.0], [2.0], [3.0]]), one)
    assert errors(design, means, one).se[0, 0] ** 2 == pytest.approx(expected)


@pytest.mark.parametrize("rule", ["error", "certainty", "centre", "merge"])
def test_a_stratum_whose_only_person_was_certain_to_be_drawn_has_no_error_and_lends_none(rule):
    # N = 1 of 1 and 6 of 3: the weighted mean of 10 and of 1, 2, 3 twice is 22 / 7. The variance of
    # a stratified mean is that of the drawn stratum alone: (6/7)^2 (1 - 3/6) s^2 / 3, s^2 = 1.
    stage = Stage(np.arange(4), np.array([0, 1, 1, 1]), np.array([1.0, 0.5]), np.ones(2))
    design = Design(np.array([1.0, 2.0, 2.0, 2.0]), (stage,), rule)
    one = cells(1, np.zeros(4, dtype=int))
    means = domain_means(design, np.array([[10.0], [1.0], [2.0], [3.0]]), one)
    assert means.mean[0, 0] == pytest.approx(22 / 7)
    assert errors(design, means, one).se[0, 0] ** 2 == pytest.approx((6 / 7) ** 2 * 0.5 / 3)


def test_a_lonely_stratum_is_merged_with_one_that_was_drawn_rather_than_with_a_complete_one():
    n, drawn = np.array([1.0, 4.0, 3.0]), np.array([0.1, 1.0, 0.5])
    assert neighbours(n, drawn) == {2: [0]}
    assert neighbours(n[:2], drawn[:2]) == {1: [0]}
    assert neighbours(np.ones(4), np.array([1.0, 0.1, 1.0, 0.1])) == {1: [3]}


def test_merging_leaves_the_neighbours_own_domain_as_it_is():
    values = np.array([[10.0], [1.0], [2.0], [3.0]])
    domains = cells(2, np.array([0, 1, 1, 1]))
    found = [
        errors(design, domain_means(design, values, domains), domains).se[1, 0]
        for design in (two_strata_one_lonely("merge"), two_strata_one_lonely("certainty"))
    ]
    assert found[0] == found[1] > 0


def test_a_unit_has_as_many_degrees_of_freedom_as_respondents_less_one():
    design = simple_design(np.ones(9), np.array([0, 0, 0, 0, 1, 1, 1, 2, 2]))
    units = cells(3, np.array([0, 0, 0, 0, 1, 1, 1, 2, 2]))
    everybody = np.ones((9, 1), dtype=bool)
    assert degrees_of_freedom(design, units, everybody).tolist() == [[3], [2], [1]]


def test_who_did_not_answer_adds_no_degrees_of_freedom():
    values = np.full((40, 2), np.nan)
    values[:, 0] = np.arange(40)
    values[:5, 1] = [10, 20, 40, 60, 70]
    one = cells(1, np.zeros(40, dtype=np.int64))
    design = simple_design(np.ones(40), np.zeros(40, dtype=np.int64))
    assert degrees_of_freedom(design, one, np.isfinite(values)).tolist() == [[39, 4]]
    # two clusters, of which one alone has answered: no spread to see, so no error
    clusters = Stage(np.repeat([0, 1], 20), np.zeros(2, dtype=np.int64), np.zeros(1), np.ones(1))
    two = Design(np.ones(40), (clusters,))
    found = errors(two, domain_means(two, values, one), one)
    assert np.isfinite(found.se[0, 0])
    assert np.isnan(found.se[0, 1])


def test_an_interval_of_a_share_stays_within_0_and_1():
    share, se = np.array([0.02, 0.98, 0.0, 1.0]), np.array([0.02, 0.02, 0.0, 0.0])
    low, high = share_interval(share, se, np.full(4, 30.0), np.full(4, 31.0))
    assert (low >= 0).all()
    assert (high <= 1).all()
    assert (low <= share).all()
    assert (share <= high).all()
    # exact binomial bound for 0 of 31: 1 - 0.025^(1/31)
    assert high[2] == pytest.approx(1 - 0.025 ** (1 / 31))


def test_without_degrees_of_freedom_there_is_no_interval():
    low, high = mean_interval(np.array([50.0]), np.array([2.0]), np.array([0.0]))
    assert np.isnan(low[0])
    assert np.isnan(high[0])


def an_index_wave():
    a = [5, 4, 3, 2, 5, 4, 3, 2, 1, 4] * 3
    b = [4, 4, 2, 2, 5, 5, 3, 1, 1, 3] * 3
    units = ["a"] * 10 + ["b"] * 10 + ["c"] * 10
    return a_wave(two_scales(), {"a.1": a, "b.1": b}, units)


def test_every_level_of_staff_has_its_rows():
    frame = estimate_wave(an_index_wave()).estimates.frame
    index = frame[frame["measure"] == "I"]
    levels = list(zip(index["level"], index["domain"], index["parent"], strict=True))
    assert levels == [
        ("agency", "", ""),
        ("region", "r", ""),
        ("region", "s", ""),
        ("unit", "a", "r"),
        ("unit", "b", "r"),
        ("unit", "c", "s"),
        ("unit_type", "t", ""),
        ("unit_type", "u", ""),
    ]
    assert index["population"].tolist() == [90, 60, 30, 20, 40, 30, 50, 40]
    assert index["n"].tolist() == [30, 20, 10, 10, 10, 10, 20, 10]


def test_an_agency_without_regions_has_no_rows_of_any():
    wave = an_index_wave()
    units = wave.domains.replace({"c": ""})  # too few to store: counted in the whole alone
    frame = estimate_wave(
        replace(wave, domains=units, frame=UNITS.assign(region=""))
    ).estimates.frame
    index = frame[frame["measure"] == "I"]
    assert set(zip(index["level"], index["domain"], index["parent"], strict=True)) == {
        ("agency", "", ""),
        *(("unit", code, "") for code in "abc"),
        *(("unit_type", kind, "") for kind in "tu"),
    }
    whole = index[index["level"] == "agency"].iloc[0]
    assert (whole["n"], whole["population"]) == (30, 90)


def test_an_index_equals_the_mean_of_its_parts_in_every_domain():
    table = estimate_wave(an_index_wave()).estimates
    for level, domain in (("agency", ""), ("region", "r"), ("unit", "b")):
        mean = {m: table.of(m, level=level, domain=domain)["mean"] for m in ("I", "A", "B")}
        assert mean["I"] == pytest.approx((mean["A"] + mean["B"]) / 2)


def test_a_unit_where_everybody_answered_has_no_sampling_error():
    everybody = UNITS.assign(population=[10, 10, 10], invited=[10, 10, 10])
    wave = an_index_wave()
    data = a_wave(wave.questionnaire, wave.answers, wave.domains, frame=everybody)
    row = estimate_wave(data).estimates.of("A", level="unit", domain="a")
    assert row["se"] == 0
    assert row["se_model"] > 5


def test_more_answers_than_the_register_has_persons_are_told_and_leave_no_negative_error():
    codes = [1, 2, 3, 4, 5] * 10
    units = ["a"] * 25 + ["b"] * 20 + ["c"] * 5
    found = estimate_wave(a_wave(two_scales(), {"a.1": codes, "b.1": codes}, units))
    frame = found.estimates.frame
    unit = frame[(frame["level"] == "unit") & (frame["measure"] == "A")].set_index("domain")
    assert unit.loc["a", "se"] == 0  # 25 answers from a unit of 20
    assert unit.loc["a", "se_model"] > 0
    assert unit.loc["b", "se"] > 0
    told = [one for one in found.warnings if one.code == "more_answers_than_people"]
    assert [dict(one.facts) for one in told] == [{"units": 1}]


def test_a_component_without_answers_leaves_the_index_empty():
    wave = an_index_wave()
    answers = wave.answers.copy()
    answers.loc[wave.domains == "c", "b.1"] = NOT_APPLICABLE
    table = estimate_wave(a_wave(wave.questionnaire, answers, wave.domains)).estimates
    row = table.of("I", level="unit", domain="c")
    assert row["n"] == 0
    assert np.isnan(row["mean"])
    assert table.of("A", level="unit", domain="c")["n"] == 10


def test_a_unit_without_answers_keeps_its_place():
    wave = an_index_wave()
    kept = wave.domains != "c"
    data = a_wave(wave.questionnaire, wave.answers[kept], wave.domains[kept])
    row = estimate_wave(data).estimates.of("I", level="unit", domain="c")
    assert row["n"] == 0
    assert np.isnan(row["low"])


def test_shares_count_those_on_the_scale_and_do_not_know_counts_all():
    form = a_questionnaire([an_item("x.1", reverse=True)], [a_scale("X", "x.1")])
    answers = {"x.1": [1, 2, 3, 5] * 5 + [NOT_APPLICABLE] * 5}
    table = estimate_wave(a_wave(form, answers)).estimates
    share = {c: table.of("x.1", statistic="share", category=c) for c in ("1", "agree", "vi")}
    assert (share["1"]["mean"], share["1"]["n"]) == (0.25, 20)
    assert share["agree"]["mean"] == 0.5  # reversed: 1 and 2 are the good end
    assert (share["vi"]["mean"], share["vi"]["n"]) == (0.2, 25)


@pytest.mark.parametrize("never", [0, 1])
def test_exposure_is_a_prevalence_and_silence_is_counted_apart(never):
    options = {"often": graded("often", never, never + 3, ("vs", "prefer_not"))}
    form = a_questionnaire([an_item("x.hit", "often", sensitivity="exposure")], options=options)
    answers = {"x.hit": [never] * 12 + [never + 1, never + 2, never + 3] + [PREFER_NOT] * 5}
    table = estimate_wave(a_wave(form, answers)).estimates
    row = table.of("x.hit", statistic="prevalence")
    assert (row["mean"], row["n"]) == (0.2, 15)
    silent = table.of("x.hit", statistic="share", category="vs")
    assert (silent["mean"], silent["n"]) == (0.25, 20)
    assert set(table.frame["statistic"]) == {"prevalence", "share"}


def test_a_question_with_several_answers_has_a_share_for_each():
    options = {"several": choice("several", 3)}
    form = a_questionnaire(
        [an_item("q", "several", purpose="filter", presentation="checkbox")], options=options
    )
    answers = {"q:1": [1, 0, 1, 1], "q:2": [0, 0, 1, 0], "q:3": [0, 1, 0, 0]}
    table = estimate_wave(a_wave(form, answers)).estimates
    assert table.of("q", statistic="share", category="1")["mean"] == 0.75
    assert table.of("q", statistic="share", category="3")["mean"] == 0.25


def test_the_share_with_a_view_needs_a_score_on_every_part():
    form = a_questionnaire(
        [an_item("a.1"), an_item("b.1")],
        [a_scale("A", "a.1"), a_scale("B", "b.1")],
        [an_index("TI", {"A": 0.5, "B": 0.5})],
    )
    answers = {"a.1": [4, 4, 4, NOT_APPLICABLE], "b.1": [2, 2, NOT_APPLICABLE, 3]}
    row = estimate_wave(a_wave(form, answers, view="TI")).estimates.of(
        "TI", statistic="share", category="view"
    )
    assert (row["mean"], row["n"]) == (0.5, 4)


def test_the_equal_weight_version_stands_beside_the_index():
    form = a_questionnaire(
        [an_item("a.1"), an_item("b.1")],
        [a_scale("A", "a.1"), a_scale("B", "b.1")],
        [an_index("OI", {"A": 0.8, "B": 0.2}, {"A": 0.5, "B": 0.5})],
    )
    table = estimate_wave(a_wave(form, {"a.1": [5, 5, 5], "b.1": [1, 1, 1]})).estimates
    assert table.of("OI")["mean"] == pytest.approx(80)
    assert table.of("OI-lik")["mean"] == pytest.approx(50)


def test_it_shows_where_everybody_answered_the_same():
    form = a_questionnaire([an_item("x.1"), an_item("x.2")], [a_scale("X", "x.1", "x.2")])
    answers = {"x.1": [5] * 12, "x.2": [4, 5] * 6}
    frame = estimate_wave(a_wave(form, answers)).estimates.frame.set_index(
        ["measure", "statistic", "category"]
    )["all_equal"]
    assert frame["x.1", "mean", ""]
    assert frame["x.1", "share", "3"]  # 0 % here tells that all chose something else
    assert not frame["x.2", "share", "3"]
    assert not frame["x.2", "mean", ""]
    assert frame["x.1", "share", "agree"]
    assert frame["x.2", "share", "disagree"]  # nobody disagrees, since all agree


def test_a_filtered_item_is_no_missing_answer():
    form = a_questionnaire([an_item("x.1"), an_item("x.2")], [a_scale("X", "x.1", "x.2")])
    answers = {"x.1": [5, 5, 5], "x.2": [NOT_ASKED, NOT_APPLICABLE, 3]}
    # asked one and answered it; asked two and answered one of the needed two; both
    assert estimate_wave(a_wave(form, answers)).estimates.of("X")["n"] == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"answers": pd.DataFrame({"a.1": [1]})}, r"lack the column\(s\) b.1"),
        ({"answers": pd.DataFrame({"a.1": [], "b.1": []})}, "nobody answered"),
        ({"domains": None}, "needs the reporting unit"),
        ({"domains": pd.Series(["a"])}, "share one index"),
        ({"frame": UNITS.drop(columns="region")}, r"lacks the column\(s\) region"),
        ({"frame": pd.concat([UNITS, UNITS])}, "more than once"),
    ],
)
def test_data_that_does_not_fit_is_refused_with_a_sentence(change, sentence):
    wave = an_index_wave()
    data = replace(a_wave(wave.questionnaire, wave.answers, wave.domains), **change)
    with pytest.raises(FrameError, match=sentence):
        estimate_wave(data)


def test_a_code_outside_the_scale_is_refused():
    with pytest.raises(FrameError, match="outside 1 to 5"):
        estimate_wave(a_wave(two_scales(), {"a.1": [6], "b.1": [1]}))


def test_a_table_refuses_what_it_cannot_hold():
    frame = estimate_wave(an_index_wave()).estimates.frame
    for broken, sentence in (
        (frame.drop(columns="se"), "lacks the column"),
        (frame.assign(extra=1), "does not know"),
        (frame.assign(level="planet"), "'planet'"),
        (pd.concat([frame, frame]), "more than once"),
        (frame.assign(mean=101.0), "outside"),
        (frame.assign(n=-1), "negative"),
        (frame.assign(se="x"), "wrong type"),
    ):
        with pytest.raises(TableError, match=sentence):
            EstimateTable(broken)
    with pytest.raises(TableError, match="no row for 'KI'"):
        EstimateTable.empty().of("KI")


def test_the_response_counts_the_complete_the_partial_and_the_rest():
    form = a_questionnaire([an_item(f"x.{number}") for number in range(1, 6)])
    rows = [[4, 4, 4, 4, 4], [4, 4, 4, -1, -1], [4, -1, -1, -1, -1], [-2, -2, -2, -2, -1]]
    answers = pd.DataFrame(rows, columns=[f"x.{number}" for number in range(1, 6)])
    data = a_wave(form, answers, ["a"] * 4)
    response = estimate_wave(data).response
    assert (response["complete"], response["partial"], response["short"]) == (2, 1, 1)
    assert response["rates"]["rr2"] == pytest.approx(3 / 90)
    counts = {(row["level"], row["domain"]): row for row in response["domains"]}
    assert counts["region", "r"] == {
        "level": "region", "domain": "r", "answers": 4, "invited": 60,
    }  # fmt: skip


def test_an_open_link_has_answers_and_no_rate():
    response = estimate_wave(a_wave(two_scales(), {"a.1": [1, 2], "b.1": [1, 2]})).response
    assert response["answers"] == 2
    assert response["rates"] is None


def test_careless_answers_and_silent_items_are_told_not_deleted():
    items = [an_item(f"x.{number}", reverse=number == 8) for number in range(1, 9)]
    form = a_questionnaire([*items, an_item("y.1")])
    answers = {f"x.{number}": [3] * 2 + [1 + number % 2] * 18 for number in range(1, 9)}
    answers["y.1"] = [NOT_APPLICABLE] * 8 + [4] * 12
    found = estimate_wave(a_wave(form, answers))
    codes = [warning.code for warning in found.warnings]
    assert "careless_answers" in codes
    silent = next(w for w in found.warnings if w.code == "item_not_applicable")
    assert silent.facts["item"] == "y.1"
    assert found.response["answers"] == 20


def test_the_calibrated_error_of_all_domains_at_once_is_that_of_each_domains_residuals():
    rng = np.random.default_rng(8)
    n = 120
    stratum = np.sort(rng.integers(0, 4, n))
    plain = simple_design(rng.uniform(1, 3, n), stratum, np.array([90.0, 80.0, 70.0, 500.0]))
    group = rng.integers(0, 3, n)
    columns = (group[:, None] == np.arange(3)).astype(float)
    design = Design(plain.weight, plain.stages, calibration=columns, base=rng.uniform(1, 3, n))
    domain = rng.integers(-1, 3, n)
    influence = rng.normal(size=(n, 2))
    found = domain_variance(design, influence, domain, 3)
    residual_of = calibration_residual(design)
    for number in range(3):
        residual = residual_of(influence, np.flatnonzero(domain == number))
        expected = domain_variance(plain, residual, np.zeros(n, dtype=np.int64), 1)
        assert found.corrected[number] == pytest.approx(expected.corrected[0])
        assert found.model[number] == pytest.approx(expected.model[0])


def test_texts_of_tables_lie_as_python_has_them_and_not_as_arrow_lays_them_out():
    assert EstimateTable.empty().frame["measure"].dtype == pd.StringDtype("python", np.nan)
