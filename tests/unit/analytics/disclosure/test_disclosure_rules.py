"""Limits, the plan and the seal."""

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure.output.rounding import round_estimates
from analytics.disclosure.protect import PublishableTable, restore
from analytics.disclosure.rules import DisclosureError, DisclosureRules, display_limits
from analytics.disclosure.table import DomainTree, TableDomain, plan_wave
from questionnaires.loader import load_library
from survey_app.publishing.computing.measures import measure_facts
from survey_app.publishing.inputs.year_before import _few_scores
from tests.builders_questionnaire import a_questionnaire, a_scale, an_index, an_item, graded
from tests.unit.analytics.disclosure.trees import a_wave, the_agency, units

FRAME = units(
    ("a", "ost", "hoy", 40), ("b", "ost", "lav", 40), ("c", "vest", "hoy", 90),
    ("d", "vest", "lav", 90),
)  # fmt: skip
LIBRARY = load_library()


def test_the_minimum_group_is_never_below_three():
    assert DisclosureRules(minimum_group=3).minimum_group == 3
    with pytest.raises(DisclosureError, match="may not be below 3"):
        DisclosureRules(minimum_group=2)


def test_a_display_limit_may_be_lowered_but_not_below_the_minimum_group():
    assert DisclosureRules(limits={"staff_mean": 5}).limit("staff_mean") == 5
    with pytest.raises(DisclosureError, match="staff_mean is 4, below the minimum group of 5"):
        DisclosureRules(limits={"staff_mean": 4})
    with pytest.raises(DisclosureError, match="no display limit called 'staff_maen'"):
        DisclosureRules(limits={"staff_maen": 10})


def test_a_large_minimum_group_raises_every_limit_to_itself():
    assert min(v for k, v in DisclosureRules(minimum_group=25).facts().items()) == 25


@pytest.mark.parametrize(
    "strange",
    [
        {"population": "prisoners"},
        {"level": "planet"},
        {"kind": "rumour"},
        {"statistic": "median"},
        {"population": "public", "level": "unit"},
        {"population": "stakeholders", "level": "group"},
        {"measure": "hit", "statistic": "mean"},
        {"measure": "hit", "statistic": "share", "category": "2"},
        {"measure": "hit", "population": "public", "level": "agency"},
    ],
)
def test_a_result_that_no_rule_names_is_never_shown(strange):
    ordinary = {
        "population": "staff", "level": "unit", "kind": "index", "statistic": "mean",
        "measure": "KI",
    }  # fmt: skip
    rules = DisclosureRules(sensitivity={"hit": "exposure"})
    assert rules.requirement(**ordinary).n == 10
    assert rules.requirement(**ordinary | strange) is None


# instruments.md 4.6
@pytest.mark.parametrize(
    ("population", "level", "statistic", "measure", "n", "people", "n_eff"),
    [
        ("staff", "unit", "mean", "KI", 10, 15, 0),
        ("staff", "unit", "share", "vp.try.1", 20, 15, 0),
        ("staff", "unit", "mean", "bullied", 20, 15, 0),
        ("staff", "unit", "prevalence", "threatened", 20, 15, 0),
        ("staff", "unit", "prevalence", "hit", 50, 15, 0),
        ("staff", "region", "prevalence", "hit", 20, 15, 0),
        ("staff", "agency", "balance", "AMB", 50, 15, 0),
        ("staff", "group", "mean", "KI", 30, 0, 0),
        ("public", "agency", "mean", "OI", 50, 0, 500),
        ("public", "group", "mean", "OI", 50, 0, 40),
        ("open", "agency", "mean", "OI", 50, 0, 40),
        ("stakeholders", "agency", "mean", "OI-kort", 10, 0, 0),
        ("stakeholders", "agency", "share", "om.evn.1", 20, 0, 0),
        ("candidates", "agency", "mean", "EAI-8", 10, 0, 0),
    ],
)
def test_each_kind_of_result_has_its_own_limit(
    population, level, statistic, measure, n, people, n_eff
):
    rules = DisclosureRules(
        sensitivity={"bullied": "sensitive", "threatened": "exposure", "hit": "violence"}
    )
    found = rules.requirement(
        population=population, level=level, kind="index", statistic=statistic, measure=measure
    )
    assert (found.n, found.population, found.n_eff) == (n, people, n_eff)


def test_a_plan_knows_every_figure_that_its_form_gives():
    plan = plan_wave(LIBRARY.questionnaire("verdipuls.main"), the_agency(), rules=DisclosureRules())
    assert plan.foresees("KI", "index", "mean")
    assert plan.foresees("TRY-kjerne", "scale", "mean")
    assert plan.foresees("AMB", "index", "balance")
    assert plan.foresees("vp.hen.1", "item", "prevalence")
    assert plan.foresees("vp.try.1", "item", "share")
    assert not plan.foresees("vp.hen.1", "item", "mean")
    assert plan.rules.sensitivity["vp.hen.2"] == "violence"
    assert plan.rules.sensitivity["vp.sik.3"] == "sensitive"
    assert not plan.foresees("bg.rolle", "item", "share")
    assert not plan.foresees("TI", "index", "mean")
    groups = DomainTree.groups({"age": ["18-29"], "contact": ["yes", "no"]})
    public = plan_wave(LIBRARY.questionnaire("omdomme"), groups, rules=DisclosureRules())
    assert public.foresees("OI-lik", "index", "mean")
    assert public.foresees("TI", "index", "share")
    assert public.foresees("om.fil.2", "item", "share")
    assert ("group", "age:18-29") in public.tree.keys
    assert ("group", "contact:yes") in public.tree.keys


def test_what_is_made_of_sensitive_items_alone_is_shown_as_they_are():
    items = [an_item("bullied", sensitivity="sensitive"), an_item("asked")]
    scales = [a_scale("ONE", "bullied"), a_scale("TWO", "bullied", "asked")]
    indices = [an_index("ONE"), an_index("TWO"), an_index("ALL", {"ONE": 0.5, "TWO": 0.5})]
    plan = plan_wave(a_questionnaire(items, scales, indices), the_agency(), rules=DisclosureRules())
    limits = {one.measure: one.n for one in plan.tables if one.statistic == "mean"}
    assert limits == {"ONE": 20, "TWO": 10, "ALL": 10, "bullied": 20, "asked": 10}


def test_a_mean_of_two_answers_is_a_share_and_needs_as_many_people():
    items = [an_item("asked"), an_item("yes", "yes_no")]
    scales = [a_scale("ONE", "yes"), a_scale("TWO", "yes", "asked")]
    indices = [an_index("ONE"), an_index("ALL", {"ONE": 0.5, "TWO": 0.5})]
    form = a_questionnaire(items, scales, indices, options={"yes_no": graded("yes_no", 0, 1)})
    plan = plan_wave(form, the_agency(), rules=DisclosureRules())
    limits = {one.measure: one.n for one in plan.tables if one.statistic == "mean"}
    assert limits == {"ONE": 20, "TWO": 10, "ALL": 10, "yes": 20, "asked": 10}
    listed = plan.rules.requirement(
        population="stakeholders", level="agency", kind="item", statistic="mean", measure="yes"
    )
    assert listed.n == 20


def test_scales_of_few_answers_are_told_as_one_question_is():
    """Of two questions of yes and no, mean and error of a dozen people leave one distribution."""
    items = [an_item(name, "yes_no") for name in "abcde"] + [an_item("x"), an_item("y")]
    scales = [a_scale("TWO", "a", "b"), a_scale("FIVE", *"abcde"), a_scale("GRADED", "x", "y")]
    indices = [an_index("OF_ONE", {"TWO": 1.0}), an_index("OF_ALL", {"TWO": 0.5, "GRADED": 0.5})]
    form = a_questionnaire(items, scales, indices, options={"yes_no": graded("yes_no", 0, 1)})
    assert plan_wave(form, rules=DisclosureRules()).few_scores == {"TWO", "OF_ONE"}
    few = _few_scores(measure_facts(form, {*"abcdexy", "TWO", "FIVE", "GRADED", "OF_ONE"}))
    assert few == {*"abcdexy", "TWO", "OF_ONE"}
    plan = plan_wave(LIBRARY.questionnaire("verdipuls.main"), rules=DisclosureRules())
    assert plan.few_scores == {code for code, items in plan.scales.items() if len(items) == 1}


def test_a_plan_can_be_shown_before_the_wave_opens():
    plan = plan_wave(LIBRARY.questionnaire("verdipuls.main"), the_agency(), rules=DisclosureRules())
    tables = {(t.measure, t.statistic, t.level): (t.cells, t.n) for t in plan.tables}
    assert tables["KI", "mean", "unit"] == (55, 10)
    assert tables["vp.hen.2", "prevalence", "unit"] == (55, 50)
    assert tables["vp.try.1", "share", "region"] == (6, 20)


def test_a_plan_is_known_by_its_content():
    form = LIBRARY.questionnaire("verdipuls.main")
    plan = plan_wave(form, FRAME, rules=DisclosureRules())
    assert plan.hash.startswith("sha256:")
    assert plan.hash == plan_wave(form, FRAME.iloc[::-1], rules=DisclosureRules()).hash
    others = (
        plan_wave(form, FRAME, rules=DisclosureRules(minimum_group=6)),
        plan_wave(form, FRAME.iloc[1:], rules=DisclosureRules()),
        plan_wave(LIBRARY.questionnaire("verdipuls.k1"), FRAME, rules=DisclosureRules()),
    )
    assert plan.hash not in {other.hash for other in others}


def test_a_domain_without_its_parent_is_refused():
    with pytest.raises(DisclosureError, match="belongs to 'atlantis'"):
        DomainTree((TableDomain("unit", "a", "atlantis"),))
    with pytest.raises(DisclosureError, match="twice"):
        DomainTree((TableDomain("region", "a"), TableDomain("unit", "a", "a")))


def test_nobody_else_can_make_a_publishable_table():
    with pytest.raises(DisclosureError, match="protect only"):
        PublishableTable(pd.DataFrame(), object())


def test_a_stored_publication_comes_back_only_if_it_was_cleared():
    wave = a_wave(FRAME, {"a": 9, "b": 30, "c": 40, "d": 40}, np.random.default_rng(1))
    table = wave.protected().estimates
    assert restore(table.frame).frame.equals(table.frame)
    with pytest.raises(DisclosureError, match="without a status"):
        restore(wave.estimates().frame)
    leaking = table.frame
    leaking.loc[leaking["status"] == "suppressed_primary", "n"] = 9
    with pytest.raises(DisclosureError, match="holds a figure"):
        restore(leaking)


def test_the_frame_of_a_publishable_table_is_a_copy():
    wave = a_wave(FRAME, {"a": 9, "b": 30, "c": 40, "d": 40}, np.random.default_rng(1))
    table = wave.protected().estimates
    taken = table.frame
    taken.loc[:, "mean"] = 1.0
    assert not table.frame.equals(taken)


def test_the_report_tells_how_much_is_left_but_no_small_count():
    wave = a_wave(FRAME, {"a": 9, "b": 30, "c": 40, "d": 40}, np.random.default_rng(1))
    report = wave.protected().report
    assert set(report) == {
        "plan", "limits", "cells", "cells_from_k_published", "means_from_limit_published",
        "units_with_an_index",
    }  # fmt: skip
    # a hides itself, b with it in ost, c in hoy, d in vest and lav: no unit is left
    assert report["units_with_an_index"] == 0.0


def test_shares_are_whole_percent_below_100_and_means_have_one_decimal():
    frame = pd.DataFrame(
        {
            "statistic": ["mean", "share", "share", "mean"],
            "n": [40, 99, 100, 40],
            "mean": [61.25, 0.1234, 0.1234, -0.01],
            "se": [1.26, 0.034, 0.0345, 1.0],
            "low": 0.0, "high": 1.0, "se_model": 0.0, "deff": 1.234, "n_eff": 39.6, "df": 1.0,
        }
    )  # fmt: skip
    rounded = round_estimates(frame, no_spread=np.zeros(4, dtype=bool))
    assert rounded["mean"].tolist() == [61.2, 0.12, 0.123, 0.0]
    assert not np.signbit(rounded["mean"].iloc[3])
    assert rounded["se"].tolist() == [1.3, 0.03, 0.034, 1.0]
    assert rounded["n_eff"].tolist() == [40, 40, 40, 40]


def test_every_limit_has_a_number_of_its_own_and_none_is_below_three():
    assert min(display_limits.DISPLAY_LIMITS.values()) >= display_limits.LOWEST_MINIMUM_GROUP
