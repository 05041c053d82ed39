"""Figures that count in hidden units fit several counts of answers (integer attack, ADR 0011)."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure.output.base_rounding import round_to_bases, rounding_bases
from analytics.disclosure.output.shrinkage import recompute_eblup
from analytics.disclosure.protect import protect
from analytics.disclosure.releases import PublishedCells
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import DomainTree, TableDomain, plan_wave
from analytics.tables import CHANGE_COLUMNS, ChangeTable, PooledTable
from questionnaires.loader import load_library
from questionnaires.model import Option
from tests.unit.analytics.disclosure.by_hand import (
    a_figure,
    a_plan,
    a_table,
    no_changes,
)

TREE = DomainTree(
    (TableDomain("region", "r"), *(TableDomain("unit", code, parent="r") for code in "abcd"))
)
HIDES = {"a": 6, "b": 30, "c": 40, "d": 44}
SHOWS = {"a": 26, "b": 30, "c": 40, "d": 44}
BESIDE = ["se", "se_model", "deff", "n_eff", "df"]


def the_plan(grades=None):
    plan = a_plan(TREE, population="staff")
    object.__setattr__(plan, "grades", grades or {})
    object.__setattr__(plan, "items", {"x": ("mean", "share"), "y": ("mean", "share", "balance")})
    object.__setattr__(plan, "scales", {"KI": ("x1", "x2", "x3", "x4"), "ONE": ("x",)})
    return plan


def cells(counts):
    whole = sum(counts.values())
    below = [("unit", code, "r", n) for code, n in counts.items()]
    return [*below, ("region", "r", "", whole), ("agency", "", "", whole)]


def figures(counts, measure="x", kind="item", mean=60.06, se=1.6):
    """Make one answer's shares, and means, in a region of four units."""
    of_share = {"mean": 0.4321, "se": 0.0432, "low": 0.3467, "high": 0.5183}
    of_mean = {"mean": mean, "se": se, "low": mean - 3.2, "high": mean + 3.2, "se_model": 1.7}
    statistics = ("mean", "share") if kind == "item" else ("mean",)
    return [
        a_figure(level, code, parent=parent, n=n, population=3 * n, measure=measure, kind=kind)
        | {"statistic": statistic, "category": "1" if statistic == "share" else ""}
        | (of_share if statistic == "share" else of_mean)
        for level, code, parent, n in cells(counts)
        for statistic in statistics
    ]


def told(rows, statistic, level="region"):
    frame = protect(a_table(*rows), no_changes(), plan=the_plan()).estimates.frame
    return frame[frame["statistic"] == statistic].set_index("level").loc[level]


def test_a_region_s_share_spans_ten_answers_where_a_unit_s_own_is_hidden():
    region = told(figures(HIDES), "share")
    assert region["status"] == "published"
    # 120 answers: a step of 0.1 spans twelve
    assert (region["mean"], region["low"], region["high"]) == (0.4, 0.3, 0.5)
    assert region[BESIDE].isna().all()


def test_a_share_keeps_its_digits_where_every_unit_s_own_is_shown():
    region = told(figures(SHOWS), "share")
    assert (region["mean"], region["low"]) == (0.432, 0.347)


def test_a_region_s_mean_spans_four_answers_moved_a_grade_where_a_unit_s_own_is_hidden():
    region = told(figures(HIDES), "mean")
    # 120 answers to an item: 4 x 25 points move the mean by 0.83, so the step is 1
    assert (region["mean"], region["low"], region["high"]) == (60.0, 56.0, 64.0)
    assert region[["se", "deff", "n_eff", "df"]].isna().all()
    assert region["se_model"] == 2.0


@pytest.mark.parametrize(
    ("values", "measure", "region"),
    [
        (
            (0, 1),
            "x",
            (60.0, 55.0, 65.0),
        ),  # 4 x 100 points of 120 answers are 3.33, so the step is 5
        ((1, 2, 6), "x", (60.0, 55.0, 65.0)),  # 80 points between the last two
        ((0, 1, 2, 3, 4, 5, 6), "y", (60.0, 56.0, 64.0)),  # with a balance, as 0-10, but 17 points
    ],
)
def test_a_grade_is_as_wide_as_the_question_has_it(values, measure, region):
    """Of yes and no the step was one answer, and whole numbers found hidden units within two."""
    form = load_library().questionnaire("verdipuls.main")
    item = form.item("vp.try.1")
    answers = [Option(str(value), value, None, {}) for value in values]
    options = replace(form.options[item.options], options=tuple(answers))
    asked = replace(form, options={**form.options, item.options: options})
    grades = {measure: plan_wave(asked, rules=DisclosureRules()).grades[item.id]}
    protected = protect(a_table(*figures(HIDES, measure)), no_changes(), plan=the_plan(grades))
    means = protected.estimates.frame.query("statistic == 'mean' and level == 'region'")
    assert tuple(means[["mean", "low", "high"]].iloc[0]) == region


def test_a_scale_of_two_yes_and_no_has_no_interval_for_a_dozen_people():
    for grades, without in (({}, False), ({"p": 100.0, "q": 100.0}, True)):
        plan, rows = the_plan(grades), figures({**SHOWS, "a": 12}, "TWO", "scale")
        object.__setattr__(plan, "scales", {"TWO": ("p", "q")})
        frame = protect(a_table(*rows), no_changes(), plan=plan).estimates.frame
        units = frame[frame["level"] == "unit"].set_index("domain")
        assert units["status"].eq("published").all()
        assert units.loc["a", ["se", "low", "high"]].isna().all() == without
        assert units.loc["b", ["se", "low", "high"]].notna().all()


@pytest.mark.parametrize(
    ("parts", "scales", "region"),
    [
        (("A",), {"A": ("a1", "a2")}, (60.0, 56.5, 63.5)),  # it is the scale: 4 x 12.5 of 120
        (("A", "B"), {"A": ("a1",), "B": ("b1",)}, (60.0, 56.5, 63.5)),
        (("A", "B", "C"), dict.fromkeys("ABC", ("x1", "x2")), (60.1, 56.9, 63.3)),
    ],
)
def test_an_index_of_few_answers_is_rounded_as_a_scale_of_as_many(parts, scales, region):
    """An index of one scale told all digits of what stood on a step beside it."""
    plan = the_plan()
    object.__setattr__(plan, "scales", scales)
    object.__setattr__(plan, "indices", {"I": parts})
    measures = [("I", "index"), *((scale, "scale") for scale in scales)]
    rows = [row for measure, kind in measures for row in figures(HIDES, measure, kind)]
    frame = protect(a_table(*rows), no_changes(), plan=plan).estimates.frame
    found = frame.query("measure == 'I' and level == 'region'").iloc[0]
    assert tuple(found[["mean", "low", "high"]]) == region


def test_five_grades_and_0_to_10_stand_on_the_steps_that_they_stood_on():
    grades = plan_wave(
        load_library().questionnaire("verdipuls.main"), rules=DisclosureRules()
    ).grades
    assert (grades["vp.try.1"], grades["vp.amb.1"]) == (25.0, 10.0)


def test_a_mean_keeps_its_digits_and_its_error_where_every_unit_s_own_is_shown():
    region = told(figures(SHOWS), "mean")
    assert (region["mean"], region["low"], region["se"]) == (60.1, 56.9, 1.6)


def test_the_mean_of_a_scale_moves_less_for_each_of_its_items():
    # four items: an answer moves a person's score by 6.25 points, and 25 over 120 is 0.21
    assert told(figures(HIDES, "KI", "scale"), "mean")["mean"] == 60.0
    assert told(figures({**HIDES, "d": 60}, "KI", "scale"), "mean")["mean"] == 60.0
    assert told(figures({**HIDES, "d": 430}, "KI", "scale"), "mean")["mean"] == 60.1


@pytest.mark.parametrize(
    ("measure", "statistic", "n", "step"),
    [
        ("x", "agree", 500, 0.01), ("x", "agree", 499, 0.02), ("x", "agree", 250, 0.02),
        ("x", "agree", 100, 0.05), ("x", "agree", 50, 0.1), ("x", "agree", 49, 0.2),
        ("x", "1", 1000, 0.01), ("x", "1", 999, 0.02), ("x", "1", 100, 0.1),
        ("x", "mean", 1000, 0.1), ("x", "mean", 999, 0.2), ("x", "mean", 100, 1.0),
        ("x", "mean", 50, 2.0), ("x", "mean", 20, 5.0), ("x", "mean", 10, 10.0),
        ("y", "mean", 400, 0.1), ("KI", "mean", 250, 0.1), ("ONE", "mean", 1000, 0.1),
        ("y", "balance", 100, 0.05), ("y", "prevalence", 100, 0.0), ("composed", "mean", 20, 0.0),
    ],
)  # fmt: skip
def test_a_step_spans_some_answers(measure, statistic, n, step):
    plan = the_plan()
    object.__setattr__(plan, "indices", {"composed": ("KI", "ONE")})
    one = {"statistic": statistic}
    if statistic in {"agree", "1"}:
        one = {"statistic": "share", "category": statistic}
    table = pd.DataFrame([a_figure(measure=measure, n=n) | one])
    assert rounding_bases(table, np.array([True]), plan).tolist() == [step]
    assert rounding_bases(table, np.array([False]), plan).tolist() == [0.0]


def test_the_ends_of_a_blurred_interval_do_not_narrow_its_figure_down():
    means = np.linspace(0.451, 0.549, 50)
    table = pd.DataFrame(
        [a_figure(n=60, mean=at, low=at - 0.13, high=at + 0.13, statistic="share") for at in means]
    )
    every = np.ones(50, dtype=bool)
    blurred = round_to_bases(table, table, every, np.full(50, 0.1))
    assert len(blurred[["mean", "low", "high"]].drop_duplicates()) == 1


def a_change(difference, **values):
    row = dict.fromkeys(CHANGE_COLUMNS, 0.0) | {
        "measure": "x", "statistic": "mean", "level": "region", "domain": "r", "since": "w0",
        "role": "previous", "difference": difference, "se": 1.0, "low": difference - 2.3,
        "high": difference + 2.3, "p": 0.001, "p_adjusted": 0.001, "verdict": "steady",
        "under_limit": False, "margin": 3.0,
    }  # fmt: skip
    return row | values


def changed(now, then, difference):
    earlier = protect(a_table(*figures(*then)), no_changes(), plan=the_plan()).estimates.frame
    changes = ChangeTable(pd.DataFrame([a_change(difference)], columns=list(CHANGE_COLUMNS)))
    found = protect(
        a_table(*figures(*now)),
        changes,
        plan=the_plan(),
        earlier=[PublishedCells.of("w0", earlier)],
    )
    return found.changes.frame.iloc[0]


def test_a_change_of_a_blurred_mean_is_what_the_two_shown_means_differ_by():
    row = changed((HIDES, "x", "item", 60.46), (SHOWS, "x", "item", 55.34), 5.12)
    # 60 less 55.3; 2.3 outwards to a whole step of 1
    assert (row["difference"], row["low"], row["high"]) == (4.7, 1.7, 7.7)
    assert row[["se", "p", "p_adjusted"]].isna().all()
    assert row["verdict"] == "up"


def test_a_change_does_not_give_the_blurred_mean_of_an_earlier_wave_back():
    row = changed((SHOWS, "x", "item", 60.06), (HIDES, "x", "item", 55.44), 4.62)
    assert (row["difference"], row["low"], row["high"]) == (5.1, 2.1, 8.1)


def test_a_change_since_a_blurred_mean_that_nobody_remembers_is_hidden():
    changes = ChangeTable(pd.DataFrame([a_change(5.0)], columns=list(CHANGE_COLUMNS)))
    earlier = PublishedCells("w0", frozenset({("x", "mean", "", "region", "r")}), frozenset())
    found = protect(a_table(*figures(HIDES)), changes, plan=the_plan(), earlier=[earlier])
    assert found.changes.frame["status"].tolist() == ["suppressed_primary"]


def test_a_scale_of_one_item_has_no_interval_where_the_item_has_none():
    rows = figures({"a": 15, "b": 30, "c": 40, "d": 44}, "ONE", "scale")
    frame = protect(a_table(*rows), no_changes(), plan=the_plan()).estimates.frame
    unit = frame[frame["domain"] == "a"].iloc[0]
    assert (unit["status"], unit["mean"]) == ("published", 60.1)
    assert unit[["low", "high", *BESIDE]].isna().all()


def test_a_unit_without_an_interval_has_no_shrunken_mean():
    rows = figures({"a": 15, "b": 30, "c": 40, "d": 44}, "ONE", "scale")
    rows = [one | {"mean": one["mean"] + at} for at, one in enumerate(rows)]
    exact = a_table(*rows)
    pooled = PooledTable.empty()
    found = protect(exact, no_changes(), plan=the_plan(), pooled=pooled).pooled.frame
    assert "a" not in set(found["unit"])


def test_a_unit_s_colour_does_not_tell_on_which_side_of_its_step_the_agency_lies():
    found = []
    for exact in (59.6, 60.4):  # shown as 60 both times, in steps of 1
        means = {"agency": [exact], "unit_type": [62.0], "unit": [65.0, 65.2, 64.8, 55.0]}
        rows = [
            a_figure(level, code, measure="ONE", mean=mean, se_model=0.5)
            for level, there in means.items()
            for code, mean in zip("abcd" if level == "unit" else [""], there, strict=True)
        ]
        frame = a_table(*rows).frame
        cleared = frame.assign(status="published", mean=frame["mean"].mask(frame.index == 0, 60.0))
        found.append(recompute_eblup(PooledTable.empty(), frame, cleared, the_plan()))
    assert set(found[0]["differs"]) == {"high1", "none"}
    pd.testing.assert_frame_equal(*found)


def test_that_all_answered_alike_has_the_word_of_what_is_hidden_for_others():
    rows = figures({"a": 26, "b": 30, "c": 40, "d": 44})
    for row in rows:
        if row["domain"] == "a" and row["statistic"] == "mean":
            row |= {"mean": 100.0, "low": 100.0, "high": 100.0, "se": 0.0, "all_equal": True}
    frame = protect(a_table(*rows), no_changes(), plan=the_plan()).estimates.frame
    unit = frame[(frame["domain"] == "a") & (frame["statistic"] == "mean")]
    assert unit["status"].tolist() == ["suppressed_secondary"]


def test_too_few_answers_have_the_word_of_their_own():
    frame = protect(a_table(*figures(HIDES)), no_changes(), plan=the_plan()).estimates.frame
    assert set(frame.loc[frame["domain"] == "a", "status"]) == {"suppressed_primary"}
