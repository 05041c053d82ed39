"""Whom an answer chose: a follow-up tells neither how many gave it nor that they were enough."""

from dataclasses import replace

import pytest

from analytics.disclosure.protect import protect
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.rules.status import PRIMARY, PUBLISHED
from analytics.disclosure.table import DomainTree, TableDomain, plan_wave
from questionnaires.model import Condition
from tests.builders_questionnaire import a_questionnaire, a_scale, an_index, an_item
from tests.unit.analytics.disclosure.by_hand import a_figure, a_table, no_changes

WHOLE = DomainTree(())
REGION = DomainTree((TableDomain("region", "ost"),))


def behind(name, *questions):
    conditions = tuple(Condition(one, ("2", "3"), negate=False) for one in questions)
    return replace(an_item(name), filter=conditions)


def planned(tree=WHOLE, *, sensitivity="", questions=("did",)):
    items = [an_item("did", sensitivity=sensitivity), an_item("other"), behind("then", *questions)]
    return plan_wave(a_questionnaire(items), tree, rules=DisclosureRules())


def then(plan, n, asked, *, level="agency", **shares):
    """Show a question that ``asked`` answered, whom another one chose among its ``n``."""
    place = {"kind": "item", "population": 300}
    domain = "ost" if level == "region" else ""
    rows = [
        a_figure(level, domain, measure=one, statistic="share", category=code, n=n, **place, **of)
        for one in ("did", "other")
        for code, of in (shares or {"2": {"mean": asked / n}, "3": {"mean": 0.2}}).items()
    ]
    rows.append(a_figure(
        level, domain, measure="did", statistic="prevalence", n=n, mean=asked / n, **place
    ))  # fmt: skip
    rows.append(a_figure(level, domain, measure="then", n=asked, **place))
    frame = protect(a_table(*rows), no_changes(), plan=plan).estimates.frame
    return frame[frame["measure"] == "then"].iloc[0]


def numbers(row):
    return row[["n", "se", "low", "high", "se_model", "df", "deff", "n_eff"]]


def test_what_stands_behind_a_question_is_named_with_scales_and_indices_made_of_it_alone():
    items = [
        an_item("did"), an_item("more"), behind("x", "did"), behind("y", "more"), an_item("z"),
    ]  # fmt: skip
    scales = [a_scale("BOTH", "x", "y"), a_scale("PART", "x", "z")]
    indices = [an_index("ALL", {"BOTH": 0.5, "PART": 0.5}), an_index("ONE", {"PART": 1.0})]
    asked = a_questionnaire(items, scales, indices)
    plan = plan_wave(asked, REGION, rules=DisclosureRules())
    assert dict(plan.asked_behind) == {
        "x": ("did",), "y": ("more",), "BOTH": ("did", "more"), "ALL": ("did", "more"),
    }  # fmt: skip
    assert plan.hash == replace(plan, asked_behind={}).hash
    assert not plan_wave(asked, rules=DisclosureRules(), population="public").asked_behind


def test_of_a_list_what_people_tell_about_themselves_hides_nothing():
    items = [an_item("age", purpose="background"), an_item("did"), behind("x", "age", "did")]
    asked = a_questionnaire([*items, behind("y", "age")])
    plan = plan_wave(asked, rules=DisclosureRules(), population="candidates")
    assert dict(plan.asked_behind) == {"x": ("did",)}


@pytest.mark.parametrize(("answered", "status"), [(19, PRIMARY), (20, PUBLISHED)])
def test_a_follow_up_waits_until_the_question_before_it_has_answers_enough(answered, status):
    """Of 19, whose shares are hidden, it told that 12 had given the answer that it asks for."""
    assert then(planned(), answered, 12)["status"] == status


def test_how_many_were_asked_on_stands_where_the_answers_before_do():
    row = then(planned(), 60, 24)
    assert row["n"] == 24
    assert numbers(row).notna().all()


def test_it_does_not_where_one_of_these_is_hidden_or_several_questions_decide():
    alike = {"2": {"mean": 0.6}, "3": {"mean": 0.0, "all_equal": True}}
    for row in (
        then(planned(), 40, 24, **alike),
        then(planned(questions=("did", "other")), 60, 24),
    ):
        assert row["status"] == PUBLISHED
        assert numbers(row).isna().all()


@pytest.mark.parametrize("kind", ["exposure", "violence"])
def test_behind_what_happened_to_people_the_whole_alone_is_told_and_no_number(kind):
    """Of 108 in a region it stood that 24 had been hit, where a band alone may say how many."""
    plan = planned(REGION, sensitivity=kind)
    assert then(plan, 108, 24, level="region")["status"] == PRIMARY
    assert {one.level for one in plan.tables if one.measure == "then"} == {"agency"}
    whole = then(planned(sensitivity=kind), 108, 24)
    assert whole["status"] == PUBLISHED
    assert whole["mean"] == 60.0
    assert numbers(whole).isna().all()
